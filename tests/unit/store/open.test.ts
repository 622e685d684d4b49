import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { MIGRATIONS, STORE_APPLICATION_ID } from '../../../electron/store/migrations';
import { openStore } from '../../../electron/store/open';
import { backup, orders, scratchFolder, scratchStore, thrownBy } from './fixture';

test('a new store is recognisable, in WAL mode, at the newest version', () => {
  const store = scratchStore();
  const look = new Database(store.file, { readonly: true });
  expect(look.pragma('application_id', { simple: true })).toBe(STORE_APPLICATION_ID);
  expect(look.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
  expect(look.pragma('journal_mode', { simple: true })).toBe('wal');
  look.close();
  expect(store.check()).toBeNull();
});

test('what was written is there after closing and opening again', () => {
  const store = scratchStore();
  store.databases.add(orders);
  store.backups.insert(backup('b1'));
  store.close();
  store.close();
  const again = scratchStore(store.file);
  expect(again.databases.list().map((database) => database.name)).toEqual(['orders']);
  expect(again.backups.get('b1')).toMatchObject(backup('b1'));
});

test('an empty file becomes a store', () => {
  const file = join(scratchFolder(), 'holdfast.db');
  writeFileSync(file, '');
  expect(scratchStore(file).databases.list()).toEqual([]);
});

test('a store of a newer version is refused and left as it is', () => {
  const store = scratchStore();
  store.close();
  const newer = new Database(store.file);
  newer.pragma('user_version = 99');
  newer.close();
  const before = readFileSync(store.file);
  expect(thrownBy(() => openStore(store.file))).toMatchObject({
    code: 'STORE_NEWER',
    params: { path: store.file, found: 99, supported: MIGRATIONS.length },
  });
  expect(readFileSync(store.file)).toEqual(before);
});

const overwrite = (file: string, from: number, bytes: Buffer) => {
  const content = readFileSync(file);
  bytes.copy(content, from);
  writeFileSync(file, content);
};

const damages: { name: string; make: (file: string) => void }[] = [
  { name: 'text', make: (file) => writeFileSync(file, 'not a database, only words, and many of them: '.repeat(40)) },
  {
    name: 'another SQLite database',
    make: (file) => {
      const other = new Database(file);
      other.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1)');
      other.close();
    },
  },
  { name: 'a truncated store', make: (file) => truncateSync(whole(file), statSync(file).size - 8_192) },
  { name: 'a store with a page of noise', make: (file) => overwrite(whole(file), 4_096, Buffer.alloc(4_096, 0xa7)) },
  { name: 'a store with a destroyed first page', make: (file) => overwrite(whole(file), 0, Buffer.alloc(4_096, 0x5a)) },
  {
    name: 'an empty file beside a log',
    make: (file) => {
      writeFileSync(file, '');
      writeFileSync(`${file}-wal`, 'a log that belongs to the file that was here');
    },
  },
  { name: 'a folder', make: (file) => mkdirSync(file) },
];

function whole(file: string): string {
  const store = openStore(file);
  store.databases.add(orders);
  for (let n = 0; n < 200; n += 1) store.backups.insert(backup(`b${n}`));
  store.close();
  return file;
}

test.each(damages)('$name is refused and not touched', ({ make }) => {
  const file = join(scratchFolder(), 'holdfast.db');
  make(file);
  const before = statSync(file).isFile() ? readFileSync(file) : null;
  expect(thrownBy(() => openStore(file))).toMatchObject({ code: 'STORE_DAMAGED', params: { path: file } });
  if (before) expect(readFileSync(file)).toEqual(before);
});

test('a folder that is not there is said to be unusable', () => {
  const file = join(scratchFolder(), 'nowhere', 'holdfast.db');
  expect(thrownBy(() => openStore(file))).toMatchObject({ code: 'HOME_UNUSABLE', params: { path: dirname(file) } });
});

test('damage that happens while it is open is the store’s, not a guarded database’s', () => {
  const store = scratchStore();
  store.databases.add(orders);
  for (let n = 0; n < 400; n += 1) store.backups.insert(backup(`b${n}`));
  const other = new Database(store.file);
  other.pragma('wal_checkpoint(TRUNCATE)');
  overwrite(store.file, 4_096, Buffer.alloc(statSync(store.file).size - 4_096, 0xa7));
  // A commit of somebody else makes the store's connection read the file again instead of what it remembers.
  other.pragma(`user_version = ${MIGRATIONS.length}`);
  other.close();
  expect(thrownBy(() => store.backups.list()).code).toBe('STORE_DAMAGED');
  expect(store.check()).not.toBeNull();
});

test('a transaction over several tables is all or nothing', () => {
  const store = scratchStore();
  store.databases.add(orders);
  expect(() =>
    store.atomically(() => {
      store.backups.insert(backup('b1'));
      store.backups.insert(backup('b2', { databaseId: 'nobody' }));
    }),
  ).toThrow();
  expect(store.backups.list()).toEqual([]);
});

test('a new store, its log included, can be read by its user alone', () => {
  const file = join(scratchFolder(), 'holdfast.db');
  const store = scratchStore(file);
  store.settings.write({ theme: 'dark' });
  for (const part of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(part).mode & 0o077, part).toBe(0);
});
