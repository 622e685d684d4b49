import { expect, test } from 'vitest';
import { hoursUntilFull, type SpacePoint, SpaceTrends } from '../../../electron/monitor/forecast';

const MINUTE_MS = 60_000;
const GB = 1e9;
/** A point a minute; `free` gives GB free at a minute. */
const course = (minutes: number, free: (minute: number) => number): SpacePoint[] =>
  Array.from({ length: minutes + 1 }, (_, minute) => ({ atMs: minute * MINUTE_MS, freeBytes: free(minute) * GB }));
/** Repeatable noise between -1 and 1. */
const noise = (minute: number) => Math.sin(minute * 12.9898) * Math.cos(minute * 78.233);

test.each<[string, SpacePoint[], number]>([
  ['a steady fall', course(60, (m) => 100 - m / 6), 9],
  ['the shortest time that says something', course(30, (m) => 50 - m / 6), 4.5],
  ['six hours of a slow fall', course(360, (m) => 100 - m / 60), 94],
  ['a fall under noise', course(120, (m) => 100 - m / 6 + noise(m)), 8],
  [
    'a program that went wild half an hour ago, after hours of rest: not yet at its full pace',
    course(360, (m) => (m < 325 ? 60 : 60 - (m - 325) / 2)),
    2,
  ],
  ['one big file besides', course(120, (m) => 100 - m / 6 - (m > 60 ? 20 : 0)), 6],
  ['a full disk', course(60, (m) => Math.max(0, 6 - m / 10)), 0],
])('%s', (_what, points, hours) => {
  const found = hoursUntilFull(points);
  expect(found).toBeGreaterThanOrEqual(hours * 0.75);
  expect(found).toBeLessThanOrEqual(hours * 1.25);
});

test.each<[string, SpacePoint[]]>([
  ['nothing', []],
  ['too short', course(29, (m) => 100 - m)],
  ['too few points', course(60, (m) => 100 - m).filter((_point, index) => index % 10 === 0)],
  ['a disk at rest', course(360, () => 50)],
  ['a disk that empties', course(120, (m) => 50 + m / 10)],
  ['noise alone', course(360, (m) => 50 + 2 * noise(m))],
  ['a trend that drowns in noise', course(60, (m) => 50 + 10 * noise(m) - m / 60)],
  ['waves that are longer than the short window', course(360, (m) => 50 + 5 * Math.sin((2 * Math.PI * m) / 120 + 4))],
  ['waves in a young course', course(60, (m) => 50 + 5 * Math.sin((2 * Math.PI * m) / 40 + 1))],
  ['one big file', course(120, (m) => (m < 60 ? 100 : 20))],
  ['one big file just now', course(120, (m) => (m < 119 ? 100 : 5))],
  ['two big files', course(60, (m) => (m < 20 ? 100 : m < 40 ? 70 : 40))],
  ['a large copy that has ended', course(120, (m) => 100 - Math.min(m, 50))],
  ['files that come and go', course(360, (m) => 50 - (m % 20))],
  ['filling over months', course(360, (m) => 1_000 - m / 1_000)],
])('no forecast: %s', (_what, points) => {
  expect(hoursUntilFull(points)).toBeNull();
});

test('points are a minute apart, and another disk at the place begins anew', () => {
  const trends = new SpaceTrends();
  const fill = (fromMinute: number, minutes: number, totalBytes: number) => {
    let hours: number | null = null;
    for (let second = 0; second < minutes * 60; second += 5) {
      const atMs = fromMinute * MINUTE_MS + second * 1_000;
      hours = trends.hours('/', 50 * GB - (second / 60) * 0.1 * GB, totalBytes, atMs);
    }
    return hours;
  };
  expect(fill(0, 20, 100 * GB)).toBeNull();
  expect(fill(0, 60, 100 * GB)).toBeGreaterThan(5);
  expect(fill(61, 20, 200 * GB)).toBeNull();
  expect(fill(81, 31, 200 * GB)).toBeGreaterThan(5);
  trends.keep(new Set(['/home']));
  expect(trends.hours('/', 40 * GB, 200 * GB, 300 * MINUTE_MS)).toBeNull();
});
