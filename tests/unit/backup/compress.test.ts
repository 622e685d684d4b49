import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type CompressOptions,
  type ContentSource,
  compressMembers,
  MEMBER_BYTES,
} from '../../../electron/backup/compress';
import { hashFile } from '../../../electron/backup/decompress';
import { parseMemberHeader } from '../../../electron/backup/gzip-member';

let folder: string;
const file = (name: string): string => join(folder, name);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-compress-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function compress(source: string | ContentSource, options: Partial<CompressOptions> = {}) {
  const target = await open(file('out.gz'), 'w');
  try {
    return await compressMembers(source, target, {
      onProgress: () => undefined,
      signal: new AbortController().signal,
      ...options,
    });
  } finally {
    await target.close();
  }
}

const content = (): Buffer => Buffer.concat([randomBytes(MEMBER_BYTES), Buffer.alloc(MEMBER_BYTES + 12_345, 'text ')]);

describe('compressed members', () => {
  it('of a file are gzip that gives the file back, with the hashes of both', async () => {
    const bytes = content();
    writeFileSync(file('in'), bytes);
    const { fileHash, ...result } = await compress(file('in'));
    const written = readFileSync(file('out.gz'));
    expect(zlib.gunzipSync(written).equals(bytes)).toBe(true);
    expect(result).toEqual({ contentBytes: bytes.length, contentSha256: sha256(bytes), writtenBytes: written.length });
    expect(fileHash.digest('hex')).toBe(sha256(written));
    expect(parseMemberHeader(written)?.contentBytes).toBe(MEMBER_BYTES);
  });

  it('of any other source are the same, each position asked for once and in order', async () => {
    const bytes = content();
    const asked: number[] = [];
    const source: ContentSource = {
      async read(buffer, position) {
        asked.push(position);
        return bytes.copy(buffer, 0, position);
      },
    };
    const result = await compress(source);
    expect(result.contentSha256).toBe(sha256(bytes));
    expect(zlib.gunzipSync(readFileSync(file('out.gz'))).equals(bytes)).toBe(true);
    expect(asked.slice(0, 3)).toEqual([0, MEMBER_BYTES, 2 * MEMBER_BYTES]);
  });

  it('of nothing are nothing', async () => {
    writeFileSync(file('in'), '');
    expect(await compress(file('in'))).toMatchObject({ contentBytes: 0, contentSha256: sha256(Buffer.alloc(0)) });
  });

  it('carry on a hash that is known', async () => {
    writeFileSync(file('in'), 'abc');
    expect((await compress(file('in'), { contentSha256: 'known' })).contentSha256).toBe('known');
  });

  it('stop when they are told to, and when the source fails', async () => {
    writeFileSync(file('in'), content());
    await expect(compress(file('in'), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const failing: ContentSource = {
      read: async (_buffer, position) => {
        if (position > 0) throw new Error('unreadable');
        return MEMBER_BYTES;
      },
    };
    await expect(compress(failing)).rejects.toThrow('unreadable');
  });
});

describe('the hash of a file', () => {
  it.each([0, 1, (1 << 20) - 1, 1 << 20, (3 << 20) + 5])('of %d bytes, by path and by handle', async (length) => {
    const bytes = randomBytes(length);
    writeFileSync(file('in'), bytes);
    const done: number[] = [];
    const options = { onProgress: (bytesDone: number) => done.push(bytesDone), signal: new AbortController().signal };
    const wanted = { sha256: sha256(bytes), sizeBytes: length };
    expect(await hashFile(file('in'), options)).toEqual(wanted);
    expect(done.at(-1) ?? 0).toBe(length);
    const handle = await open(file('in'));
    expect(await hashFile(handle, options)).toEqual(wanted);
    await handle.close();
  });
});
