/** Checks of live databases, in processes of their own: what they find is kept, told, and over when it is over. */
import { truncateSync, writeFileSync, readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuardedDatabase } from '@shared/models';
import type { Core } from '../../electron/core/types';
import { checkLive, type CheckResult } from '../../electron/integrity/check-live';
import { HERE } from '../helpers/backups';
import { damage } from '../helpers/damage';
import { change, logicalHash, makeDatabase } from '../helpers/databases';
import { codeOf, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { makeStale } from '../helpers/stale';

const programs = builtPrograms();
let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

const checkHere = (liveFile: string, depth: 'quick' | 'full' = 'full', lockTimeoutMs = 300): Promise<CheckResult> =>
  checkLive({ liveFile, depth, faultLimit: 100, copyFile: place.file('scratch/check.db'), lockTimeoutMs }, HERE);

describe('a check', () => {
  it.each(['wal', 'delete'] as const)(
    'of a sound database in %s mode finds nothing and writes nothing',
    async (journalMode) => {
      const file = makeDatabase(place.file('app.db'), { journalMode });
      const bytes = readFileSync(file);
      expect(await checkHere(file)).toMatchObject({
        faults: [],
        foreignKeyViolations: 0,
        incomplete: null,
        mendable: [],
      });
      expect(readFileSync(file).equals(bytes)).toBe(true);
      expect(place.list(place.file('scratch'))).toEqual([]);
    },
  );

  it('names every row whose parent is missing, with what refers to it', async () => {
    const file = makeDatabase(place.file('app.db'), {
      sql: `PRAGMA foreign_keys = OFF;
        CREATE TABLE pair (a INTEGER, b TEXT, PRIMARY KEY (a, b));
        CREATE TABLE child (id TEXT PRIMARY KEY, a INTEGER, b TEXT, FOREIGN KEY (a, b) REFERENCES pair) WITHOUT ROWID;
        INSERT INTO pair VALUES (1, 'x');
        INSERT INTO child VALUES ('good', 1, 'x'), ('bad', 1, 'y'), ('none', NULL, 'y'), ('worse', 2, 'x');
        INSERT INTO item (id, owner, title) VALUES (9007199254740993, 77, 'lost');
        WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 150)
          INSERT INTO item (owner, title) SELECT 1000 + i, 'many' FROM n`,
    });
    const found = await checkHere(file);
    expect(found).toMatchObject({ faults: [], foreignKeyViolations: 153 });
    expect(found.foreignKeyExamples).toHaveLength(100);
    const children = found.foreignKeyExamples.filter(({ table }) => table === 'child');
    expect(children.map(({ values }) => values)).toEqual([
      [1, 'y'],
      [2, 'x'],
    ]);
    expect(children[0]).toMatchObject({ rowid: null, parent: 'pair', columns: ['a', 'b'] });
    expect((await checkHere(file, 'quick')).foreignKeyViolations).toBe(153);
    change(file, 'PRAGMA foreign_keys = OFF; DELETE FROM item WHERE owner > 1000');
    expect((await checkHere(file)).foreignKeyExamples).toContainEqual({
      ...{ table: 'item', rowid: '9007199254740993', parent: 'owner' },
      ...{ columns: ['owner'], values: [77] },
    });
  });

  it('in full sees an index that lacks rows, and says that it can be built anew; a quick one does not look', async () => {
    const file = makeDatabase(place.file('app.db'), { journalMode: 'delete' });
    makeStale(file, 'item_title', "UPDATE item SET title = 'other ' || id WHERE id < 4");
    const found = await checkHere(file);
    expect(found.faults).toContain('row 1 missing from index item_title');
    expect(found).toMatchObject({
      mendable: [{ kind: 'reindex', subject: 'item_title', plain: true }],
      coversAll: true,
    });
    expect((await checkHere(file, 'quick')).faults).toEqual([]);
  });

  it('of damaged pages tells what it finds, and does not throw', async () => {
    const file = makeDatabase(place.file('app.db'), { journalMode: 'delete', rows: 2000 });
    damage(file);
    expect(await checkHere(file)).toMatchObject({ coversAll: false });
    for (const depth of ['quick', 'full'] as const)
      expect((await checkHere(file, depth)).faults.length).toBeGreaterThan(0);
  });

  it.each([
    ['emptied', (file: string) => truncateSync(file, 0), 'FILE_EMPTY'],
    ['cut off', (file: string) => truncateSync(file, 8192), 'DATABASE_TRUNCATED'],
    ['written over with text', (file: string) => writeFileSync(file, 'not a database\n'.repeat(400)), 'NOT_A_DATABASE'],
  ])('of a file that was %s says that it is damaged', async (_what, spoil, said) => {
    const file = makeDatabase(place.file('app.db'), { journalMode: 'delete' });
    spoil(file);
    expect((await checkHere(file)).faults).toEqual([expect.stringContaining(said)]);
  });

  it('is incomplete, never ok, where a collation of the application is missing', async () => {
    const file = makeDatabase(place.file('app.db'));
    const database = new Database(file);
    database.unsafeMode(true);
    database.pragma('writable_schema = ON');
    database.exec(
      "UPDATE sqlite_schema SET sql = 'CREATE INDEX item_title ON item (title COLLATE own)' WHERE name = 'item_title'",
    );
    database.close();
    expect(await checkHere(file)).toMatchObject({ faults: [], incomplete: expect.stringContaining('own') });
  });

  it('of references that fit no key is incomplete, and finds what other tables lack', async () => {
    const file = makeDatabase(place.file('app.db'), {
      sql: `PRAGMA foreign_keys = OFF; CREATE TABLE odd (a REFERENCES owner (name)); INSERT INTO odd VALUES (1);
        INSERT INTO item (owner, title) VALUES (77, 'lost')`,
    });
    const incomplete = expect.stringContaining('foreign key mismatch');
    expect(await checkHere(file)).toMatchObject({ faults: [], foreignKeyViolations: 1, incomplete });
  });

  it('in WAL mode keeps nobody from writing and waits for nobody', async () => {
    const file = makeDatabase(place.file('app.db'));
    const app = await place.app(file);
    await app.exec("BEGIN IMMEDIATE; INSERT INTO item (owner, title) VALUES (1, 'in the midst')");
    expect((await checkHere(file, 'full', 0)).faults).toEqual([]);
    await app.exec('COMMIT');
  });

  it('of a database that stays locked gives up after a while', async () => {
    const file = makeDatabase(place.file('app.db'), { journalMode: 'delete' });
    const app = await place.app(file);
    await app.exec('BEGIN EXCLUSIVE');
    expect(await codeOf(checkHere(file))).toBe('DATABASE_LOCKED');
  });

  it.each([
    ['a page of a frame', 32 + 24 + 100],
    ['the header of a frame', 32 + 2],
    ['the header of the WAL', 17],
  ])('finds transactions that are lost because %s in the WAL is damaged', async (_what, at) => {
    const file = makeDatabase(place.file('app.db'));
    const app = await place.app(file);
    await app.exec('PRAGMA wal_autocheckpoint = 0');
    for (let turn = 0; turn < 3; turn++) await app.exec(`INSERT INTO item (owner, title) VALUES (1, 'turn ${turn}')`);
    const copy = place.file('copy.db');
    writeFileSync(copy, readFileSync(file));
    const wal = readFileSync(`${file}-wal`);
    writeFileSync(`${copy}-wal`, wal);
    expect((await checkHere(copy)).faults).toEqual([]);
    wal[at] = (wal[at] ?? 0) ^ 1;
    writeFileSync(`${copy}-wal`, wal);
    expect((await checkHere(copy)).faults[0]).toMatch(/^WAL: frame 1 is damaged/);
    // A transaction that was never finished is no damage.
    wal[at] = (wal[at] ?? 0) ^ 1;
    writeFileSync(`${copy}-wal`, wal.subarray(0, wal.length - 500));
    expect((await checkHere(copy)).faults).toEqual([]);
  });
});

describe('checks of a guarded database', () => {
  let core: Core;
  let live: string;
  let database: GuardedDatabase;
  beforeEach(async () => {
    live = makeDatabase(place.file('shop.db'), { journalMode: 'delete' });
    core = await place.core();
    database = await core.addDatabase({ file: live, name: 'shop' });
  });
  const openCodes = () => core.problems(false).map(({ code }) => code);
  const integrityHealth = async () => (await core.health()).find(({ component }) => component === 'integrity');

  it('are kept, newest first, and shown', async () => {
    expect((await integrityHealth())?.key).toBe('none');
    const before = logicalHash(live);
    const quick = await core.soundness.check(database.id, 'quick').done;
    const full = await core.soundness.check(database.id, 'full').done;
    expect([quick, full]).toMatchObject([
      { depth: 'quick', outcome: 'ok', trigger: 'manual' },
      { depth: 'full', outcome: 'ok', faults: [] },
    ]);
    expect(core.soundness.checks(database.id)).toEqual([full, quick]);
    expect(core.state().databases[0]?.integrity).toMatchObject({ last: full, lastFullAt: full.finishedAt });
    expect(await integrityHealth()).toMatchObject({ status: 'pass', key: 'pass' });
    expect(logicalHash(live)).toBe(before);
    expect(place.list(`${core.home}/scratch`)).toEqual([]);
  });

  it('asked for twice at once are one, when the one is as deep', async () => {
    const full = core.soundness.check(database.id, 'full');
    expect(core.soundness.check(database.id, 'quick').id).toBe(full.id);
    await full.done;
    const quick = core.soundness.check(database.id, 'quick');
    const deeper = core.soundness.check(database.id, 'full');
    expect(deeper.id).not.toBe(quick.id);
    await Promise.all([quick.done, deeper.done]);
    expect(core.soundness.checks(database.id)).toHaveLength(3);
  });

  it('raise a critical problem for damage, which a quick check does not call over', async () => {
    makeStale(live, 'item_title', "UPDATE item SET title = 'other ' || id");
    expect((await core.soundness.check(database.id, 'full').done).outcome).toBe('damaged');
    const problem = core.problems(false).find(({ code }) => code === 'DATABASE_CORRUPT');
    expect(problem).toMatchObject({ severity: 'CRITICAL', databaseId: database.id, params: { path: live } });
    expect(await integrityHealth()).toMatchObject({ status: 'fail', params: { damaged: 1, count: 1 } });
    expect((await core.soundness.check(database.id, 'quick').done).outcome).toBe('ok');
    expect(openCodes()).toContain('DATABASE_CORRUPT');
    change(live, 'REINDEX');
    await core.soundness.check(database.id, 'full').done;
    expect(openCodes()).not.toContain('DATABASE_CORRUPT');
  });

  it('tell rows without a parent until they are gone', async () => {
    change(live, 'PRAGMA foreign_keys = OFF; INSERT INTO item (owner, title) VALUES (77, 1), (78, 2)');
    expect((await core.soundness.check(database.id, 'quick').done).outcome).toBe('violations');
    expect(core.problems(false)).toMatchObject([{ code: 'FOREIGN_KEYS_VIOLATED', params: { name: 'shop', count: 2 } }]);
    expect((await integrityHealth())?.status).toBe('warn');
    change(live, 'DELETE FROM item WHERE owner > 70');
    await core.soundness.check(database.id, 'quick').done;
    expect(openCodes()).toEqual([]);
  });

  it('that are cancelled leave no record, no file and no process', async () => {
    const handle = core.soundness.check(database.id, 'full');
    core.cancelJob(handle.id);
    expect(await codeOf(handle.done)).toBe('CANCELLED');
    expect(core.soundness.checks(database.id)).toEqual([]);
    expect(place.list(`${core.home}/scratch`)).toEqual([]);
    expect(openCodes()).toEqual([]);
  });

  it('of a database that is gone say so', async () => {
    await place.remove(live);
    expect(await codeOf(core.soundness.check(database.id, 'quick').done)).toBe('DATABASE_MISSING');
    expect(openCodes()).toContain('DATABASE_MISSING');
    expect(await codeOf(() => core.soundness.check('nobody', 'quick'))).toBe('DATABASE_UNKNOWN');
  });
});
