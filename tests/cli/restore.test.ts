import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RestorePoint, RestorePreview } from '@shared/models';
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
});
afterEach(() => place.end());

describe('restore', () => {
  it('brings the newest proved restore point back into the database', async () => {
    change(file, 'DELETE FROM video; DROP TABLE author');
    const restored = await place.value('restore', 'orders');
    expect(restored).toMatchObject({ database: 'orders', restorePoint: first.id, dryRun: false, to: file });
    expect(countVideos(file)).toBe(50);
  });

  it('does so while another program has the database open, which then sees it', async () => {
    const application = new Database(file);
    try {
      application.exec('DELETE FROM video');
      await place.value('restore', 'orders');
      expect(application.prepare('SELECT count(*) FROM video').pluck().get()).toBe(50);
      application.exec("INSERT INTO video (author, title) VALUES (1, 'after')");
    } finally {
      application.close();
    }
    expect(countVideos(file)).toBe(51);
  });

  it('keeps what was there as a safety backup that can be restored', async () => {
    change(file, 'DELETE FROM video WHERE id > 7');
    await place.value('restore', 'orders', '--from', first.id);
    const safety = (await place.value<RestorePoint[]>('backups')).find(({ kind }) => kind === 'safety')!;
    await place.value('restore', 'orders', '--from', safety.id);
    expect(countVideos(file)).toBe(7);
  });

  it('again brings the same point back, not what the first restore left behind', async () => {
    change(file, 'DELETE FROM video WHERE id > 7');
    await place.value('restore', 'orders');
    expect(await place.value('restore', 'orders')).toMatchObject({ restorePoint: first.id });
    expect(countVideos(file)).toBe(50);
    expect(await place.value('drill', 'orders')).toMatchObject({ restorePoint: first.id });
  });

  it('takes a point by id, by file, by a copied file', async () => {
    change(file, 'DELETE FROM video WHERE id > 7');
    await place.value('backup', 'orders');
    await copyFile(first.file, place.file('copy.gz'));
    for (const from of [first.id, first.file, 'copy.gz']) {
      await place.value('restore', 'orders', '--from', from);
      expect(countVideos(file), from).toBe(50);
      change(file, 'DELETE FROM video');
    }
  });

  it('takes the newest proved point at or before a time', async () => {
    change(file, 'DELETE FROM video WHERE id > 7');
    const second = await place.value<RestorePoint>('backup', 'orders');
    change(file, 'DELETE FROM video');
    await place.value('restore', 'orders', '--at', first.createdAt);
    expect(countVideos(file)).toBe(50);
    await place.value('restore', 'orders', '--at', second.createdAt);
    expect(countVideos(file)).toBe(7);
    const justBefore = new Date(Date.parse(second.createdAt) - 1).toISOString();
    expect(await place.value('restore', 'orders', '--at', justBefore, '--dry-run')).toMatchObject({
      restorePoint: first.id,
    });
    const early = await place.json('restore', 'orders', '--at', '2001-01-01T00:00:00+09:00');
    expect([early.code, early.document.error.code]).toEqual([1, 'MOMENT_NOT_COVERED']);
    expect(countVideos(file)).toBe(7);
  });

  it('writes a new file and leaves the database alone', async () => {
    change(file, 'DELETE FROM video');
    expect(await place.value('restore', 'orders', '--to', 'copy.db')).toMatchObject({ to: place.file('copy.db') });
    expect(countVideos(place.file('copy.db'))).toBe(50);
    expect(countVideos(file)).toBe(0);
    const again = await place.json('restore', 'orders', '--to', 'copy.db');
    expect([again.code, again.document.error.code]).toEqual([1, 'RESTORE_TARGET_EXISTS']);
    expect(countVideos(place.file('copy.db'))).toBe(50);
  });

  it('only shows what would change with --dry-run', async () => {
    change(file, 'DELETE FROM video WHERE id > 7; CREATE TABLE extra (id INTEGER)');
    const value = await place.value<{ preview: RestorePreview }>('restore', 'orders', '--dry-run');
    const video = value.preview.tables.find(({ table }) => table === 'video');
    expect(video).toMatchObject({ rowsNow: 7, rowsThen: 50 });
    expect(value.preview.tables.find(({ table }) => table === 'extra')).toMatchObject({ rowsThen: null });
    expect(countVideos(file)).toBe(7);
    const text = await place.text('restore', 'orders', '--dry-run');
    expect(text.stdout).toMatch(/video +7 +50/);
    expect(text.stdout).toContain('only a preview');
  });

  it('leaves nothing in the scratch folder', async () => {
    await place.value('restore', 'orders', '--from', first.file);
    await place.value('restore', 'orders', '--to', 'copy.db');
    await place.value('restore', 'orders', '--dry-run');
    expect(await readdir(join(place.home, 'scratch'))).toEqual([]);
  });

  it('refuses the restore point of another database', async () => {
    makeDatabase(place.file('users.db'), 3);
    await place.value('db', 'add', 'users.db');
    const { code, document } = await place.json('restore', 'users', '--from', first.id);
    expect([code, document.error.code]).toEqual([2, 'INVALID_INPUT']);
    expect(document.error.message).toContain('orders');
    expect(countVideos(place.file('users.db'))).toBe(3);
  });

  it.each([
    ['not a database', 'this is not a database\n'.repeat(60)],
    ['0 bytes', ''],
  ])('refuses a file that is %s, and the database stays as it is', async (_what, content) => {
    await writeFile(place.file('bad.gz'), content);
    change(file, 'DELETE FROM video WHERE id > 7');
    for (const more of [[], ['--dry-run'], ['--to', 'out.db']]) {
      const { code, document } = await place.json('restore', 'orders', '--from', 'bad.gz', ...more);
      expect([code, document.ok]).toEqual([1, false]);
      expect(document.error.message).toContain('bad.gz');
    }
    expect(countVideos(file)).toBe(7);
    expect(await readdir(place.folder)).not.toContain('out.db');
  });
});
