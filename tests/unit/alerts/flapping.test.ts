import { expect, test } from 'vitest';
import {
  CALM_FLAPS,
  changedAt,
  changeShare,
  type FlapMemory,
  isUnstable,
  observed,
} from '../../../electron/alerts/flapping';

const MINUTE_MS = 60_000;
const seen = (pattern: string, from: FlapMemory = CALM_FLAPS) =>
  pattern.split('').reduce((memory, bit) => observed(memory, bit === '1'), from);

test('counts changes among the last 21 evaluations', () => {
  expect(changeShare(CALM_FLAPS)).toBe(0);
  expect(changeShare(seen('1'.repeat(40)))).toBe(0);
  expect(changeShare(seen('10'.repeat(20)))).toBe(1);
  expect(changeShare(seen('1110000'))).toBe(2 / 20);
  // what lies further back is forgotten
  expect(changeShare(seen(`${'10'.repeat(20)}${'0'.repeat(21)}`))).toBe(0);
});

test('an alert that rests gives the same object', () => {
  expect(observed(CALM_FLAPS, false)).toBe(CALM_FLAPS);
  const raised = seen('1'.repeat(21));
  expect(observed(raised, true)).toBe(raised);
});

test('over 30 % of changes begin it, under 20 % end it', () => {
  const six = seen(`${'1100'.repeat(3)}${'0'.repeat(8)}`);
  expect(changeShare(six)).toBe(6 / 20);
  expect(isUnstable(six, false, 0)).toBe(false);
  const seven = seen(`${'1100'.repeat(3)}${'0'.repeat(6)}1`);
  expect(isUnstable(seven, false, 0)).toBe(true);
  const four = seen('011001100000000000000');
  expect(changeShare(four)).toBe(4 / 20);
  expect([isUnstable(four, true, 0), isUnstable(four, false, 0)]).toEqual([true, false]);
  const three = seen('110011111111111111111');
  expect(changeShare(three)).toBe(2 / 20);
  expect(isUnstable(three, true, 0)).toBe(false);
});

test('six transitions in thirty minutes begin it, fewer than four end it', () => {
  const at = (...minutes: number[]) =>
    minutes.reduce((memory, minute) => changedAt(memory, minute * MINUTE_MS), CALM_FLAPS);
  expect(isUnstable(at(0, 6, 12, 18, 24), false, 24 * MINUTE_MS)).toBe(false);
  expect(isUnstable(at(0, 6, 12, 18, 24, 30), false, 30 * MINUTE_MS)).toBe(true);
  expect(isUnstable(at(0, 7, 14, 21, 28, 35), false, 35 * MINUTE_MS)).toBe(false);
  const flapped = at(0, 6, 12, 18, 24, 30);
  expect(isUnstable(flapped, true, 42 * MINUTE_MS)).toBe(true);
  expect(isUnstable(flapped, true, 43 * MINUTE_MS)).toBe(false);
  // a clock that was put back a year does not keep it so
  expect(isUnstable(flapped, true, -525_600 * MINUTE_MS)).toBe(false);
});
