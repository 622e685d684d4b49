// Reads what vitest and Playwright wrote, and counts. A run that ended badly without naming a failed test (a file that
// does not load, a crash) counts as one failure: silence must never look like success.
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { readIfThere, root } from './paths.mjs';

/** Lines of what a failed test said. The whole of it stands where the test ran. */
const SHOWN_LINES = 6;

/** @typedef {{ passed: number, failed: number, failures: string[] }} Count `failures`: each by name, with what it said. */

/** @param {string} file JSON report of vitest @param {number} status exit status of the run @returns {Count} */
export function countVitest(file, status) {
  const report = parse(file);
  if (!report) return { passed: 0, ...unnamed(status, 'no report was written') };
  const failures = report.testResults
    .filter((result) => result.status === 'failed')
    .flatMap((result) => {
      const failed = result.assertionResults.filter((test) => test.status === 'failed');
      if (failed.length === 0) return [`${nameOf(result.name)}${said(result.message)}`];
      return failed.map((test) => `${nameOf(result.name)} > ${test.fullName}${said(test.failureMessages?.[0])}`);
    });
  return settle(report.numPassedTests, failures, status);
}

/** @param {string} file JSON report of Playwright @param {number} status exit status of the run @returns {Count} */
export function countPlaywright(file, status) {
  const report = parse(file);
  if (!report) return { passed: 0, ...unnamed(status, 'no report was written') };
  const failures = report.suites.flatMap(specsOf).flatMap((spec) =>
    spec.tests
      .filter(({ status: outcome }) => outcome === 'unexpected' || outcome === 'flaky')
      .map(({ status: outcome, results }) => {
        const message = results.find(({ error }) => error)?.error.message;
        return `${spec.file} > ${spec.title}${outcome === 'flaky' ? ' (not each time)' : ''}${said(message)}`;
      }),
  );
  const loading = (report.errors ?? []).map(({ message }) => `end-to-end tests${said(message)}`);
  return settle(report.stats.expected, [...failures, ...loading], status);
}

function specsOf(suite) {
  return [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];
}

function settle(passed, failures, status) {
  return failures.length > 0
    ? { passed, failed: failures.length, failures }
    : { passed, ...unnamed(status, 'it ended badly and named no test') };
}

function unnamed(status, what) {
  return status === 0 ? { failed: 0, failures: [] } : { failed: 1, failures: [`exit status ${status}: ${what}`] };
}

/** A file, from the repository's folder on. */
function nameOf(file) {
  return path.isAbsolute(file) ? path.relative(root, file) : file;
}

/** The first lines of a message, one below the other, without colours. */
function said(message) {
  if (!message) return '';
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines
    .slice(0, SHOWN_LINES)
    .map((line) => `\n      ${line}`)
    .join('');
}

function parse(file) {
  const text = readIfThere(file);
  return text === '' ? undefined : JSON.parse(text);
}
