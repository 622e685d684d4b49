import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makePrivateFolders } from '../../electron/core/folders';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-folder-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

test('makes what is missing above, for this user alone, and takes what is there', () => {
  const folder = path.join(root, 'a', 'b', 'c');
  makePrivateFolders(folder);
  makePrivateFolders(folder);
  expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
  expect(fs.statSync(path.join(root, 'a')).mode & 0o777).toBe(0o700);
});

test('follows a link to a folder', () => {
  fs.mkdirSync(path.join(root, 'real'));
  fs.symlinkSync(path.join(root, 'real'), path.join(root, 'link'));
  makePrivateFolders(path.join(root, 'link', 'inside'));
  expect(fs.existsSync(path.join(root, 'real', 'inside'))).toBe(true);
});

test.each([
  ['a file in the way', () => fs.writeFileSync(path.join(root, 'x'), ''), 'x'],
  ['a file above it', () => fs.writeFileSync(path.join(root, 'x'), ''), 'x/y'],
  ['a link that leads nowhere', () => fs.symlinkSync('/nowhere/at/all', path.join(root, 'x')), 'x'],
])('refuses %s', (_what, prepare, name) => {
  prepare();
  expect(() => makePrivateFolders(path.join(root, name))).toThrow(/EEXIST|ENOTDIR|ENOENT/);
});

test('ends where no folder can be made', () => {
  // Node 20's own recursive mkdir never comes back from this one.
  expect(() => makePrivateFolders('/proc/holdfast/folder')).toThrow(/ENOENT|EACCES|EROFS|EPERM/);
});
