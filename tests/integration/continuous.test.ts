/** Continuous protection in a real core: real capture processes, real backups as bases, an application that writes. */
import { existsSync, readFileSync } from 'node:fs';
import type { HealthComponent } from '@shared/models';
import type { ContinuousStatus } from '@shared/recovery';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Core } from '../../electron/core/types';
import type { App } from '../helpers/app';
import { openStore } from '../../electron/store/open';
import { change, makeDatabase } from '../helpers/databases';
import { Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { until } from '../helpers/until';

const programs = builtPrograms();

/** Several starts of a core each: longer than other tests on a busy machine. */
const COURSE_MS = 90_000;

let place: Place;
let file: string;
/** Process ids of the captures, in the order they were started. */
let captures: number[];
let core: Core;
let databaseId: string;

beforeEach(async () => {
  place = await Place.make(programs);
  captures = [];
  file = makeDatabase(place.file('app.db'), { rows: 20 });
  core = await start();
  databaseId = (await core.addDatabase({ file, name: 'app' })).id;
  core.start();
});
afterEach(() => place.end());

const start = (): Promise<Core> =>
  place.core({ role: 'serve', home: place.file('home'), onCapture: (pid) => captures.push(pid) });

const status = (): ContinuousStatus => core.recovery.continuousOf(databaseId);
const is = (state: ContinuousStatus['state']): Promise<boolean> =>
  until(`the state ${state}`, () => status().state === state);
const open = (): string[] => core.problems(false).map(({ code }) => code);
const health = async (): Promise<HealthComponent['status'] | undefined> =>
  (await core.health()).find(({ component }) => component === 'continuous')?.status;

/** A process that has ended and was not asked for its end yet is none any more. */
const isAlive = (pid = 0): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** What the store knows of the log of the database, read while the core has it open. */
function generations() {
  const store = openStore(place.file('home/holdfast.sqlite'));
  try {
    return store.logs.generations(databaseId);
  } finally {
    store.close();
  }
}

/** As long as an application has it open, the WAL stays; where something is in it, a place in it can be found again. */
async function writingApp(): Promise<App> {
  const app = await place.app(file);
  await is('running');
  const before = status().transactions;
  await app.exec("INSERT INTO item (owner, title) VALUES (1, 'by an application')");
  await until('the transaction', () => status().transactions > before);
  return app;
}

test(
  'a database is covered once its log can be replayed on a proved restore point; a killed capture goes on without a gap',
  async () => {
    expect([status().state, await health()]).toEqual(['off', 'pass']);
    core.recovery.setContinuous(databaseId, true);
    expect(status().state).not.toBe('running');
    const app = await writingApp();
    expect([status().error, open(), await health()]).toEqual([null, [], 'pass']);
    expect(core.backups(databaseId).some(({ verified }) => verified)).toBe(true);
    const { since, transactions } = status();
    expect(Date.parse(since ?? '')).toBeGreaterThanOrEqual(Date.parse(generations()[0]?.startedAt ?? ''));

    process.kill(captures[0] ?? 0, 'SIGKILL');
    await is('waiting');
    expect([status().error?.code, await health()]).toEqual(['CONTINUOUS_FAILED', 'warn']);
    await app.exec("INSERT INTO item (owner, title) VALUES (1, 'while nobody looked')");
    await until('the transaction in the log', () => status().transactions === transactions + 1);
    expect([captures.length, status().state, status().since, open()]).toEqual([2, 'running', since, []]);
    expect([generations().length, core.problems(true)]).toEqual([1, []]);

    core.recovery.setContinuous(databaseId, false);
    expect(status().state).toBe('off');
    await until('the end of the log', () => generations().every(({ endedBecause }) => endedBecause === 'stopped'));
    expect([isAlive(captures[1]), captures.length, open()]).toEqual([false, 2, []]);
  },
  COURSE_MS,
);

test(
  'an orderly end is followed by the same log; leaving WAL mode is a problem until a new one is covered; a removal ends it',
  async () => {
    core.recovery.setContinuous(databaseId, true);
    const app = await writingApp();
    const { since } = status();
    await core.stop();
    expect([isAlive(captures[0]), generations().map(({ endedBecause }) => endedBecause)]).toEqual([false, ['stopped']]);
    await app.exec("INSERT INTO item (owner, title) VALUES (1, 'while Holdfast is away')");

    core = await start();
    expect([status().state, status().error?.code]).toEqual(['waiting', 'CONTINUOUS_FAILED']);
    core.start();
    await is('running');
    expect([status().since, generations().map(({ endedAt }) => endedAt), open()]).toEqual([since, [null], []]);
    const endOfLog = status().coveredUntil ?? '';
    await core.stop();
    await app.kill();
    change(file, 'PRAGMA journal_mode = DELETE');

    core = await start();
    core.start();
    await until('the problem', () => open().includes('CONTINUOUS_NOT_WAL'));
    expect([status().state, status().error?.code, await health()]).toEqual(['waiting', 'CONTINUOUS_NOT_WAL', 'warn']);
    change(file, 'PRAGMA journal_mode = WAL');
    core.wake();
    await is('running');
    expect(open()).toEqual([]);
    expect(Date.parse(status().since ?? '')).toBeGreaterThan(Date.parse(endOfLog));
    expect(generations().map(({ endedAt }) => endedAt === null)).toEqual([false, true]);

    await core.removeDatabase(databaseId);
    expect(status().state).toBe('off');
    await until('the end of the log', () => generations().every(({ endedAt }) => endedAt !== null));
    expect([isAlive(captures.at(-1)), open()]).toEqual([false, []]);
  },
  COURSE_MS,
);
