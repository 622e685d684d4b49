/** The program in docs/ restores a base and the log without Holdfast, by the description of the format alone. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { writeChain } from '../helpers/chains';
import { flipBit } from '../helpers/damage';
import { GENERATION, LoggedDatabase, untilOf, writeLog } from '../helpers/logs';

const PROGRAM = resolve(import.meta.dirname, '../../docs/restore-log.py');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-log-format-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function restore(...args: string[]) {
  const target = join(folder, 'restored.sqlite');
  rmSync(target, { force: true });
  const { status, stderr, stdout } = spawnSync('python3', [PROGRAM, target, ...args], { encoding: 'utf8' });
  return { image: status === 0 ? readFileSync(target) : null, said: `${stderr}${stdout}` };
}

function scene(pageSizeBytes: number) {
  const database = new LoggedDatabase(join(folder, 'live.db'), pageSizeBytes, 'CREATE TABLE item (text TEXT)');
  const steps = ['DELETE FROM item', 'VACUUM', 'INSERT INTO item VALUES (hex(randomblob(20000)))'];
  for (let number = 0; number < 9; number++) {
    database.commit(steps[number - 4] ?? `INSERT INTO item VALUES (hex(randomblob(${3000 + number})))`);
  }
  database.close();
  const images = [database.before, ...database.transactions.map(({ image }) => image)];
  const links = writeChain(
    folder,
    [images[1], images[2]].flatMap((image) => image ?? []),
  );
  const pointId = links[1]?.manifest.id ?? '';
  const usableAt = new Date(untilOf(3)).toISOString();
  const segments = writeLog(join(folder, 'log'), pageSizeBytes, database.transactions, [3, 3], {
    bases: [{ pointId, generationId: GENERATION, replayFrom: 1, usableFrom: 3, usableAt }],
  });
  return { images, segments, files: [...links, ...segments].map(({ file }) => file) };
}

it.each([512, 4096, 65_536])('restores any transaction and any moment, with pages of %i bytes', (pageSizeBytes) => {
  const { images, files } = scene(pageSizeBytes);
  for (const number of [3, 6, 7, 9]) {
    expect(restore(String(number), ...files).image?.equals(images[number] ?? Buffer.alloc(0)), `${number}`).toBe(true);
  }
  const moment = new Date(untilOf(5) + 500).toISOString();
  expect(restore(moment, ...files).image?.equals(images[5] ?? Buffer.alloc(0))).toBe(true);
  expect(restore('end', ...files).image?.equals(images[9] ?? Buffer.alloc(0))).toBe(true);
});

it('says when a transaction is not there, not right yet, or when the files are not those of one log', () => {
  const { files, segments } = scene(4096);
  expect(restore('10', ...files).said).toContain('to transaction 9 only');
  expect(restore('2', ...files).said).toContain('is not right');
  const [base = '', changes = '', one = '', two = '', open = ''] = files;
  expect(restore('end', base, changes, one, open).said).toContain('does not follow');
  expect(restore('end', base, one, two, open).said).toContain('no file of the log says');
  flipBit(two, Math.floor((segments[1]?.bytes.length ?? 0) / 2));
  expect(restore('9', ...files).image).toBeNull();
});

it('any gunzip gives back the content of a sealed segment', () => {
  const { segments } = scene(4096);
  for (const { bytes, content, manifest } of segments) {
    if (manifest) expect(gunzipSync(bytes).equals(content)).toBe(true);
  }
});
