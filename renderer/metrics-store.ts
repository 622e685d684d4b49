/** The last ten minutes of samples of the machine. */
import type { MetricSample } from '@shared/models';
import { call } from './api';
import { createValue, useValue } from './value';

export const METRICS_WINDOW_MS = 10 * 60_000;

const samples = createValue<readonly MetricSample[]>([]);

/** Joins two runs of samples by time; each moment once, oldest first, nothing older than the window shown. */
export function mergeSamples(
  held: readonly MetricSample[],
  added: readonly MetricSample[],
  windowMs = METRICS_WINDOW_MS,
): MetricSample[] {
  const byTime = new Map([...held, ...added].map((sample) => [sample.at, sample]));
  const ordered = [...byTime.values()].sort((a, b) => a.at.localeCompare(b.at));
  const newest = ordered.at(-1);
  if (!newest) return [];
  const oldestMs = Date.parse(newest.at) - windowMs;
  return ordered.filter((sample) => Date.parse(sample.at) >= oldestMs);
}

/** Begins to collect live samples. Call the answer to stop. */
export function followMetrics(): () => void {
  return window.holdfast.on('metrics', (sample) => samples.update((held) => mergeSamples(held, [sample])));
}

/** Fetches what the main process held before this window was there. */
export async function loadMetricsHistory(): Promise<void> {
  const history = await call('metrics:history');
  samples.update((held) => mergeSamples(history, held));
}

export function useMetrics(): readonly MetricSample[] {
  return useValue(samples);
}
