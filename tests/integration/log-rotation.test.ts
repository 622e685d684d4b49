/** A log that another process writes and rotates meanwhile: every entry exactly once, whole, and in order. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageText } from '../helpers/log-entries.mjs';
import { LogIndex } from '../helpers/log-index';

/** Entries of a run; a million by hand: about 2.4 million lines. */
const ENTRIES = Number(process.env['HOLDFAST_LOG_LINES'] ?? 8_000);
const ROTATIONS = 5;
const LIMIT_MS = 30_000 + ENTRIES;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-rotation-'));
});
afterAll(async () => {
  await LogIndex.closeAll();
  rmSync(folder, { recursive: true, force: true });
});

function startWriter(path: string, kind: string): Promise<void> {
  const program = join(import.meta.dirname, '..', 'helpers', 'log-writer.mjs');
  const each = Math.ceil(ENTRIES / (ROTATIONS + 0.5));
  const child = spawn(process.execPath, [program, path, String(ENTRIES), String(each), kind], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`the writer ended with ${String(code)}`))));
  });
}

/** The first place where what was read is not what was written. */
function firstWrong(texts: string[]): string | null {
  for (let number = 0; number < Math.max(texts.length, ENTRIES); number += 1) {
    if (texts[number] !== messageText(number)) {
      return `${number} of ${texts.length}: ${String(texts[number])} instead of ${messageText(number)}`;
    }
  }
  return null;
}

describe.concurrent.each(['rename', 'copytruncate', 'gzip'])('%s', (kind) => {
  it(
    'loses nothing and takes nothing twice, also when it is ended and fails meanwhile',
    async () => {
      const path = join(folder, kind, 'app.log');
      mkdirSync(join(folder, kind));
      const index = new LogIndex(path);
      const writer = { isDone: false };
      const written = startWriter(path, kind).finally(() => {
        writer.isDone = true;
      });
      const begun = performance.now();
      const start = index.nowMs;
      let takes = 0;
      let polls = 0;
      index.fail = () => (takes += 1) % 5 === 1;
      while (!writer.isDone) {
        // Half as fast as time: a writer that is held up within an entry is not taken for quiet.
        index.nowMs = start + (performance.now() - begun) / 2;
        polls += 1;
        if (polls % 40 === 0) await index.restart();
        await index.poll(64 << 10).catch((error: Error) => {
          expect(error.message).toBe('not kept');
        });
        await pause(1);
      }
      await written;
      index.fail = () => false;
      await index.settle();
      expect(firstWrong(index.texts)).toBeNull();
      expect(readdirSync(join(folder, kind)).length).toBe(ROTATIONS + 1);
      expect(index.states.at(-1)).toMatchObject({ state: 'following', behindBytes: 0, error: null, format: 'python' });
      // Begun again at its end, it finds nothing new.
      const before = index.entries.length;
      await index.restart();
      await index.settle();
      expect(index.entries.length).toBe(before);
    },
    LIMIT_MS,
  );
});
