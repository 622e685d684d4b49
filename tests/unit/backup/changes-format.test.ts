/** What is written is read back by the description of the format; what is no such stream changes nothing it must not. */
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChangesApplier, type ChangesHeader, ChangesSource, fileTarget } from '../../../electron/backup/changes-format';
import type { PageChanges } from '../../../electron/backup/page-map';
import { PAGE_HASH_BYTES, PageMapWriter } from '../../../electron/backup/page-map';
import { errorOf } from '../../helpers/engine';

let folder: string;
let open: fs.FileHandle[];
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'holdfast-changes-'));
  open = [];
});
afterEach(async () => {
  for (const handle of open) await handle.close();
  await fs.rm(folder, { recursive: true });
});

async function file(name: string, content: Buffer): Promise<fs.FileHandle> {
  await fs.writeFile(join(folder, name), content);
  const handle = await fs.open(join(folder, name), 'r+');
  open.push(handle);
  return handle;
}

const HEADER_BYTES = 32;

/** A stream by the description alone. */
function streamOf(
  image: Buffer,
  size: number,
  numbers: number[],
  header: Partial<Record<number, number>> = {},
): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.write('HOLDFAST CHANGE\n', 'latin1');
  head.writeUInt32LE(size, 16);
  head.writeUInt32LE(image.length / size, 20);
  head.writeUInt32LE(numbers.length, 24);
  for (const [at, value] of Object.entries(header)) head.writeUInt32LE(value ?? 0, Number(at));
  const list = Buffer.alloc(4 * numbers.length);
  for (const [index, number] of numbers.entries()) list.writeUInt32LE(number, 4 * index);
  return Buffer.concat([head, list, ...numbers.map((number) => image.subarray((number - 1) * size, number * size))]);
}

const changesOf = (image: Buffer, size: number, numbers: number[]): PageChanges => ({
  pageSizeBytes: size,
  pageCount: image.length / size,
  changedCount: numbers.length,
  pages: () => numbers,
});

async function mapOf(image: Buffer, size: number): Promise<fs.FileHandle> {
  const path = join(folder, 'map');
  const writer = await PageMapWriter.create(path, size, image.length / size);
  for (let at = 0; at < image.length; at += size) {
    const page = createHash('sha256')
      .update(image.subarray(at, at + size))
      .digest();
    await writer.append(page.subarray(0, PAGE_HASH_BYTES));
  }
  await writer.finish('0'.repeat(64));
  await writer.close();
  const handle = await fs.open(path, 'r+');
  open.push(handle);
  return handle;
}

async function readAll(source: ChangesSource, bufferBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let position = 0; ; ) {
    const buffer = Buffer.alloc(bufferBytes);
    const length = await source.read(buffer, position);
    pieces.push(buffer.subarray(0, length));
    position += length;
    if (length < bufferBytes) return Buffer.concat(pieces);
  }
}

describe('the source', () => {
  test.each([
    [512, [1], 1000],
    [512, [1, 2, 3, 9, 11, 12, 5000], 100],
    [512, Array.from({ length: 6000 }, (_, index) => index + 1), 1 << 20],
    [4096, [2, 4, 6, 700], 33],
    [65_536, [1, 2, 3, 20], 1 << 20],
  ])('pages of %i bytes, %j', async (size, numbers, bufferBytes) => {
    const image = randomBytes(size * Math.max(...numbers));
    const source = new ChangesSource(
      await file('image', image),
      await mapOf(image, size),
      changesOf(image, size, numbers),
    );
    const read = await readAll(source, bufferBytes);
    expect(read.equals(streamOf(image, size, numbers))).toBe(true);
    expect(source.sizeBytes).toBe(read.length);
  });

  test('a page that is not the one that was copied ends the backup', async () => {
    const image = randomBytes(512 * 40);
    const map = await mapOf(image, 512);
    const damaged = Buffer.from(image);
    damaged[512 * 19 + 300]! ^= 4;
    const source = new ChangesSource(await file('image', damaged), map, changesOf(image, 512, [3, 18, 19, 20, 21]));
    const error = await errorOf(readAll(source, 1 << 16));
    expect([error.code, error.params['step'], error.detail]).toEqual([
      'BACKUP_PROOF_FAILED',
      'content-sha256',
      'page 20 of the copy is not what was copied',
    ]);
  });
});

describe('the applier', () => {
  const SIZE = 512;

  /** Applies `stream` in pieces, with the header that its manifest would have. */
  async function apply(before: Buffer, stream: Buffer, pieceBytes: number, expected?: ChangesHeader): Promise<Buffer> {
    const target = await file('target', before);
    const applier = new ChangesApplier(
      fileTarget(target),
      expected ?? {
        pageSizeBytes: stream.readUInt32LE(16),
        pageCount: stream.readUInt32LE(20),
        changedPages: stream.readUInt32LE(24),
      },
      'x.pages.gz',
    );
    for (let at = 0; at < stream.length; at += pieceBytes) await applier.push(stream.subarray(at, at + pieceBytes));
    await applier.finish();
    return fs.readFile(join(folder, 'target'));
  }

  test.each([
    ['in the midst', 20, 20, [3, 4, 9]],
    ['the first and the last page', 20, 20, [1, 20]],
    ['all pages', 20, 20, Array.from({ length: 20 }, (_, index) => index + 1)],
    ['a database that grew', 20, 25, [1, 21, 22, 23, 24, 25]],
    ['a database that shrank', 20, 7, [1, 2]],
    ['many pages', 20, 4000, Array.from({ length: 3990 }, (_, index) => index + 11)],
  ])('%s, whatever pieces it comes in', async (_what, pagesBefore, pagesAfter, numbers) => {
    const before = randomBytes(SIZE * pagesBefore);
    const after = Buffer.alloc(SIZE * pagesAfter);
    before.copy(after);
    for (const number of numbers) randomBytes(SIZE).copy(after, (number - 1) * SIZE);
    const stream = streamOf(after, SIZE, numbers);
    for (const pieceBytes of pagesAfter > 100 ? [7777, 1 << 21] : [1, 5, 33, SIZE, 1 << 21]) {
      expect((await apply(before, stream, pieceBytes)).equals(after), `pieces of ${pieceBytes}`).toBe(true);
    }
  });

  const image = randomBytes(SIZE * 20);
  const good = streamOf(image, SIZE, [3, 4, 9]);
  test.each<[string, Buffer, ChangesHeader?]>([
    ['nothing', Buffer.alloc(0), { pageSizeBytes: SIZE, pageCount: 20, changedPages: 3 }],
    ['another beginning', Buffer.concat([Buffer.from('holdfast change\n'), good.subarray(16)])],
    ['a number where there is none', streamOf(image, SIZE, [3], { 28: 1 })],
    ['another page size than the manifest', good, { pageSizeBytes: 1024, pageCount: 20, changedPages: 3 }],
    ['other pages than the manifest', good, { pageSizeBytes: SIZE, pageCount: 21, changedPages: 3 }],
    ['fewer changes than the manifest', good, { pageSizeBytes: SIZE, pageCount: 20, changedPages: 4 }],
    ['a page size that SQLite does not have', streamOf(image, SIZE, [3], { 16: 640, 20: 16 })],
    ['no change', streamOf(image, SIZE, [])],
    ['more changes than pages', streamOf(image, SIZE, [3], { 24: 21 })],
    ['page 0', Buffer.concat([streamOf(image, SIZE, [0, 4]), Buffer.alloc(SIZE)])],
    ['a page twice', streamOf(image, SIZE, [4, 4])],
    ['pages out of order', streamOf(image, SIZE, [9, 4])],
    ['a page outside of the image', Buffer.concat([streamOf(image, SIZE, [4, 21]), Buffer.alloc(SIZE)])],
    ['an end in the header', good.subarray(0, 20), { pageSizeBytes: SIZE, pageCount: 20, changedPages: 3 }],
    ['an end in the numbers', good.subarray(0, 38)],
    ['an end in a page', good.subarray(0, good.length - 1)],
    ['more than it says', Buffer.concat([good, Buffer.from([0])])],
  ])('%s is refused, and nothing but what was promised is written', async (_what, stream, expected) => {
    const before = randomBytes(SIZE * 20);
    for (const pieceBytes of [1, 1 << 21]) {
      expect((await errorOf(apply(before, stream, pieceBytes, expected))).code).toBe('GZIP_DAMAGED');
      const left = await fs.readFile(join(folder, 'target'));
      expect(left.length).toBe(before.length);
      for (let page = 1; page <= 20; page++) {
        const at = (page - 1) * SIZE;
        const isPromised = [3, 4, 9].includes(page);
        expect(isPromised || left.subarray(at, at + SIZE).equals(before.subarray(at, at + SIZE)), `page ${page}`).toBe(
          true,
        );
      }
    }
  });

  test.each([
    ['a hole where the image grows', 10, [1, 12, 13, 14, 15, 16, 17, 18, 19, 20]],
    ['a hole at its end', 10, [11, 12, 13, 14, 15, 16, 17, 18, 19]],
    ['none of the new pages', 19, [1]],
  ])('%s is refused before a page is written', async (_what, pagesBefore, numbers) => {
    const before = randomBytes(SIZE * pagesBefore);
    expect((await errorOf(apply(before, streamOf(image, SIZE, numbers), 1 << 21))).detail).toContain('not every page');
    expect((await fs.readFile(join(folder, 'target'))).equals(before)).toBe(true);
  });

  test('an image that is no whole number of pages is refused', async () => {
    expect((await errorOf(apply(randomBytes(SIZE * 20 + 1), good, 1 << 21))).code).toBe('GZIP_DAMAGED');
  });
});
