import { expect, test } from 'vitest';
import type { RunOutcome } from '../../../electron/store/schedule-runs';
import { orders, scratchStore } from './fixture';

const DAY_MS = 24 * 3_600_000;

function filled() {
  const store = scratchStore();
  store.databases.add(orders);
  const record = (day: number, outcome: RunOutcome) =>
    store.scheduleRuns.record({
      databaseId: orders.id,
      kind: 'daily',
      occurrence: { key: `2026-05-0${day}T02:00`, atMs: day * DAY_MS },
      atMs: day * DAY_MS + 5,
      outcome,
    });
  return { runs: store.scheduleRuns, record, file: store.file, store };
}

test('the latest served period is found; failed ones are not served', () => {
  const { runs, record } = filled();
  record(1, 'done');
  record(2, 'covered');
  record(3, 'failed');
  expect(runs.latest(orders.id, 'daily', 9 * DAY_MS)).toEqual({ key: '2026-05-02T02:00', atMs: 2 * DAY_MS });
  expect(runs.latest(orders.id, 'weekly', 9 * DAY_MS)).toBeNull();
  expect(runs.isServed(orders.id, 'daily', '2026-05-02T02:00')).toBe(true);
  expect(runs.isServed(orders.id, 'daily', '2026-05-03T02:00')).toBe(false);
  expect(runs.isServed(orders.id, 'daily', '2026-05-04T02:00')).toBe(false);
});

test('what was served while the clock stood in the future does not count as the latest', () => {
  const { runs, record } = filled();
  record(1, 'done');
  record(9, 'done');
  expect(runs.latest(orders.id, 'daily', 2 * DAY_MS)?.key).toBe('2026-05-01T02:00');
  expect(runs.isServed(orders.id, 'daily', '2026-05-09T02:00')).toBe(true);
});

test('a failed period can be served later, a served one stays served', () => {
  const { runs, record } = filled();
  record(1, 'failed');
  record(1, 'done');
  record(1, 'failed');
  expect(runs.list(orders.id, 0)).toMatchObject([{ outcome: 'done' }]);
});

test('it is all there after a restart', () => {
  const { record, store, file } = filled();
  record(1, 'done');
  store.close();
  expect(scratchStore(file).scheduleRuns.isServed(orders.id, 'daily', '2026-05-01T02:00')).toBe(true);
});

test('runs are listed newest first from a moment on, and old ones are let go', () => {
  const { runs, record } = filled();
  record(1, 'done');
  record(2, 'failed');
  expect(runs.list(orders.id, 0).map((run) => run.occurrence.key)).toEqual(['2026-05-02T02:00', '2026-05-01T02:00']);
  expect(runs.list(orders.id, 2 * DAY_MS)).toHaveLength(1);
  const later = { key: '2027-07-01T02:00', atMs: 402 * DAY_MS };
  runs.record({ databaseId: orders.id, kind: 'daily', occurrence: later, atMs: later.atMs, outcome: 'done' });
  expect(runs.list(orders.id, 0).map((run) => run.occurrence.key)).toEqual(['2027-07-01T02:00', '2026-05-02T02:00']);
});
