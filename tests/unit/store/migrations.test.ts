import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { type Migration, MIGRATIONS, migrate, readVersion } from '../../../electron/store/migrations';
import { openStore } from '../../../electron/store/open';
import { scratchFolder, thrownBy } from './fixture';

const FIRST: Migration = {
  version: 1,
  sql: 'CREATE TABLE people (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL) STRICT',
};
const SECOND: Migration = {
  version: 2,
  sql: `ALTER TABLE people ADD COLUMN first TEXT;
        UPDATE people SET first = substr(full_name, 1, instr(full_name, ' ') - 1)`,
};
const THIRD: Migration = { version: 3, sql: 'CREATE INDEX people_first ON people (first)' };

function scratch(): Database.Database {
  return new Database(join(scratchFolder(), 'some.db'));
}

test('the steps that are missing run in order, and none runs twice', () => {
  const db = scratch();
  expect(migrate(db, 'f', [FIRST])).toEqual([1]);
  expect(migrate(db, 'f', [FIRST, SECOND, THIRD])).toEqual([2, 3]);
  expect(migrate(db, 'f', [FIRST, SECOND, THIRD])).toEqual([]);
  expect(readVersion(db)).toBe(3);
  db.close();
});

test('rows of the version before are carried over', () => {
  const db = scratch();
  migrate(db, 'f', [FIRST]);
  db.exec("INSERT INTO people (full_name) VALUES ('Ada Lovelace'), ('Grace Hopper')");
  migrate(db, 'f', [FIRST, SECOND]);
  expect(db.prepare('SELECT first FROM people ORDER BY id').pluck().all()).toEqual(['Ada', 'Grace']);
  db.close();
});

test('a step that fails half-way leaves the step before it, and the steps after it do not run', () => {
  const db = scratch();
  migrate(db, 'f', [FIRST]);
  db.exec("INSERT INTO people (full_name) VALUES ('Ada Lovelace')");
  const broken: Migration = { version: 2, sql: 'DELETE FROM people; INSERT INTO people (nothing) VALUES (1)' };
  expect(() => migrate(db, 'f', [FIRST, broken, THIRD])).toThrow(/nothing/);
  expect(readVersion(db)).toBe(1);
  expect(db.prepare('SELECT full_name FROM people').pluck().all()).toEqual(['Ada Lovelace']);
  expect(migrate(db, 'f', [FIRST, SECOND])).toEqual([2]);
  db.close();
});

test('a step that would break a reference is undone', () => {
  const db = scratch();
  const children = { version: 1, sql: 'CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a (id))' };
  const orphan = { version: 2, sql: 'PRAGMA defer_foreign_keys = ON; INSERT INTO b VALUES (7)' };
  migrate(db, 'f', [children]);
  expect(thrownBy(() => migrate(db, 'f', [children, orphan]))).toMatchObject({ code: 'STORE_DAMAGED' });
  expect(db.prepare('SELECT count(*) FROM b').pluck().get()).toBe(0);
  db.close();
});

test('a file that is ahead of the list is refused', () => {
  const db = scratch();
  migrate(db, 'f', [FIRST, SECOND]);
  expect(thrownBy(() => migrate(db, 'f', [FIRST]))).toMatchObject({
    code: 'STORE_NEWER',
    params: { path: 'f', found: 2, supported: 1 },
  });
  db.close();
});

test('a list with a gap is a mistake in the program, found before anything runs', () => {
  const db = scratch();
  expect(() => migrate(db, 'f', [FIRST, THIRD])).toThrow(/migration 3 stands at place 2/);
  expect(readVersion(db)).toBe(1);
  db.close();
});

test('a store of the first shape keeps its rows and gets what watching needs', () => {
  const file = join(scratchFolder(), 'holdfast.db');
  const db = new Database(file);
  migrate(db, file, MIGRATIONS.slice(0, 1));
  const SINCE = '2026-05-01T00:00:00.000Z';
  const schedule = { enabled: true, cron: '0 2 * * *' };
  db.prepare('INSERT INTO databases VALUES (?, ?, ?, ?, 0, ?, ?, NULL)').run(
    ...['d1', 'orders', '/srv/orders.db', SINCE],
    JSON.stringify({ daily: schedule, weekly: schedule, monthly: schedule }),
    JSON.stringify({ daily: SINCE, weekly: SINCE, monthly: SINCE }),
  );
  db.prepare("INSERT INTO settings VALUES ('theme', '\"dark\"')").run();
  db.prepare(
    `INSERT INTO problems VALUES ('p1', 'DISK_FULL', 'CRITICAL', 'd1', '{"path":"/srv"}', '', '2026-05-01T00:00:00.000Z',
       '2026-05-01T00:00:00.000Z', 2, 'open', NULL, NULL)`,
  ).run();
  db.close();
  const store = openStore(file);
  expect(store.databases.list()).toMatchObject([{ id: 'd1', name: 'orders', schedules: { daily: schedule } }]);
  expect(store.problems.list(false)).toMatchObject([{ code: 'DISK_FULL', count: 2, params: { path: '/srv' } }]);
  const { settings, invalid } = store.settings.read('/backups');
  expect([settings.theme, settings.endpoint.enabled, invalid]).toEqual(['dark', true, []]);
  expect([store.probes.list(), store.alertRules.list(), store.channels.list(), store.scrapeTargets.list()]).toEqual([
    [],
    [],
    [],
    [],
  ]);
  store.close();
});

test('a store of the fourth shape keeps its rows and gets what errors need, empty', () => {
  const file = join(scratchFolder(), 'holdfast.db');
  const db = new Database(file);
  migrate(db, file, MIGRATIONS.slice(0, 4));
  db.prepare(
    `INSERT INTO problems VALUES ('p1', 'DISK_FULL', 'CRITICAL', NULL, '{"path":"/srv"}', '', '2026-05-01T00:00:00.000Z',
       '2026-05-01T00:00:00.000Z', 2, 'open', NULL, NULL)`,
  ).run();
  db.prepare("INSERT INTO settings VALUES ('theme', '\"dark\"')").run();
  db.close();
  const store = openStore(file);
  expect(store.problems.list(false)).toMatchObject([{ code: 'DISK_FULL', count: 2 }]);
  const { settings, invalid } = store.settings.read('/backups');
  expect([settings.theme, settings.errors, invalid]).toEqual(['dark', { objectivePercent: 1, keepDays: 90 }, []]);
  expect([store.errorApplications.list(), store.errorGroups.needing('', 1), store.operationDays.newest(1)]).toEqual([
    [],
    [],
    [],
  ]);
  store.errorApplications.add({ id: 'a1', name: 'shop', key: 'k', createdAt: '2026-05-01T00:00:00.000Z' });
  store.close();
  const again = openStore(file);
  expect(again.errorApplications.list()).toMatchObject([{ id: 'a1', projectId: 1, events: 0, refused: 0 }]);
  again.close();
});
