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

test('vitest: a file that does not load counts as a failure although it names no test', async () => {
  const testResults = [
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
    { status: 'failed', assertionResults: [] },
  ];
  await writeFile(file, JSON.stringify({ numPassedTests: 1, numFailedTests: 0, testResults }));
  expect(countVitest(file, 1)).toEqual({ passed: 1, failed: 1 });
});

test('vitest: a bad end without a failed test counts as a failure', async () => {
  await writeFile(file, JSON.stringify({ numPassedTests: 3, numFailedTests: 0, testResults: [] }));
  expect(countVitest(file, 1)).toEqual({ passed: 3, failed: 1 });
  expect(countVitest(file, 0)).toEqual({ passed: 3, failed: 0 });
});

test('Playwright: a test that passed only at the second try is a failure', async () => {
  await writeFile(file, JSON.stringify({ stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 0 } }));
  expect(countPlaywright(file, 1)).toEqual({ passed: 4, failed: 2 });
});

test('a missing report is a failure unless the run ended well', () => {
  expect(countVitest(path.join(folder, 'none.json'), 139)).toEqual({ passed: 0, failed: 1 });
  expect(countPlaywright(path.join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 0 });
});
