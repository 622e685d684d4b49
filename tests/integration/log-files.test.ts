/** Log files: which there are, hostile content in them, the text of one entry, a trial. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFiles } from '../../electron/logs/reading/find-files';
import { preview } from '../../electron/logs/reading/preview';
import { readText } from '../../electron/logs/reading/text';
import { LogIndex, lines } from '../helpers/log-index';

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

const names = async (glob: string): Promise<string[]> =>
  (await findFiles(join(folder, glob))).files.map((file) => file.path.slice(folder.length + 1)).sort();

describe('files', () => {
  beforeEach(() => {
    for (const name of ['a/x.log', 'a/b/y.log', 'a/b/z.txt', 'c/x.log', 'c/x.log.1', 'c/x.log.2.gz', '.h/x.log']) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), name);
    }
  });

  it('are found by their pattern, rotated ones too', async () => {
    expect(await names('*/x.log')).toEqual(['a/x.log', 'c/x.log', 'c/x.log.1', 'c/x.log.2.gz']);
    expect(await names('**/*.log')).toEqual(['a/b/y.log', 'a/x.log', 'c/x.log', 'c/x.log.1', 'c/x.log.2.gz']);
    expect(await names('a/b/?.{txt,log}')).toEqual(['a/b/y.log', 'a/b/z.txt']);
    expect(await names('{a/b/y,c/x}.log')).toEqual(['a/b/y.log', 'c/x.log', 'c/x.log.1', 'c/x.log.2.gz']);
    expect(await names('c/x.log')).toEqual(['c/x.log', 'c/x.log.1', 'c/x.log.2.gz']);
    expect(await names('none/*.log')).toEqual([]);
  });

  it('are found once where links lead in circles or nowhere', async () => {
    symlinkSync(folder, join(folder, 'a', 'loop'));
    symlinkSync('nowhere', join(folder, 'a', 'gone'));
    symlinkSync('x.log', join(folder, 'a', 'link.log'));
    expect((await names('**/*.log')).length).toBe(5);
  });

  it('come, and are followed from then on', async () => {
    const index = new LogIndex(join(folder, 'new', '*.log'));
    await index.settle();
    expect(index.states.at(-1)?.state).toBe('no-file');
    mkdirSync(join(folder, 'new'));
    writeFileSync(join(folder, 'new', 'n.log'), lines('one'));
    await index.settle();
    expect(index.texts).toEqual(['one']);
    expect(index.states.at(-1)).toMatchObject({ state: 'following', files: 1 });
  });

  it('are not all held open', async () => {
    mkdirSync(join(folder, 'many'));
    const numbers = Array.from({ length: 400 }, (_, number) => number);
    for (const number of numbers) writeFileSync(join(folder, 'many', `m${number}.log`), lines(`m${number}`));
    const index = new LogIndex(join(folder, 'many', '*.log'));
    await index.settle();
    const open = readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
      } catch {
        return false;
      }
    });
    expect(open.length).toBeLessThanOrEqual(64);
    for (const number of numbers) appendFileSync(join(folder, 'many', `m${number}.log`), lines('more'));
    await index.settle();
    expect(index.texts.length).toBe(800);
  });

  it('that are a folder are told', async () => {
    const index = new LogIndex(folder);
    await index.settle();
    expect(index.states.at(-1)?.error?.toView()).toMatchObject({
      code: 'LOG_SOURCE_UNREADABLE',
      params: { path: folder },
    });
    await expect(preview(folder, null, { files: 5, entries: 5, bytes: 1_000 })).rejects.toMatchObject({
      code: 'LOG_SOURCE_UNREADABLE',
    });
  });
});

describe('hostile content', () => {
  it.each([
    [
      'a line of 10 MB',
      Buffer.concat([Buffer.from(lines('a').slice(0, -1)), Buffer.alloc(10 << 20, 'x'), Buffer.from('\n')]),
    ],
    ['10 MB of openings', Buffer.concat([Buffer.alloc(10 << 20, '{"a":[('), Buffer.from('\n')])],
    ['lines of brackets', Buffer.from(`${'['.repeat(60_000)}\n`.repeat(50))],
    ['lines of dashes', Buffer.from(`2026-01-02 03:04:05,678 ${' - '.repeat(20_000)}\n`.repeat(50))],
    ['lines of escapes', Buffer.from(`${'\u001b]0;'.repeat(15_000)}\n`.repeat(20))],
    ['lines of quotes', Buffer.from(`1.1.1.1 - - [02/Jan/2026:03:04:05 +0000] ${'" '.repeat(30_000)}\n`.repeat(50))],
    ['lines of spaces', Buffer.from(`INFO${' '.repeat(60_000)}x\n`.repeat(50))],
    ['what is no text', Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7_919) % 256))],
  ])('%s harms nothing, and is read past', async (_name, bytes) => {
    writeFileSync(path, Buffer.concat([bytes, Buffer.from(`\n${lines('after')}`)]));
    const index = new LogIndex(path);
    await index.settle();
    expect(index.texts.at(-1)).toBe('after');
    expect(Math.max(...index.texts.map((text) => text.length))).toBeLessThanOrEqual(16_384);
    const sizes = index.entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
    expect(sizes).toBeLessThanOrEqual(bytes.length + 100);
  });

  it('is text: ANSI codes and NULs go, HTML stays, what is not UTF-8 is marked', async () => {
    writeFileSync(
      path,
      Buffer.concat([
        Buffer.from(lines('\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u0000', '<img src=x onerror=alert(1)>')),
        Buffer.from([0xef, 0xbb, 0xbf, 0xff, 0xfe, 0x41, 0x0a]),
      ]),
    );
    const index = new LogIndex(path);
    await index.settle();
    expect(index.texts[0]).toBe('red link');
    expect(index.texts[1]).toMatch(/^<img src=x onerror=alert\(1\)>\n.*\ufffd\ufffdA$/);
  });

  it.each(['utf16le', 'utf16be', 'utf8'] as const)('with a mark of %s is read', async (encoding) => {
    const text = Buffer.from(`\ufeff${lines('größe', '크기')}`, encoding === 'utf8' ? 'utf8' : 'utf16le');
    writeFileSync(path, encoding === 'utf16be' ? text.swap16() : text);
    const index = new LogIndex(path);
    await index.settle(101);
    expect(index.entries).toMatchObject([
      { text: 'größe', level: 'INFO' },
      { text: '크기', level: 'INFO' },
    ]);
  });
});

describe('the text of an entry', () => {
  it('is found in the file, in the renamed one, and in the .gz', async () => {
    const stack = 'ERROR:app:no\nTraceback (most recent call last):\n  File "크.py"\nKeyError: 1';
    writeFileSync(path, `INFO:app:first\n${stack}\nINFO:app:last\n`);
    const index = new LogIndex(path);
    await index.settle();
    const entry = { offset: 15, sizeBytes: Buffer.byteLength(stack) + 1 };
    expect(index.entries[1]).toMatchObject({ ...entry, lines: 4 });
    const position = { path, identity: [...index.positions.keys()][0] ?? '' };
    const text = (): Promise<string> => readText(position, entry.offset, entry.sizeBytes, 1 << 20);
    expect(await text()).toBe(stack);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'INFO:app:another\n'.repeat(20));
    expect(await text()).toBe(stack);
    writeFileSync(`${path}.2.gz`, gzipSync(`INFO:app:first\n${stack}\nINFO:app:last\n`));
    unlinkSync(`${path}.1`);
    expect(await text()).toBe(stack);
    expect(await readText(position, entry.offset, entry.sizeBytes, 12)).toBe('ERROR:app:no');
    unlinkSync(`${path}.2.gz`);
    await expect(text()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

it('a trial shows the newest entries, and keeps nothing', async () => {
  writeFileSync(path, lines(...Array.from({ length: 500 }, (_, number) => `n${number}`)));
  writeFileSync(join(folder, 'old.log'), lines('old'));
  utimesSync(join(folder, 'old.log'), 1, 1);
  const trial = await preview(join(folder, '*.log'), null, { files: 1, entries: 3, bytes: 2_000 });
  expect(trial).toMatchObject({ files: [path], moreFiles: 1, format: 'python' });
  expect(trial.entries.map(({ text, hasOwnTime }) => [text, hasOwnTime])).toEqual([
    ['n497', true],
    ['n498', true],
    ['n499', true],
  ]);
});
