import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { passOverImage } from '../../../electron/backup/image-pass';
import { comparePageMaps, PageMapWriter, readPageMapHeader } from '../../../electron/backup/page-map';
import { passMemory, slotContent, slotHashes, workOnChunk } from '../../../electron/backup/page-work';
import { codeOf } from '../../helpers/engine';

let folder: string;
const file = (name: string): string => join(folder, name);
const signal = new AbortController().signal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-map-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An image of pages that each hold their own number and a word. */
function image(pageCount: number, pageSizeBytes: number, words: Record<number, string> = {}): Buffer {
  const bytes = Buffer.alloc(pageCount * pageSizeBytes);
  for (let page = 1; page <= pageCount; page++) {
    bytes.write(`page ${page} ${words[page] ?? ''}`, (page - 1) * pageSizeBytes);
  }
  return bytes;
}

async function mapOf(name: string, bytes: Buffer, pageSizeBytes: number): Promise<string> {
  writeFileSync(file('image'), bytes);
  const source = await open(file('image'), 'r');
  try {
    await passOverImage(
      {
        sourceFd: source.fd,
        walFd: null,
        targetFd: null,
        pageSizeBytes,
        pageCount: bytes.length / pageSizeBytes,
      },
      { mapFile: file(name), onProgress: () => undefined, signal },
    );
  } finally {
    await source.close();
  }
  return file(name);
}

async function changed(before: string, after: string): Promise<number[] | null> {
  const changes = await comparePageMaps(before, after, signal);
  if (!changes) return null;
  const pages = [...changes.pages()];
  expect(changes.changedCount).toBe(pages.length);
  return pages;
}

describe('a page map', () => {
  it('is what the format says: sizes, 16 bytes of SHA-256 a page, SHA-256 of the image and of all before', async () => {
    const bytes = image(5, 512);
    const map = readFileSync(await mapOf('map', bytes, 512));
    expect(map.toString('latin1', 0, 16)).toBe('HOLDFAST PAGES 1');
    expect([map.readUInt32LE(16), map.readUInt32LE(20)]).toEqual([512, 5]);
    for (let page = 0; page < 5; page++) {
      const wanted = hash('sha256', bytes.subarray(page * 512, (page + 1) * 512), 'hex').slice(0, 32);
      expect(map.toString('hex', 24 + page * 16, 40 + page * 16)).toBe(wanted);
    }
    expect(map.toString('hex', 104, 136)).toBe(hash('sha256', bytes, 'hex'));
    expect(map.toString('hex', 136)).toBe(hash('sha256', map.subarray(0, 136), 'hex'));
    expect(await readPageMapHeader(file('map'))).toEqual({
      pageSizeBytes: 512,
      pageCount: 5,
      contentSha256: hash('sha256', bytes, 'hex'),
    });
  });

  it('tells which pages changed, came and went', async () => {
    const before = await mapOf('before', image(2000, 512), 512);
    const same = await mapOf('same', image(2000, 512), 512);
    expect(await changed(before, same)).toEqual([]);
    const some = await mapOf('some', image(2000, 512, { 1: 'x', 8: 'x', 9: 'x', 1000: 'x', 2000: 'x' }), 512);
    expect(await changed(before, some)).toEqual([1, 8, 9, 1000, 2000]);
    const longer = await mapOf('longer', image(2003, 512, { 7: 'x' }), 512);
    expect(await changed(before, longer)).toEqual([7, 2001, 2002, 2003]);
    const shorter = await mapOf('shorter', image(1000, 512, { 999: 'x' }), 512);
    expect(await changed(before, shorter)).toEqual([999]);
    expect(await comparePageMaps(before, shorter, signal)).toMatchObject({ pageSizeBytes: 512, pageCount: 1000 });
  });

  it('is compared in a window: a difference on either side of a block is found', async () => {
    // 16384 hashes are one block.
    const before = await mapOf('before', image(40_000, 512), 512);
    const pages = [16_384, 16_385, 32_768, 32_769, 40_000];
    const after = await mapOf('after', image(40_000, 512, Object.fromEntries(pages.map((page) => [page, 'x']))), 512);
    expect(await changed(before, after)).toEqual(pages);
  });

  it('that is missing, damaged in any byte, cut, longer or of another page size says nothing', async () => {
    const bytes = image(20, 1024);
    const after = await mapOf('after', bytes, 1024);
    expect(await changed(file('none'), after)).toBeNull();
    expect(await changed(await mapOf('other', bytes, 512), after)).toBeNull();
    const good = readFileSync(await mapOf('before', bytes, 1024));
    for (let at = 0; at < good.length; at++) {
      const damaged = Buffer.from(good);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      writeFileSync(file('before'), damaged);
      expect(await changed(file('before'), after), `byte ${at}`).toBeNull();
    }
    for (const bad of [good.subarray(0, -1), Buffer.concat([good, Buffer.alloc(16)]), good.subarray(0, 10)]) {
      writeFileSync(file('before'), bad);
      expect(await changed(file('before'), after)).toBeNull();
    }
    writeFileSync(file('before'), good);
    expect(await changed(file('before'), after)).toEqual([]);
  });

  it('that was just written and is damaged is no basis: BACKUP_PROOF_FAILED', async () => {
    const before = await mapOf('before', image(20, 1024), 1024);
    const after = await mapOf('after', image(20, 1024), 1024);
    const bytes = readFileSync(after);
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    writeFileSync(after, bytes);
    expect(await codeOf(comparePageMaps(before, after, signal))).toBe('BACKUP_PROOF_FAILED');
  });

  it('is not finished with pages missing', async () => {
    const writer = await PageMapWriter.create(file('map'), 512, 3);
    await writer.append(Buffer.alloc(32));
    await expect(writer.finish('00'.repeat(32))).rejects.toThrow(RangeError);
    await writer.close();
  });

  it('stops comparing when it is told to', async () => {
    const map = await mapOf('map', image(20, 1024), 1024);
    await expect(comparePageMaps(map, map, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('one chunk of an image', () => {
  /** Works on one chunk of 8 pages of 512 bytes, of a file that holds `inFile` pages and a WAL with pages of `w`. */
  async function work(inFile: number, task: { overlay?: number[]; lockPageAt?: number }): Promise<string[]> {
    writeFileSync(file('main'), Buffer.alloc(inFile * 512, 'm'));
    writeFileSync(file('wal'), Buffer.alloc(3 * 512, 'w'));
    const [main, wal, copy] = await Promise.all([open(file('main')), open(file('wal')), open(file('copy'), 'w')]);
    try {
      const setup = {
        sourceFd: main.fd,
        walFd: wal.fd,
        targetFd: copy.fd,
        pageSizeBytes: 512,
        memory: passMemory(4096, 512, 2),
        chunkBytes: 4096,
        slots: 2,
      };
      const { overlay, lockPageAt = null } = task;
      const at = { slot: 1, position: 0, length: 4096, lockPageAt };
      workOnChunk(setup, { ...at, overlay: overlay ? new Float64Array(overlay) : null });
      const content = slotContent(setup, 1, 4096);
      expect(readFileSync(file('copy')).equals(content)).toBe(true);
      const hashes = slotHashes(setup, 1, 4096);
      return Array.from({ length: 8 }, (_, page) => {
        const bytes = content.subarray(page * 512, (page + 1) * 512);
        expect(hashes.toString('hex', page * 16, (page + 1) * 16)).toBe(hash('sha256', bytes, 'hex').slice(0, 32));
        return String.fromCharCode(bytes[511] ?? 0);
      });
    } finally {
      await Promise.all([main.close(), wal.close(), copy.close()]);
    }
  }

  it('takes pages of the WAL before those of the file, and leaves the page for locks empty', async () => {
    expect((await work(8, {})).join('')).toBe('mmmmmmmm');
    expect((await work(8, { overlay: [512, 0, 7 * 512, 1024] })).join('')).toBe('mwmmmmmw');
    expect(await work(8, { lockPageAt: 1024 })).toEqual(['m', 'm', '\0', 'm', 'm', 'm', 'm', 'm']);
  });

  it('takes pages that the file does not have from the WAL, or fails with SHORT_IMAGE', async () => {
    expect((await work(6, { overlay: [6 * 512, 0, 7 * 512, 512] })).join('')).toBe('mmmmmmww');
    expect(await work(7, { lockPageAt: 7 * 512 })).toEqual(['m', 'm', 'm', 'm', 'm', 'm', 'm', '\0']);
    const short = expect.objectContaining({ code: 'SHORT_IMAGE' });
    await expect(work(7, {})).rejects.toEqual(short);
    await expect(work(6, { overlay: [512, 0, 1024, 512] })).rejects.toEqual(short);
    // The WAL ends before the page that it should hold.
    await expect(work(8, { overlay: [512, 3 * 512] })).rejects.toEqual(short);
  });
});
