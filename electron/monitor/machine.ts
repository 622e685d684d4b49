/** Watches the machine and Holdfast itself: figures for the charts, and the lines of Health. */
import type { MetricReading, TopProcess } from '@shared/metrics';
import type { HealthComponent, MetricSample } from '@shared/models';
import type { CoreContext } from '../core/context';
import type { JobLauncher } from '../core/types';
import { checkHealth, type DatabaseInput, type HealthInputs } from '../health/checks';
import type { CopyInputs } from '../health/copy-checks';
import type { ContinuousInputs } from '../health/continuous-checks';
import type { IntegrityInputs } from '../health/integrity-checks';
import type { RuleInputs } from '../health/rule-checks';
import type { WatchInputs } from '../health/watch-checks';
import { type Collector, type CollectorKeeper, createCollector } from './collector';

/** Between two samples while nobody looks at live charts. */
export const SAMPLE_EVERY_MS = 5_000;
/** Checking the store reads all of it: the result holds for so long. */
const STORE_CHECK_EVERY_MS = 10 * 60_000;

/** Where nothing keeps measurements. */
const UNKEPT: CollectorKeeper = {
  record: () => undefined,
  endTick: (atMs) => ({ atMs, afterGap: false, values: {} }),
  markGap: () => undefined,
};

export interface MachineParts {
  databases(): DatabaseInput[];
  /** What others know of health. */
  watched?(): WatchInputs & CopyInputs & ContinuousInputs & IntegrityInputs & RuleInputs;
  onSample(sample: MetricSample): void;
  keeper?: CollectorKeeper;
  onReading?(reading: MetricReading): void;
  onWake?(gapMs: number): void;
  /** Whether graphics processors may be asked; false when left out. */
  gpu?(): boolean;
  ownPids?: () => readonly number[];
  /** Starts workers/mounts; network and FUSE mounts are left out without it. */
  launchMounts?: JobLauncher;
}

export class Machine {
  private readonly collector: Collector;
  private health: HealthComponent[] = [];
  private storeCheck: { fault: string | null; tookMs: number; atMs: number } | null = null;

  constructor(
    private readonly context: CoreContext,
    private readonly parts: MachineParts,
  ) {
    this.collector = createCollector({
      keeper: parts.keeper ?? UNKEPT,
      homePath: context.paths.root,
      watchedPaths: () => [context.settings().backupFolder, ...context.store.databases.list().map(({ path }) => path)],
      intervalMs: SAMPLE_EVERY_MS,
      gpu: () => parts.gpu?.() ?? false,
      ...(parts.ownPids ? { ownPids: parts.ownPids } : {}),
      launchMounts: parts.launchMounts ?? null,
      onReading: (reading, sample) => {
        parts.onSample(sample);
        parts.onReading?.(reading);
      },
      onWake: (gapMs) => parts.onWake?.(gapMs),
      report: (error) => void context.problems.report(error.toView(), null),
    });
  }

  start(): void {
    this.collector.start();
  }

  stop(): void {
    this.collector.stop();
  }

  /** Judges everything anew; `lastHealth` has the result. */
  async look(): Promise<void> {
    this.health = checkHealth({
      now: new Date().toISOString(),
      databases: this.parts.databases(),
      backupFolder: await this.collector.folder(this.context.settings().backupFolder),
      samples: this.collector.samples(),
      store: this.checkStore(),
      before: this.health,
      ...this.parts.watched?.(),
    });
  }

  lastHealth(): HealthComponent[] {
    return this.health;
  }

  /** Samples of the last ten minutes, oldest first. */
  history(): MetricSample[] {
    return this.collector.samples();
  }

  watch(live: boolean): void {
    this.collector.live(live);
  }

  /** Mount point of the network or FUSE mount that holds `path`; null for a local one. */
  remotePoint(path: string): Promise<string | null> {
    return this.collector.remotePoint(path);
  }

  topProcesses(by: 'cpu' | 'memory', count: number): Promise<TopProcess[]> {
    return this.collector.topProcesses(by, count);
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
