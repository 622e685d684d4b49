// Reads what vitest and Playwright wrote, and counts. A run that ended badly without naming a failed test (a file that
// does not load, a crash) counts as one failure: silence must never look like success.
import { readIfThere } from './paths.mjs';

/** @typedef {{ passed: number, failed: number }} Count */

/** @param {string} file JSON report of vitest @param {number} status exit status of the run @returns {Count} */
export function countVitest(file, status) {
  const report = parse(file);
  if (!report) return { passed: 0, failed: status === 0 ? 0 : 1 };
  const broken = report.testResults.filter(
    (result) => result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return settle({ passed: report.numPassedTests, failed: report.numFailedTests + broken }, status);
}

/** @param {string} file JSON report of Playwright @param {number} status exit status of the run @returns {Count} */
export function countPlaywright(file, status) {
  const report = parse(file);
  if (!report) return { passed: 0, failed: status === 0 ? 0 : 1 };
  const { expected, unexpected, flaky } = report.stats;
  return settle({ passed: expected, failed: unexpected + flaky }, status);
}

function settle(count, status) {
  return status !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

function parse(file) {
  const text = readIfThere(file);
  return text === '' ? undefined : JSON.parse(text);
}
