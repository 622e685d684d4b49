/** A snapshot that is read from the files is the image that SQLite has pinned, and SQLite's locks stay held. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LiveFiles, pinLiveImage } from '../../electron/backup/live-image';
import { comparePageMaps, readPageMapHeader } from '../../electron/backup/page-map';
import { type StartPageWorker, workOnChunk } from '../../electron/backup/page-work';
import { type SnapshotFacts, type SnapshotOptions, takeSnapshot } from '../../electron/backup/snapshot';
import { App } from '../helpers/app';
import { ask, type DatabaseOptions, fileHash, integrityOf, makeDatabase } from '../helpers/databases';
import { useBigEndianChecksums } from '../helpers/wal';

let folder: string;
let apps: App[] = [];
const file = (name: string): string => join(folder, name);
const signal = new AbortController().signal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-snapshot-'));
});
afterEach(async () => {
  await Promise.all(apps.map((app) => app.kill()));
  apps = [];
  rmSync(folder, { recursive: true, force: true });
});

async function holding(live: string): Promise<App> {
  const app = await App.holding(live);
  apps.push(app);
  return app;
}

const snapshot = (live: string, copy: string, options: Partial<SnapshotOptions> = {}): Promise<SnapshotFacts> =>
  takeSnapshot(live, file(copy), { lockTimeoutMs: 20_000, onProgress: () => undefined, signal, ...options });

/**
 * SQLite's backup API writes counters of its own: the file change counter (24-27), the schema cookie (40-43), and for which
 * change and by which version the page count was written (92-99). Everything else is copied as it is.
 */
const COUNTERS = [
  [24, 28],
  [40, 44],
  [92, 100],
] as const;

/** Bytes in which two images differ, apart from those counters. */
function differences(one: string, other: string): number[] {
  const [first, second] = [readFileSync(file(one)), readFileSync(file(other))];
  expect(first.length).toBe(second.length);
  for (const [from, to] of COUNTERS) {
    first.fill(0, from, to);
    second.fill(0, from, to);
  }
  const pageBytes = 512;
  const differing: number[] = [];
  for (let at = 0; at < first.length; at += pageBytes) {
    if (!first.subarray(at, at + pageBytes).equals(second.subarray(at, at + pageBytes))) differing.push(at);
  }
  return differing;
}

/** Takes the snapshot both ways and compares the two, byte by byte. */
async function expectSame(live: string): Promise<SnapshotFacts> {
  for (const copy of ['direct.db', 'api.db'])
    for (const end of ['', '-wal', '-shm']) rmSync(file(copy + end), { force: true });
  const direct = await snapshot(live, 'direct.db', { direct: true, mapFile: file('direct.map') });
  const api = await snapshot(live, 'api.db', { mapFile: file('api.map') });
  expect([direct.direct, api.direct]).toEqual([true, false]);
  expect(differences('direct.db', 'api.db')).toEqual([]);
  expect(integrityOf(file('direct.db'))).toBe('ok');
  expect(direct.contentSha256).toBe(fileHash(file('direct.db')));
  expect(api.contentSha256).toBe(fileHash(file('api.db')));
  expect(statSync(file('direct.db')).size).toBe(direct.pageCount * direct.pageSizeBytes);
  const { pageSizeBytes, pageCount, contentSha256 } = direct;
  expect(await readPageMapHeader(file('direct.map'))).toEqual({ pageSizeBytes, pageCount, contentSha256 });
  const changes = await comparePageMaps(file('direct.map'), file('api.map'), signal);
  expect([...(changes?.pages() ?? [0])].filter((page) => page !== 1)).toEqual([]);
  const { dev, ino } = statSync(live);
  expect(direct.identity).toBe(`${dev}:${ino}`);
  return direct;
}

const CHANGE = `UPDATE item SET title = 'changed' || id WHERE id % 7 = 0; DELETE FROM item WHERE id > 1500;
  INSERT INTO owner VALUES (3, 'late');`;

const SHAPES: [name: string, options: DatabaseOptions][] = (['wal', 'delete', 'truncate', 'persist'] as const).flatMap(
  (journalMode) =>
    [512, 4096, 65_536].map((pageSizeBytes): [string, DatabaseOptions] => [
      `${journalMode}, pages of ${pageSizeBytes} bytes`,
      { journalMode, pageSizeBytes },
    ]),
);

describe('a snapshot read from the files equals one that SQLite copies', () => {
  it.each([
    ...SHAPES,
    ['auto_vacuum, so that it shrinks', { autoVacuum: 'full' }],
    ['UTF-16', { encoding: 'UTF-16be' }],
  ] as [string, DatabaseOptions][])('%s', async (_name, options) => {
    const live = makeDatabase(file('live.db'), { rows: 2000, ...options });
    await expectSame(live);
    const app = await holding(live);
    await app.exec(`PRAGMA wal_autocheckpoint = 0; ${CHANGE}`);
    await expectSame(live);
    // What the application itself makes of it is the same once more, counters included.
    await app.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    await app.must('close');
    expect(fileHash(live)).toBe(fileHash(file('direct.db')));
  });

  it('frames of the WAL that were checkpointed in part, in whole, and when the WAL begins anew', async () => {
    const live = makeDatabase(file('live.db'), { rows: 2000 });
    const app = await holding(live);
    await app.exec(`PRAGMA wal_autocheckpoint = 0; ${CHANGE}`);
    const reader = await holding(live);
    await reader.exec('BEGIN; SELECT count(*) FROM item');
    await reader.get('SELECT count(*) FROM item');
    await app.exec("UPDATE item SET title = 'after the reader' WHERE id % 5 = 0");
    await app.exec('PRAGMA wal_checkpoint(PASSIVE)');
    await expectSame(live);
    await reader.exec('COMMIT');
    await app.exec('PRAGMA wal_checkpoint(PASSIVE)');
    await expectSame(live);
    await app.exec("UPDATE owner SET name = 'first frame of a new WAL'");
    await expectSame(live);
    expect(ask(file('direct.db'), 'SELECT name FROM owner LIMIT 1')).toBe('first frame of a new WAL');
  });

  it('what is not committed is left out, though it is in the WAL already', async () => {
    const live = makeDatabase(file('live.db'), { rows: 2000 });
    const app = await holding(live);
    await app.exec(`PRAGMA wal_autocheckpoint = 0; ${CHANGE}`);
    const before = statSync(`${live}-wal`).size;
    await app.exec("PRAGMA cache_size = 1; BEGIN; UPDATE item SET title = 'not yet'");
    expect(statSync(`${live}-wal`).size).toBeGreaterThan(before);
    await expectSame(live);
    expect(ask(file('direct.db'), "SELECT count(*) FROM item WHERE title = 'not yet'")).toBe(0);
  });

  it('a WAL that a crash left, with checksums of the other byte order', async () => {
    const live = makeDatabase(file('live.db'), { rows: 2000 });
    const app = await holding(live);
    await app.exec(`PRAGMA wal_autocheckpoint = 0; ${CHANGE}`);
    await app.kill();
    useBigEndianChecksums(`${live}-wal`);
    rmSync(`${live}-shm`);
    // Keeps the first snapshot from being the last to close, which would checkpoint.
    await (await holding(live)).get('SELECT count(*) FROM item');
    await expectSame(live);
    expect(ask(file('direct.db'), 'SELECT name FROM owner WHERE id = 3')).toBe('late');
  });
});

/** Runs `step` when the copy has begun and before it goes on, and again before its last chunk. */
function interrupted(step: (turn: 'first' | 'last') => Promise<void>): StartPageWorker {
  return (setup) => ({
    async run(task) {
      if (task.position === 0) await step('first');
      if (task.length < setup.chunkBytes) await step('last');
      workOnChunk(setup, task);
    },
    close: async () => undefined,
  });
}

/** Large enough that a copy uses threads. */
const LARGE: DatabaseOptions = { rows: 9000, fillerBytes: 2000 };

describe('while pages are read', () => {
  it('WAL: commits and checkpoints go on, and none of it gets into the copy', async () => {
    const live = makeDatabase(file('live.db'), LARGE);
    const app = await holding(live);
    await app.exec(`PRAGMA wal_autocheckpoint = 0; ${CHANGE}`);
    await snapshot(live, 'api.db');
    const busy: unknown[] = [];
    const startWorker = interrupted(async () => {
      await app.exec("UPDATE item SET title = 'too late'; UPDATE owner SET name = 'too late'");
      busy.push(await app.get('PRAGMA wal_checkpoint(TRUNCATE)'));
    });
    const { direct } = await snapshot(live, 'direct.db', { direct: true, startWorker });
    expect(direct).toBe(true);
    expect(busy, 'the pin kept the WAL from being emptied').toEqual([1, 1]);
    expect(differences('direct.db', 'api.db')).toEqual([]);
    expect(await app.get('PRAGMA wal_checkpoint(TRUNCATE)')).toBe(0);
  });

  it('WAL with nothing to checkpoint: it begins anew, and the main file stays as it is', async () => {
    const live = makeDatabase(file('live.db'), LARGE);
    const app = await holding(live);
    await app.exec(`PRAGMA wal_autocheckpoint = 0; ${CHANGE} PRAGMA wal_checkpoint(PASSIVE)`);
    await snapshot(live, 'api.db');
    const before = readFileSync(`${live}-wal`).subarray(0, 32);
    const main = fileHash(live);
    let restarted = false;
    const startWorker = interrupted(async () => {
      await app.exec("UPDATE item SET title = 'too late'; UPDATE owner SET name = 'too late'");
      restarted = !readFileSync(`${live}-wal`).subarray(0, 32).equals(before);
      await app.exec('PRAGMA wal_checkpoint(PASSIVE)');
    });
    const { direct } = await snapshot(live, 'direct.db', { direct: true, startWorker });
    expect([direct, restarted]).toEqual([true, true]);
    expect(differences('direct.db', 'api.db')).toEqual([]);
    expect(fileHash(file('direct.db')), 'the image is the main file as it was').toBe(main);
  });

  it('rollback journal: a writer waits until the copy is done', async () => {
    const live = makeDatabase(file('live.db'), { ...LARGE, journalMode: 'delete' });
    const app = await holding(live);
    const before = fileHash(live);
    const met: unknown[] = [];
    const startWorker = interrupted(async () => {
      met.push(await app.failure("UPDATE item SET title = 'too early'"));
    });
    const { direct } = await snapshot(live, 'direct.db', { direct: true, startWorker });
    expect([direct, met]).toEqual([true, ['SQLITE_BUSY', 'SQLITE_BUSY']]);
    expect(fileHash(file('direct.db'))).toBe(before);
    expect(await app.failure("UPDATE item SET title = 'now'")).toBeNull();
  });

  it('rollback journal: a lock that is lost all the same is noticed, and the copy begins anew', async () => {
    const live = makeDatabase(file('live.db'), { ...LARGE, journalMode: 'delete' });
    const app = await holding(live);
    let begun = 0;
    const startWorker = interrupted(async (turn) => {
      if (turn === 'last' || ++begun > 1) return;
      // What this program never does: it drops the lock of every connection of this process.
      closeSync(openSync(live, 'r'));
      expect(await app.failure("UPDATE item SET title = 'in between'")).toBeNull();
    });
    const { direct } = await snapshot(live, 'direct.db', { direct: true, startWorker });
    expect([direct, begun]).toEqual([true, 2]);
    expect(fileHash(file('direct.db'))).toBe(fileHash(live));
  });

  it.each(['wal', 'delete'] as const)('%s: a transaction that writes goes on undisturbed', async (journalMode) => {
    const live = makeDatabase(file('live.db'), { journalMode, rows: 300 });
    const [app, other] = [await holding(live), await holding(live)];
    await app.exec("BEGIN IMMEDIATE; INSERT INTO owner VALUES (3, 'in the midst')");
    await expectSame(live);
    expect(ask(file('direct.db'), 'SELECT count(*) FROM owner')).toBe(2);
    expect(await other.failure('BEGIN IMMEDIATE'), 'the lock is held still').toBe('SQLITE_BUSY');
    await app.exec('COMMIT');
    expect(await other.get('SELECT count(*) FROM owner')).toBe(3);
  });
});

describe('the pin of a WAL', () => {
  /** A connection that meets another commit right after each of its first `times` pins. */
  function disturbed(
    live: string,
    times: number,
  ): { connection: Database.Database; pins: () => number; close: () => void } {
    const [connection, writer] = [new Database(live, { readonly: true }), new Database(live)];
    const commit = writer.prepare("UPDATE owner SET name = 'commit ' || ?");
    const begin = connection.prepare.bind(connection);
    let pins = 0;
    connection.prepare = ((sql: string) => {
      const statement = begin(sql);
      if (!sql.includes('sqlite_schema')) return statement;
      const read = statement.get.bind(statement);
      statement.get = () => {
        const row = read();
        if (++pins <= times) commit.run(pins);
        return row;
      };
      return statement;
    }) as typeof connection.prepare;
    const close = (): void => {
      connection.close();
      writer.close();
    };
    return { connection, pins: () => pins, close };
  }

  it.each([
    ['is taken again until no commit falls into it', 20, true],
    ['is left to SQLite when one always does', Number.POSITIVE_INFINITY, false],
  ])('%s', (_name, times, pinned) => {
    const live = makeDatabase(file('live.db'), { rows: 10 });
    const files = new LiveFiles(live);
    const { connection, pins, close } = disturbed(live, times);
    try {
      const facts = { pageSizeBytes: 4096, pageCount: 5, journalMode: 'wal' };
      const pragma = (name: string): number => Number(connection.pragma(name, { simple: true }));
      const { image } = pinLiveImage(connection, files, () => ({ ...facts, pageCount: pragma('page_count') }));
      expect([image !== null, connection.inTransaction]).toEqual([pinned, true]);
      // The last of them is the first that no commit fell into.
      if (pinned) expect(pins()).toBe(times + 1);
    } finally {
      close();
      files.close();
    }
  });
});

describe('left to SQLite', () => {
  it('without being asked to read the files', async () => {
    const live = makeDatabase(file('live.db'));
    expect((await snapshot(live, 'copy.db')).direct).toBe(false);
  });

  it('a WAL that is not what its index says', async () => {
    const live = makeDatabase(file('live.db'), { rows: 2000 });
    const app = await holding(live);
    await app.exec(`PRAGMA wal_autocheckpoint = 0; ${CHANGE}`);
    const wal = readFileSync(`${live}-wal`);
    const frame = 32 + 24 + 4096;
    const damaged = Buffer.from(wal);
    // A byte of the second frame's page: only its checksum tells.
    damaged[frame + 24 + 2000] = (damaged[frame + 24 + 2000] ?? 0) ^ 1;
    writeFileSync(`${live}-wal`, damaged, { flag: 'r+' });
    expect((await snapshot(live, 'copy.db', { direct: true })).direct).toBe(false);
    writeFileSync(`${live}-wal`, wal, { flag: 'r+' });
    expect((await snapshot(live, 'copy2.db', { direct: true })).direct).toBe(true);
  });

  it('a journal that a crash left, which has to be rolled back first', async () => {
    const live = makeDatabase(file('live.db'), { rows: 4000, journalMode: 'delete' });
    const before = fileHash(live);
    const app = await holding(live);
    await app.exec("PRAGMA cache_size = 1; BEGIN; UPDATE item SET title = 'half done'");
    await app.kill();
    expect(existsSync(`${live}-journal`) && fileHash(live) !== before).toBe(true);
    expect((await snapshot(live, 'copy.db', { direct: true })).direct).toBe(false);
    expect(ask(file('copy.db'), "SELECT count(*) FROM item WHERE title = 'half done'")).toBe(0);
  });

  it('a file whose path leads to another one by now', () => {
    const live = makeDatabase(file('live.db'), { label: 'old' });
    const files = new LiveFiles(live);
    renameSync(makeDatabase(file('new.db'), { label: 'new' }), live);
    const connection = new Database(live, { readonly: true });
    try {
      const facts = { pageSizeBytes: 4096, pageCount: 1, journalMode: 'wal' };
      expect(pinLiveImage(connection, files, () => facts).image).toBeNull();
      expect(connection.inTransaction).toBe(true);
    } finally {
      connection.close();
      files.close();
    }
  });

  it('a file in which pages are missing that are not in the WAL either', async () => {
    const live = makeDatabase(file('live.db'), { rows: 2000 });
    const app = await holding(live);
    await app.exec("PRAGMA wal_autocheckpoint = 0; UPDATE owner SET name = 'x'");
    const whole = copyOf(live);
    truncateSync(live, statSync(live).size - 8192);
    // SQLite fills what is missing with nothing; the proof of the backup finds it.
    expect((await snapshot(live, 'copy.db', { direct: true })).direct).toBe(false);
    expect(integrityOf(file('copy.db'))).not.toBe('ok');
    writeFileSync(live, readFileSync(whole), { flag: 'r+' });
    expect((await snapshot(live, 'copy2.db', { direct: true })).direct).toBe(true);
  });
});

function copyOf(live: string): string {
  copyFileSync(live, `${live}.kept`);
  return `${live}.kept`;
}
