/** Samples the machine and Holdfast itself, and keeps the last ten minutes. Starts no program. */
import type { MetricSample } from '@shared/models';
import type { HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { busyFraction, type CpuTimes, readCpuTimes } from './cpu';
import { DiskWatch } from './disks';
import { MemoryReader } from './memory';
import { OwnCost } from './own';

const KEPT_MS = 10 * 60_000;
export const LIVE_INTERVAL_MS = 1_000;
// However long a sample took, the loop gets this much time before the next.
const SHORTEST_PAUSE_MS = 100;

export interface SamplerOptions {
  homePath: string;
  /** Further paths whose disks matter: the backup folder. */
  watchedPaths(): readonly string[];
  /** Between samples while nobody watches. */
  intervalMs: number;
  onSample(sample: MetricSample): void;
  /** Hears why a sample could not be taken; the next one is taken all the same. */
  report(error: HoldfastError): void;
}

export interface Sampler {
  /** The first sample comes after a second: rates need two looks. */
  start(): void;
  /** The last ten minutes, oldest first. */
  samples(): MetricSample[];
  /** True: one sample a second until it is called with false. */
  live(on: boolean): void;
  stop(): void;
}

export function createSampler(options: SamplerOptions): Sampler {
  const memory = new MemoryReader();
  const disks = new DiskWatch();
  const own = new OwnCost();
  // Aged on a clock that nobody can set.
  const kept: { takenMs: number; sample: MetricSample }[] = [];
  let cpuBefore: CpuTimes | null = null;
  let cpuFraction = 0;
  let live = false;
  let state: 'new' | 'running' | 'stopped' = 'new';
  let timer: NodeJS.Timeout | null = null;
  let takenMs = 0;

  async function take(): Promise<void> {
    const paths = [options.homePath, ...options.watchedPaths()];
    const [cpu, figures, space] = await Promise.all([readCpuTimes(), memory.read(), disks.read(paths)]);
    if (state !== 'running' || !figures) return;
    const before = cpuBefore;
    cpuBefore = cpu;
    // The first look is what the second is measured from: alone it tells of all time since the machine started.
    if (!before) return;
    cpuFraction = busyFraction(before, cpu) ?? cpuFraction;
    const sample: MetricSample = {
      at: new Date().toISOString(),
      cpuFraction,
      memoryUsedBytes: figures.usedBytes,
      memoryTotalBytes: figures.totalBytes,
      swapUsedBytes: figures.swapUsedBytes,
      swapTotalBytes: figures.swapTotalBytes,
      disks: space.map(({ mount, usedBytes, totalBytes }) => ({ mount, usedBytes, totalBytes })),
      own: own.read(),
    };
    kept.push({ takenMs, sample });
    while (kept[0] && takenMs - kept[0].takenMs > KEPT_MS) kept.shift();
    options.onSample(sample);
  }

  async function tick(): Promise<void> {
    timer = null;
    takenMs = performance.now();
    try {
      await take();
    } catch (thrown) {
      options.report(wrapError(thrown));
    }
    arm();
  }

  /** One timer, set after a sample has ended: a slow one delays the next and never overlaps it. */
  function arm(): void {
    if (state !== 'running') return;
    const intervalMs = kept.length === 0 || live ? LIVE_INTERVAL_MS : options.intervalMs;
    const waitMs = intervalMs - (performance.now() - takenMs);
    timer = setTimeout(() => void tick(), Math.max(SHORTEST_PAUSE_MS, waitMs));
    // Watching is no reason to stay running.
    timer.unref();
  }

  return {
    start: () => {
      if (state !== 'new') return;
      state = 'running';
      own.start();
      void tick();
    },
    samples: () => kept.map(({ sample }) => sample),
    live: (on) => {
      if (live === on) return;
      live = on;
      // While a sample is being taken there is no timer: it is armed with the new interval when that ends.
      if (!timer) return;
      clearTimeout(timer);
      arm();
    },
    stop: () => {
      if (state === 'running') own.stop();
      state = 'stopped';
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}
