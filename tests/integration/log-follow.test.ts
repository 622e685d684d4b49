/** Following a file in all that happens to it: renamed, emptied, packed, unreadable. */
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogIndex, line, lines } from '../helpers/log-index';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-follow-'));
  path = join(folder, 'app.log');
});
afterEach(async () => {
  await LogIndex.closeAll();
  rmSync(folder, { recursive: true, force: true });
});

describe('a file', () => {
  it('is read from where it was left, and its last entry when it is quiet', async () => {
    writeFileSync(path, lines('one', 'two'));
    const index = new LogIndex(path);
    await index.poll();
    expect(index.texts).toEqual(['one']);
    await index.restart();
    appendFileSync(path, `${line('three')}2026-01-02 03:04:05,678 - app - INFO - with`);
    await index.settle();
    appendFileSync(path, lines('four'));
    await index.settle();
    expect(index.texts.slice(0, 3)).toEqual(['one', 'two', 'three']);
    expect(index.texts.join(' ')).toMatch(/with.*four/);
  });

  it('is read again from the same place when its entries could not be kept', async () => {
    const texts = Array.from({ length: 3_000 }, (_, number) => `n${number}`);
    writeFileSync(path, lines(...texts));
    const index = new LogIndex(path);
    let takes = 0;
    let failures = 0;
    index.fail = () => (takes += 1) % 3 !== 0;
    for (let round = 0; round < 60; round += 1) {
      await index.poll(50_000).catch((error: Error) => {
        expect(error.message).toBe('not kept');
        failures += 1;
      });
      index.nowMs += 2_000;
    }
    expect(index.texts).toEqual(texts);
    expect(failures).toBeGreaterThan(5);
  });

  it('keeps back a character and a line end that are torn', async () => {
    const bytes = Buffer.from('2026-01-02 03:04:05,678 - app - INFO - 크기\r\nrest\r\n');
    const at = bytes.indexOf('기') + 1;
    writeFileSync(path, bytes.subarray(0, at));
    const index = new LogIndex(path);
    await index.settle();
    const end = bytes.indexOf('\r\n') + 1;
    appendFileSync(path, bytes.subarray(at, end));
    await index.settle();
    appendFileSync(path, bytes.subarray(end));
    await index.settle();
    expect(index.texts.join('')).toBe('크기rest');
  });

  it('that was emptied begins anew: shorter, as long, or longer than before', async () => {
    const index = new LogIndex(path);
    for (const texts of [['aaa', 'bbb'], ['ccc'], ['ddd'], ['eee', 'fff', 'ggg']]) {
      writeFileSync(path, lines(...texts));
      await index.settle();
    }
    expect(index.texts).toEqual(['aaa', 'bbb', 'ccc', 'ddd', 'eee', 'fff', 'ggg']);
  });

  it('that was emptied and begins with the same lines begins anew', async () => {
    const index = new LogIndex(path);
    writeFileSync(path, lines('start', 'one'));
    await index.settle();
    truncateSync(path, 0);
    await index.settle();
    await index.restart();
    writeFileSync(path, lines('start', 'two', 'three'));
    await index.settle();
    expect(index.texts).toEqual(['start', 'one', 'start', 'two', 'three']);
    expect(new Set([...index.positions.keys()]).size).toBe(2);
  });

  it('under a writer that goes on at its old place begins with a hole', async () => {
    const index = new LogIndex(path);
    writeFileSync(path, lines('one'));
    await index.settle();
    writeFileSync(path, Buffer.concat([Buffer.alloc(300_000), Buffer.from(lines('two'))]));
    await index.settle();
    expect(index.texts).toEqual(['one', 'two']);
  });

  it('in the inode of another is another one', async () => {
    writeFileSync(path, lines('one'));
    const index = new LogIndex(path);
    await index.settle();
    await index.restart();
    writeFileSync(path, lines('other', 'longer'));
    await index.settle();
    expect(index.texts).toEqual(['one', 'other', 'longer']);
  });

  it('that was deleted is read to its end, and made again is read from its beginning', async () => {
    writeFileSync(path, lines('one', 'two'));
    const index = new LogIndex(path);
    await index.poll();
    unlinkSync(path);
    await index.settle();
    expect(index.texts).toEqual(['one', 'two']);
    expect([...index.positions.values()]).toMatchObject([{ isDone: true }]);
    writeFileSync(path, lines('three'));
    await index.settle();
    expect(index.texts).toEqual(['one', 'two', 'three']);
  });

  it('that cannot be read is told, and the others are read', async () => {
    writeFileSync(path, 'x'.repeat(10));
    writeFileSync(
      join(folder, 'bad.log.gz'),
      Buffer.concat([gzipSync(lines('a')).subarray(0, 14), Buffer.alloc(50, 7)]),
    );
    writeFileSync(join(folder, 'good.log'), lines('good'));
    const index = new LogIndex(join(folder, '*.log'));
    await index.settle();
    expect(index.texts).toContain('good');
    expect(index.states.at(-1)).toMatchObject({ state: 'failing', files: 3 });
    expect(index.states.at(-1)?.error?.params).toMatchObject({ path: join(folder, 'bad.log.gz') });
  });
});

describe('rotated', () => {
  it('files are read oldest first', async () => {
    writeFileSync(path, lines('5'));
    writeFileSync(`${path}.1`, lines('4'));
    writeFileSync(`${path}.2.gz`, Buffer.concat([gzipSync(lines('2')), gzipSync(lines('3'))]));
    writeFileSync(`${path}.10.gz`, gzipSync(lines('1')));
    for (const name of [`${path}.1`, `${path}.2.gz`]) utimesSync(name, 1, 1);
    const index = new LogIndex(path);
    await index.settle();
    expect(index.texts).toEqual(['1', '2', '3', '4', '5']);
  });

  it('a .gz beside or instead of the same plain file is not read twice', async () => {
    const texts = Array.from({ length: 100 }, (_, number) => `n${number}`);
    writeFileSync(path, lines(...texts));
    const index = new LogIndex(path);
    await index.settle();
    renameSync(path, `${path}.1`);
    writeFileSync(`${path}.1.gz`, gzipSync(lines(...texts)));
    await index.settle();
    await index.restart();
    await index.settle();
    unlinkSync(`${path}.1`);
    await index.settle();
    await index.restart();
    renameSync(`${path}.1.gz`, `${path}.2.gz`);
    await index.settle();
    expect(index.texts).toEqual(texts);
  });

  it('a .gz that was made while nobody looked is read from where the plain file was left', async () => {
    writeFileSync(path, lines('one', 'two'));
    const index = new LogIndex(path);
    await index.settle();
    await index.restart();
    appendFileSync(path, lines('three'));
    writeFileSync(`${path}.1.gz`, gzipSync(lines('one', 'two', 'three')));
    writeFileSync(path, lines('four'));
    await index.settle();
    expect(index.texts).toEqual(['one', 'two', 'three', 'four']);
  });

  it('a .gz that is still being written is read when it is complete', async () => {
    const texts = Array.from({ length: 20_000 }, (_, number) => `n${number} ${Math.sin(number)}`);
    const packed = gzipSync(lines(...texts));
    writeFileSync(`${path}.1.gz`, packed.subarray(0, packed.length >> 1));
    const index = new LogIndex(path);
    await index.settle();
    expect(index.states.at(-1)).toMatchObject({ error: null });
    appendFileSync(`${path}.1.gz`, packed.subarray(packed.length >> 1));
    await index.settle();
    expect(index.texts).toEqual(texts);
  });

  it('a copy before the file is emptied gives what was not read yet', async () => {
    writeFileSync(path, lines('one', 'two'));
    const index = new LogIndex(path);
    await index.settle();
    appendFileSync(path, lines('three'));
    copyFileSync(path, `${path}.1`);
    writeFileSync(path, lines('four'));
    await index.settle();
    expect(index.texts).toEqual(['one', 'two', 'three', 'four']);
  });
});
