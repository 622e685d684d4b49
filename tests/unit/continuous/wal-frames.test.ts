/** Reading a WAL: real ones that SQLite wrote, read as bytes, and changed by hand. */
import { closeSync, copyFileSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  isAt,
  readTransactions,
  type WalEnd,
  WalMismatch,
  type WalPlace,
} from '../../../electron/continuous/wal-frames';
import { useBigEndianChecksums } from '../../helpers/wal';

let folder: string;
const descriptors: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-wal-'));
});
afterEach(() => {
  for (const fd of descriptors.splice(0)) closeSync(fd);
  rmSync(folder, { recursive: true, force: true });
});

interface Read {
  pageCountAfter: number;
  pages: Map<number, string>;
}

/** The WAL after these statements, each a transaction, as a copy that nobody has open. */
function walAfter(statements: readonly string[], pageSize = 4096, cachePages = 2000, autoVacuum = 'NONE'): string {
  const file = join(folder, 'made.db');
  const db = new Database(file);
  db.pragma(`page_size = ${pageSize}`);
  db.pragma(`auto_vacuum = ${autoVacuum}`);
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.pragma('wal_autocheckpoint = 0');
  db.pragma(`cache_size = ${cachePages}`);
  for (const sql of statements) db.exec(sql);
  const copy = join(folder, 'copy-wal');
  copyFileSync(`${file}-wal`, copy);
  db.close();
  return copy;
}

const open = (file: string): number => {
  const fd = openSync(file, 'r');
  descriptors.push(fd);
  return fd;
};

/** The end that the last commit frame says: what the wal-index would. */
function endOf(file: string, frames?: number): WalEnd {
  const wal = readFileSync(file);
  const pageSizeBytes = wal.readUInt32BE(8);
  const count = frames ?? (wal.length - 32) / (24 + pageSizeBytes);
  const at = 32 + (count - 1) * (24 + pageSizeBytes);
  return {
    salts: [wal.readUInt32BE(16), wal.readUInt32BE(20)],
    frame: count,
    sums: [wal.readInt32BE(at + 16), wal.readInt32BE(at + 20)],
    pageSizeBytes,
  };
}

const beginning = (end: WalEnd): WalPlace => ({ salts: end.salts, frame: 0, sums: [0, 0] });

function read(file: string, end = endOf(file), from = beginning(end)): Read[] {
  const found: Read[] = [];
  readTransactions(open(file), from, end, (transaction) => {
    const pages = [...transaction.pageNumbers].map((page, index): [number, string] => [
      page,
      transaction.page(index).toString('base64'),
    ]);
    found.push({ pageCountAfter: transaction.pageCountAfter, pages: new Map(pages) });
  });
  return found;
}

/** By the description of the format, one frame at a time, with all in memory. */
function readPlainly(file: string): Read[] {
  const wal = readFileSync(file);
  const pageSize = wal.readUInt32BE(8);
  const found: Read[] = [];
  let pages = new Map<number, string>();
  for (let at = 32; at < wal.length; at += 24 + pageSize) {
    pages.set(wal.readUInt32BE(at), wal.toString('base64', at + 24, at + 24 + pageSize));
    const pageCountAfter = wal.readUInt32BE(at + 4);
    if (pageCountAfter === 0) continue;
    const kept = [...pages].filter(([page]) => page <= pageCountAfter).toSorted(([a], [b]) => a - b);
    found.push({ pageCountAfter, pages: new Map(kept) });
    pages = new Map();
  }
  return found;
}

const INSERTS = Array.from({ length: 30 }, (_, index) => `INSERT INTO t VALUES (${index}, randomblob(${index * 40}))`);
const LARGE =
  'WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) INSERT INTO t SELECT i, randomblob(1500) FROM n';

describe('what SQLite wrote', () => {
  it.each([512, 1024, 4096, 65_536])('pages of %d bytes: every transaction, whole and in order', (pageSize) => {
    const file = walAfter(
      [
        ...INSERTS,
        LARGE,
        'DELETE FROM t WHERE id % 2',
        'VACUUM',
        ...INSERTS.map((sql) => sql.replace('INSERT', 'REPLACE')),
      ],
      pageSize,
    );
    const found = read(file);
    expect(found.length).toBe(63);
    expect(found).toEqual(readPlainly(file));
  });

  it('a transaction that is larger than the memory for it, and writes pages twice: the last one counts', () => {
    // A small cache makes SQLite write pages into the WAL before the commit, and again.
    const many = Array.from({ length: 6 }, (_, index) => `UPDATE t SET v = randomblob(1500) WHERE id % 6 >= ${index}`);
    const file = walAfter([LARGE, `BEGIN; ${many.join(';')}; COMMIT`], 1024, 20);
    const plain = readPlainly(file);
    expect(readFileSync(file).length).toBeGreaterThan(2 << 20);
    const frames = endOf(file).frame;
    expect(plain.reduce((sum, { pages }) => sum + pages.size, 0)).toBeLessThan(frames);
    expect(read(file)).toEqual(plain);
  });

  it('pages that a transaction wrote and then cut off are no part of it', () => {
    const file = walAfter([`BEGIN; ${LARGE}; DELETE FROM t; COMMIT`], 1024, 20, 'FULL');
    const [transaction, ...others] = read(file);
    expect(others).toEqual([]);
    const written = readFileSync(file);
    const numbers = Array.from({ length: endOf(file).frame }, (_, index) => written.readUInt32BE(32 + index * 1048));
    expect(Math.max(...numbers)).toBeGreaterThan(transaction?.pageCountAfter ?? Infinity);
    expect(transaction).toEqual(readPlainly(file)[0]);
  });

  it('checksums of the other byte order', () => {
    const file = walAfter([...INSERTS, LARGE]);
    const before = read(file);
    useBigEndianChecksums(file);
    expect(read(file)).toEqual(before);
  });

  it('goes on from any place, as if it had never stopped', () => {
    const file = walAfter(INSERTS);
    const end = endOf(file);
    const places: WalPlace[] = [];
    readTransactions(open(file), beginning(end), end, (transaction) => places.push(transaction.after()));
    const all = read(file);
    for (const [index, place] of places.entries()) {
      expect(isAt(open(file), place, end.pageSizeBytes)).toBe(true);
      expect(read(file, end, place)).toEqual(all.slice(index + 1));
    }
  });

  it('nothing behind what the wal-index says is committed', () => {
    const file = walAfter(INSERTS);
    const whole = read(file);
    const end = endOf(file);
    const places: WalPlace[] = [];
    readTransactions(open(file), beginning(end), end, (transaction) => places.push(transaction.after()));
    const { frame } = places[9]!;
    expect(read(file, endOf(file, frame))).toEqual(whole.slice(0, 10));
  });
});

describe('what is not as the wal-index says', () => {
  const CHANGES: [string, (wal: Buffer, frameAt: number) => void][] = [
    ['a bit of a page', (wal, at) => wal.writeUInt8((wal[at + 24 + 700] ?? 0) ^ 4, at + 24 + 700)],
    ['the number of a page', (wal, at) => wal.writeUInt32BE(3, at)],
    ['the size after a commit', (wal, at) => wal.writeUInt32BE(77, at + 4)],
    ['a salt', (wal, at) => wal.writeUInt32BE(wal.readUInt32BE(at + 8) + 1, at + 8)],
    ['a checksum', (wal, at) => wal.writeInt32BE(1, at + 20)],
    ['the page size in the header', (wal) => wal.writeUInt32BE(2048, 8)],
    ['a salt in the header', (wal) => wal.writeUInt32BE(1, 16)],
    ['the checksum of the header', (wal) => wal.writeInt32BE(1, 28)],
  ];

  it.each(CHANGES)('%s: refused, and what comes before it was read', (_name, alter) => {
    const file = walAfter(INSERTS);
    const end = endOf(file);
    const wal = readFileSync(file);
    alter(wal, 32 + 20 * (24 + end.pageSizeBytes));
    writeFileSync(file, wal);
    expect(() => read(file, end)).toThrow(WalMismatch);
  });

  it('an end that is no commit, or has another checksum, or is not there', () => {
    const file = walAfter([...INSERTS, LARGE]);
    const end = endOf(file);
    expect(() => read(file, endOf(file, end.frame - 1))).toThrow(WalMismatch);
    expect(() => read(file, { ...end, sums: [end.sums[0] + 1, end.sums[1]] })).toThrow(WalMismatch);
    expect(() => read(file, { ...end, frame: end.frame + 1 })).toThrow(WalMismatch);
  });

  it('a place whose frame is another one', () => {
    const file = walAfter(INSERTS);
    const end = endOf(file, 5);
    expect(isAt(open(file), end, 4096)).toBe(true);
    expect(isAt(open(file), { ...end, sums: [1, 2] }, 4096)).toBe(false);
    expect(isAt(open(file), { ...end, salts: [end.salts[0], 1] }, 4096)).toBe(false);
    expect(isAt(open(file), { ...end, frame: 4000 }, 4096)).toBe(false);
    expect(isAt(open(file), { ...end, frame: 0 }, 4096)).toBe(false);
  });

  it('a frame that changes between the two times it is read', () => {
    const file = walAfter([LARGE]);
    const fd = open(file);
    const end = endOf(file);
    const run = (): void => {
      readTransactions(fd, beginning(end), end, (transaction) => {
        const wal = readFileSync(file);
        wal.writeUInt8((wal[32 + 24 + 5] ?? 0) ^ 1, 32 + 24 + 5);
        writeFileSync(file, wal);
        for (let index = 0; index < transaction.pageNumbers.length; index++) transaction.page(index);
      });
    };
    expect(run).toThrow(WalMismatch);
  });
});
