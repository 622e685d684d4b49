/** Samples: each moment once, old ones dropped, gaps kept as gaps. */
import { describe, expect, it } from 'vitest';
import type { MetricSample } from '@shared/models';
import { mergeSamples } from '@/metrics-store';
import { toPoints } from '@/tabs/performance/series';

const START = Date.parse('2026-11-21T12:00:00Z');

function sampleAt(second: number, cpuFraction = 0.1): MetricSample {
  return {
    at: new Date(START + second * 1000).toISOString(),
    cpuFraction,
    memoryUsedBytes: 1,
    memoryTotalBytes: 2,
    swapUsedBytes: 0,
    swapTotalBytes: 0,
    disks: [],
    own: { cpuFraction: 0, memoryBytes: 1, loopDelayP99Ms: 1, loopDelayMaxMs: 2 },
  };
}

describe('merging', () => {
  it('joins history and live samples by time', () => {
    const merged = mergeSamples([sampleAt(4), sampleAt(6)], [sampleAt(2), sampleAt(4), sampleAt(8)]);
    expect(merged.map(({ at }) => Date.parse(at) - START)).toEqual([2000, 4000, 6000, 8000]);
  });
  it('drops what is older than the window before the newest', () => {
    const merged = mergeSamples([sampleAt(0), sampleAt(5)], [sampleAt(10)], 6000);
    expect(merged.map(({ at }) => Date.parse(at) - START)).toEqual([5000, 10_000]);
  });
  it('gives nothing for nothing', () => expect(mergeSamples([], [])).toEqual([]));
});

describe('points', () => {
  it('hold a null where nothing was measured', () => {
    const samples = [0, 2, 4, 6, 40, 42, 44].map((second) => sampleAt(second));
    const values = toPoints(samples, ({ cpuFraction }) => cpuFraction).map(({ y }) => y);
    expect(values).toEqual([0.1, 0.1, 0.1, 0.1, null, 0.1, 0.1, 0.1]);
  });
  it('do not take one late sample for a gap', () => {
    const samples = [0, 2, 4, 8.5, 10].map((second) => sampleAt(second));
    expect(toPoints(samples, ({ cpuFraction }) => cpuFraction)).toHaveLength(5);
  });
});
