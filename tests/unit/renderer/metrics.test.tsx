/** Live readings: each moment once, old ones dropped; what the tiles read off them. */
import { describe, expect, it } from 'vitest';
import type { MetricReading } from '@shared/metrics';
import { mergeReadings } from '@/metrics-store';
import { fillTone } from '@/tabs/performance/machine/forecast';
import { keysWith, largestKey, newestValue, sumCourse } from '@/tabs/performance/machine/values';

const START = Date.parse('2026-11-21T12:00:00Z');

const at = (second: number, values: Record<string, number> = {}): MetricReading => ({
  atMs: START + second * 1000,
  afterGap: false,
  values,
});
const seconds = (readings: readonly MetricReading[]): number[] => readings.map(({ atMs }) => (atMs - START) / 1000);

describe('merging', () => {
  it('joins history and live readings by time', () => {
    expect(seconds(mergeReadings([at(4), at(6)], [at(2), at(4), at(8)]))).toEqual([2, 4, 6, 8]);
    expect(seconds(mergeReadings([at(4)], [at(5)]))).toEqual([4, 5]);
  });
  it('drops what is older than the window before the newest', () => {
    expect(seconds(mergeReadings([at(0), at(5)], [at(10)], 6000))).toEqual([5, 10]);
  });
  it('keeps the readings that live ones came before', () => {
    expect(seconds(mergeReadings([at(60)], [at(10), at(20)]))).toEqual([10, 20, 60]);
  });
  it('gives nothing for nothing', () => expect(mergeReadings([], [])).toEqual([]));
});

describe('newest values', () => {
  const readings = [
    at(0, { 'disk.used:/': 0.4, 'disk.used:/srv': 0.9, 'cpu.busy': 0.1 }),
    at(1, { 'cpu.busy': 0.2 }),
    at(2, { 'cpu.busy': 0.3, 'network.received:eth0': 10, 'network.received:wlan0': 5 }),
  ];
  it('come from the last reading that has one', () => {
    expect(newestValue(readings, 'cpu.busy')).toBe(0.3);
    expect(newestValue(readings, 'disk.used:/')).toBe(0.4);
    expect(newestValue(readings, 'gpu.busy:0')).toBeNull();
  });
  it('find the subjects of a metric and the largest of them', () => {
    expect(keysWith(readings, 'disk.used')).toEqual(['disk.used:/', 'disk.used:/srv']);
    expect(largestKey(readings, keysWith(readings, 'disk.used'))).toBe('disk.used:/srv');
    expect(largestKey(readings, [])).toBeNull();
  });
  it('add up, leaving out readings without any of them', () => {
    const course = sumCourse(readings, ['network.received:eth0', 'network.received:wlan0']);
    expect([...course.times]).toEqual([START + 2000]);
    expect([...course.values]).toEqual([15]);
  });
});

it('a disk that fills soon is a warning, one that fills within hours is bad', () => {
  expect([4, 8, 47, 48].map(fillTone)).toEqual(['bad', 'warn', 'warn', null]);
});
