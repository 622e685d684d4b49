import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { thrownProblem } from '../../../scripts/lint/errors.mjs';
import { ALLOWED } from '../../../scripts/lint/thrown.mjs';

const root = path.resolve(import.meta.dirname, '../../..');

test.each([
  ['electron/backup/run.ts', 'TypeError'],
  ['electron/backup/run.ts', 'RangeError'],
  ['electron/cli/args.ts', 'UsageProblem'],
  ['renderer/api.ts', 'RequestError'],
  ['tests/unit/any.test.ts', 'Error'],
  ['scripts/lib/run.mjs', 'Error'],
])('%s may throw %s', (file, name) => {
  expect(thrownProblem(file, name)).toBe('');
});

test.each([
  ['electron/backup/run.ts', 'Error'],
  ['electron/backup/run.ts', 'UsageProblem'],
  ['electron/core/run.ts', 'RequestError'],
  ['renderer/store.ts', 'Error'],
  ['shared/errors.ts', 'Error'],
])('%s may not throw %s', (file, name) => {
  expect(thrownProblem(file, name)).toContain('holdfastError');
});

test('every exception has its reason', () => {
  for (const { name, where, why } of ALLOWED) expect(why.length, `${name} in ${where}`).toBeGreaterThan(15);
});

/** Lines of a file of electron/ and whether the rules refuse them. */
const LINES: [line: string, refused: boolean][] = [
  ["export const a = () => { throw new Error('x'); };", true],
  ["export const b = () => { throw new TypeError('x'); };", false],
  ["export const c = () => Promise.reject(new Error('x'));", true],
  ["export const d = (reject: (e: unknown) => void) => reject(new Error('x'));", true],
  ["export const e = (x: Error | null) => { throw x ?? new Error('x'); };", true],
  ["export const f = (x: boolean) => { throw x ? new RangeError('x') : new Error('y'); };", true],
  ["export const g = () => { throw 'text'; };", true],
  ["export const h = () => { throw Error('x'); };", true],
  ['export const i = (x: unknown) => { throw x; };', false],
  ["export const j = 'throw new Error()'; // throw new Error('x')", false],
  ['export const k = () => { try { j.at(0); } catch {} };', true],
  ['export const l = () => { try { j.at(0); } catch { /* it may be gone */ } };', false],
  ['export const m = (x: Promise<void>) => x.catch(() => undefined);', true],
  ['export const n = (x: Promise<void>) => x.catch(() => {});', true],
  ['export const o = (x: Promise<void>) => x.catch(() => undefined); // told by whoever began it', false],
  ['export const p = (x: Promise<number>) => x.catch(() => null);', false],
];

test('the rules find exactly what is thrown without a code and what is swallowed without a word', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-lint-'));
  try {
    await mkdir(path.join(folder, 'electron/core'), { recursive: true });
    // One line in between, so that no comment explains two.
    await writeFile(path.join(folder, 'electron/core/some.ts'), LINES.map(([line]) => `${line}\n\n\n`).join(''));
    await writeFile(
      path.join(folder, '.oxlintrc.json'),
      JSON.stringify({
        jsPlugins: [path.join(root, 'scripts/lint/errors.mjs')],
        categories: { correctness: 'off' },
        settings: { holdfast: { root: folder } },
        rules: { 'holdfast-errors/thrown': 'error', 'holdfast-errors/swallowed': 'error' },
      }),
    );
    const output = await new Promise<string>((resolve) => {
      const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint');
      const args = [oxlint, '-f', 'unix', '.'];
      execFile(process.env.npm_node_execpath ?? 'node', args, { cwd: folder }, (_error, out) => resolve(out));
    });
    const found = new Set([...output.matchAll(/some\.ts:(\d+):/g)].map((match) => (Number(match[1]) - 1) / 3));
    expect(LINES.map(([line], index) => [line, found.has(index)])).toEqual(LINES);
  } finally {
    await rm(folder, { recursive: true });
  }
});
