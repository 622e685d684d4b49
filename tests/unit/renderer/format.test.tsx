/** How the window writes sizes, spans and times. */
import { describe, expect, it } from 'vitest';
import { createFormat } from '@/format/format';

const en = createFormat('en-GB');
const ko = createFormat('ko');
const NOW = Date.parse('2026-11-21T12:00:00Z');
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('sizes', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [12_400_000, '12.4 MB'],
    [312_400_000, '312 MB'],
    [999_600_000, '1 GB'],
    [4e15, '4,000 TB'],
  ])('%d bytes read %s', (bytes, text) => expect(en.bytes(bytes)).toBe(text));
});

describe('spans', () => {
  it('rounds up where the text says "at most"', () => {
    expect(en.duration(14 * MINUTE + 1000, 'up')).toBe('15 minutes');
    expect(en.duration(14 * MINUTE + 1000)).toBe('14 minutes');
  });
  it('changes the unit only when the number gets long', () => {
    expect(en.duration(90 * MINUTE)).toBe('90 minutes');
    expect(en.duration(31 * HOUR)).toBe('31 hours');
    expect(en.duration(72 * HOUR)).toBe('3 days');
  });
  it('gives two units for what takes a while', () => {
    expect(en.shortDuration(3400)).toBe('3.4 secs');
    expect(en.shortDuration(200_000)).toBe('3 mins 20 secs');
    expect(en.shortDuration(2 * HOUR)).toBe('2 hrs');
  });
});

describe('times', () => {
  it('are relative, in both directions and both languages', () => {
    expect(en.relative(ago(14 * MINUTE), NOW)).toBe('14 minutes ago');
    expect(en.relative(ago(-3 * HOUR), NOW)).toBe('in 3 hours');
    expect(en.relative(ago(1000), NOW)).toBe('now');
    expect(ko.relative(ago(14 * MINUTE), NOW)).toBe('14분 전');
  });
  it('never call a day and a half "yesterday"', () => {
    expect(en.relative(ago(36 * HOUR), NOW)).toBe('36 hours ago');
  });
  it('name the year only when it is another one', () => {
    expect(en.stamp('2026-11-20T12:00:00Z', NOW)).not.toContain('2026');
    expect(en.stamp('2025-11-20T12:00:00Z', NOW)).toContain('2025');
  });
  it('keep a calendar day whatever the time zone', () => expect(en.day('2026-11-01')).toMatch(/^Sun,? 1 Nov$/));
});
