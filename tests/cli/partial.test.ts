import Database from 'better-sqlite3';
import type { RestoreRecord, RestorePoint } from '@shared/models';
import type { PartialPreview } from '@shared/recovery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { change, countVideos, makeDatabase, Place } from './support/holdfast';

let place: Place;
let file: string;
let first: RestorePoint;
beforeEach(async () => {
  place = await Place.make();
  file = makeDatabase(place.file('orders.db'));
  await place.value('db', 'add', file);
  first = await place.value<RestorePoint>('backup', 'orders');
  change(
    file,
    "DELETE FROM video WHERE id > 45; UPDATE video SET title = 'changed' WHERE id = 3; INSERT INTO author VALUES (3, 'new')",
  );
});
afterEach(() => place.end());

const ask = (sql: string): unknown => {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare(sql).pluck().get();
  } finally {
    database.close();
  }
};

describe('restore --tables', () => {
  it('brings back the rows of these tables and leaves all else alone; the safety backup undoes it', async () => {
    const value = await place.value<{ restore: RestoreRecord }>('restore', 'orders', '--tables', 'video');
    expect(value).toMatchObject({
      ...{ database: 'orders', restorePoint: first.id, contentAt: first.createdAt, dryRun: false, to: file },
      ...{ tables: ['video'], restore: { outcome: 'restored', tables: ['video'] } },
    });
    expect([
      countVideos(file),
      ask('SELECT title FROM video WHERE id = 3'),
      ask('SELECT count(*) FROM author'),
    ]).toEqual([50, `title 2 ${'x'.repeat(200)}`, 3]);
    const safety = (await place.value<RestorePoint[]>('backups')).find(({ kind }) => kind === 'safety')!;
    await place.value('restore', 'orders', '--from', safety.id);
    expect(countVideos(file)).toBe(45);
  });

  it('with --dry-run shows every row that would change, and changes none', async () => {
    const { rows } = await place.value<{ rows: PartialPreview }>(
      'restore',
      'orders',
      '--tables',
      'video,author',
      '--dry-run',
    );
    expect(
      rows.tables.map(({ table, inserts, updates, removes, same }) => [table, inserts, updates, removes, same]),
    ).toEqual([
      ['video', 5, 1, 0, 44],
      ['author', 0, 0, 1, 2],
    ]);
    const { stdout } = await place.text(
      'restore',
      'orders',
      '--from',
      first.file,
      '--tables',
      'video, author',
      '--dry-run',
    );
    expect(stdout).toMatch(/video +5 +1 +0 +44/);
    expect(stdout).toMatch(/^~ video 3: title changed → title 2 x+$/m);
    expect(stdout).toMatch(/^\+ video 46: id 46, author 2, title title 45/m);
    expect(stdout).toContain('- author 3: id 3, name new');
    expect(stdout).toContain('only a preview');
    expect([countVideos(file), ask('SELECT count(*) FROM author')]).toEqual([45, 3]);
  });

  it('refuses what cannot be done, in words', async () => {
    const unknown = await place.json('restore', 'orders', '--tables', 'nowhere');
    expect([unknown.code, unknown.document.error.code]).toEqual([1, 'PARTIAL_NOT_POSSIBLE']);
    expect(unknown.document.error.message).toContain('nowhere');
    change(file, 'UPDATE video SET author = 3 WHERE id = 1');
    const broken = await place.json('restore', 'orders', '--tables', 'author');
    expect([broken.code, broken.document.error.code]).toEqual([1, 'PARTIAL_WOULD_BREAK']);
    expect(broken.document.error.action).toContain('video');
    const preview = await place.text('restore', 'orders', '--tables', 'author,nowhere', '--dry-run');
    expect(preview.stdout).toContain('! nowhere: cannot be restored by rows: the table was not there then');
    expect(preview.stdout).toContain('! video, row 1: would refer to no row of author');
    expect(ask('SELECT count(*) FROM author')).toBe(3);
  });
});
