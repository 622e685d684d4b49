import type { ScheduledKind } from '@shared/models';
import Database from 'better-sqlite3';
import { DEFAULT_SCHEDULES } from '@shared/settings';
import { afterEach, expect, test } from 'vitest';
import { createScheduler, type Scheduler } from '../../../electron/backup/scheduler';
import { holdfastError } from '../../../electron/errors/holdfast-error';
import type { Store } from '../../../electron/store/open';
import { orders, scratchStore } from '../store/fixture';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SEOUL = 'Asia/Seoul';
const local = (wall: string) => Date.parse(`${wall}:00+09:00`);
const wallAt = (atMs: number) => new Date(atMs + 9 * HOUR_MS).toISOString().slice(0, 16);
// Thursday; the 1st of the month is the day before.
const START = local('2026-07-02T12:00');

const OFF = { enabled: false, cron: '0 0 1 1 *' };
const DAILY = { incremental: OFF, daily: { enabled: true, cron: '0 2 * * *' }, weekly: OFF, monthly: OFF };

interface Ran {
  database: string;
  kind: ScheduledKind;
  key: string;
  atMs: number;
}

/** A scheduler over a real store whose clock moves only when it is told to; its timer fires as the clock passes it. */
class Machine {
  nowMs: number;
  ran: Ran[] = [];
  problems: { code: string; databaseId: string | null }[] = [];
  /** What a run does; succeeds at once when it is left alone. */
  work: (ran: Ran) => Promise<void> = () => Promise.resolve();
  power: 'yes' | 'on-battery' = 'yes';
  coveredUntilMs: number | null = null;
  private timer: { atMs: number; fire: () => void } | null = null;
  private scheduler: Scheduler;
  readonly store: Store;

  constructor(store: Store, nowMs = START, timeZone = SEOUL) {
    this.store = store;
    this.nowMs = nowMs;
    this.scheduler = createScheduler({
      clock: { now: () => this.nowMs },
      arm: (atMs, fire) => {
        this.timer = { atMs, fire };
        return () => {
          this.timer = null;
        };
      },
      timeZone,
      databases: () => store.databases.list(),
      ledger: store.scheduleRuns,
      run: (database, kind, occurrence) => {
        const ran = { database, kind, key: occurrence.key, atMs: this.nowMs };
        this.ran.push(ran);
        return this.work(ran);
      },
      coveredUntilMs: () => this.coveredUntilMs,
      mayRun: () => this.power,
      report: (error, databaseId) => this.problems.push({ code: error.code, databaseId }),
    });
  }

  /** Lets what was started run until it waits for the clock. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }

  async wake(): Promise<void> {
    this.scheduler.wake();
    await this.settle();
  }

  /** The clock runs to `toMs`, timers firing on the way. */
  async runTo(toMs: number): Promise<void> {
    while (this.timer && this.timer.atMs <= toMs) {
      const { atMs, fire } = this.timer;
      this.nowMs = Math.max(this.nowMs, atMs);
      this.timer = null;
      fire();
      await this.settle();
    }
    this.nowMs = toMs;
  }

  /** The clock jumps: a sleep, or somebody sets it. Timers know nothing of it. */
  async jumpTo(toMs: number): Promise<void> {
    this.nowMs = toMs;
    await this.wake();
  }

  stop = () => this.scheduler.stop();
  next = (databaseId = orders.id) => this.scheduler.next(databaseId);
  armedAtMs = () => this.timer?.atMs ?? null;
  outcomes = () =>
    this.store.scheduleRuns.list(orders.id, 0).map((run) => `${run.kind} ${run.occurrence.key} ${run.outcome}`);
  keys = () => this.ran.map((ran) => `${ran.kind} ${ran.key}`);
}

const machines: Machine[] = [];
afterEach(async () => {
  for (const machine of machines.splice(0)) await machine.stop();
});

function machine(schedules = orders.schedules, nowMs = START, store = scratchStore(), timeZone = SEOUL): Machine {
  if (!store.databases.get(orders.id)) {
    store.databases.add({ ...orders, schedules, addedAt: new Date(nowMs).toISOString() });
  }
  const made = new Machine(store, nowMs, timeZone);
  machines.push(made);
  return made;
}

test('a month of the default schedules', async () => {
  const it = machine(DEFAULT_SCHEDULES);
  await it.wake();
  expect(it.next()).toEqual({ kind: 'daily', atMs: local('2026-07-03T02:00') });
  await it.runTo(local('2026-08-02T12:00'));
  const count = (kind: ScheduledKind) => it.ran.filter((ran) => ran.kind === kind).length;
  expect([count('daily'), count('weekly'), count('monthly')]).toEqual([31, 5, 1]);
  expect(it.ran.every((ran) => wallAt(ran.atMs) === ran.key)).toBe(true);
  expect(it.problems).toEqual([]);
});

test('nothing is made up for from before a database was added', async () => {
  const it = machine();
  await it.wake();
  expect(it.ran).toEqual([]);
});

test('after a week asleep one backup catches up, and serves all kinds that were missed', async () => {
  const it = machine(DEFAULT_SCHEDULES, local('2026-06-26T12:00'));
  await it.wake();
  await it.jumpTo(local('2026-07-03T09:00'));
  expect(it.keys()).toEqual(['monthly 2026-07-01T04:00']);
  expect(it.store.scheduleRuns.list(orders.id, 0).map((run) => [run.kind, run.occurrence.key, run.outcome])).toEqual([
    ['daily', '2026-07-03T02:00', 'covered'],
    ['monthly', '2026-07-01T04:00', 'done'],
    ['weekly', '2026-06-28T03:00', 'covered'],
  ]);
  await it.wake();
  await it.runTo(local('2026-07-04T01:59'));
  expect(it.ran).toHaveLength(1);
});

test('a restart neither repeats nor forgets a period', async () => {
  const first = machine(DAILY);
  await first.wake();
  await first.runTo(local('2026-07-03T02:30'));
  await first.stop();
  const second = machine(DAILY, local('2026-07-03T03:00'), first.store);
  await second.wake();
  expect(second.ran).toEqual([]);
  await second.stop();
  const third = machine(DAILY, local('2026-07-05T09:00'), first.store);
  await third.wake();
  expect(third.keys()).toEqual(['daily 2026-07-05T02:00']);
});

test('a clock that is set back does not run a period twice', async () => {
  const it = machine(DAILY);
  await it.wake();
  await it.runTo(local('2026-07-05T02:30'));
  await it.jumpTo(local('2026-07-03T01:00'));
  await it.runTo(local('2026-07-06T02:30'));
  expect(it.keys()).toEqual([3, 4, 5, 6].map((day) => `daily 2026-07-0${day}T02:00`));
});

test('a day that comes twice because its owner flew west is served once', async () => {
  const seoul = machine(DAILY);
  await seoul.wake();
  await seoul.runTo(local('2026-07-03T02:30'));
  await seoul.stop();
  const newYork = machine(DAILY, local('2026-07-03T03:00'), seoul.store, 'America/New_York');
  await newYork.wake();
  await newYork.runTo(Date.parse('2026-07-04T06:30Z'));
  expect(newYork.keys()).toEqual(['daily 2026-07-04T02:00']);
});

test('a clock that stood years ahead and is put right does not silence the schedule', async () => {
  const it = machine(DAILY, local('2030-01-01T12:00'));
  await it.wake();
  await it.runTo(local('2030-01-02T12:00'));
  await it.jumpTo(START);
  await it.runTo(local('2026-07-03T12:00'));
  expect(it.keys()).toEqual(['daily 2030-01-02T02:00', 'daily 2026-07-02T02:00', 'daily 2026-07-03T02:00']);
});

test.each([
  [
    'clocks jump over 02:30',
    '30 2 * * *',
    '2026-03-07T12:00Z',
    3,
    ['2026-03-08T02:30', '2026-03-09T02:30', '2026-03-10T02:30'],
  ],
  [
    'clocks show 01:30 twice',
    '30 1 * * *',
    '2026-10-31T12:00Z',
    3,
    ['2026-11-01T01:30', '2026-11-02T01:30', '2026-11-03T01:30'],
  ],
])('once a day when %s', async (_what, cron, from, days, keys) => {
  const nowMs = Date.parse(from);
  const it = machine({ ...DAILY, daily: { enabled: true, cron } }, nowMs, scratchStore(), 'America/New_York');
  await it.wake();
  for (let minutes = 0; minutes < days * 24 * 60; minutes += 10) {
    await it.runTo(nowMs + minutes * MINUTE_MS);
    await it.wake();
  }
  expect(it.ran.map((ran) => ran.key)).toEqual(keys);
});

test('it never waits long, so that a clock that jumps is noticed without being told', async () => {
  const it = machine(DAILY);
  await it.wake();
  expect((it.armedAtMs() ?? 0) - it.nowMs).toBe(15 * MINUTE_MS);
  await it.runTo(local('2026-07-03T01:55'));
  expect(it.armedAtMs()).toBe(local('2026-07-03T02:00'));
});

test('a failed run is tried again after 1, 5 and 15 minutes, then with the next period', async () => {
  const it = machine(DAILY);
  it.work = () => Promise.reject(holdfastError('DISK_FULL'));
  await it.wake();
  await it.runTo(local('2026-07-03T02:00'));
  expect(it.next()).toEqual({ kind: 'daily', atMs: local('2026-07-03T02:01') });
  await it.runTo(local('2026-07-04T01:59'));
  expect(it.ran.map((ran) => wallAt(ran.atMs).slice(11))).toEqual(['02:00', '02:01', '02:06', '02:21']);
  expect(it.next()).toEqual({ kind: 'daily', atMs: local('2026-07-04T02:00') });
  expect(it.store.scheduleRuns.list(orders.id, 0)).toMatchObject([{ outcome: 'failed' }]);
  it.work = () => Promise.resolve();
  await it.runTo(local('2026-07-04T02:00'));
  expect(it.keys().at(-1)).toBe('daily 2026-07-04T02:00');
  expect(it.ran).toHaveLength(5);
});

test('a retry that succeeds serves the period', async () => {
  const it = machine(DAILY);
  it.work = () => (it.ran.length < 3 ? Promise.reject(holdfastError('DATABASE_LOCKED')) : Promise.resolve());
  await it.wake();
  await it.runTo(local('2026-07-03T12:00'));
  expect(it.ran).toHaveLength(3);
  expect(it.store.scheduleRuns.list(orders.id, 0)).toMatchObject([{ outcome: 'done' }]);
});

test('what was given up is tried once more on waking, but not at every look', async () => {
  const it = machine(DAILY);
  it.work = () => Promise.reject(holdfastError('BACKUP_FOLDER_UNUSABLE'));
  await it.wake();
  await it.runTo(local('2026-07-03T02:30'));
  await it.wake();
  expect(it.ran).toHaveLength(4);
  await it.jumpTo(local('2026-07-03T08:00'));
  await it.wake();
  await it.wake();
  expect(it.ran).toHaveLength(5);
});

test('a cancelled run is not started again by itself', async () => {
  const it = machine(DAILY);
  it.work = () => Promise.reject(holdfastError('CANCELLED'));
  await it.wake();
  await it.runTo(local('2026-07-03T20:00'));
  expect(it.ran).toHaveLength(1);
});

test('a period that comes while another is being retried is tried at once', async () => {
  const it = machine({ ...DAILY, weekly: { enabled: true, cron: '3 2 * * 5' } });
  it.work = () => Promise.reject(holdfastError('IO_ERROR'));
  await it.wake();
  await it.runTo(local('2026-07-03T02:03'));
  expect(it.keys().map((key) => key.split(' ')[0])).toEqual(['daily', 'daily', 'weekly']);
});

test('one database that hangs and one that fails do not keep the others waiting', async () => {
  const it = machine(DAILY);
  it.store.databases.add({
    ...orders,
    id: 'hangs',
    name: 'hangs',
    path: '/h',
    schedules: DAILY,
    addedAt: new Date(START).toISOString(),
  });
  it.store.databases.add({
    ...orders,
    id: 'well',
    name: 'well',
    path: '/w',
    schedules: DAILY,
    addedAt: new Date(START).toISOString(),
  });
  let release = () => {};
  it.work = ({ database }) => {
    if (database === 'hangs') return new Promise((resolve) => (release = resolve));
    return database === 'well' ? Promise.resolve() : Promise.reject(new Error('broken'));
  };
  await it.wake();
  await it.runTo(local('2026-07-05T12:00'));
  const runs = (id: string) => it.ran.filter((ran) => ran.database === id).length;
  expect([runs('hangs'), runs('well'), runs(orders.id)]).toEqual([1, 3, 12]);
  release();
  await it.settle();
  // The newest of the two periods that passed meanwhile.
  expect(it.ran.filter((ran) => ran.database === 'hangs').map((ran) => ran.key)).toEqual([
    '2026-07-03T02:00',
    '2026-07-05T02:00',
  ]);
  release();
});

test('an expression that cannot be read is reported and takes nothing else with it', async () => {
  const it = machine({ ...DAILY, weekly: { enabled: true, cron: '99 * * * *' } });
  await it.wake();
  await it.runTo(local('2026-07-03T02:00'));
  expect(it.keys()).toEqual(['daily 2026-07-03T02:00']);
  expect(it.problems[0]).toEqual({ code: 'SETTING_INVALID', databaseId: orders.id });
});

test('an edited schedule counts from its edit', async () => {
  const it = machine(DAILY);
  await it.wake();
  await it.runTo(local('2026-07-03T06:00'));
  const edited = { ...DAILY, daily: { enabled: true, cron: '0 5 * * *' } };
  it.store.databases.setSchedules(orders.id, edited, new Date(it.nowMs).toISOString());
  await it.wake();
  expect(it.next()).toEqual({ kind: 'daily', atMs: local('2026-07-04T05:00') });
  expect(it.ran).toHaveLength(1);
  it.store.databases.setSchedules(orders.id, { ...DAILY, daily: OFF }, new Date(it.nowMs).toISOString());
  await it.wake();
  expect(it.next()).toBeNull();
});

test('a success that cannot be recorded waits as after a failure', async () => {
  const it = machine(DAILY);
  await it.wake();
  await it.runTo(local('2026-07-03T01:59'));
  const other = new Database(it.store.file);
  other.exec("CREATE TRIGGER refuse BEFORE INSERT ON schedule_runs BEGIN SELECT RAISE(ABORT, 'refused'); END");
  await it.runTo(local('2026-07-03T02:05'));
  expect(it.ran).toHaveLength(2);
  expect(it.problems[0]).toEqual({ code: 'INTERNAL', databaseId: orders.id });
  other.exec('DROP TRIGGER refuse');
  other.close();
  await it.runTo(local('2026-07-03T12:00'));
  expect(it.ran).toHaveLength(3);
});

test('stopping waits for the run in hand, records it, and starts nothing more', async () => {
  const it = machine(DAILY);
  let release = () => {};
  it.work = () => new Promise((resolve) => (release = resolve));
  await it.wake();
  await it.runTo(local('2026-07-03T02:00'));
  let stopped = false;
  const stopping = (async () => {
    await it.stop();
    stopped = true;
  })();
  await it.settle();
  expect(stopped).toBe(false);
  release();
  await stopping;
  expect(it.store.scheduleRuns.isServed(orders.id, 'daily', '2026-07-03T02:00')).toBe(true);
  expect(it.armedAtMs()).toBeNull();
  await it.wake();
  expect(it.armedAtMs()).toBeNull();
});

test('a run that ends because everything ends is not a failure, and is due again at the next start', async () => {
  const it = machine(DAILY);
  let fail: (error: Error) => void = () => {};
  it.work = () => new Promise((_resolve, reject) => (fail = reject));
  await it.wake();
  await it.runTo(local('2026-07-03T02:00'));
  const stopping = it.stop();
  fail(holdfastError('CANCELLED'));
  await stopping;
  expect(it.store.scheduleRuns.list(orders.id, 0)).toEqual([]);
  const again = machine(DAILY, local('2026-07-03T02:10'), it.store);
  await again.wake();
  expect(again.keys()).toEqual(['daily 2026-07-03T02:00']);
});

test('with the real timer a due backup starts by itself', async () => {
  const store = scratchStore();
  store.databases.add({ ...orders, schedules: DAILY, addedAt: new Date(START).toISOString() });
  // The clock stands one real second before the period; node-schedule waits for the real one.
  const aheadMs = local('2026-07-03T02:00') - (Date.now() + 1_500);
  const ran = await new Promise<string>((resolve) => {
    const scheduler = createScheduler({
      clock: { now: () => Date.now() + aheadMs },
      timeZone: SEOUL,
      databases: () => store.databases.list(),
      ledger: store.scheduleRuns,
      run: (_id, _kind, { key }) => {
        resolve(key);
        void scheduler.stop();
        return Promise.resolve();
      },
      report: () => {},
    });
    scheduler.wake();
  });
  expect(ran).toBe('2026-07-03T02:00');
});

const QUARTERS = { ...DAILY, incremental: { enabled: true, cron: '*/15 * * * *' } };

test('interval points: one a quarter of an hour, and the daily backup serves the one that is due with it', async () => {
  const it = machine(QUARTERS, local('2026-07-03T01:40'));
  await it.wake();
  await it.runTo(local('2026-07-03T02:20'));
  expect(it.keys()).toEqual(['incremental 2026-07-03T01:45', 'daily 2026-07-03T02:00', 'incremental 2026-07-03T02:15']);
  expect(it.outcomes()).toContain('incremental 2026-07-03T02:00 covered');
});

test('a run that finds nothing changed is served, no failure and no problem, and is not tried again', async () => {
  const it = machine(
    { ...QUARTERS, daily: { enabled: true, cron: '0 2 * * *', changesOnly: true } },
    local('2026-07-03T01:50'),
  );
  it.work = () => Promise.reject(holdfastError('NOTHING_CHANGED', { params: { pointId: 'p' } }));
  await it.wake();
  await it.runTo(local('2026-07-03T02:20'));
  expect(it.keys()).toEqual(['daily 2026-07-03T02:00', 'incremental 2026-07-03T02:15']);
  expect(it.outcomes().toSorted()).toEqual([
    'daily 2026-07-03T02:00 unchanged',
    'incremental 2026-07-03T02:00 unchanged',
    'incremental 2026-07-03T02:15 unchanged',
  ]);
  expect(it.problems).toEqual([]);
});

test('an interval that passed while the database was backed up otherwise is not made up for', async () => {
  const it = machine(QUARTERS, local('2026-07-03T08:50'));
  await it.wake();
  // Asleep over 09:00 and 09:15; somebody backs up by hand at 09:20, before the scheduler looks.
  it.coveredUntilMs = local('2026-07-03T09:20');
  await it.jumpTo(local('2026-07-03T09:21'));
  expect(it.ran).toEqual([]);
  expect(it.outcomes()).toEqual(['incremental 2026-07-03T09:15 covered']);
  await it.runTo(local('2026-07-03T09:30'));
  expect(it.keys()).toEqual(['incremental 2026-07-03T09:30']);
});

test.each([
  ['a backup before the interval', '2026-07-03T09:14'],
  ['a backup that a clock ahead has dated', '2026-07-03T09:22'],
])('%s does not serve it', async (_what, covered) => {
  const it = machine(QUARTERS, local('2026-07-03T08:50'));
  await it.wake();
  it.coveredUntilMs = local(covered);
  await it.jumpTo(local('2026-07-03T09:21'));
  expect(it.keys()).toEqual(['incremental 2026-07-03T09:15']);
});

test('a daily backup is never taken as made because something else was', async () => {
  const it = machine(DAILY);
  await it.wake();
  it.coveredUntilMs = local('2026-07-03T02:00');
  await it.runTo(local('2026-07-03T02:00'));
  expect(it.keys()).toEqual(['daily 2026-07-03T02:00']);
});

test('on battery what is due waits, is no failure, and is made up for once within a quarter of an hour of power', async () => {
  const it = machine({ ...DEFAULT_SCHEDULES, incremental: { enabled: true, cron: '0 * * * *' } });
  it.power = 'on-battery';
  await it.wake();
  await it.runTo(local('2026-07-05T04:10'));
  expect([it.ran, it.outcomes(), it.problems]).toEqual([[], [], []]);
  expect((it.armedAtMs() ?? 0) - it.nowMs).toBeLessThanOrEqual(15 * MINUTE_MS);
  it.power = 'yes';
  await it.runTo(local('2026-07-05T04:25'));
  expect(it.keys()).toEqual(['weekly 2026-07-05T03:00']);
  expect(it.outcomes().toSorted()).toEqual([
    'daily 2026-07-05T02:00 covered',
    'incremental 2026-07-05T04:00 covered',
    'weekly 2026-07-05T03:00 done',
  ]);
});

test('a run that was begun on power ends, and is recorded, on battery', async () => {
  const it = machine(DAILY);
  let release = () => {};
  it.work = () => new Promise((resolve) => (release = resolve));
  await it.wake();
  await it.runTo(local('2026-07-03T02:00'));
  it.power = 'on-battery';
  release();
  await it.settle();
  expect(it.outcomes()).toEqual(['daily 2026-07-03T02:00 done']);
});

const ALL = { ...DEFAULT_SCHEDULES, incremental: { enabled: true, cron: '*/15 * * * *' } };
// From Thursday 2026-07-02 12:00 in Seoul, all that was due until then served.
test.each<[what: string, jumps: string[], ran: string[]]>([
  ['asleep for six hours', ['2026-07-02T18:05'], ['incremental 2026-07-02T18:00']],
  ['asleep over a night', ['2026-07-03T07:10'], ['daily 2026-07-03T02:00']],
  ['asleep for three weeks', ['2026-07-23T09:00'], ['weekly 2026-07-19T03:00']],
  ['asleep over the first of a month', ['2026-08-05T09:00'], ['monthly 2026-08-01T04:00']],
  ['the clock is set an hour ahead', ['2026-07-02T13:00'], ['incremental 2026-07-02T13:00']],
  [
    'an hour ahead and back again: what was served is served',
    ['2026-07-02T13:00', '2026-07-02T12:02'],
    ['incremental 2026-07-02T13:00'],
  ],
  [
    'a year ahead and back: one run there, one on coming back, none twice',
    ['2027-07-02T12:00', '2026-07-02T12:16', '2026-07-02T12:17'],
    ['monthly 2027-07-01T04:00', 'incremental 2026-07-02T12:15'],
  ],
  // Since when the schedules count is not known then: one backup too many rather than none for a year.
  ['a year back', ['2025-07-02T12:16'], ['monthly 2025-07-01T04:00']],
])('%s', async (_what, jumps, ran) => {
  const it = machine(ALL);
  await it.wake();
  for (const to of jumps) await it.jumpTo(local(to));
  // Looks that follow at once find nothing more.
  await it.wake();
  expect(it.keys()).toEqual(ran);
});

test.each<[cron: string, zone: string, from: string, to: string, keys: string[]]>([
  ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-30T12:00Z', ['2026-03-29T02:30', '2026-03-30T02:30']],
  ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', '2026-10-26T12:00Z', ['2026-10-25T02:30', '2026-10-26T02:30']],
  [
    '30 2 * * *',
    'America/New_York',
    '2026-03-07T12:00Z',
    '2026-03-09T12:00Z',
    ['2026-03-08T02:30', '2026-03-09T02:30'],
  ],
  [
    '30 1 * * *',
    'America/New_York',
    '2026-10-31T12:00Z',
    '2026-11-02T12:00Z',
    ['2026-11-01T01:30', '2026-11-02T01:30'],
  ],
  ['30 2 * * *', 'Asia/Seoul', '2026-03-28T00:00Z', '2026-03-30T00:00Z', ['2026-03-29T02:30', '2026-03-30T02:30']],
  [
    '15 2 * * *',
    'Australia/Lord_Howe',
    '2026-10-03T00:00Z',
    '2026-10-05T00:00Z',
    ['2026-10-04T02:15', '2026-10-05T02:15'],
  ],
  [
    '45 1 * * *',
    'Australia/Lord_Howe',
    '2026-04-04T00:00Z',
    '2026-04-06T00:00Z',
    ['2026-04-05T01:45', '2026-04-06T01:45'],
  ],
  ['0 4 31 * *', 'Asia/Seoul', '2026-01-31T00:00Z', '2026-06-30T00:00Z', ['2026-03-31T04:00', '2026-05-31T04:00']],
])('%s in %s from %s: each local period once', async (cron, zone, from, to, keys) => {
  const it = machine({ ...DAILY, daily: { enabled: true, cron } }, Date.parse(from), scratchStore(), zone);
  await it.wake();
  await it.runTo(Date.parse(to));
  expect(it.ran.map(({ key }) => key)).toEqual(keys);
});
