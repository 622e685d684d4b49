import { expect, test } from 'vitest';
import { isExpectedStatus } from '../../../electron/probes/expected-status';
import { judge, nextTryMs, type Verdict } from '../../../electron/probes/verdict';

const tries = (text: string) => text.split('').map((one) => one === 's');

test.each<[before: Verdict, tries: string, failuresOfThree: number, after: Verdict]>([
  ['unknown', 's', 2, 'up'],
  ['unknown', 'f', 2, 'unknown'],
  ['unknown', 'ff', 2, 'down'],
  ['unknown', 'fs', 2, 'up'],
  ['unknown', 'f', 1, 'down'],
  ['unknown', 'ff', 3, 'unknown'],
  ['up', 'ssf', 2, 'up'],
  ['up', 'sff', 2, 'down'],
  ['up', 'fsf', 2, 'down'],
  ['up', 'ssf', 1, 'down'],
  ['up', 'sff', 3, 'up'],
  ['up', 'fff', 3, 'down'],
  ['up', 'f', 2, 'up'],
  ['down', 'ffs', 2, 'down'],
  ['down', 'fss', 2, 'up'],
  ['down', 'ffs', 3, 'up'],
  ['down', 'fss', 1, 'down'],
  ['down', 'sss', 1, 'up'],
  ['down', 'f', 2, 'down'],
  ['down', 's', 2, 'up'],
])('%s, then %s with %i of three: %s', (before, outcomes, failuresOfThree, after) => {
  expect(judge(before, tries(outcomes), failuresOfThree)).toBe(after);
});

test.each<[verdict: Verdict, ok: boolean, intervalMs: number, nextMs: number]>([
  ['up', true, 300_000, 300_000],
  ['down', false, 300_000, 300_000],
  ['up', false, 300_000, 10_000],
  ['down', true, 300_000, 10_000],
  ['unknown', false, 300_000, 10_000],
  ['up', false, 5_000, 5_000],
])('%s after a try that says %s: next after its interval of %i is %i', (verdict, ok, intervalMs, nextMs) => {
  expect(nextTryMs(verdict, ok, intervalMs)).toBe(nextMs);
});

test.each<[expression: string, yes: number[], no: number[]]>([
  ['200', [200], [199, 201, 20]],
  ['2xx', [200, 204, 299], [199, 300]],
  ['200-299', [200, 299], [300]],
  ['2xx-399', [200, 399], [400]],
  [' 200 , 3xx,401-403 ', [200, 301, 402], [201, 400, 404]],
])('%s as expected status', (expression, yes, no) => {
  for (const status of yes) expect(isExpectedStatus(expression, status)).toBe(true);
  for (const status of no) expect(isExpectedStatus(expression, status)).toBe(false);
});
