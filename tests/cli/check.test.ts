import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IntegrityRecord, RepairRecord } from '@shared/integrity';
import { makeStale } from '../helpers/stale';
import { change, makeDatabase, Place } from './support/holdfast';

interface Checked {
  name: string | null;
  sound: boolean;
  check: IntegrityRecord;
  rules: { name: string; broken: boolean; rows: number | null }[];
  repair: RepairRecord | null;
  repairRefused: string | null;
  proposals: { kind: string; count: number }[];
}

let place: Place;
let file: string;
beforeEach(async () => {
  place = await Place.make();
  file = makeDatabase(place.file('orders.db'));
  await place.value('db', 'add', file);
});
afterEach(() => place.end());

const lastIndex = () => makeStale(file, 'video_author', 'UPDATE video SET author = 3 - author WHERE id < 9');
const found = async (...args: string[]) => {
  const { code, document } = await place.json('check', ...args);
  return { code, document, value: document.value as Checked };
};

/** Writes a rule into the home, as the window does. */
function addRule(sql: string, fixSql: string | null): void {
  const store = new Database(join(place.home, 'holdfast.sqlite'));
  const { id } = store.prepare('SELECT id FROM databases').get() as { id: string };
  const config = {
    ...{ databaseId: id, name: 'No draft', sql, enabled: true, intervalMinutes: 60, fixSql, preset: null },
    alert: { enabled: false, severity: 'LOW', above: 0 },
  };
  const insert = store.prepare("INSERT INTO data_rules (id, database_id, config, created_at) VALUES ('rule', ?, ?, ?)");
  insert.run(id, JSON.stringify(config), new Date().toISOString());
  store.close();
}

describe('check of a guarded database', () => {
  it('is a full one, and is kept', async () => {
    const value = await place.value<Checked>('check', 'orders');
    expect(value).toMatchObject({ name: 'orders', sound: true, check: { depth: 'full', outcome: 'ok' }, repair: null });
    // By its path it is the same database.
    expect(await place.value('check', file)).toMatchObject({ name: 'orders' });
  });

  it('with --fix builds a stale index anew behind a backup, and says so', async () => {
    lastIndex();
    const before = readFileSync(file);
    const first = await found('orders');
    expect([first.code, first.document.error.code]).toEqual([3, 'CHECK_FOUND_PROBLEMS']);
    expect(first.document.error.detail).toContain('missing from index video_author');
    expect(readFileSync(file).equals(before)).toBe(true);

    const text = await place.text('check', 'orders', '--fix');
    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toContain('index video_author was built anew');
    expect(text.stdout).toContain('no problem was found');
    const points = await place.value<{ kind: string }[]>('backups', 'orders');
    expect(points.map(({ kind }) => kind)).toEqual(['safety']);
    expect(await place.value<Checked>('check', 'orders', '--fix')).toMatchObject({ sound: true, repair: null });
  });

  it('asks its rules; with --fix mends the rows of one that says how', async () => {
    change(file, "UPDATE video SET title = 'draft' WHERE id <= 3");
    addRule("SELECT id FROM video WHERE title = 'draft'", "UPDATE video SET title = 'none' WHERE title = 'draft'");
    const broken = await found('orders');
    expect(broken.code).toBe(3);
    expect(broken.value.rules).toMatchObject([{ name: 'No draft', broken: true, rows: 3 }]);
    expect(broken.document.error.detail).toContain('rule No draft: 3 rows');
    const mended = await found('orders', '--fix');
    expect(mended.code).toBe(0);
    expect(mended.value).toMatchObject({ sound: true, repair: { outcome: 'repaired', steps: [{ kind: 'rule-fix' }] } });
    expect(mended.value.rules).toMatchObject([{ broken: false, rows: 0 }]);
  });

  it('with --fix leaves alone what cannot be mended safely, and ends with 3', async () => {
    change(file, 'INSERT INTO video (author, title) VALUES (77, 1)');
    const orphan = await found('orders', '--fix');
    expect(orphan.code).toBe(3);
    expect(orphan.value).toMatchObject({ repair: null, proposals: [{ kind: 'orphans', count: 1 }] });
    change(file, 'DELETE FROM video WHERE author = 77; CREATE UNIQUE INDEX title ON video (title)');
    makeStale(file, 'title', "UPDATE video SET title = 'same'");
    const refused = await found('orders', '--fix');
    expect(refused.code).toBe(3);
    expect(refused.value).toMatchObject({
      sound: false,
      repair: null,
      repairRefused: expect.stringContaining('UNIQUE'),
    });
    expect((await place.text('check', 'orders', '--fix')).stdout).toContain('Nothing was repaired');
  });
});

describe('check of a file', () => {
  it('looks and repairs nothing', async () => {
    makeDatabase(place.file('other.db'), 3, 'delete');
    expect(await place.value('check', 'other.db')).toMatchObject({ name: null, sound: true });
    const { code, document } = await place.json('check', 'other.db', '--fix');
    expect([code, document.error.code]).toEqual([2, 'INVALID_INPUT']);
    expect(document.error.message).toContain('other.db is not guarded');
  });
});
