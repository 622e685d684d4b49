/** Courses as they are drawn: gaps stay gaps, comparisons lie where today is, events stand where they happened. */
import { describe, expect, it } from 'vitest';
import type { ChartEvent, MetricReading, MetricSeries } from '@shared/metrics';
import {
  beginsLate,
  type Course,
  courseOf,
  hatchWindows,
  indexAt,
  joinDistance,
  liveCourse,
  mergeWindows,
  NO_COURSE,
  shifted,
  summaryOf,
} from '@/tabs/performance/chart/course';
import { EVENT_KINDS, eventsAt, placeEvents } from '@/tabs/performance/chart/events';
import { limitsOf, NO_CONTENT, Plot, type PlotContent, type PlotLine } from '@/tabs/performance/chart/plot';
import { sparkPath } from '@/tabs/performance/Sparkline';
import { answeredContent, type ChartSpec, hasValues, keysOf, pastLines } from '@/tabs/performance/chart/spec';
import { agoTicks, timeTicks } from '@/tabs/performance/chart/ticks';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = new Date(2026, 10, 21, 12, 0).getTime();

/** A series of one-minute buckets; null where nothing was measured. */
function series(values: (number | null)[], over: Partial<MetricSeries> = {}): MetricSeries {
  const avg = Float64Array.from(values, (value) => value ?? Number.NaN);
  return {
    key: 'cpu.busy',
    tier: '1m',
    stepMs: MINUTE,
    times: Float64Array.from(values, (_value, index) => START + index * MINUTE),
    min: avg.map((value) => value - 1),
    avg,
    max: avg.map((value) => value + 2),
    count: avg.map((value) => (Number.isNaN(value) ? 0 : 12)),
    percentiles: null,
    ...over,
  };
}
const minutes = (windows: { fromMs: number; toMs: number }[]): number[][] =>
  windows.map(({ fromMs, toMs }) => [(fromMs - START) / MINUTE, (toMs - START) / MINUTE]);
const whole = { fromMs: START, toMs: START + HOUR };

describe('a course', () => {
  it('has its points in the middle of the buckets, with the envelope', () => {
    const course = courseOf(series([1, 2]));
    expect([...course.times]).toEqual([START + 30_000, START + 90_000]);
    expect([course.low?.[1], course.values[1], course.high?.[1]]).toEqual([1, 2, 4]);
  });
  it('of a percentile has no envelope', () => {
    const percentiles = { p50: Float64Array.of(5), p95: Float64Array.of(9), p99: Float64Array.of(10) };
    const course = courseOf(series([1], { percentiles }), 'p95');
    expect([...course.values, course.low, course.high]).toEqual([9, null, null]);
  });
  it('joins only neighbours when every bucket is measured', () => {
    const { times, values } = courseOf(series([1, 2, 3, null, 5, 6]));
    expect(joinDistance(times, values, MINUTE)).toBe(1.5 * MINUTE);
  });
  it('joins what is measured seldom at its usual distance', () => {
    const { times, values } = courseOf(series([1, null, null, null, 5, null, null, null, 9]));
    expect(joinDistance(times, values, MINUTE)).toBe(10 * MINUTE);
  });
});

describe('the last hour, measurement by measurement', () => {
  // a NaN stands where the measurements paused; their distance changes when somebody begins to look
  const live = series([1, 2, null, 4, 5], {
    tier: 'live',
    stepMs: 1_000,
    times: Float64Array.of(START, START + 60_000, START + 61_000, START + 100_000, START + 105_000),
  });
  it('keeps its own moments', () => expect([...courseOf(live).times]).toEqual([...live.times]));
  it('is broken where it says so, and joined where its pace changes', () => {
    const windows = hatchWindows([courseOf(live)], [], whole);
    expect(windows).toEqual([{ fromMs: START + 60_000, toMs: START + 100_000 }]);
    expect(sparkPath(courseOf(live), 10).match(/M/g)).toHaveLength(2);
  });
});

describe('live readings', () => {
  const reading = (second: number, value: number | undefined, afterGap = false): MetricReading => ({
    atMs: START + second * 1000,
    afterGap,
    values: value === undefined ? {} : { 'cpu.busy': value },
  });
  it('break where a gap is said, however short it was', () => {
    const course = liveCourse([reading(0, 1), reading(1, 2), reading(3, 3, true)], 'cpu.busy', START);
    expect([...course.values]).toEqual([1, 2, Number.NaN, 3]);
  });
  it('leave out readings without the value, and those before the window', () => {
    const course = liveCourse([reading(-9, 9), reading(0, 1), reading(1, undefined), reading(2, 3)], 'cpu.busy', START);
    expect([...course.values]).toEqual([1, 3]);
  });
});

describe('hatching', () => {
  it('covers known gaps and breaks between measurements, each once', () => {
    const course = courseOf(series([1, 2, null, null, null, 6, 7]));
    const gaps = [{ fromMs: START + 3 * MINUTE, toMs: START + 6 * MINUTE, reason: 'asleep' as const }];
    expect(minutes(hatchWindows([course], gaps, whole))).toEqual([[2, 6]]);
  });
  it('ends at the edges of the window, and leaves what was before the first measurement alone', () => {
    const course = courseOf(series([null, null, 3, 4]));
    const gaps = [{ fromMs: START - HOUR, toMs: START + MINUTE, reason: 'not-running' as const }];
    expect(minutes(hatchWindows([course], gaps, whole))).toEqual([[0, 1]]);
    expect(hatchWindows([course], [], whole)).toEqual([]);
  });
  it('joins windows that touch', () => {
    const windows = [
      { fromMs: 5, toMs: 9 },
      { fromMs: 1, toMs: 3 },
      { fromMs: 3, toMs: 4 },
    ];
    expect(mergeWindows(windows)).toEqual([
      { fromMs: 1, toMs: 4 },
      { fromMs: 5, toMs: 9 },
    ]);
  });
});

describe('figures of a course', () => {
  it('weigh averages by the number of measurements', () => {
    const course: Course = { ...courseOf(series([1, 5])), count: Float64Array.of(3, 1) };
    expect(summaryOf(course)).toMatchObject({ min: 0, avg: 2, max: 7, last: 5 });
  });
  it('are of the window only, and nothing where nothing was measured', () => {
    const course = courseOf(series([1, 5, null]));
    expect(summaryOf(course, { fromMs: START, toMs: START + MINUTE })).toMatchObject({ last: 1, max: 3 });
    expect(summaryOf(course, { fromMs: START + 2 * MINUTE, toMs: START + HOUR })).toBeNull();
  });
  it('are found at the nearest measurement, but not across a gap', () => {
    const course = courseOf(series([1, 2, null, null, null, null, 7]));
    expect(indexAt(course, START + 80_000)).toBe(1);
    expect(indexAt(course, START + 4 * MINUTE)).toBe(-1);
    expect(indexAt(NO_COURSE, START)).toBe(-1);
  });
  it('say since when there are any when the range begins clearly earlier', () => {
    const course = courseOf(series([null, null, null, null, null, null, 7, 8]));
    expect(beginsLate([course], whole)).toBe(START + 6 * MINUTE);
    expect(beginsLate([courseOf(series([1, 2]))], whole)).toBeNull();
    expect(beginsLate([NO_COURSE], whole)).toBeNull();
  });
});

describe('a chart', () => {
  const spec: ChartSpec = {
    id: 'cpu',
    title: 'CPU',
    unit: 'fraction',
    lines: [
      { key: 'cpu.busy', name: 'Busy', colour: 'blue', band: true },
      { key: 'pressure.cpu', name: 'Waiting', colour: 'amber', dash: 'dashed', alone: true },
    ],
  };
  const answer = { series: [series([1, 2])], gaps: [], tookMs: 1 };
  it('asks each key once, and fewer when it compares', () => {
    expect(keysOf(spec)).toEqual(['cpu.busy', 'pressure.cpu']);
    expect(keysOf(spec, true)).toEqual(['cpu.busy']);
  });
  it('has an empty line where the answer has none', () => {
    const { lines } = answeredContent(spec, answer, whole);
    expect(lines.map(({ course }) => course.times.length)).toEqual([2, 0]);
    expect(hasValues({ lines })).toBe(true);
    expect(hasValues({ lines: lines.slice(1) })).toBe(false);
  });
  it('draws what is compared where it would be today', () => {
    const [line, ...others] = pastLines(spec, answer, DAY);
    expect(others).toEqual([]);
    expect(line).toMatchObject({ id: 'cpu.busy past', dash: 'dashed', past: true });
    expect(line?.course.times[0]).toBe(START + DAY + 30_000);
    expect(shifted(courseOf(series([1])), -DAY).times[0]).toBe(START - DAY + 30_000);
  });

  const line = (course: Course): PlotLine => ({
    id: 'a',
    name: 'a',
    course,
    colour: 'blue',
    dash: 'solid',
    band: true,
    past: false,
  });
  const content = (over: Partial<PlotContent>): PlotContent => ({ ...NO_CONTENT, window: whole, ...over });
  it('reaches over its highest value, its target and what it must at least reach', () => {
    const course = courseOf(series([1, 8]));
    expect(limitsOf(content({ lines: [line(course)] })).max).toBeCloseTo(10.6);
    expect(limitsOf(content({ lines: [line(course)], top: 100 }))).toEqual({ min: 0, max: 100 });
    expect(limitsOf(content({ lines: [line(course)], atLeast: 50 })).max).toBe(50);
    expect(limitsOf(content({ lines: [], target: 200 })).max).toBeCloseTo(212);
    expect(limitsOf(content({ lines: [] }))).toEqual({ min: 0, max: 1 });
  });
  it('only moves while it is live and its scale still suits', () => {
    const plot = new Plot();
    plot.set(content({ live: true, lines: [line(courseOf(series([1])))] }));
    expect(plot.moves).toBe(false);
    plot.set(content({ live: true, lines: [line(courseOf(series([1])))] }));
    expect(plot.moves).toBe(true);
    expect(plot.outgrows({ min: 0, max: 4 })).toBe(false);
    expect(plot.outgrows({ min: 0, max: 2 })).toBe(true);
    expect(plot.outgrows({ min: 0, max: 40 })).toBe(true);
  });
});

describe('events', () => {
  const event = (kind: ChartEvent['kind'], fromMinute: number, untilMinute: number | null = null): ChartEvent => ({
    atMs: START + fromMinute * MINUTE,
    untilMs: untilMinute === null ? null : START + untilMinute * MINUTE,
    kind,
    params: {},
  });
  const all = new Set(EVENT_KINDS);
  it('stand where they happened; those that would cover each other are one', () => {
    const events = [event('backup', 0), event('backup', 1), event('backup', 30), event('restore', 1)];
    const marks = placeEvents(events, all, whole, 300);
    expect(marks.map(({ kind, x, events: here }) => [kind, x, here.length])).toEqual([
      ['backup', 0, 2],
      ['backup', 150, 1],
      ['restore', 5, 1],
    ]);
  });
  it('an alert without an end lasts until now; a span that began earlier begins at the edge', () => {
    const marks = placeEvents([event('alert', -10, 30), event('alert', 45)], all, whole, 600);
    expect(marks.map(({ x, width }) => [x, width])).toEqual([
      [0, 300],
      [450, 150],
    ]);
  });
  it('of a hidden kind and out of the window are left out', () => {
    expect(placeEvents([event('backup', 5), event('restore', 99)], new Set(['restore']), whole, 600)).toEqual([]);
  });
  it('are found under the pointer', () => {
    const marks = placeEvents([event('alert', 10, 20), event('backup', 40)], all, whole, 600);
    expect(eventsAt(marks, 150)).toHaveLength(1);
    expect(eventsAt(marks, 403)).toHaveLength(1);
    expect(eventsAt(marks, 300)).toEqual([]);
  });
});

describe('the time axis', () => {
  const labels = (fromMs: number, toMs: number, locale = 'en-GB'): string[] =>
    timeTicks({ fromMs, toMs }, 6, locale).map(({ label }) => label);
  it('has whole local times, and the date at midnight', () => {
    expect(labels(START, START + HOUR)).toEqual(['12:00', '12:10', '12:20', '12:30', '12:40', '12:50', '13:00']);
    expect(labels(START, START + DAY)).toEqual(['12:00', '18:00', '22 Nov', '06:00', '12:00']);
  });
  it('has days, weeks from Monday and months for longer ranges', () => {
    expect(labels(START, START + 5 * DAY)).toEqual(['22 Nov', '23 Nov', '24 Nov', '25 Nov', '26 Nov']);
    expect(labels(START, START + 30 * DAY)).toEqual(['23 Nov', '30 Nov', '7 Dec', '14 Dec', '21 Dec']);
    expect(labels(START - 365 * DAY, START)).toEqual(['2026', 'Apr', 'Jul', 'Oct']);
    expect(labels(START, START + 5 * DAY, 'ko')[0]).toBe('11월 22일');
  });
  it('stays ascending whatever the clocks do', () => {
    for (let day = 0; day < 365; day += 1) {
      const from = START + day * DAY;
      const times = timeTicks({ fromMs: from, toMs: from + 2 * DAY }, 8, 'en').map(({ atMs }) => atMs);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      expect(times.length).toBeGreaterThan(2);
    }
  });
  it('of a live chart says how long ago', () => {
    const ticks = agoTicks({ fromMs: START - 2 * MINUTE, toMs: START }, 'en');
    expect(ticks.map(({ atMs }) => (atMs - START) / MINUTE)).toEqual([-2, -1, 0]);
    expect(ticks.map(({ label }) => label.replaceAll(/[^\d]/g, ''))).toEqual(['2', '1', '']);
  });
});

it('a sparkline is broken at gaps', () => {
  const course = courseOf(series([0, 10, null, null, 10]));
  expect(sparkPath(course, 10)).toMatch(/^M0\.0,27\.0h0L30\.0,1\.0M120\.0,1\.0h0$/);
});
