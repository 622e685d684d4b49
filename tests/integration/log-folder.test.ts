/** The folders of the log are the truth: the store is rebuilt from their files, drills replay them, retention lets them go. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GuardedDatabase } from '@shared/models';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { homeMark } from '../../electron/backup/naming';
import { finishErasingLogs, letGoOfLogs } from '../../electron/continuous/erase-log';
import { logFolder } from '../../electron/continuous/log-names';
import type { CoreContext } from '../../electron/core/context';
import { createCore } from '../../electron/core/core';
import type { Core } from '../../electron/core/types';
import type { Store } from '../../electron/store/open';
import { inThisProcess } from '../helpers/backup-service';
import { type MadeLink, writeChain } from '../helpers/chains';
import { flipBit } from '../helpers/damage';
import { Place } from '../helpers/engine';
import { until } from '../helpers/until';
import { GENERATION, LoggedDatabase, type MadeSegment, untilOf, writeLog } from '../helpers/logs';

let place: Place;
let core: Core;
let live: LoggedDatabase;
let database: GuardedDatabase;
let base: MadeLink;
let segments: MadeSegment[];

const PINNED = 3;
const HOUR_MS = 3_600_000;

beforeEach(async () => {
  place = await Place.make({ job: '', cli: '', capture: '' });
  const home = place.file('home');
  const file = place.file('shop.db');
  live = new LoggedDatabase(file, 4096, 'CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT)');
  for (let number = 1; number <= 10; number++) live.commit(insert(number));
  // Jobs run in this process, and open it.
  live.close();
  core = await makeCore();
  database = await core.addDatabase({ file, name: 'shop' });
  const [made] = writeChain(
    join(core.settings().backupFolder, 'shop'),
    [live.transactions[PINNED - 1]?.image ?? live.before],
    {
      name: 'shop',
      forge: {
        0: {
          manifest: (one) => ({
            ...one,
            home: homeMark(home),
            database: { id: database.id, name: 'shop', path: file },
          }),
        },
      },
    },
  );
  if (!made) throw new Error('no base');
  base = made;
  segments = writeLog(logFolder(core.settings().backupFolder, 'shop'), 4096, live.transactions, [3, 3, 3], {
    ...{ name: 'shop', databaseId: database.id, path: database.path, home: homeMark(core.home) },
    bases: [noted(base.manifest.id)],
  });
});
afterEach(async () => {
  await core.stop();
  await place.end();
});

const makeCore = (): Promise<Core> => {
  const home = place.file('home');
  return createCore({
    ...{ home, role: 'command', helperThreads: 'inline', defaultBackupFolder: join(home, 'backups') },
    launchJob: inThisProcess(() => undefined),
  });
};
const insert = (number: number) => `INSERT INTO item (text) VALUES ('row ${number}' || hex(randomblob(50)))`;
const noted = (pointId: string) => ({
  ...{ pointId, generationId: GENERATION, replayFrom: PINNED - 1, usableFrom: PINNED + 1 },
  usableAt: new Date(untilOf(PINNED + 1)).toISOString(),
});

/** What the parts of the core share; a test of them looks behind it. */
const inside = (): CoreContext => (core as unknown as { context: CoreContext }).context;
const logs = (): Store['logs'] => inside().store.logs;
const states = () =>
  logs()
    .segments(database.id)
    .map(({ number, state }) => `${number} ${state}`);
const ranges = () =>
  core.recovery.timeline(database.id).ranges.map(({ fromAt, untilAt, transactions }) => ({
    fromAt,
    untilAt,
    transactions,
  }));
const at = (number: number): string => new Date(untilOf(number)).toISOString();
const openCodes = () => core.problems(false).map(({ code }) => code);

async function contentAt(moment: string): Promise<Buffer> {
  const target = place.file(`at-${Date.parse(moment)}.db`);
  await core.saveCopy({ databaseId: database.id, at: moment }, target, false).done;
  return readFileSync(target);
}

describe('a rebuild of the catalogue', () => {
  it('takes in generation, segments and bases from the files alone, with the one that was never sealed', async () => {
    expect(logs().generations(database.id)).toEqual([]);
    const report = await core.rebuildCatalogue();
    expect(report).toMatchObject({ found: 1, foreign: [], damaged: [] });
    expect(logs().generations(database.id)).toMatchObject([
      { id: GENERATION, lastTransaction: 10, untilAt: at(10), endedBecause: 'interrupted', otherHome: null },
    ]);
    expect(states()).toEqual(['1 proved', '2 proved', '3 proved']);
    expect(logs().bases(database.id)).toEqual([noted(base.manifest.id)]);
    expect(ranges()).toEqual([{ fromAt: at(PINNED + 1), untilAt: at(10), transactions: 6 }]);
    for (const number of [4, 7, 9, 10]) {
      expect((await contentAt(at(number))).equals(live.transactions[number - 1]?.image ?? Buffer.alloc(0))).toBe(true);
    }
    // The second time there is nothing new.
    await core.rebuildCatalogue();
    expect(states()).toEqual(['1 proved', '2 proved', '3 proved']);
    expect(openCodes()).toEqual([]);
  });

  it('lists what is foreign or damaged, and touches neither', async () => {
    const [, two, three] = segments;
    if (!two || !three) throw new Error('no segments');
    const folder = logFolder(core.settings().backupFolder, 'shop');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    mkdirSync(join(folder, 'old'));
    flipBit(two.file, Math.floor(two.bytes.length / 2));
    const before = readFileSync(two.file);
    const report = await core.rebuildCatalogue();
    expect(report.foreign.toSorted()).toEqual([join(folder, 'notes.txt'), join(folder, 'old')]);
    expect(report.damaged).toEqual([two.file]);
    expect(readFileSync(two.file).equals(before)).toBe(true);
    expect(states()).toEqual(['1 proved', '3 proved']);
    expect(ranges()).toEqual([]);
  });

  it('finds what became damaged, what is gone, and what is back', async () => {
    await core.rebuildCatalogue();
    const [one, two] = segments;
    if (!one || !two) throw new Error('no segments');
    flipBit(two.file, 60);
    renameSync(one.file, place.file('away'));
    const report = await core.rebuildCatalogue();
    expect(report).toMatchObject({ missing: 1, damaged: [two.file] });
    expect(states()).toEqual(['1 missing', '2 failed', '3 proved']);
    expect(openCodes()).toContain('LOG_DAMAGED');
    writeFileSync(two.file, two.bytes);
    renameSync(place.file('away'), one.file);
    await core.rebuildCatalogue();
    expect(states()).toEqual(['1 proved', '2 proved', '3 proved']);
  });

  it('is not needed for what a crash kept from the store: the next start takes it in', async () => {
    await core.rebuildCatalogue();
    logs().removeSegment(`${GENERATION}-2`);
    expect(ranges()).toEqual([]);
    await core.stop();
    core = await makeCore();
    // A job that is not waited for.
    await until('segment 2 is known again', () => logs().segmentOf(GENERATION, 2));
    expect(ranges()).toEqual([{ fromAt: at(PINNED + 1), untilAt: at(10), transactions: 6 }]);
  });

  it('takes another whole segment in the place of one that is known for damage', async () => {
    await core.rebuildCatalogue();
    const forged = writeLog(place.file('other'), 4096, live.transactions.toReversed(), [3, 3, 3], { name: 'shop' });
    copyFileSync(forged[1]?.file ?? '', segments[1]?.file ?? '');
    await core.rebuildCatalogue();
    expect(states()).toEqual(['1 proved', '2 failed', '3 proved']);
  });
});

describe('a drill', () => {
  it('replays the log, says to where, and marks what it read', async () => {
    await core.rebuildCatalogue();
    const drill = await core.copying.drill(database.id).done;
    expect(drill.outcome).toBe('passed');
    const replayed = drill.results.at(-1);
    expect(replayed?.checks.map(({ step }) => step)).toContain('log');
    expect(replayed?.tables[0]).toMatchObject({ table: 'item' });
    const number = (Date.parse(replayed?.pointAt ?? '') - untilOf(0)) / 1000;
    expect(replayed?.tables[0]?.rows).toBe(number);
    // Segment 1 holds the transaction after `replayFrom`, and is read each time.
    expect(states()[0]).toBe('1 replayed');
  });

  it('fails when the log does not come back', async () => {
    await core.rebuildCatalogue();
    const one = segments[0];
    if (!one) throw new Error('no segment');
    flipBit(one.file, Math.floor(one.bytes.length / 2));
    const drill = await core.copying.drill(database.id).done;
    expect(drill.outcome).toBe('failed');
    expect(drill.results.map(({ outcome }) => outcome)).toEqual(['passed', 'failed']);
    expect(drill.results[1]?.error).toMatchObject({ code: 'LOG_DAMAGED', params: { path: one.file } });
    expect(states()[0]).toBe('1 failed');
    expect(openCodes()).toEqual(expect.arrayContaining(['DRILL_FAILED', 'LOG_DAMAGED']));
    expect(ranges()).toEqual([]);
  });
});

describe('retention of the log', () => {
  const laterMs = (hours: number) => untilOf(10) + hours * HOUR_MS;

  it('keeps the restore point that the log is replayed on, and says so', async () => {
    await core.rebuildCatalogue();
    const [decision] = core.retentionPreview(database.id);
    expect(decision?.reasons).toContainEqual({ reason: 'log-base' });
  });

  it('lets go of files and entry together, the newest span only from its last base on', async () => {
    await core.rebuildCatalogue();
    // A newer generation, so that the first is not the newest.
    const second = '20261123T020000Z-0000bb';
    const more = writeLog(logFolder(core.settings().backupFolder, 'shop'), 4096, live.transactions, [10], {
      ...{ generationId: second, name: 'shop', databaseId: database.id, home: homeMark(core.home) },
      bases: [{ ...noted(base.manifest.id), generationId: second }],
    });
    await core.rebuildCatalogue();
    await letGoOfLogs(inside(), laterMs(1));
    expect(logs().segments(database.id)).toHaveLength(4);
    await letGoOfLogs(inside(), laterMs(24 * 365));
    expect(
      logs()
        .generations(database.id)
        .map(({ id }) => id),
    ).toEqual([second]);
    expect(segments.map(({ file }) => existsSync(file))).toEqual([false, false, false, false]);
    expect(more.map(({ file }) => existsSync(file))).toEqual([true]);
  });

  it('finishes after a crash what it had noted, and leaves alone what is another file by then', async () => {
    await core.rebuildCatalogue();
    const [one, two, three, open] = segments;
    if (!one || !two || !three || !open) throw new Error('no segments');
    const { store } = inside();
    // The crash came between the notes and the files.
    const note = (number: number, file: string) => store.facts.write(`erasing-log.${GENERATION}-${number}`, file);
    for (const number of [1, 2]) store.logs.removeSegment(`${GENERATION}-${number}`);
    note(1, one.file);
    note(2, two.file);
    note(3, three.file);
    note(4, open.file);
    copyFileSync(three.file, two.file);
    await finishErasingLogs(inside());
    // The second is another one now, the third is known.
    expect([one, two, three, open].map(({ file }) => existsSync(file))).toEqual([false, true, true, false]);
    rmSync(two.file);
    await core.rebuildCatalogue();
    expect(states()).toEqual(['3 proved']);
  });

  it('never touches what another home made', async () => {
    await core.rebuildCatalogue();
    const theirs = writeLog(logFolder(core.settings().backupFolder, 'shop'), 4096, live.transactions, [10], {
      ...{ generationId: '20261101T020000Z-0000cc', name: 'shop', databaseId: database.id, home: 'ffffffff' },
    });
    await core.rebuildCatalogue();
    await letGoOfLogs(inside(), laterMs(24 * 365));
    expect(theirs.map(({ file }) => existsSync(file))).toEqual([true]);
  });
});
