import { describe, expect, test } from 'vitest';
import type { RuleConfig } from '@shared/alerting';
import { simulateRule } from '../../../electron/alerts/simulate';
import { scratchStore } from '../store/fixture';
import {
  Bench,
  type BenchOptions,
  channel,
  CRITICAL_LEVEL,
  DAY_MS,
  HIGH_LEVEL,
  HOUR_MS,
  Keeper,
  MINUTE_MS,
  rule,
  START_MS,
} from './fixture';

const SETTINGS = { quietHours: { enabled: false, from: '22:00', to: '07:00' }, digestAt: '09:00' };
const MEDIUM_LEVEL = { ...HIGH_LEVEL, severity: 'MEDIUM' } as const;

/** A walk between calm and load, the same for the same seed; some hours are slept through. */
function course(seed: number, minutes: number): (number | null)[] {
  let state = seed;
  const next = () => (state = (state * 1_664_525 + 1_013_904_223) >>> 0) / 2 ** 32;
  let value = 0.7;
  let asleep = 0;
  return Array.from({ length: minutes }, () => {
    value = Math.min(1, Math.max(0.4, value + (next() - 0.5) * 0.12));
    asleep = asleep > 0 ? asleep - 1 : next() < 0.02 ? 30 : 0;
    return asleep > 0 ? null : value;
  });
}

/** What the engine does when it looks once a minute at the same minutes. */
function engineOver(values: readonly (number | null)[], config: RuleConfig, options: BenchOptions) {
  const b = new Bench(scratchStore(), { channels: [channel('desk')], ...options });
  b.engine.saveRule({ config });
  for (const value of values) {
    b.wallMs += MINUTE_MS;
    if (value === null) continue;
    b.keeper.put('cpu.busy', b.wallMs - MINUTE_MS / 2, value);
    b.monoMs += MINUTE_MS;
    b.engine.evaluate();
  }
  const notifications = b.sent.map(({ atMs, message }) => ({ atMs, kind: message.kind }));
  const fired = b.engine
    .alerts(true)
    .flatMap(({ id }) => b.engine.timeline(id))
    .filter(({ kind }) => kind === 'fired')
    .map(({ at }) => Date.parse(at));
  return { b, notifications, fired: fired.toSorted((x, y) => x - y) };
}

describe('simulation equals what the engine would have done on the same minutes', () => {
  test.each<[what: string, change: Partial<RuleConfig>, options: BenchOptions]>([
    ['the last value', {}, {}],
    ['two levels with for and keep', { levels: [HIGH_LEVEL, CRITICAL_LEVEL], forSeconds: 180, keepSeconds: 300 }, {}],
    ['an average', { aggregate: 'avg', windowSeconds: 600, forSeconds: 60, keepSeconds: 120 }, {}],
    ['MEDIUM, by digests', { levels: [MEDIUM_LEVEL], keepSeconds: 36_000 }, { settings: { digestAt: '16:00' } }],
    [
      'quiet hours',
      { levels: [HIGH_LEVEL, CRITICAL_LEVEL], forSeconds: 60, keepSeconds: 600 },
      { settings: { quietHours: { enabled: true, from: '22:00', to: '07:00' } }, timeZone: 'Europe/Berlin' },
    ],
  ])('%s', async (_what, change, options) => {
    const config = rule(change);
    for (const seed of [1, 2]) {
      const values = course(seed, 30 * 60);
      const { b, notifications, fired } = engineOver(values, config, options);
      const simulation = await simulateRule(config, {
        keeper: b.keeper,
        keys: ['cpu.busy'],
        settings: b.settings,
        timeZone: options.timeZone ?? 'UTC',
        toMs: b.wallMs,
        lengthMs: values.length * MINUTE_MS,
      });
      expect(simulation.notifications.length).toBeGreaterThan(0);
      expect(simulation.notifications.map(({ atMs }) => atMs)).toEqual(notifications.map(({ atMs }) => atMs));
      for (const [index, { kind }] of notifications.entries()) {
        const simulated = simulation.notifications[index]?.kind;
        if (kind === 'resolved' || kind === 'unstable') expect(simulated).toBe(kind);
        else if (kind === 'alert') expect(['alert', 'repeat']).toContain(simulated);
      }
      expect(simulation.episodes.map(({ firedAtMs }) => firedAtMs).filter((atMs) => !fired.includes(atMs))).toEqual([]);
      const awake = values.filter((value) => value !== null).length;
      expect(simulation.covered).toBeCloseTo(awake / values.length, 10);
    }
  });
});

test('an episode has its times, its worst severity and its peak', async () => {
  const keeper = new Keeper();
  const at = (minute: number) => START_MS + minute * MINUTE_MS;
  for (let minute = 0; minute < 120; minute += 1) {
    keeper.put('disk.used:/', at(minute), minute >= 20 && minute < 50 ? (minute === 30 ? 0.97 : 0.9) : 0.5);
    keeper.put('disk.used:/srv', at(minute), 0.1);
  }
  const simulation = await simulateRule(rule({ metric: 'disk.used', levels: [HIGH_LEVEL, CRITICAL_LEVEL] }), {
    keeper,
    keys: ['disk.used:/', 'disk.used:/srv'],
    settings: SETTINGS,
    timeZone: 'UTC',
    toMs: at(120) + 1_234,
    lengthMs: 4 * HOUR_MS,
  });
  expect(simulation).toMatchObject({ fromMs: at(-120), toMs: at(120), covered: 0.5 });
  expect(simulation.episodes).toEqual([
    { metric: 'disk.used:/', severity: 'CRITICAL', firedAtMs: at(21), resolvedAtMs: at(51), peak: 0.97 },
  ]);
  expect(simulation.notifications.map(({ kind, atMs }) => `${kind} ${(atMs - START_MS) / MINUTE_MS}`)).toEqual([
    'alert 22',
    'alert 32',
    'resolved 51',
  ]);
});

test('nothing measured, nothing done', async () => {
  const input = { keeper: new Keeper(), keys: [], settings: SETTINGS, timeZone: 'UTC', toMs: START_MS };
  const simulation = await simulateRule(rule(), { ...input, lengthMs: DAY_MS });
  expect(simulation).toMatchObject({ covered: 0, episodes: [], notifications: [], suppressed: 0 });
});

test('a week of many metrics leaves the loop free', async () => {
  const keys = Array.from({ length: 3 }, (_, index) => `disk.used:/${index}`);
  const points = Array.from({ length: 7 * 24 * 60 }, (_, minute) => ({
    atMs: START_MS + minute * MINUTE_MS,
    ...{ count: 12, min: 0.5, avg: 0.5 + (minute % 40) / 100, max: 0.95 },
  }));
  let turns = 0;
  let over = false;
  const count = (): void => {
    turns += 1;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  const simulation = await simulateRule(rule({ metric: 'disk.used', aggregate: 'p95', windowSeconds: 3_600 }), {
    keeper: { minutes: async () => points },
    keys,
    settings: SETTINGS,
    timeZone: 'UTC',
    toMs: START_MS + 7 * DAY_MS,
  });
  over = true;
  expect(simulation.episodes.length).toBeGreaterThan(0);
  // One turn at the least for each ten milliseconds of work; how many there are depends on the machine.
  expect(turns).toBeGreaterThan(20);
});
