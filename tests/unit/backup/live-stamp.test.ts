import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { liveStamp, Looks } from '../../../electron/backup/live-stamp';

let folder: string;
let file: string;
let database: Database.Database;
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'holdfast-stamp-'));
  file = join(folder, 'app.db');
  database = new Database(file);
});
afterEach(async () => {
  database.close();
  await fs.rm(folder, { recursive: true });
});

const inAMinute = (): number => Date.now() + 60_000;

/** Waits until the file system's clock shows another time than the last change has. */
async function nextTick(): Promise<void> {
  const probe = join(folder, 'probe');
  const now = async () => {
    await fs.writeFile(probe, 'x');
    return (await fs.stat(probe, { bigint: true })).mtimeNs;
  };
  const from = await now();
  while ((await now()) === from);
}

describe.each(['wal', 'delete'])('a stamp in journal mode %s', (mode) => {
  beforeEach(() => {
    database.pragma(`journal_mode = ${mode}`);
    database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
  });

  test('is the same while nobody writes, also while others read', async () => {
    const stamp = await liveStamp(file, inAMinute());
    expect(stamp).not.toBeNull();
    const reader = new Database(file, { readonly: true });
    reader.prepare('SELECT * FROM t').all();
    reader.close();
    expect(await liveStamp(file, inAMinute())).toBe(stamp);
  });

  test('is another one after a commit that changes one byte in place', async () => {
    const stamp = await liveStamp(file, inAMinute());
    await nextTick();
    database.exec('UPDATE t SET a = 2');
    expect(await liveStamp(file, inAMinute())).not.toBe(stamp);
  });
});

test('the time of the last write may be set back: the stamp is another one all the same', async () => {
  database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
  const before = new Date('2026-01-01T00:00:00Z');
  await fs.utimes(file, before, before);
  const stamp = await liveStamp(file, inAMinute());
  await nextTick();
  database.exec('UPDATE t SET a = 2');
  await fs.utimes(file, before, before);
  expect(await liveStamp(file, inAMinute())).not.toBe(stamp);
});

test('a change that is too near proves nothing', async () => {
  database.exec('CREATE TABLE t (a)');
  const { mtimeMs } = await fs.stat(file);
  expect(await liveStamp(file, mtimeMs + 4_000)).toBeNull();
  expect(await liveStamp(file, mtimeMs - 60_000), 'in the future').toBeNull();
  expect(await liveStamp(file, mtimeMs + 6_000)).not.toBeNull();
});

test('a -wal without content is none', async () => {
  database.exec('CREATE TABLE t (a)');
  const stamp = await liveStamp(file, inAMinute());
  await fs.writeFile(`${file}-wal`, '');
  expect(await liveStamp(file, inAMinute())).toBe(stamp);
  await fs.writeFile(`${file}-wal`, 'x');
  expect(await liveStamp(file, inAMinute())).not.toBe(stamp);
});

test('a database that is not there has none', async () => {
  expect(await liveStamp(join(folder, 'gone.db'), inAMinute())).toBeNull();
});

test('another file of the same size and time is another one', async () => {
  database.exec('CREATE TABLE t (a)');
  const stamp = await liveStamp(file, inAMinute());
  await fs.copyFile(file, `${file}.copy`);
  const { atime, mtime } = await fs.stat(file);
  await fs.utimes(`${file}.copy`, atime, mtime);
  await fs.rename(`${file}.copy`, file);
  expect(await liveStamp(file, inAMinute())).not.toBe(stamp);
});

test('looks that come at once are all answered, one after the other', async () => {
  const looks = new Looks();
  let under = 0;
  const look = async (answer: number) => {
    under++;
    expect(under).toBe(1);
    await fs.stat(file);
    under--;
    return answer;
  };
  expect(await Promise.all([1, 2, 3].map((answer) => looks.within(() => look(answer))))).toEqual([1, 2, 3]);
});

test('while one look hangs no other begins', async () => {
  const looks = new Looks(20);
  let release: (value: string) => void = () => undefined;
  const hanging = new Promise<string>((resolve) => (release = resolve));
  expect(await looks.within(() => hanging)).toBeNull();
  let begun = false;
  expect(await looks.within(async () => (begun = true))).toBeNull();
  expect(begun).toBe(false);
  release('late');
  await hanging;
  expect(await looks.within(async () => 'again')).toBe('again');
});
