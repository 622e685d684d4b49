/** Schedules over real jobs: what is due at once runs one after the other, and is recorded as what it was. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createScheduler } from '../../electron/backup/scheduler';
import { openStore } from '../../electron/store/open';
import { change, makeDatabase } from '../helpers/databases';
import { Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { until } from '../helpers/until';

const programs = builtPrograms();
const OFF = { enabled: false, cron: '0 0 1 1 *' };
const START = Date.parse('2026-07-02T12:00:00Z');
const DAY_MS = 24 * 3_600_000;

let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

it('two databases that are due at once: one job after the other, each once, and nothing changed is no failure', async () => {
  const core = await place.core();
  // The clock of the scheduler is the test's; its ledger is a store of its own.
  let nowMs = START;
  const store = openStore(place.file('ledger.sqlite'));
  const schedules = {
    incremental: { enabled: true, cron: '*/15 * * * *' },
    daily: { enabled: true, cron: '0 2 * * *' },
    weekly: OFF,
    monthly: OFF,
  };
  const lives = ['one', 'two'].map((name) => makeDatabase(place.file(`${name}.db`)));
  for (const file of lives) {
    const database = await core.addDatabase({ file });
    store.databases.add({ ...database, schedules, addedAt: new Date(START).toISOString() });
  }
  const ids = core.databases().map(({ id }) => id);
  const ended: string[] = [];
  let most = 0;
  const stop = core.on('changed', () => {
    most = Math.max(most, core.jobs().filter(({ phase }) => phase !== 'queued').length);
  });
  const scheduler = createScheduler({
    clock: { now: () => nowMs },
    arm: () => () => undefined,
    timeZone: 'UTC',
    databases: () => store.databases.list(),
    ledger: store.scheduleRuns,
    run: async (databaseId, kind) => {
      try {
        await core.startBackup(databaseId, kind).done;
      } finally {
        ended.push(`${core.databases().find(({ id }) => id === databaseId)?.name ?? ''} ${kind}`);
      }
    },
    report: (error) => expect.fail(error.message),
  });
  const outcomes = () =>
    ids.map((id) => store.scheduleRuns.list(id, 0).map((run) => `${run.kind} ${run.occurrence.key} ${run.outcome}`));
  const moveTo = async (atMs: number, runs: number): Promise<void> => {
    nowMs = atMs;
    scheduler.wake();
    await until('the runs to end', () => ended.length === runs && core.jobs().length === 0);
  };
  try {
    // Asleep over a day and more: both kinds of both databases are due.
    await moveTo(START + DAY_MS + 60_000, 2);
    expect(ended).toEqual(['one daily', 'two daily']);
    expect(core.jobs()).toEqual([]);
    // One of them changed, in one nothing did.
    change(lives[0] ?? '', "UPDATE item SET title = 'changed' WHERE id = 1");
    await moveTo(nowMs + 15 * 60_000, 4);
    expect(ended.slice(2).toSorted()).toEqual(['one incremental', 'two incremental']);
    scheduler.wake();
    await scheduler.stop();
    expect(ended).toHaveLength(4);
    const [one, two] = outcomes();
    expect(one).toEqual([
      'incremental 2026-07-03T12:15 done',
      'daily 2026-07-03T02:00 done',
      'incremental 2026-07-03T12:00 covered',
    ]);
    expect(two).toEqual([
      'incremental 2026-07-03T12:15 unchanged',
      'daily 2026-07-03T02:00 done',
      'incremental 2026-07-03T12:00 covered',
    ]);
    expect(
      core
        .backups()
        .map(({ database, form }) => `${database} ${form}`)
        .toSorted(),
    ).toEqual(['one changes', 'one full', 'two full']);
    // Nothing changed is no failure.
    expect(core.problems(false)).toEqual([]);
    expect(most).toBe(1);
  } finally {
    stop();
    store.close();
  }
});
