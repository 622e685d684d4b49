/** Draws a plot on a canvas: hatching, envelopes, lines, events. Straight from typed arrays. */
import type { ChartArea } from 'chart.js';
import { PALETTE } from '@/theme';
import { DASHES, eventColour, lineColour, type Scheme } from './colours';
import type { Course } from './course';
import type { EventKind, EventMark } from './events';
import type { Limits, Plot, PlotLine } from './plot';

/** Height above the chart where the shapes of events stand. */
export const EVENT_LANE_PX = 12;
const HATCH_PX = 7;
const DOT_PX = 1.5;
const BAND_OPACITY = 0.2;
const PAST_OPACITY = 0.75;
const SPAN_OPACITY = 0.12;

/** From values to pixels: both axes are straight. */
interface Mapping {
  x: (atMs: number) => number;
  y: (value: number) => number;
}

export function paintPlot(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  area: ChartArea,
  scale: Limits,
  scheme: Scheme,
): void {
  const { window, lines, target } = plot.content;
  const perMs = (area.right - area.left) / (window.toMs - window.fromMs);
  const perUnit = (area.bottom - area.top) / (scale.max - scale.min);
  const map: Mapping = {
    x: (atMs) => area.left + (atMs - window.fromMs) * perMs,
    y: (value) => area.bottom - (value - scale.min) * perUnit,
  };
  for (const { fromMs, toMs } of plot.hatched) paintHatch(ctx, map.x(fromMs), map.x(toMs), area, scheme);
  const marks = plot.marks(area.right - area.left);
  for (const mark of marks) paintSpan(ctx, mark, area, scheme);
  for (const line of lines) if (line.band && !line.past) paintBand(ctx, line, map, scheme);
  for (const line of lines) if (line.past) paintLine(ctx, line, map, scheme);
  for (const line of lines.toReversed()) if (!line.past) paintLine(ctx, line, map, scheme);
  if (target !== null) paintTarget(ctx, map.y(target), area, scheme);
}

/** Nothing was measured here. */
function paintHatch(ctx: CanvasRenderingContext2D, left: number, right: number, area: ChartArea, scheme: Scheme): void {
  // a gap that is narrower than a pixel must still be seen
  const width = Math.max(1.5, right - left);
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, area.top, width, area.bottom - area.top);
  ctx.clip();
  ctx.strokeStyle = PALETTE[scheme]['--hf-muted'];
  ctx.globalAlpha = 0.5;
  ctx.lineWidth = 1;
  ctx.beginPath();
  const height = area.bottom - area.top;
  // begins at a fixed grid, so that the hatching stands still while the chart moves
  const start = Math.floor((left - height) / HATCH_PX) * HATCH_PX;
  for (let x = start; x < left + width; x += HATCH_PX) {
    ctx.moveTo(x, area.bottom);
    ctx.lineTo(x + height, area.top);
  }
  ctx.stroke();
  ctx.restore();
}

function paintBand(ctx: CanvasRenderingContext2D, line: PlotLine, map: Mapping, scheme: Scheme): void {
  const { times, values, low, high, joinMs, broken } = line.course;
  if (!low || !high) return;
  ctx.save();
  ctx.fillStyle = lineColour(line.colour, scheme);
  ctx.globalAlpha = BAND_OPACITY;
  ctx.beginPath();
  let from = -1;
  let before = -1;
  const close = (to: number): void => {
    if (from < 0 || to <= from) return;
    for (let index = from; index <= to; index += 1) {
      if (Number.isNaN(values[index])) continue;
      const x = map.x(times[index] ?? 0);
      const y = map.y(high[index] ?? 0);
      if (index === from) ctx.moveTo(x, y);
      else ctx.lineTo(x, y);
    }
    for (let index = to; index >= from; index -= 1) {
      if (!Number.isNaN(values[index])) ctx.lineTo(map.x(times[index] ?? 0), map.y(low[index] ?? 0));
    }
    ctx.closePath();
  };
  for (let index = 0; index < times.length; index += 1) {
    if (Number.isNaN(values[index])) continue;
    const cut = broken && before !== index - 1;
    if (before < 0 || cut || (times[index] ?? 0) - (times[before] ?? 0) > joinMs) {
      close(before);
      from = index;
    }
    before = index;
  }
  close(before);
  ctx.fill();
  ctx.restore();
}

function paintLine(ctx: CanvasRenderingContext2D, line: PlotLine, map: Mapping, scheme: Scheme): void {
  ctx.save();
  ctx.strokeStyle = lineColour(line.colour, scheme);
  ctx.lineWidth = line.past ? 1.25 : 1.75;
  ctx.globalAlpha = line.past ? PAST_OPACITY : 1;
  ctx.lineCap = line.dash === 'solid' ? 'round' : 'butt';
  ctx.lineJoin = 'round';
  ctx.setLineDash(DASHES[line.dash]);
  ctx.beginPath();
  traceCourse(ctx, line.course, map);
  ctx.stroke();
  ctx.restore();
}

function traceCourse(ctx: CanvasRenderingContext2D, { times, values, joinMs, broken }: Course, map: Mapping): void {
  let before = Number.NEGATIVE_INFINITY;
  let alone = false;
  let lastX = 0;
  let lastY = 0;
  for (let index = 0; index < times.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) {
      if (broken) before = Number.NEGATIVE_INFINITY;
      continue;
    }
    const at = times[index] ?? 0;
    const x = map.x(at);
    const y = map.y(value);
    if (at - before <= joinMs) {
      ctx.lineTo(x, y);
      alone = false;
    } else {
      if (alone) dot(ctx, lastX, lastY);
      ctx.moveTo(x, y);
      alone = true;
    }
    before = at;
    lastX = x;
    lastY = y;
  }
  if (alone) dot(ctx, lastX, lastY);
}

/** A measurement that stands alone. */
function dot(ctx: CanvasRenderingContext2D, x: number, y: number): void {
  ctx.moveTo(x + DOT_PX, y);
  ctx.arc(x, y, DOT_PX, 0, Math.PI * 2);
}

function paintTarget(ctx: CanvasRenderingContext2D, y: number, area: ChartArea, scheme: Scheme): void {
  ctx.save();
  ctx.strokeStyle = PALETTE[scheme]['--hf-ok'];
  ctx.lineWidth = 1.25;
  ctx.setLineDash([10, 4]);
  ctx.beginPath();
  ctx.moveTo(area.left, y);
  ctx.lineTo(area.right, y);
  ctx.stroke();
  ctx.restore();
}

/** The time an event took; for what went wrong also a line down the chart. */
function paintSpan(ctx: CanvasRenderingContext2D, mark: EventMark, area: ChartArea, scheme: Scheme): void {
  if (mark.kind === 'backup') return;
  const x = area.left + mark.x;
  ctx.save();
  ctx.fillStyle = eventColour(mark.kind, scheme);
  ctx.globalAlpha = SPAN_OPACITY;
  if (mark.width >= 1) ctx.fillRect(x, area.top, mark.width, area.bottom - area.top);
  ctx.globalAlpha = 0.7;
  ctx.fillRect(Math.round(x) - 0.5, area.top, 1, area.bottom - area.top);
  ctx.restore();
}

/** Shapes of the events in the lane above the chart. */
export function paintMarks(ctx: CanvasRenderingContext2D, plot: Plot, area: ChartArea, scheme: Scheme): void {
  const y = area.top - EVENT_LANE_PX / 2;
  for (const mark of plot.marks(area.right - area.left)) {
    ctx.save();
    ctx.fillStyle = eventColour(mark.kind, scheme);
    ctx.strokeStyle = PALETTE[scheme]['--hf-surface'];
    ctx.translate(area.left + mark.x, y);
    ctx.beginPath();
    traceShape(ctx, mark.kind);
    ctx.fill();
    ctx.restore();
  }
}

/** The shape of a kind of event around the origin, about nine pixels wide. */
function traceShape(ctx: CanvasRenderingContext2D, kind: EventKind): void {
  switch (kind) {
    case 'backup':
      ctx.arc(0, 0, 3, 0, Math.PI * 2);
      return;
    case 'restore':
      polygon(ctx, [0, -4.5, 4.5, 0, 0, 4.5, -4.5, 0]);
      return;
    case 'alert':
      polygon(ctx, [0, -4.5, 5, 4, -5, 4]);
      return;
    case 'backup-failed':
      polygon(ctx, [-4, -2, -2, -4, 0, -2, 2, -4, 4, -2, 2, 0, 4, 2, 2, 4, 0, 2, -2, 4, -4, 2, -2, 0]);
  }
}

function polygon(ctx: CanvasRenderingContext2D, points: number[]): void {
  for (let index = 0; index < points.length; index += 2) ctx.lineTo(points[index] ?? 0, points[index + 1] ?? 0);
  ctx.closePath();
}
