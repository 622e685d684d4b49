import { expect, test } from 'vitest';
import { Allowance, historyMs, KEPT_FOR_CRITICAL, LIMITS } from '../../../electron/notify/limits';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from './fixture';

const fresh = (kind: keyof typeof LIMITS, nowMs = 0) => new Allowance(kind, [], nowMs);

/** Sends as long as it is allowed; gives how many. */
function drain(allowance: Allowance, nowMs: number, what: 'normal' | 'critical'): number {
  let count = 0;
  while (allowance.tokens(nowMs)[what] > 0) {
    allowance.take(nowMs);
    count++;
  }
  return count;
}

test.each([
  ['native', 6],
  ['email', 5],
  ['webhook', 30],
] as const)('%s: at once %i, of which the last two are for CRITICAL', (kind, capacity) => {
  const allowance = fresh(kind);
  expect(drain(allowance, 0, 'normal')).toBe(capacity - KEPT_FOR_CRITICAL);
  expect(drain(allowance, 0, 'critical')).toBe(KEPT_FOR_CRITICAL);
  expect(allowance.tokens(0)).toMatchObject({ normal: 0, critical: 0 });
});

test.each([
  ['email', HOUR_MS, 60 + 5],
  ['webhook', MINUTE_MS, 30 + 30],
  ['native', HOUR_MS, 30 + 30],
] as const)('%s: never more in %i ms than the rate and one burst', (kind, spanMs, most) => {
  const allowance = fresh(kind);
  let sent = 0;
  for (let nowMs = 0; nowMs < spanMs; nowMs += SECOND_MS) sent += drain(allowance, nowMs, 'critical');
  expect(sent).toBeLessThanOrEqual(most);
  expect(sent).toBeGreaterThan(most * 0.8);
});

test('the desktop gets at most six a minute besides one burst, and over hours thirty an hour', () => {
  const allowance = fresh('native');
  expect(drain(allowance, 0, 'critical')).toBe(6);
  expect(drain(allowance, 10 * SECOND_MS, 'critical')).toBe(1);
  expect(drain(allowance, MINUTE_MS, 'critical')).toBe(5);
  let sent = 0;
  for (let nowMs = 4 * HOUR_MS; nowMs < 8 * HOUR_MS; nowMs += SECOND_MS) sent += drain(allowance, nowMs, 'critical');
  expect(sent).toBeLessThanOrEqual(4 * 30 + 30);
});

test('says how long it takes until the next one', () => {
  const allowance = fresh('email');
  drain(allowance, 0, 'critical');
  expect(allowance.tokens(0)).toEqual({ normal: 0, critical: 0, criticalInMs: MINUTE_MS, normalInMs: 3 * MINUTE_MS });
  expect(allowance.tokens(MINUTE_MS)).toMatchObject({ critical: 1, normal: 0, criticalInMs: 0 });
  expect(allowance.tokens(3 * MINUTE_MS)).toMatchObject({ critical: 3, normal: 1, normalInMs: 0 });
});

test('a clock that goes back gives nothing', () => {
  const allowance = fresh('email', HOUR_MS);
  drain(allowance, HOUR_MS, 'critical');
  expect(allowance.tokens(0).critical).toBe(0);
  allowance.take(0);
  expect(allowance.tokens(HOUR_MS + MINUTE_MS).critical).toBe(1);
});

test('a restart does not fill the buckets: whatever was sent before, they are never read as fuller than they were', () => {
  for (const kind of ['native', 'email', 'webhook'] as const) {
    // A busy past, the same in each run.
    for (let seed = 1; seed <= 20; seed++) {
      const before = fresh(kind);
      const sentAt: number[] = [];
      let random = seed;
      const spanMs = 2 * historyMs(kind);
      for (let nowMs = 0; nowMs < spanMs; nowMs += spanMs / 400) {
        random = (random * 48_271) % 2_147_483_647;
        if (random % 3 !== 0 || before.tokens(nowMs).critical === 0) continue;
        before.take(nowMs);
        sentAt.push(nowMs);
      }
      const ages = sentAt.map((at) => spanMs - at).filter((age) => age <= historyMs(kind));
      const after = new Allowance(kind, ages, spanMs);
      expect(after.tokens(spanMs).critical).toBeLessThanOrEqual(before.tokens(spanMs).critical);
    }
  }
});

test('a channel that was quiet has full buckets after a restart; a moment that lies ahead counts for nothing', () => {
  const full = new Allowance('email', [6 * MINUTE_MS, -HOUR_MS], 0);
  expect(full.tokens(0)).toMatchObject({ critical: 5, normal: 3 });
  expect(new Allowance('email', [0, 0, 0], 0).tokens(0)).toMatchObject({ critical: 2, normal: 0 });
});
