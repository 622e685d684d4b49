/** Watches the machine and Holdfast itself: samples for the charts, and the lines of Health. */
import fs from 'node:fs/promises';
import type { HealthComponent, MetricSample } from '@shared/models';
import type { CoreContext } from '../core/context';
import { checkHealth, type DatabaseInput, type HealthInputs } from '../health/checks';
import { knownCode } from '../errors/wrap';
import { createSampler, type Sampler } from './sampler';

const INTERVAL_MS = 5_000;
/** Checking the store reads all of it: the result holds for so long. */
const STORE_CHECK_EVERY_MS = 10 * 60_000;

export interface MachineParts {
  databases(): DatabaseInput[];
  onSample(sample: MetricSample): void;
}

export class Machine {
  private readonly sampler: Sampler;
  private health: HealthComponent[] = [];
  private storeCheck: { fault: string | null; tookMs: number; atMs: number } | null = null;

  constructor(
    private readonly context: CoreContext,
    private readonly parts: MachineParts,
  ) {
    this.sampler = createSampler({
      homePath: context.paths.root,
      watchedPaths: () => [context.settings().backupFolder],
      intervalMs: INTERVAL_MS,
      onSample: (sample) => parts.onSample(sample),
      report: (error) => void context.problems.report(error.toView(), null),
    });
  }

  start(): void {
    this.sampler.start();
  }

  stop(): void {
    this.sampler.stop();
  }

  /** Judges everything anew; `lastHealth` has the result. */
  async look(): Promise<void> {
    this.health = checkHealth({
      now: new Date().toISOString(),
      databases: this.parts.databases(),
      backupFolder: await lookAtFolder(this.context.settings().backupFolder),
      samples: this.sampler.samples(),
      store: this.checkStore(),
      before: this.health,
    });
  }

  lastHealth(): HealthComponent[] {
    return this.health;
  }

  /** Samples of the last ten minutes, oldest first. */
  history(): MetricSample[] {
    return this.sampler.samples();
  }

  watch(live: boolean): void {
    this.sampler.live(live);
  }

  private checkStore(): HealthInputs['store'] {
    const nowMs = performance.now();
    if (!this.storeCheck || nowMs - this.storeCheck.atMs > STORE_CHECK_EVERY_MS) {
      const fault = this.context.store.check();
      this.storeCheck = { fault, tookMs: performance.now() - nowMs, atMs: nowMs };
    }
    return this.storeCheck;
  }
}

async function lookAtFolder(folder: string): Promise<HealthInputs['backupFolder']> {
  try {
    await fs.access(folder, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
    return (await fs.stat(folder)).isDirectory() ? 'usable' : 'unusable';
  } catch (thrown) {
    return knownCode(thrown) === 'FILE_NOT_FOUND' ? 'absent' : 'unusable';
  }
}
