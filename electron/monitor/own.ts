/** What Holdfast's main process itself costs, and how late its loop answers. */
import os from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricSample } from '@shared/models';

// The histogram measures how long a timer of this length really took; the rest of it is delay.
const RESOLUTION_MS = 10;

export class OwnCost {
  private readonly delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private cpu = process.cpuUsage();
  private atMs = performance.now();
  private afterReset: { delayMs(): number } | null = null;

  start(): void {
    this.delays.enable();
    this.read();
  }

  stop(): void {
    this.delays.disable();
  }

  /** Since the last reading. `cpuFraction` is a share of all processors, as the machine's own is. */
  read(): MetricSample['own'] {
    const atMs = performance.now();
    const cpu = process.cpuUsage();
    const spentMs = (cpu.user + cpu.system - this.cpu.user - this.cpu.system) / 1_000;
    const availableMs = (atMs - this.atMs) * os.availableParallelism();
    this.cpu = cpu;
    this.atMs = atMs;
    const firstMs = this.afterReset?.delayMs() ?? 0;
    const measured = this.delays.count > 0;
    const own = {
      cpuFraction: availableMs > 0 ? Math.min(1, spentMs / availableMs) : 0,
      memoryBytes: process.memoryUsage.rss(),
      loopDelayP99Ms: measured ? delayOf(this.delays.percentile(99) / 1e6) : firstMs,
      loopDelayMaxMs: Math.max(firstMs, measured ? delayOf(this.delays.max / 1e6) : 0),
    };
    this.delays.reset();
    // The histogram measures from its first timer after the reset on. What holds that one up (most often what is done
    // with the sample just taken) is measured here.
    this.afterReset = oneTimer();
    return own;
  }
}

const delayOf = (measuredMs: number): number => Math.max(0, measuredMs - RESOLUTION_MS);

function oneTimer(): { delayMs(): number } {
  const setMs = performance.now();
  let firedMs: number | null = null;
  setTimeout(() => {
    firedMs = performance.now();
  }, RESOLUTION_MS).unref();
  return { delayMs: () => delayOf((firedMs ?? performance.now()) - setMs) };
}
