import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OwnLogFile } from '../../../electron/logs/own-log-file';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-own-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lines = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `{"line":${from + index}}`);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
/** All files, oldest first. */
const all = (): string =>
  readdirSync(folder)
    .toSorted((a, b) => Number(b.split('.')[2] ?? 0) - Number(a.split('.')[2] ?? 0))
    .map(read)
    .join('');

test('rotation: no line is lost, doubled, or out of order, no file is over its limit, the oldest go', () => {
  const file = new OwnLogFile(folder, { maxBytes: 1_000, maxFiles: 50 });
  let next = 0;
  for (const size of [1, 7, 300, 2, 90, 1, 1, 400]) {
    expect(file.append(lines(next, size), false)).toEqual({ written: size, error: null });
    next += size;
  }
  expect(all()).toBe(`${lines(0, next).join('\n')}\n`);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1_000);

  const few = new OwnLogFile(folder, { maxBytes: 1_000, maxFiles: 3 });
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  few.append(lines(0, 1_000), false);
  expect(readdirSync(folder).toSorted()).toEqual(['holdfast.log', 'holdfast.log.1', 'holdfast.log.2']);
  const kept = all().trimEnd().split('\n');
  expect(kept).toEqual(lines(1_000 - kept.length, kept.length));
  expect(kept.length).toBeGreaterThan(150);
});

test('a rotation that was broken off costs no file: those before the free number move up', () => {
  const file = new OwnLogFile(folder, { maxBytes: 10, maxFiles: 5 });
  for (const number of ['1', '3', '4']) writeFileSync(join(folder, `holdfast.log.${number}`), `old ${number}\n`);
  writeFileSync(join(folder, 'holdfast.log'), 'old 0 and more\n');
  file.append(['new'], false);
  const names = ['holdfast.log', 'holdfast.log.1', 'holdfast.log.2', 'holdfast.log.3', 'holdfast.log.4'];
  expect(names.map(read)).toEqual(['new\n', 'old 0 and more\n', 'old 1\n', 'old 3\n', 'old 4\n']);
});

test('a line that is longer than a file has one of its own', () => {
  const file = new OwnLogFile(folder, { maxBytes: 100, maxFiles: 5 });
  const long = 'x'.repeat(500);
  expect(file.append(['a', long, 'b'], true)).toEqual({ written: 3, error: null });
  expect([read('holdfast.log.2'), read('holdfast.log.1'), read('holdfast.log')]).toEqual(['a\n', `${long}\n`, 'b\n']);
});

test('half a line that a killed process left ends where it ends', () => {
  writeFileSync(join(folder, 'holdfast.log'), '{"a":1}\n{"b":');
  new OwnLogFile(folder).append(['{"c":2}'], false);
  expect(read('holdfast.log')).toBe('{"a":1}\n{"b":\n{"c":2}\n');
});

test('only the owner may read it, also what was made with other rights', () => {
  rmSync(folder, { recursive: true });
  const file = new OwnLogFile(join(folder, 'deep', 'logs'));
  file.append(['a'], false);
  const mode = (path: string): number => statSync(path).mode & 0o777;
  expect([mode(join(folder, 'deep', 'logs')), mode(file.path)]).toEqual([0o700, 0o600]);
  chmodSync(file.path, 0o644);
  file.append(['b'], false);
  expect(mode(file.path)).toBe(0o600);
  expect(readFileSync(file.path, 'utf8')).toBe('a\nb\n');
});

test('a folder where the file should be, a file where the folder should be: told, and used again when it is away', () => {
  const file = new OwnLogFile(folder);
  mkdirSync(file.path);
  expect(file.append(['a'], false)).toMatchObject({ written: 0, error: { code: 'EISDIR' } });
  rmSync(folder, { recursive: true });
  writeFileSync(folder, '');
  expect(file.append(['a'], false)).toMatchObject({ written: 0, error: { code: 'EEXIST' } });
  rmSync(folder);
  expect(file.append(['a'], false)).toEqual({ written: 1, error: null });
  rmSync(folder, { recursive: true });
  expect(file.append(['b'], false)).toEqual({ written: 1, error: null });
  expect(existsSync(file.path)).toBe(true);
});
