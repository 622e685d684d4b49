import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { MetricSample } from '@shared/models';
import { afterEach, expect, test, vi } from 'vitest';
import { createSampler, type Sampler } from '../../../electron/monitor/sampler';

const running: Sampler[] = [];
afterEach(() => {
  for (const sampler of running.splice(0)) sampler.stop();
});

function watch(change: { intervalMs?: number; watchedPaths?: () => string[] } = {}) {
  const seen: MetricSample[] = [];
  const reported: string[] = [];
  const sampler = createSampler({
    homePath: os.tmpdir(),
    watchedPaths: () => [],
    intervalMs: 100,
    onSample: (sample) => seen.push(sample),
    report: (error) => reported.push(error.code),
    ...change,
  });
  running.push(sampler);
  return { sampler, seen, reported };
}
const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 20_000 });

test('samples are whole and kept in order', async () => {
  const { sampler, seen, reported } = watch();
  sampler.start();
  sampler.start();
  await until(() => seen.length >= 3);
  expect(reported).toEqual([]);
  expect(sampler.samples()).toEqual(seen);
  expect(seen.map(({ at }) => at)).toEqual(seen.map(({ at }) => at).toSorted());
  for (const { cpuFraction, memoryUsedBytes, memoryTotalBytes, disks, own } of seen) {
    expect(cpuFraction).toBeGreaterThanOrEqual(0);
    expect(cpuFraction).toBeLessThanOrEqual(1);
    expect(memoryUsedBytes).toBeGreaterThan(0);
    expect(memoryUsedBytes).toBeLessThanOrEqual(memoryTotalBytes);
    expect(disks).toHaveLength(1);
    expect(Object.keys(disks[0] ?? {})).toEqual(['mount', 'usedBytes', 'totalBytes']);
    expect(own.memoryBytes).toBeGreaterThan(0);
    expect(own.loopDelayMaxMs).toBeGreaterThanOrEqual(0);
  }
});

test('what fails is reported, and the next sample is taken all the same', async () => {
  let broken = true;
  const { sampler, seen, reported } = watch({
    watchedPaths: () => {
      if (broken) throw new Error('no settings');
      return [];
    },
  });
  sampler.start();
  await until(() => reported.length >= 2);
  expect(seen).toEqual([]);
  broken = false;
  await until(() => seen.length > 0);
});

test('somebody who watches makes a sampler that rests quick', async () => {
  const { sampler, seen } = watch({ intervalMs: 3_600_000 });
  sampler.start();
  await until(() => seen.length === 1);
  sampler.live(true);
  await until(() => seen.length >= 3);
});

test('a stopped one takes no more', async () => {
  const { sampler, seen } = watch();
  sampler.start();
  await until(() => seen.length >= 2);
  sampler.stop();
  sampler.live(true);
  const count = seen.length;
  const other = watch();
  other.sampler.start();
  await until(() => other.seen.length >= 5);
  expect(seen).toHaveLength(count);
});

test.runIf(process.platform === 'linux')('no program is started for a sample', async () => {
  // Page faults of child processes that have ended: every program has some, so this tells even of the shortest.
  const endedChildren = () =>
    Number(
      readFileSync('/proc/self/stat', 'latin1')
        .replace(/^.*\) /, '')
        .split(' ')[8],
    );
  const before = endedChildren();
  const { sampler, seen } = watch();
  sampler.start();
  await until(() => seen.length >= 5);
  expect(endedChildren()).toBe(before);
  execFileSync('true');
  expect(endedChildren()).toBeGreaterThan(before);
});
