/** Files of the transaction log that somebody drops: told as what they are, whole or cut off. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeLogHeader } from '../../../electron/continuous/log-format';
import { inspectFile } from '../../../electron/restore/inspect';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-inspect-log-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const header = encodeLogHeader({
  pageSizeBytes: 4096,
  segment: 1,
  transactionsBefore: 0,
  generationId: 'g',
  previousHash: Buffer.alloc(32),
});
const log = Buffer.concat([header, Buffer.alloc(50_000, 'transactions')]);
const inspect = (file: string) =>
  inspectFile(
    {
      file,
      contentFile: `${file}.content`,
      folder,
      passphrase: null,
      secrets: { passphrases: [], identities: [] },
      lockTimeoutMs: 0,
    },
    {
      check: () => Promise.reject(new Error('not reached')),
      onProgress: () => {},
      signal: new AbortController().signal,
    },
  );

test.each<[name: string, content: Buffer, code: string]>([
  ['sealed.log.gz', gzipSync(log), 'FILE_IS_LOG'],
  ['cut-off.log.gz', gzipSync(log).subarray(0, -20), 'FILE_IS_LOG'],
  ['written.log', log, 'FILE_IS_LOG'],
  ['other.log.gz', gzipSync(Buffer.alloc(500, 'GET / HTTP/1.1\n')), 'NOT_A_DATABASE'],
  ['broken.gz', gzipSync(log).subarray(0, 5), 'GZIP_DAMAGED'],
  ['other.log', Buffer.alloc(500, 'GET / HTTP/1.1\n'), 'NOT_A_DATABASE'],
])('%s', async (name, content, code) => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  await expect(inspect(file)).rejects.toMatchObject({ code, params: { path: file } });
});
