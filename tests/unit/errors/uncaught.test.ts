import { describe, expect, test } from 'vitest';
import { UncaughtFaults } from '../../../electron/errors/uncaught';

describe('faults that nobody caught', () => {
  test('one or two are recorded, and the process goes on', () => {
    const faults = new UncaughtFaults();
    for (const atMs of [0, 10])
      expect(faults.take(atMs, true)).toEqual({ isRecorded: true, skipped: 0, isTooMany: false });
  });

  test('the third within a minute is one too many', () => {
    const faults = new UncaughtFaults();
    expect([0, 59_000, 59_999].map((atMs) => faults.take(atMs, true).isTooMany)).toEqual([false, false, true]);
  });

  test('one every half a minute never is', () => {
    const faults = new UncaughtFaults();
    const verdicts = Array.from({ length: 50 }, (_, index) => faults.take(index * 30_000, true));
    expect(verdicts.some(({ isTooMany }) => isTooMany)).toBe(false);
    expect(verdicts.every(({ isRecorded }) => isRecorded)).toBe(true);
  });

  test('rejections are recorded, and bring no end nearer', () => {
    const faults = new UncaughtFaults();
    const verdicts = Array.from({ length: 20 }, (_, index) => faults.take(index, false));
    expect(verdicts.every(({ isRecorded, isTooMany }) => isRecorded && !isTooMany)).toBe(true);
    expect(faults.take(30, true).isTooMany).toBe(false);
  });

  test('of a flood thirty a minute are recorded, and the next one says how many were not', () => {
    const faults = new UncaughtFaults();
    const verdicts = Array.from({ length: 10_000 }, (_, index) => faults.take(index, false));
    expect(verdicts.filter(({ isRecorded }) => isRecorded)).toHaveLength(30);
    expect(faults.take(60_000, false)).toEqual({ isRecorded: true, skipped: 9_970, isTooMany: false });
    expect(faults.take(60_001, false).skipped).toBe(0);
  });
});
