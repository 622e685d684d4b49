/** A whole year, minute by minute, in a zone whose clocks change: each local period has exactly one run. */
import type { ScheduledKind } from '@shared/models';
import { DEFAULT_SCHEDULES } from '@shared/settings';
import { expect, test } from 'vitest';
import { createScheduler, type SchedulerParts } from '../../../electron/backup/scheduler';
import type { ScheduleRun } from '../../../electron/store/schedule-runs';

const MINUTE_MS = 60_000;

/** What the ledger of the store keeps, in memory: half a million looks at a file would take minutes. */
function memoryLedger(): SchedulerParts['ledger'] & { runs: Map<string, ScheduleRun> } {
  const runs = new Map<string, ScheduleRun>();
  const newest = new Map<ScheduledKind, ScheduleRun>();
  return {
    runs,
    latest: (_id, kind) => newest.get(kind)?.occurrence ?? null,
    isServed: (_id, kind, key) => runs.has(`${kind} ${key}`),
    record: (run) => {
      expect(runs.has(`${run.kind} ${run.occurrence.key}`)).toBe(false);
      runs.set(`${run.kind} ${run.occurrence.key}`, run);
      newest.set(run.kind, run);
    },
  };
}

test('in Berlin', async () => {
  const timeZone = 'Europe/Berlin';
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  const fromMs = Date.parse('2026-01-10T00:00:30Z');
  const untilMs = Date.parse('2027-01-10T00:00:00Z');
  let nowMs = fromMs;
  let running = 0;
  let timer: { atMs: number; fire: () => void } | null = null as { atMs: number; fire: () => void } | null;
  const ledger = memoryLedger();
  const since = new Date(fromMs).toISOString();
  const database = {
    id: 'db',
    schedules: { ...DEFAULT_SCHEDULES, incremental: { enabled: true, cron: '5 */2 * * *' } },
    schedulesSince: { incremental: since, daily: since, weekly: since, monthly: since },
  };
  const scheduler = createScheduler({
    clock: { now: () => nowMs },
    arm: (atMs, fire) => {
      timer = { atMs, fire };
      return () => (timer = null);
    },
    timeZone,
    databases: () => [database],
    ledger,
    run: () => {
      running++;
      return Promise.resolve();
    },
    report: (error) => expect.fail(error.detail),
  });
  // What clocks on the wall show, asked of another part of the runtime than the scheduler asks.
  const shown = {
    hours: new Set<string>(),
    days: new Set<string>(),
    sundays: new Set<string>(),
    months: new Set<string>(),
  };
  scheduler.wake();
  for (; nowMs < untilMs; nowMs += MINUTE_MS) {
    const before = running;
    if (timer && timer.atMs <= nowMs) timer.fire();
    if (running > before) for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    const minute = new Date(nowMs).getUTCMinutes();
    // Five past is enough: clocks change at the full hour.
    if (minute !== 5) continue;
    const [date = '', time = ''] = format.format(nowMs).split(', ');
    if (Number(time.slice(0, 2)) % 2 === 0) shown.hours.add(`${date} ${time}`);
    if (time >= '02:00') shown.days.add(date);
    if (time >= '03:00' && new Date(`${date}T00:00:00Z`).getUTCDay() === 0) shown.sundays.add(date);
    if (time >= '04:00' && date.endsWith('-01')) shown.months.add(date);
  }
  await scheduler.stop();
  const served = (kind: ScheduledKind) => [...ledger.runs.values()].filter((run) => run.kind === kind).length;
  // The first day began before the schedule was set.
  const daysBefore = format.format(fromMs) >= `${format.format(fromMs).slice(0, 10)}, 02:00` ? 1 : 0;
  expect(served('daily')).toBe(shown.days.size - daysBefore);
  expect(served('weekly')).toBe(shown.sundays.size);
  expect(served('monthly')).toBe(shown.months.size);
  // 02:05 of 29 March is shown by no clock: it falls due at 03:05.
  expect(served('incremental')).toBe(shown.hours.size + 1);
  expect([served('daily'), served('weekly'), served('monthly')]).toEqual([365, 52, 12]);
});
