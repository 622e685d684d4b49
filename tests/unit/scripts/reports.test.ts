import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countPlaywright, countVitest } from '../../../scripts/lib/reports.mjs';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-reports-'));
  file = path.join(folder, 'report.json');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const passed = { status: 'passed', assertionResults: [{ status: 'passed' }] };

test('vitest: a file that does not load counts as a failure although it names no test', async () => {
  const broken = { name: 'tests/unit/a.test.ts', status: 'failed', assertionResults: [], message: 'Cannot find it' };
  await writeFile(file, JSON.stringify({ numPassedTests: 1, numFailedTests: 0, testResults: [passed, broken] }));
  expect(countVitest(file, 1)).toEqual({
    passed: 1,
    failed: 1,
    failures: ['tests/unit/a.test.ts\n      Cannot find it'],
  });
});

test('vitest: a failed test is named with its file and the beginning of what it said', async () => {
  const message = '\u001b[31mexpected 1\u001b[39m\n\n  to be 2\n3\n4\n5\n6\n7';
  const failed = { status: 'failed', fullName: 'adds > numbers', failureMessages: [message] };
  const name = path.resolve(import.meta.dirname, '../../unit/a.test.ts');
  const testResults = [{ name, status: 'failed', assertionResults: [{ status: 'passed' }, failed] }];
  await writeFile(file, JSON.stringify({ numPassedTests: 1, numFailedTests: 1, testResults }));
  const said = ['expected 1', 'to be 2', '3', '4', '5', '6'].map((line) => `\n      ${line}`).join('');
  expect(countVitest(file, 1)).toEqual({
    passed: 1,
    failed: 1,
    failures: [`${path.join('tests', 'unit', 'a.test.ts')} > adds > numbers${said}`],
  });
});

test('vitest: a bad end without a failed test counts as a failure', async () => {
  await writeFile(file, JSON.stringify({ numPassedTests: 3, numFailedTests: 0, testResults: [passed] }));
  expect(countVitest(file, 1)).toMatchObject({ passed: 3, failed: 1, failures: [expect.stringContaining('status 1')] });
  expect(countVitest(file, 0)).toEqual({ passed: 3, failed: 0, failures: [] });
});

test('Playwright: a test that passed only at the second try is a failure', async () => {
  const spec = (title: string, status: string) => {
    const results = [{ error: { message: `${title} waited in vain` } }, {}];
    return { file: 'a.e2e.ts', title, tests: [{ status, results }] };
  };
  const nested = { specs: [spec('second', 'flaky')], suites: [] };
  const suites = [{ specs: [spec('first', 'unexpected'), spec('third', 'expected')], suites: [nested] }];
  await writeFile(file, JSON.stringify({ suites, stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 0 } }));
  expect(countPlaywright(file, 1)).toEqual({
    passed: 4,
    failed: 2,
    failures: [
      'a.e2e.ts > first\n      first waited in vain',
      'a.e2e.ts > second (not each time)\n      second waited in vain',
    ],
  });
});

test('a missing report is a failure unless the run ended well', () => {
  expect(countVitest(path.join(folder, 'none.json'), 139)).toMatchObject({ passed: 0, failed: 1 });
  expect(countPlaywright(path.join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 0, failures: [] });
});
