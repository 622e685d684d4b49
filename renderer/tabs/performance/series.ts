/** Samples as the charts draw them. */
import type { MetricSample } from '@shared/models';

export interface Point {
  /** Milliseconds since 1970. */
  x: number;
  /** Null where nothing was measured: a gap. */
  y: number | null;
}

/** A pause longer than this many usual intervals is a gap. */
const GAP_FACTOR = 3;
const LEAST_GAP_MS = 5000;

/** The pause between two samples from which on the time between them counts as not measured. */
export function gapThresholdMs(samples: readonly MetricSample[]): number {
  const pauses = samples
    .slice(1)
    .map((sample, index) => Date.parse(sample.at) - Date.parse(samples[index]?.at ?? sample.at))
    .sort((a, b) => a - b);
  const median = pauses[Math.floor(pauses.length / 2)] ?? 0;
  return Math.max(LEAST_GAP_MS, median * GAP_FACTOR);
}

/** One value of each sample over time, with a null in each gap so that no line is drawn across it. */
export function toPoints(samples: readonly MetricSample[], read: (sample: MetricSample) => number): Point[] {
  const threshold = gapThresholdMs(samples);
  const points: Point[] = [];
  for (const sample of samples) {
    const x = Date.parse(sample.at);
    const before = points.at(-1);
    if (before && x - before.x > threshold) points.push({ x: (x + before.x) / 2, y: null });
    points.push({ x, y: read(sample) });
  }
  return points;
}
