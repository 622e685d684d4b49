import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CatalogueReport } from '../../electron/core/types';
import type { ProofCheck, RestorePoint } from '@shared/models';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { render } from '../../electron/cli/render';
import { change, countVideos, makeDatabase, Place } from './support/holdfast';

let place: Place;
let file: string;
beforeEach(async () => {
  place = await Place.make();
  file = makeDatabase(place.file('orders.db'));
  await place.value('db', 'add', file);
});
afterEach(() => place.end());

const backUp = (...options: string[]) => place.value<RestorePoint>('backup', 'orders', ...options);

/** Turns one bit in the middle of a file. */
async function flipBit(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    const { size } = await handle.stat();
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, Math.floor(size / 2));
    byte[0]! ^= 1;
    await handle.write(byte, 0, 1, Math.floor(size / 2));
  } finally {
    await handle.close();
  }
}

describe('backup', () => {
  it('makes one proved file that gunzip and SQLite open without Holdfast', async () => {
    const point = await backUp();
    expect(point).toMatchObject({ database: 'orders', kind: 'manual', verified: true, state: 'proved' });
    expect(Date.parse(point.createdAt)).not.toBeNaN();
    const packed = await readFile(point.file);
    expect(point.sizeBytes).toBe(packed.length);
    expect(point.sha256).toBe(createHash('sha256').update(packed).digest('hex'));
    const content = gunzipSync(packed);
    expect(point.contentBytes).toBe(content.length);
    await writeFile(place.file('by-hand.db'), content);
    expect(countVideos(place.file('by-hand.db'))).toBe(50);
  });

  it('is of the kind that was asked for', async () => {
    for (const kind of ['daily', 'weekly', 'monthly']) expect((await backUp('--kind', kind)).kind).toBe(kind);
  });

  it('leaves nothing in the scratch folder', async () => {
    await backUp();
    expect(await readdir(join(place.home, 'scratch'))).toEqual([]);
  });

  it('says for people what was done', async () => {
    const { code, stdout, stderr } = await place.text('backup', 'orders');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Backed up orders: .+ proved, in .+\n\/.+\.sqlite\.gz\n$/);
  });
});

describe('backups', () => {
  it('lists restore points, newest first, of one database or of all', async () => {
    const first = await backUp();
    const second = await backUp('--kind', 'daily');
    makeDatabase(place.file('users.db'), 3);
    await place.value('db', 'add', 'users.db');
    const other = await place.value<RestorePoint>('backup', 'users');
    const ids = async (...args: string[]) =>
      (await place.value<RestorePoint[]>('backups', ...args)).map(({ id }) => id);
    expect(await ids('orders')).toEqual([second.id, first.id]);
    expect(await ids()).toEqual([other.id, second.id, first.id]);
  });

  it('has the keys that scripts rely on', async () => {
    await backUp();
    const [point] = await place.value<RestorePoint[]>('backups');
    for (const key of [
      ...['id', 'database', 'kind', 'createdAt', 'file', 'sizeBytes', 'contentBytes', 'sha256', 'verified'],
    ]) {
      expect(point).toHaveProperty(key);
    }
  });

  it('is a table for people', async () => {
    expect((await place.text('backups')).stdout).toBe('There is no restore point yet.\n');
    const point = await backUp();
    const [titles, row] = (await place.text('backups')).stdout.split('\n');
    expect(titles).toMatch(/^CREATED .* ID$/);
    expect(row).toContain(point.id);
    expect(row).toContain('Proved');
  });
});

describe('verify', () => {
  it('proves a restore point by its id and by its file', async () => {
    const point = await backUp();
    for (const target of [point.id, point.file]) {
      expect(await place.value('verify', target)).toMatchObject({ id: point.id, verified: true });
    }
    const text = await place.text('verify', point.id);
    expect(text.stdout).toContain(`Proved: ${point.file}`);
  });

  it('proves a backup that was copied elsewhere, and a plain gzip of a database', async () => {
    const point = await backUp();
    const copy = place.file('copy.sqlite.gz');
    await copyFile(point.file, copy);
    expect(await place.value('verify', 'copy.sqlite.gz')).toMatchObject({ file: copy, verified: true });
    const plain = place.file('plain.db');
    makeDatabase(plain, 5, 'delete');
    execFileSync('gzip', [plain]);
    expect(await place.value('verify', `${plain}.gz`)).toMatchObject({ format: 'gzip-sqlite', verified: true });
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['one bit turned', flipBit],
    ['its end cut off', async (path) => truncate(path, (await stat(path)).size - 1)],
    ['something added', async (path) => writeFile(path, 'x', { flag: 'a' })],
    ['0 bytes', (path) => writeFile(path, '')],
    ['other content', (path) => writeFile(path, 'not a backup at all '.repeat(100))],
    ['another backup in its place', (path) => replaceByOther(path)],
    ['its file gone', (path) => rm(path)],
  ])('ends with 3 for a restore point with %s', async (_what, damage) => {
    const point = await backUp();
    await damage(point.file);
    const { code, document, stderr } = await place.json('verify', point.id);
    expect([code, document.ok, stderr]).toEqual([3, false, '']);
    expect(document.error.message).toContain(basename(point.file));
    const listed = (await place.value<RestorePoint[]>('backups')).find(({ id }) => id === point.id);
    expect(listed).toMatchObject({ verified: false });
    expect((await place.text('verify', point.id)).code).toBe(3);
  });

  it('ends with 3 for a damaged file that is no restore point', async () => {
    const point = await backUp();
    const copy = place.file('copy.sqlite.gz');
    await copyFile(point.file, copy);
    await flipBit(copy);
    const { code, document } = await place.json('verify', copy);
    expect([code, document.ok]).toEqual([3, false]);
    expect(await place.value('verify', point.id)).toMatchObject({ verified: true });
  });

  it('tells an unknown id from a missing file', async () => {
    const id = await place.json('verify', 'no-such-id');
    expect([id.code, id.document.error.code]).toEqual([1, 'BACKUP_UNKNOWN']);
    const missing = await place.json('verify', './missing.sqlite.gz');
    expect([missing.code, missing.document.error.code]).toEqual([1, 'FILE_NOT_FOUND']);
  });
});

async function replaceByOther(path: string): Promise<void> {
  change(file, `DELETE FROM video WHERE id > 10`);
  const other = await backUp();
  await copyFile(other.file, path);
}

describe('drill', () => {
  it('proves the newest proved restore point and says which', async () => {
    await backUp();
    const newest = await backUp();
    const drilled = await place.value<{ checks: ProofCheck[] }>('drill', 'orders');
    expect(drilled).toMatchObject({ database: 'orders', restorePoint: newest.id, verified: true });
    expect(drilled.checks.map(({ step }) => step)).toContain('integrity-check');
    expect((await place.text('drill', 'orders')).stdout).toContain('unpacked into the scratch folder');
    expect(await readdir(join(place.home, 'scratch'))).toEqual([]);
  });

  it('ends with 3 when the newest restore point is damaged', async () => {
    const point = await backUp();
    await flipBit(point.file);
    const { code, document } = await place.json('drill', 'orders');
    expect([code, document.ok]).toEqual([3, false]);
  });

  it('says when there is nothing to drill', async () => {
    const { code, document } = await place.json('drill', 'orders');
    expect([code, document.error.code]).toEqual([1, 'BACKUP_UNKNOWN']);
    expect(document.error.detail).toContain('orders has no proved restore point');
  });
});

describe('check', () => {
  it('finds nothing in a sound database, guarded or not, while it is written to', async () => {
    expect(await place.value('check', 'orders')).toMatchObject({ name: 'orders', sound: true });
    makeDatabase(place.file('other.db'), 3, 'delete');
    expect(await place.value('check', 'other.db')).toMatchObject({ name: null, sound: true });
  });

  it('ends with 3 for broken references, and changes nothing', async () => {
    change(file, 'INSERT INTO video (author, title) VALUES (77, 1)');
    const { code, document } = await place.json('check', 'orders');
    expect([code, document.error.code]).toEqual([3, 'CHECK_FOUND_PROBLEMS']);
    expect(document.error.detail).toContain('foreign-key-check');
    expect(document.value).toMatchObject({ sound: false });
    expect(countVideos(file)).toBe(51);
    const text = await place.text('check', 'orders');
    expect(text.code).toBe(3);
    expect(text.stdout).toContain('references between tables');
  });

  it('ends with 3 for a damaged database', async () => {
    const damaged = makeDatabase(place.file('damaged.db'), 500, 'delete');
    const handle = await open(damaged, 'r+');
    await handle.write(Buffer.alloc(4096, 0xff), 0, 4096, 5 * 4096);
    await handle.close();
    const { code, document } = await place.json('check', damaged);
    expect([code, document.ok]).toEqual([3, false]);
  });
});

describe('retention', () => {
  it('says what it keeps and why, and deletes only without --dry-run', async () => {
    const points = [await backUp('--kind', 'daily'), await backUp('--kind', 'daily'), await backUp('--kind', 'daily')];
    const newest = points.at(-1)!;
    interface Retention {
      restorePoints: { id: string; keep: boolean; reasons: { reason: string }[] }[];
    }
    const listed = async () => (await place.value<RestorePoint[]>('backups')).map(({ id }) => id);
    const before = await listed();
    const planned = await place.value<Retention>('retention', 'orders', '--dry-run');
    expect(planned.restorePoints.find(({ id }) => id === newest.id)).toMatchObject({ keep: true });
    expect(planned.restorePoints.find(({ keep }) => keep)?.reasons.length).toBeGreaterThan(0);
    expect(await listed()).toEqual(before);

    await place.value('retention', 'orders');
    const kept = planned.restorePoints.filter(({ keep }) => keep).map(({ id }) => id);
    expect(await listed()).toEqual(kept);
    expect(kept).toContain(newest.id);
    const files = await readdir(dirname(newest.file));
    expect(files.filter((name) => name.endsWith('.sqlite.gz'))).toHaveLength(kept.length);
  });

  it('is a table for people', async () => {
    await backUp();
    const { code, stdout } = await place.text('retention', 'orders', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('1 kept, 0 would be deleted.');
  });

  it('says in words why a restore point goes', () => {
    const point = { kind: 'daily', createdAt: '2026-05-01T02:00:00.000Z', sizeBytes: 5 };
    const letGo = [
      { rule: 'newest-incrementals' },
      { rule: 'daily-period', period: '2026-05-01', by: 'late' },
      { rule: 'monthly-period', period: '2026-05' },
    ];
    const value = { dryRun: true, restorePoints: [{ ...point, id: 'early', keep: false, reasons: [], letGo }] };
    expect(render('retention', value, { language: 'en', columns: undefined })).toContain(
      'past the newest interval points that are kept; another one stands for the day 2026-05-01; ' +
        'the month 2026-05 is past those that are kept',
    );
  });
});

describe('catalog rebuild', () => {
  it('finds every backup again when the catalogue is lost', async () => {
    const points = [await backUp(), await backUp()];
    for (const suffix of ['', '-wal', '-shm']) await rm(join(place.home, `holdfast.sqlite${suffix}`), { force: true });
    const report = await place.value<CatalogueReport>('catalog', 'rebuild');
    expect(report).toMatchObject({ found: 2, missing: 0, proved: 2, failed: 0 });
    const again = await place.value<RestorePoint[]>('backups');
    expect(again.map(({ id, sha256, verified }) => ({ id, sha256, verified }))).toEqual(
      points.toReversed().map(({ id, sha256 }) => ({ id, sha256, verified: true })),
    );
  });

  it('says what is missing, and proves what comes back', async () => {
    const point = await backUp();
    await rename(point.file, place.file('away.gz'));
    expect(await place.value('catalog', 'rebuild')).toMatchObject({ found: 0, missing: 1 });
    await rename(place.file('away.gz'), point.file);
    expect(await place.value('catalog', 'rebuild')).toMatchObject({ found: 1, missing: 0, failed: 0 });
    expect((await place.value<RestorePoint[]>('backups'))[0]).toMatchObject({ id: point.id, verified: true });
  });

  it('counts a damaged file as failed and leaves foreign files alone', async () => {
    const point = await backUp();
    await flipBit(point.file);
    const foreign = join(dirname(point.file), 'notes.txt');
    await writeFile(foreign, 'mine');
    const cut = point.file.replace(/-[0-9a-f]{6}-/, '-0badc0-');
    await writeFile(cut, (await readFile(point.file)).subarray(0, -40));
    for (const suffix of ['', '-wal', '-shm']) await rm(join(place.home, `holdfast.sqlite${suffix}`), { force: true });
    const report = await place.value<CatalogueReport>('catalog', 'rebuild');
    expect(report).toMatchObject({ proved: 0, foreign: [foreign], damaged: [cut] });
    expect(await readFile(foreign, 'utf8')).toBe('mine');
    const { code, stdout } = await place.text('catalog', 'rebuild');
    expect(code).toBe(0);
    expect(stdout).toContain(`Its end is damaged or missing, left alone: ${cut}`);
  });
});

describe('health', () => {
  it('is the document of the endpoint', async () => {
    const { code, document } = await place.json('health');
    const value = document.value as { status: string; checks: Record<string, unknown[]> };
    expect(['pass', 'warn', 'fail']).toContain(value.status);
    expect(code).toBe(value.status === 'fail' ? 3 : 0);
    expect(Object.keys(value.checks).every((key) => key.includes(':'))).toBe(true);
    expect(value.checks).toHaveProperty('databases:protection');
    const [status, titles, first] = (await place.text('health')).stdout.split('\n');
    expect(['ok', 'warning', 'failed']).toContain(status);
    expect(titles).toMatch(/^COMPONENT +STATE +VALUE$/);
    expect(first).toMatch(/^Databases +\S/);
  });
});
