/** The range of the charts: zooming, moving and going back; values with their units in both languages. */
import { describe, expect, it } from 'vitest';
import { METRIC_NAMES, METRIC_UNITS, type MetricUnit } from '@shared/metrics';
import { createTranslator } from '@shared/text';
import { createFormat } from '@/format/format';
import {
  compareShiftMs,
  FIRST_RANGE,
  panBy,
  type RangeAction,
  type RangeState,
  rangeReducer,
  shownWindow,
  SPAN_MS,
  withinTime,
  zoomAround,
} from '@/tabs/performance/range';
import { windowForKey } from '@/tabs/performance/chart/pointer';

const NOW = new Date(2026, 10, 21, 12, 0).getTime();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const play = (...actions: RangeAction[]): RangeState =>
  actions.reduce((state, action) => rangeReducer(state, action, NOW), FIRST_RANGE);
const window = (fromHours: number, toHours: number) => ({ fromMs: NOW + fromHours * HOUR, toMs: NOW + toHours * HOUR });

describe('the range', () => {
  it('ends now until a window is shown', () => {
    expect(shownWindow(play({ type: 'choose', range: '24h' }), NOW)).toEqual({ fromMs: NOW - DAY, toMs: NOW });
    expect(shownWindow(play({ type: 'show', window: window(-3, -2) }), NOW)).toEqual(window(-3, -2));
  });
  it('goes back one zoom at a time, to the range that was chosen first', () => {
    const zoomed = play(
      { type: 'choose', range: '7d' },
      { type: 'show', window: window(-10, -4) },
      { type: 'show', window: window(-6, -5) },
    );
    const once = rangeReducer(zoomed, { type: 'back' }, NOW);
    expect(once.window).toEqual(window(-10, -4));
    expect(rangeReducer(once, { type: 'back' }, NOW)).toMatchObject({ range: '7d', window: null, back: [] });
    expect(rangeReducer(zoomed, { type: 'reset' }, NOW)).toMatchObject({ range: '7d', window: null, back: [] });
  });
  it('counts the steps of one movement as one', () => {
    const moved = play(
      { type: 'show', window: window(-3, -2), moving: true },
      { type: 'show', window: window(-4, -3), moving: true },
      { type: 'show', window: window(-5, -4), moving: true },
    );
    expect(moved.back).toEqual([{ range: 'live', window: null }]);
    const then = rangeReducer(moved, { type: 'show', window: window(-5, -4.5) }, NOW);
    expect(then.back).toHaveLength(2);
  });
  it('forgets windows when a range is chosen, and keeps what is compared', () => {
    const state = play(
      { type: 'compare', compare: 'week' },
      { type: 'show', window: window(-3, -2) },
      { type: 'choose', range: '1y' },
    );
    expect(state).toEqual({ range: '1y', window: null, back: [], moving: false, compare: 'week' });
  });
  it('keeps windows before now, not narrower than a minute, whichever way they were dragged', () => {
    expect(withinTime(window(-1, 1), NOW)).toEqual(window(-2, 0));
    expect(withinTime({ fromMs: NOW - 1000, toMs: NOW - 2000 }, NOW)).toMatchObject({ toMs: NOW });
    const { fromMs, toMs } = withinTime({ fromMs: NOW - 10_000, toMs: NOW - 5_000 }, NOW);
    expect(toMs - fromMs).toBe(60_000);
  });
  it('zooms around a moment that stays, and moves by a part of its width', () => {
    expect(zoomAround(window(-4, 0), NOW - HOUR, 0.5)).toEqual(window(-2.5, -0.5));
    expect(panBy(window(-4, 0), -0.5)).toEqual(window(-6, -2));
  });
  it('follows keys', () => {
    expect(windowForKey('ArrowLeft', window(-10, 0))).toEqual(window(-11.5, -1.5));
    expect(windowForKey('ArrowRight', window(-10, -5))?.toMs).toBeGreaterThan(window(-10, -5).toMs);
    expect(windowForKey('+', window(-10, 0))).toEqual(window(-8, -2));
    expect(windowForKey('a', window(-10, 0))).toBeNull();
  });
});

describe('comparing', () => {
  it('goes back to the same time of day', () => {
    expect(compareShiftMs('none', NOW)).toBe(0);
    expect(new Date(NOW - compareShiftMs('day', NOW)).getHours()).toBe(12);
    expect(compareShiftMs('week', NOW)).toBe(7 * DAY);
  });
  it('is a known span for each range', () => expect(SPAN_MS['1y']).toBe(365 * DAY));
});

describe('values with units', () => {
  const en = createFormat('en-GB');
  const ko = createFormat('ko');
  it.each<[number, MetricUnit, string, string]>([
    [0.423, 'fraction', '42%', '42%'],
    [0.0123, 'fraction', '1.2%', '1.2%'],
    [12_400_000, 'bytes', '12.4 MB', '12.4MB'],
    [12_400_000, 'bytes-per-second', '12.4 MB/s', '12.4MB/s'],
    [400, 'bytes-per-second', '0.4 kB/s', '0.4kB/s'],
    [12.34, 'per-second', '12.3/s', '12.3/초'],
    [12_345, 'count', '12,345', '12,345'],
    [8.24, 'milliseconds', '8.2 ms', '8.2ms'],
    [1_240, 'milliseconds', '1.2 secs', '1.2초'],
    [0.25, 'seconds', '250 ms', '250ms'],
    [31, 'hours', '31 hrs', '31시간'],
    [144, 'hours', '6 days', '6일'],
    [12.9, 'days', '12 days', '12일'],
    [63.4, 'celsius', '63°C', '63°C'],
    [0.12345, 'number', '0.123', '0.123'],
  ])('%d %s', (value, unit, english, korean) => {
    expect(en.metric(value, unit)).toBe(english);
    expect(ko.metric(value, unit)).toBe(korean);
  });
  it('a unit of its own stands behind numbers only', () => {
    expect(en.metric(12, 'number', 'videos/day')).toBe('12 videos/day');
    expect(en.metric(0.5, 'fraction', 'videos/day')).toBe('50%');
  });
  it('availability is never rounded up', () => {
    expect(en.availability(0.99999)).toBe('99.99%');
    expect(en.availability(1)).toBe('100%');
    expect(en.availability(0.5)).toBe('50%');
  });
  it('are short beside an axis', () => expect(en.axis(15_300, 'number')).toMatch(/^15\.3k$/i));
  it('every unit has a form', () => {
    for (const unit of METRIC_UNITS) expect(en.metric(1, unit)).toMatch(/\d/);
  });
});

it('every metric has a title in both languages', () => {
  for (const language of ['en', 'ko'] as const) {
    const translate = createTranslator(language);
    for (const name of METRIC_NAMES) expect(translate(`metric.${name}`)).not.toContain('metric.');
  }
  expect(createTranslator('ko')('metric.cpu.busy')).toBe('프로세서 사용률');
});
