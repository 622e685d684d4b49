/** Taking a chart out of Holdfast: its figures as CSV, its picture as PNG. */
import { Chart } from 'chart.js';
import { call } from '@/api';
import { timeFormat } from '@/format/held';
import type { Texts } from '@/i18n';
import { attempt, notifyDone } from '@/notify';
import { FONT_FAMILY, PALETTE } from '@/theme';
import { courseData, courseOptions, coursePlugins } from './chart-type';
import { DASHES, lineColour, type Scheme } from './colours';
import type { Plot } from './plot';

const WIDTH = 1_000;
const HEIGHT = 360;
const HEAD = 74;
const EDGE = 20;
/** Twice as many pixels: pictures end up in documents and on dense screens. */
const DENSITY = 2;

/** Writes the courses that a plot shows as CSV, where the user says. */
export async function exportCsv(keys: string[], plot: Plot, texts: Texts): Promise<void> {
  const { fromMs, toMs } = plot.content.window;
  const window = { fromMs: Math.round(fromMs), toMs: Math.round(toMs) };
  const file = await attempt(() => call('metrics:export-csv', { keys, ...window }));
  if (file) notifyDone(texts.t('performance.export.done'), { detail: file });
}

/** Writes a picture of a chart with its title, time and legend, where the user says. */
export async function exportPng(title: string, plot: Plot, scheme: Scheme, texts: Texts): Promise<void> {
  const file = await attempt(async () => {
    const png = await pictureOf(title, plot, scheme, texts);
    return call('metrics:export-png', { name: title, png });
  });
  if (file) notifyDone(texts.t('performance.export.done'), { detail: file });
}

async function pictureOf(title: string, plot: Plot, scheme: Scheme, texts: Texts): Promise<Uint8Array<ArrayBuffer>> {
  const picture = document.createElement('canvas');
  picture.width = (WIDTH + 2 * EDGE) * DENSITY;
  picture.height = (HEIGHT + HEAD + EDGE) * DENSITY;
  const ctx = picture.getContext('2d');
  if (!ctx) throw new TypeError('a canvas has no 2d context');
  ctx.scale(DENSITY, DENSITY);
  ctx.fillStyle = PALETTE[scheme]['--hf-surface'];
  ctx.fillRect(0, 0, WIDTH + 2 * EDGE, HEIGHT + HEAD + EDGE);
  drawHead(ctx, title, plot, scheme, texts);
  const canvas = drawChart(plot, scheme, texts);
  ctx.drawImage(canvas, EDGE, HEAD, WIDTH, HEIGHT);
  const blob = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'));
  if (!blob) throw new TypeError('the picture could not be made');
  return new Uint8Array(await blob.arrayBuffer());
}

/** The chart once more, at the size and density of the picture. */
function drawChart(plot: Plot, scheme: Scheme, { format }: Texts): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const formatValue = (value: number): string => format.axis(value, plot.content.unit);
  const chart = new Chart(canvas, {
    type: 'course',
    data: courseData(plot, scheme),
    options: {
      ...courseOptions(plot, scheme, format.locale, formatValue),
      responsive: false,
      devicePixelRatio: DENSITY,
    },
    plugins: coursePlugins,
  });
  // the canvas keeps its picture; only what Chart.js holds goes
  const kept = document.createElement('canvas');
  kept.width = canvas.width;
  kept.height = canvas.height;
  kept.getContext('2d')?.drawImage(canvas, 0, 0);
  chart.destroy();
  return kept;
}

function drawHead(ctx: CanvasRenderingContext2D, title: string, plot: Plot, scheme: Scheme, { format }: Texts): void {
  const { window, lines } = plot.content;
  const stamps = timeFormat(format.locale, { dateStyle: 'medium', timeStyle: 'short' });
  ctx.textBaseline = 'alphabetic';
  ctx.fillStyle = scheme === 'dark' ? '#e8ebf0' : '#1b2027';
  ctx.font = `600 17px ${FONT_FAMILY}`;
  ctx.fillText(title, EDGE, 32);
  ctx.fillStyle = PALETTE[scheme]['--hf-muted'];
  ctx.font = `13px ${FONT_FAMILY}`;
  const range = stamps.formatRange(window.fromMs, window.toMs);
  ctx.fillText(range, EDGE + WIDTH - ctx.measureText(range).width, 32);
  let x = EDGE;
  for (const { name, colour, dash, past } of lines) {
    if (past) continue;
    ctx.strokeStyle = lineColour(colour, scheme);
    ctx.lineWidth = 2;
    ctx.setLineDash(DASHES[dash]);
    ctx.beginPath();
    ctx.moveTo(x, 53);
    ctx.lineTo(x + 20, 53);
    ctx.stroke();
    ctx.fillText(name, x + 27, 57);
    x += 27 + ctx.measureText(name).width + 22;
  }
}
