/** Reading what can be read of a damaged database into a new file; the damaged one is never written to. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SalvageReport } from '@shared/integrity';
import { salvage } from '../../electron/repair/salvage';
import { HERE } from '../helpers/backups';
import { coreHere } from '../helpers/core-here';
import { ask, integrityOf, logicalHash, makeDatabase } from '../helpers/databases';
import { codeOf, Place } from '../helpers/engine';

const SQL = `
  CREATE TABLE tag (name TEXT, item INTEGER, weight REAL, PRIMARY KEY (name, item)) WITHOUT ROWID;
  CREATE TABLE made (a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) STORED, c AS (a + 1), CHECK (a < 1000));
  CREATE TABLE "odd ""name" (rowid TEXT, "a b" DEFAULT 'x', plain);
  CREATE VIRTUAL TABLE search USING fts5 (words, place UNINDEXED);
  CREATE VIRTUAL TABLE about USING fts5 (title, content = 'item', content_rowid = 'id');
  CREATE VIRTUAL TABLE box USING rtree (id, minx, maxx);
  CREATE VIEW titles AS SELECT title FROM item;
  CREATE TRIGGER item_gone AFTER DELETE ON item BEGIN DELETE FROM tag WHERE item = old.id; END;
  CREATE UNIQUE INDEX odd_index ON "odd ""name" ("a b");
  INSERT INTO tag SELECT 'tag ' || id, id, id / 3.0 FROM item;
  INSERT INTO made (a) VALUES (1), (2), (NULL);
  INSERT INTO "odd ""name" VALUES ('r', CAST(x'ff00fe' AS TEXT), 9223372036854775807), (NULL, -0.5, x'00ff');
  INSERT INTO search VALUES ('lake and mountain', 'here'), ('river', 'there');
  INSERT INTO about (about) VALUES ('rebuild');
  INSERT INTO box VALUES (1, 0, 10), (2, 5, 7);
  PRAGMA user_version = 7; PRAGMA application_id = 99;`;

let place: Place;
let live: string;
beforeEach(async () => {
  place = await Place.make({ job: '', cli: '', capture: '' });
  live = place.file('live.db');
});
afterEach(() => place.end());

function read(program: string | null = null, programLimitMs = 5_000): Promise<SalvageReport> {
  return salvage(
    {
      ...{ liveFile: live, folder: place.file('scratch'), target: place.file('new.db'), temporary: place.file('.new') },
      ...{ overwrite: false, program, programLimitMs, lockTimeoutMs: 500 },
    },
    HERE,
  );
}
const sum = (report: SalvageReport, key: 'rowsSaved' | 'rowsLost'): number =>
  report.tables.reduce((total, table) => total + (table[key] ?? Number.NaN), 0);
const pageOf = (table: string, nth: number, type = 'leaf'): number =>
  Number(
    ask(
      live,
      `SELECT pageno FROM dbstat WHERE name = '${table}' AND pagetype = '${type}' ORDER BY pageno LIMIT 1 OFFSET ${nth}`,
    ),
  );

/** Writes over a page, all of it or from a position on. */
function spoil(page: number, from = 0, bytes = 4096 - from): void {
  const content = readFileSync(live);
  content.fill(0x5a, (page - 1) * 4096 + from, (page - 1) * 4096 + from + bytes);
  writeFileSync(live, content);
}

describe('read table by table', () => {
  it.each(['UTF-8', 'UTF-16le', 'UTF-16be'] as const)('a whole database in %s comes out as it is', async (encoding) => {
    // In UTF-16 these bytes are no text that SQLite takes over.
    makeDatabase(live, {
      journalMode: 'delete',
      encoding,
      sql: encoding === 'UTF-8' ? SQL : SQL.replace("CAST(x'ff00fe' AS TEXT)", "'텍스트'"),
    });
    const report = await read();
    expect(report).toMatchObject({ method: 'table-by-table', lostAndFoundRows: 0, file: live });
    expect(report.tables.every(({ rowsLost }) => rowsLost === 0)).toBe(true);
    expect(report.checks.every(({ outcome }) => outcome === 'ok')).toBe(true);
    const target = place.file('new.db');
    for (const sql of [
      'SELECT group_concat(hex(coalesce(rowid, \'\')) || typeof("a b") || hex("a b") || plain) FROM "odd ""name"',
      'SELECT group_concat(id || owner || title) FROM item',
      'SELECT group_concat(name || item || weight) FROM tag',
      'SELECT group_concat(coalesce(a, 0) || coalesce(b, 0)) FROM made',
      "SELECT group_concat(place) FROM search WHERE search MATCH 'lake OR river'",
      "SELECT count(*) FROM about WHERE about MATCH 'first'",
      'SELECT group_concat(id) FROM box WHERE minx < 3',
      "SELECT group_concat(type || name || tbl_name || sql, char(10)) FROM (SELECT * FROM sqlite_schema WHERE name <> 'sqlite_sequence' ORDER BY type, name)",
      "SELECT seq FROM sqlite_sequence WHERE name = 'item'",
      'PRAGMA user_version',
      'PRAGMA application_id',
      'PRAGMA encoding',
    ]) {
      expect(ask(target, sql), sql).toEqual(ask(live, sql));
    }
    expect(integrityOf(target)).toBe('ok');
    expect(place.list(place.folder)).toEqual(['live.db', 'new.db', 'scratch']);
  });

  it('loses the rows of one page, reads those on both sides, and does not pretend to know how many', async () => {
    makeDatabase(live, { journalMode: 'delete', rows: 3000 });
    spoil(pageOf('item', 20));
    const before = readFileSync(live);
    const report = await read();
    const item = report.tables.find(({ table }) => table === 'item');
    expect(item?.rowsLost).toBeNull();
    expect(item?.note).not.toBe('');
    expect(item?.rowsSaved).toBeGreaterThan(2900);
    expect(item?.rowsSaved).toBeLessThan(3000);
    expect(ask(place.file('new.db'), 'SELECT min(id) || max(id) FROM item')).toBe('13000');
    expect(readFileSync(live).equals(before)).toBe(true);
  });

  it('finds the rows between two damaged pages', async () => {
    makeDatabase(live, { journalMode: 'delete', rows: 3000 });
    const [first, second] = [pageOf('item', 20), pageOf('item', 24)];
    spoil(first);
    spoil(second);
    const report = await read();
    const saved = report.tables.find(({ table }) => table === 'item')?.rowsSaved ?? 0;
    // Two leaves of some forty rows each: everything else, between them too.
    expect(saved).toBeGreaterThan(3000 - 2 * 45);
  });

  it('steps over one row whose content is damaged, and says that it is one', async () => {
    makeDatabase(live, { journalMode: 'delete', rows: 60, fillerBytes: 9000 });
    const chain = pageOf('item', 30, 'overflow');
    const content = readFileSync(live);
    content.writeUInt32BE(0xffffff, (chain - 1) * 4096);
    writeFileSync(live, content);
    const report = await read();
    expect(report.tables.find(({ table }) => table === 'item')).toMatchObject({ rowsSaved: 59, rowsLost: 1 });
  });

  it('reads a file whose header is written over', async () => {
    makeDatabase(live, { journalMode: 'delete', pageSizeBytes: 1024, fillerBytes: 3000 });
    const whole = logicalHash(live);
    const content = readFileSync(live);
    content.fill(0xee, 0, 24);
    writeFileSync(live, content);
    const report = await read();
    expect([sum(report, 'rowsSaved'), sum(report, 'rowsLost')]).toEqual([202, 0]);
    expect(logicalHash(place.file('new.db'))).toBe(whole);
  });

  it.each([
    ['makes no sense', 'fts5 (words, place UNINDEXED, =)', 'left out', 0],
    ['needs a module that is not here', 'vectors (words)', 'no such module', 1],
  ])(
    'keeps the text of a full-text table whose definition %s, and the new file can be opened',
    async (_what, definition, note, kept) => {
      makeDatabase(live, { journalMode: 'delete', sql: SQL });
      const database = new Database(live);
      database.unsafeMode(true);
      database.pragma('writable_schema = ON');
      const change = database.prepare("UPDATE sqlite_schema SET sql = ? WHERE name = 'search'");
      change.run(`CREATE VIRTUAL TABLE search USING ${definition}`);
      database.close();
      const report = await read();
      expect(report.tables.find(({ table }) => table === 'search')?.note).toContain(note);
      const target = place.file('new.db');
      expect(ask(target, 'SELECT group_concat(c0) FROM search_content')).toBe('lake and mountain,river');
      // The definition comes along only where whoever has the module can use it.
      expect(ask(target, "SELECT count(*) FROM sqlite_schema WHERE name = 'search'")).toBe(kept);
      expect(ask(target, 'SELECT count(*) FROM item')).toBe(200);
    },
  );

  it('keeps rows that their table does not take', async () => {
    makeDatabase(live, { journalMode: 'delete', sql: 'CREATE TABLE one (a TEXT, b INTEGER NOT NULL)' });
    const database = new Database(live);
    database.exec("INSERT INTO one VALUES ('x', 1), ('y', 2)");
    database.unsafeMode(true);
    database.pragma('writable_schema = ON');
    database.exec(
      "UPDATE sqlite_schema SET sql = 'CREATE TABLE one (a TEXT, b INTEGER NOT NULL, c NOT NULL)' WHERE name = 'one'",
    );
    database.close();
    const report = await read();
    expect(report.lostAndFoundRows).toBe(2);
    expect(ask(place.file('new.db'), 'SELECT group_concat(table_name || c0 || c1) FROM lost_and_found')).toBe(
      'onex1,oney2',
    );
  });

  it.each([
    ['noise', () => Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 251))],
    ['zeros', () => Buffer.alloc(20_000)],
    ['one byte', () => Buffer.from('x')],
  ])('of %s nothing can be recovered, and no file is left', async (_what, content) => {
    writeFileSync(live, content());
    expect(await codeOf(read())).toBe('SALVAGE_FAILED');
    expect(place.list(place.folder)).toEqual(['live.db', 'scratch']);
  });

  it('does not call a database whole whose WAL has lost transactions', async () => {
    makeDatabase(live, { rows: 10 });
    const app = await place.app(live);
    await app.exec('PRAGMA wal_autocheckpoint = 0');
    for (let turn = 0; turn < 3; turn++) await app.exec(`INSERT INTO item (owner, title) VALUES (1, 'turn ${turn}')`);
    const [main, wal] = [readFileSync(live), readFileSync(`${live}-wal`)];
    live = place.file('copy.db');
    wal[200] = (wal[200] ?? 0) ^ 1;
    writeFileSync(live, main);
    writeFileSync(`${live}-wal`, wal);
    const report = await read();
    expect(report.tables.map(({ rowsLost }) => rowsLost)).toEqual([null, null]);
    expect(report.tables[0]?.note).toContain('WAL');
  });
});

/** As `global.gc`, which there is only where the process was started for it. */
const collectGarbage = ((): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

describe('with the sqlite3 program', () => {
  const program = (body: string): string => {
    const file = place.file('sqlite3');
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  /** What `.recover` prints for a database like this. */
  const recovered = (rows: number): string => `cat <<'END'
BEGIN;
PRAGMA writable_schema = on;
.dbconfig defensive off
CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE item (id INTEGER PRIMARY KEY, note TEXT);
CREATE TABLE "lost_and_found"(rootpgno INTEGER, pgno INTEGER, nfield INTEGER, id INTEGER, c0);
INSERT OR IGNORE INTO owner VALUES (1, 'a;''b'), (2, 'Ada');
WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) INSERT INTO item SELECT i, 'x' FROM n;
INSERT INTO lost_and_found VALUES (1, 2, 1, 3, 'orphan');
PRAGMA writable_schema = off;
COMMIT;
END`;

  beforeEach(() => makeDatabase(live, { journalMode: 'delete', rows: 40 }));

  it('takes what it finds, on a copy and with its own table of lost rows', async () => {
    const before = readFileSync(live);
    const report = await read(program(`[ "$2" != "${live}" ] || exit 9\n${recovered(40)}`));
    expect(report).toMatchObject({ method: 'sqlite3-recover', lostAndFoundRows: 1 });
    expect(report.tables).toEqual([
      { table: 'owner', rowsSaved: 2, rowsLost: 0, note: '' },
      { table: 'item', rowsSaved: 40, rowsLost: 0, note: '' },
    ]);
    expect(ask(place.file('new.db'), 'SELECT name FROM owner')).toBe("a;'b");
    expect(readFileSync(live).equals(before)).toBe(true);
  });

  it.each([
    ['is not there', null],
    ['has no such command', 'echo "sql error: SQL logic error (1)" >&2; exit 1'],
    ['ends in the midst', recovered(40).replace('COMMIT;\n', '')],
    ['finds fewer rows than a plain scan', recovered(39)],
    ['does not end', 'exec sleep 60'],
    ['says without end', `exec yes "SELECT '$(head -c 100000 /dev/zero | tr '\\0' x)';"`],
  ])('reads table by table where the program %s', async (_what, body) => {
    // A limit that is only weakly held would be lost to it.
    const collecting = setInterval(collectGarbage, 50);
    const report = await read(
      body === null ? place.file('nothing/sqlite3') : program(body),
      body?.includes('sleep') ? 300 : 60_000,
    );
    clearInterval(collecting);
    expect(report.method).toBe('table-by-table');
    expect(sum(report, 'rowsSaved')).toBe(42);
    expect(integrityOf(place.file('new.db'))).toBe('ok');
  });
});

describe('of a guarded database', () => {
  it('goes into a new file only, never over one that is there or is guarded', async () => {
    makeDatabase(live, { journalMode: 'delete' });
    const core = await coreHere(place);
    const database = await core.addDatabase({ file: live, name: 'shop' });
    const target = place.file('new.db');
    const report = await core.soundness.salvage(database.id, target, false).done;
    expect(report).toMatchObject({ file: live, target });
    expect(logicalHash(target)).toBe(logicalHash(live));
    expect(await codeOf(core.soundness.salvage(database.id, target, false).done)).toBe('RESTORE_TARGET_EXISTS');
    expect(await codeOf(core.soundness.salvage(database.id, live, true).done)).toBe('RESTORE_TARGET_EXISTS');
    await place.remove(live);
    expect(await codeOf(core.soundness.salvage(database.id, place.file('other.db'), false).done)).toBe(
      'DATABASE_MISSING',
    );
    expect(existsSync(place.file('other.db'))).toBe(false);
    expect(place.list(`${core.home}/scratch`)).toEqual([]);
  });
});
