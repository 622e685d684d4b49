import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gunzip, leftBehind, takeBackup, takeBackupHere } from '../helpers/backups';
import {
  ask,
  change,
  type DatabaseOptions,
  fileHash,
  integrityOf,
  logicalHash,
  makeDatabase,
} from '../helpers/databases';
import { Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { until } from '../helpers/until';

const programs = builtPrograms();
let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

const SHAPES: [name: string, options: DatabaseOptions][] = [
  ...[512, 1024, 4096, 8192, 65_536].flatMap((pageSizeBytes): [string, DatabaseOptions][] => [
    [`pages of ${pageSizeBytes} bytes, WAL`, { pageSizeBytes, journalMode: 'wal' }],
    [`pages of ${pageSizeBytes} bytes, rollback journal`, { pageSizeBytes, journalMode: 'delete' }],
  ]),
  ['UTF-16, little endian', { encoding: 'UTF-16le' }],
  ['UTF-16, big endian', { encoding: 'UTF-16be' }],
  ['auto_vacuum full', { autoVacuum: 'full', sql: 'DELETE FROM item WHERE id % 2' }],
  ['auto_vacuum incremental', { autoVacuum: 'incremental', sql: 'DELETE FROM item WHERE id % 2' }],
  ['a persistent journal', { journalMode: 'persist' }],
  ['no tables', { rows: 0, sql: 'DROP TABLE item; DROP TABLE owner' }],
  [
    'a WITHOUT ROWID table',
    {
      sql: "CREATE TABLE pair (a TEXT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO pair VALUES ('x', 1), ('y', 2)",
    },
  ],
  [
    'full-text search',
    { sql: "CREATE VIRTUAL TABLE words USING fts5 (body); INSERT INTO words VALUES ('one two'), ('三 four')" },
  ],
  [
    'generated columns, triggers and views',
    {
      sql: `CREATE TABLE sum (a INT, b INT, c INT GENERATED ALWAYS AS (a + b) STORED, d INT AS (a * b));
        INSERT INTO sum (a, b) VALUES (1, 2), (9007199254740993, 1);
        CREATE VIEW latest AS SELECT max(id) FROM item;
        CREATE TRIGGER noted AFTER INSERT ON owner BEGIN UPDATE sum SET a = a + 1; END`,
    },
  ],
  ['an application id and a user version', { sql: 'PRAGMA application_id = -559038737; PRAGMA user_version = -42' }],
];

describe('a full backup', () => {
  it.each(SHAPES)('holds all of a database with %s', async (_name, options) => {
    const live = makeDatabase(place.file('app.db'), options);
    const { file, result } = await takeBackupHere(place, live);
    expect(result.proved).toBe(true);
    expect(result.checks.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual(
      [
        'file-size',
        'file-sha256',
        'gzip-stream',
        'content-size',
        'content-sha256',
        'opens',
        'integrity-check',
        'foreign-key-check',
      ].map((step) => `${step} ok`),
    );
    expect(result.sizeBytes).toBe(statSync(file).size);
    expect(result.sha256).toBe(fileHash(file));

    const unpacked = gunzip(place, file);
    expect(fileHash(unpacked)).toBe(result.manifest.contentSha256);
    expect(statSync(unpacked).size).toBe(result.manifest.contentBytes);
    expect(integrityOf(unpacked)).toBe('ok');
    expect(logicalHash(unpacked)).toBe(logicalHash(live));
    for (const pragma of ['page_size', 'auto_vacuum', 'application_id', 'user_version', 'encoding']) {
      expect(ask(unpacked, `PRAGMA ${pragma}`), pragma).toEqual(ask(live, `PRAGMA ${pragma}`));
    }
    expect(result.manifest).toMatchObject({
      pageSizeBytes: ask(live, 'PRAGMA page_size'),
      userVersion: ask(live, 'PRAGMA user_version'),
      applicationId: ask(live, 'PRAGMA application_id'),
      encoding: ask(live, 'PRAGMA encoding'),
    });
    expect(leftBehind(place)).toEqual([file.slice(place.file('backups/').length)]);
  });

  it('opens with nothing but gunzip and the sqlite3 command', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 300 });
    const { file } = await takeBackup(place, live);
    const unpacked = gunzip(place, file);
    const asked = spawnSync('sqlite3', [unpacked, 'PRAGMA integrity_check; SELECT count(*) FROM item'], {
      encoding: 'utf8',
    });
    // Not every machine has the command; the library that we ship opens the same file.
    if (asked.error) expect([integrityOf(unpacked), ask(unpacked, 'SELECT count(*) FROM item')]).toEqual(['ok', 300]);
    else expect(asked.stdout).toBe('ok\n300\n');
  });

  it('includes what is still only in the WAL', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 10 });
    const app = await place.app(live);
    await app.exec('PRAGMA wal_autocheckpoint = 0');
    await app.exec("INSERT INTO owner VALUES (3, 'only in the WAL')");
    const before = fileHash(live);
    const { file } = await takeBackup(place, live);
    expect(ask(gunzip(place, file), 'SELECT name FROM owner WHERE id = 3')).toBe('only in the WAL');
    expect(fileHash(live), 'the live file was not written').toBe(before);
  });

  it('leaves out what is not committed', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 10 });
    const app = await place.app(live);
    await app.exec("BEGIN IMMEDIATE; INSERT INTO owner VALUES (3, 'not yet')");
    const { file, result } = await takeBackup(place, live);
    expect(result.proved).toBe(true);
    expect(ask(gunzip(place, file), 'SELECT count(*) FROM owner')).toBe(2);
    await app.exec('COMMIT');
  });

  it('rolls back what a crashed writer left in a hot journal, as the application would', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 4000, journalMode: 'delete' });
    const before = logicalHash(live);
    const app = await place.app(live);
    // A cache of one page makes SQLite write to the file before the commit, so that the journal is hot.
    await app.exec("PRAGMA cache_size = 1; BEGIN; UPDATE item SET title = 'half done'");
    await until('a journal', () => place.list(place.folder).includes('app.db-journal'));
    await app.kill();
    const { file, result } = await takeBackup(place, live);
    expect(result.proved).toBe(true);
    expect(logicalHash(gunzip(place, file))).toBe(before);
  });

  it('copies rows without their parent faithfully and says so', async () => {
    const live = makeDatabase(place.file('app.db'), {
      sql: 'PRAGMA foreign_keys = OFF; DELETE FROM owner WHERE id = 2',
    });
    const { result } = await takeBackup(place, live);
    expect(result.proved).toBe(true);
    expect(result.checks.find(({ step }) => step === 'foreign-key-check')).toMatchObject({ outcome: 'warning' });
  });
});

describe('while another process writes', () => {
  const writers: [mode: 'wal' | 'delete', perSecond: number][] = [
    ['wal', 200],
    ['wal', 0],
    ['delete', 200],
    ['delete', 0],
  ];
  it.each(writers)(
    '%s at %i a second (0: as fast as it can): the copy is one moment of it',
    async (journalMode, perSecond) => {
      const live = makeDatabase(place.file('app.db'), { journalMode, rows: 6000, fillerBytes: 2000 });
      const writer = await place.writer(live, perSecond);
      await until('the first commits', () => Number(ask(live, 'SELECT count(*) FROM written')) > 20);
      const { file, result } = await takeBackup(place, live, { lockTimeoutMs: 20_000 });
      const { errors, commits, last } = await writer.stop();

      expect(result.snapshotRestarts).toBe(0);
      expect(result.proved).toBe(true);
      expect(errors).toEqual([]);
      expect(commits).toBeGreaterThan(20);
      const unpacked = gunzip(place, file);
      expect(integrityOf(unpacked)).toBe('ok');
      const copied = Number(ask(unpacked, 'SELECT max(id) FROM written'));
      expect(ask(unpacked, 'SELECT count(*) FROM written')).toBe(copied);
      expect(copied).toBeGreaterThan(20);
      expect(copied).toBeLessThanOrEqual(last);
      expect(ask(unpacked, 'SELECT count(*) FROM item')).toBe(6000);
    },
  );

  it('five backups in a row are five moments, none earlier than the one before', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 500, fillerBytes: 1000 });
    const writer = await place.writer(live, 200);
    const copied: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      const { file } = await takeBackup(place, live);
      const unpacked = gunzip(place, file);
      copied.push(Number(ask(unpacked, 'SELECT count(*) FROM written')));
      expect(ask(unpacked, 'SELECT ifnull(max(id), 0) FROM written')).toBe(copied.at(-1));
    }
    expect((await writer.stop()).errors).toEqual([]);
    expect(copied).toEqual(copied.toSorted((a, b) => a - b));
    expect(new Set(copied).size).toBeGreaterThan(1);
  });

  it('a change of the schema in the midst stays out or comes in whole', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 3000, fillerBytes: 2000 });
    const app = await place.app(live, { timeoutMs: 5000 });
    const taking = takeBackup(place, live);
    for (let number = 0; number < 20; number++) {
      await app.exec(
        `CREATE TABLE more_${number} AS SELECT ${number} AS n; CREATE INDEX m_${number} ON more_${number} (n)`,
      );
    }
    const unpacked = gunzip(place, (await taking).file);
    expect(integrityOf(unpacked)).toBe('ok');
    const tables = Number(ask(unpacked, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'more\\_%' ESCAPE '\\'"));
    expect(ask(unpacked, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'm\\_%' ESCAPE '\\'")).toBe(tables);
  });
});

describe('the catalogue entry of a backup', () => {
  it('says the true size, hash and moment, and the file is one .sqlite.gz that only its owner reads', async () => {
    const live = makeDatabase(place.file('orders.db'), { rows: 100 });
    const core = await place.core();
    const database = await core.addDatabase({ file: live });
    const before = new Date().toISOString();
    const point = await core.startBackup(database.id, 'manual').done;
    expect(place.list(core.settings().backupFolder)).toEqual([
      'orders',
      point.file.slice(core.settings().backupFolder.length + 1),
    ]);
    expect(point.file).toMatch(/orders-\d{8}T\d{6}Z-[0-9a-f]{6}-manual\.sqlite\.gz$/);
    expect(point).toMatchObject({ state: 'proved', verified: true, database: 'orders', kind: 'manual' });
    expect(point.sizeBytes).toBe(statSync(point.file).size);
    expect(point.sha256).toBe(fileHash(point.file));
    expect(point.createdAt >= before && point.createdAt <= new Date().toISOString()).toBe(true);
    expect(statSync(point.file).mode & 0o777).toBe(0o600);
    const unpacked = gunzip(place, point.file);
    expect(fileHash(unpacked)).toBe(point.contentSha256);
    expect(readFileSync(unpacked).length).toBe(point.contentBytes);
    expect(place.list(place.file('home/scratch'))).toEqual([]);
  });

  it('a second backup is another one, taken after the first, with what changed since', async () => {
    const live = makeDatabase(place.file('orders.db'), { rows: 10 });
    const core = await place.core();
    const database = await core.addDatabase({ file: live });
    const first = await core.startBackup(database.id, 'manual').done;
    change(live, "INSERT INTO owner VALUES (3, 'new')");
    const second = await core.startBackup(database.id, 'manual').done;
    expect(second.id).not.toBe(first.id);
    expect(ask(gunzip(place, second.file), 'SELECT count(*) FROM owner')).toBe(3);
    expect(core.backups(database.id).map(({ id }) => id)).toEqual([second.id, first.id]);
  });
});
