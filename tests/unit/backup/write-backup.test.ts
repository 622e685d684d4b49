/** What was written is read back and decompressed: whatever lies there instead is found. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { proveWritten, type WrittenFile, writeBackup } from '../../../electron/backup/write-backup';
import type { Manifest } from '../../../electron/backup/manifest';
import { makeImages, sha256, writeChain } from '../../helpers/chains';
import { flipBit } from '../../helpers/damage';

let folder: string;
let file: string;
let image: Buffer;
let manifest: Manifest;
const options = { onProgress: () => undefined, signal: new AbortController().signal };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-write-'));
  file = join(folder, 'out.sqlite.gz');
  [image = Buffer.alloc(0)] = makeImages(
    folder,
    4096,
    'CREATE TABLE t (v); INSERT INTO t VALUES (zeroblob(90000));',
    [],
  );
  const [link] = writeChain(join(folder, 'chain'), [image]);
  if (!link) throw new Error('no chain');
  manifest = { ...link.manifest, memberBytes: 2 << 20 };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function write(content = image): Promise<WrittenFile> {
  const source = join(folder, 'image');
  writeFileSync(source, content);
  const described = { source, contentSha256: sha256(image), sizeBytes: content.length, manifest: () => manifest };
  return writeBackup(file, described, options);
}
const outcome = async (written: WrittenFile) =>
  Object.fromEntries((await proveWritten(file, written, options)).map(({ step, outcome }) => [step, outcome]));

describe('what was written', () => {
  it('is proved by every step', async () => {
    expect(await outcome(await write())).toEqual({
      'file-size': 'ok',
      'file-sha256': 'ok',
      'gzip-stream': 'ok',
      'content-size': 'ok',
      'content-sha256': 'ok',
    });
  });

  it('is not proved when the disk gives back other bytes', async () => {
    const written = await write();
    flipBit(file, 40);
    expect(Object.values(await outcome(written))).toContain('failed');
    flipBit(file, 40);
    truncateSync(file, readFileSync(file).length - 1);
    expect(Object.values(await outcome(written))).toContain('failed');
  });

  it('is not proved when what was compressed is not what was copied from the database', async () => {
    const other = Buffer.from(image);
    other[5_000] = (other[5_000] ?? 0) ^ 1;
    expect(await outcome(await write(other))).toMatchObject({ 'file-sha256': 'ok', 'content-sha256': 'failed' });
  });
});
