/** Measures the machine and Holdfast itself at a steady pace: the one place where these figures come from. */
import type { MetricReading, TopProcess } from '@shared/metrics';
import type { MetricSample } from '@shared/models';
import type { JobLauncher } from '../core/types';
import type { HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { MetricKeeper } from '../metrics/types';
import { breakBetween, type Clocks, type Moment, momentOf, SYSTEM_CLOCKS } from './clock';
import { Figures } from './figures';
import { type FolderState, lookAtFolder } from './folder';
import { OwnTree } from './own-tree';
import { KERNEL, type KernelRoots } from './proc';
import { RemoteMounts, type RemoteTimes } from './remote-mounts';
import { createSpaceReader } from './space';
import { TopProcesses } from './top';

const KEPT_MS = 10 * 60_000;
export const LIVE_INTERVAL_MS = 1_000;
// However long a tick took, the loop gets this much time before the next.
const SHORTEST_PAUSE_MS = 100;

export type CollectorKeeper = Pick<MetricKeeper, 'record' | 'endTick' | 'markGap'>;

export interface CollectorOptions {
  keeper: CollectorKeeper;
  /** Holdfast's data folder. */
  homePath: string;
  /** Further paths whose disks matter: the backup folder, the guarded databases. */
  watchedPaths(): readonly string[];
  /** Between two ticks while nobody watches. */
  intervalMs: number;
  /** Whether graphics processors may be asked: the setting, and false on battery. */
  gpu(): boolean;
  /** All of Holdfast's processes; this one and what is below it when left out. */
  ownPids?: () => readonly number[];
  /** Starts the process that asks network and FUSE mounts (workers/mounts); null leaves those out. */
  launchMounts: JobLauncher | null;
  /** How often those are asked, and how long they may take. */
  mountTimes?: RemoteTimes;
  onReading(reading: MetricReading, sample: MetricSample): void;
  /** The machine slept, or this process stood still, for so long. Told before the tick that follows. */
  onWake(gapMs: number): void;
  /** Hears of a part that fails, once until it works again; all other figures go on. */
  report(error: HoldfastError): void;
  clocks?: Clocks;
  /** Where the kernel's files are. */
  roots?: KernelRoots;
}

export interface Collector {
  /** The first reading comes after a second: rates need two looks. */
  start(): void;
  stop(): void;
  /** True: a tick a second until it is called with false. */
  live(on: boolean): void;
  /** The last ten minutes, oldest first. */
  samples(): MetricSample[];
  topProcesses(by: 'cpu' | 'memory', count: number): Promise<TopProcess[]>;
  /** Network and FUSE mounts that do not answer: their disks are left out. */
  hungMounts(): string[];
  /** Mount point of the network or FUSE mount that holds `path`; null for a local one. Touches no such mount. */
  remotePoint(path: string): Promise<string | null>;
  /** Whether backups can be kept there; null when nobody could look. A mount that hangs is `unusable`. */
  folder(path: string): Promise<FolderState | null>;
}

export function createCollector(options: CollectorOptions): Collector {
  const { keeper, clocks = SYSTEM_CLOCKS, launchMounts, roots = KERNEL } = options;
  const failing = new Set<string>();
  const failed = (part: string, thrown: unknown): void => {
    if (!failing.has(part)) options.report(wrapError(thrown));
    failing.add(part);
  };
  const remote =
    launchMounts &&
    new RemoteMounts(
      launchMounts,
      (error) => options.report(error),
      () => clocks.monotonicMs(),
      options.mountTimes,
    );
  const space = createSpaceReader(remote, roots);
  const tree = options.ownPids ? null : new OwnTree((thrown) => failed('processes', thrown));
  const ownPids = (): readonly number[] => options.ownPids?.() ?? tree?.pids(clocks.monotonicMs()) ?? [];
  const top = new TopProcesses(options.ownPids ? ownPids : null, roots.proc);
  const figures = new Figures({
    sink: keeper,
    space,
    paths: () => [options.homePath, ...options.watchedPaths()],
    gpu: () => options.gpu(),
    ownPids,
    roots,
    failed,
    worked: (part) => void failing.delete(part),
  });
  // Aged on a clock that nobody can set.
  const kept: { takenMs: number; sample: MetricSample }[] = [];
  let live = false;
  let state: 'new' | 'running' | 'stopped' = 'new';
  let timer: NodeJS.Timeout | null = null;
  let last: Moment | null = null;
  let dueMs = 0;

  async function take(): Promise<void> {
    const now = momentOf(clocks);
    const found = last && breakBetween(last, now, dueMs, options.intervalMs);
    const first = !last;
    last = now;
    if (found) {
      keeper.markGap(found.gap);
      if (found.gap.reason === 'asleep') {
        figures.restart();
        options.onWake(found.lostMs);
      }
    }
    const sample = await figures.take({ atMs: now.wallMs, monotonicMs: now.monotonicMs, live });
    // The first look is what the second is measured from: it is no reading.
    if (state !== 'running' || first) return;
    const reading = keeper.endTick(now.wallMs);
    if (!sample) return;
    kept.push({ takenMs: now.monotonicMs, sample });
    while (kept[0] && now.monotonicMs - kept[0].takenMs > KEPT_MS) kept.shift();
    options.onReading(reading, sample);
  }

  async function tick(): Promise<void> {
    timer = null;
    try {
      await take();
      failing.delete('tick');
    } catch (thrown) {
      failed('tick', thrown);
    }
    if (state === 'running') arm();
    else figures.close();
  }

  /** One timer, set after a tick has ended: a slow one delays the next and never overlaps it. */
  function arm(): void {
    const intervalMs = kept.length === 0 || live ? Math.min(LIVE_INTERVAL_MS, options.intervalMs) : options.intervalMs;
    const nowMs = clocks.monotonicMs();
    const waitMs = Math.max(SHORTEST_PAUSE_MS, intervalMs - (nowMs - (last?.monotonicMs ?? nowMs)));
    dueMs = nowMs + waitMs;
    timer = setTimeout(() => void tick(), waitMs);
    // Watching is no reason to stay running.
    timer.unref();
  }

  return {
    start: () => {
      if (state !== 'new') return;
      state = 'running';
      figures.loop.start();
      void tick();
    },
    stop: () => {
      const idle = timer !== null;
      state = 'stopped';
      if (timer) clearTimeout(timer);
      timer = null;
      remote?.stop();
      // A tick under way closes what it reads when it ends.
      if (idle) figures.close();
      figures.loop.stop();
    },
    live: (on) => {
      if (live === on) return;
      live = on;
      figures.loop.live(on);
      // During a tick there is no timer: it is armed with the new interval when that ends.
      if (!timer) return;
      clearTimeout(timer);
      arm();
    },
    samples: () => kept.map(({ sample }) => sample),
    topProcesses: (by, count) => top.top(by, count),
    hungMounts: () => remote?.hung() ?? [],
    remotePoint: (path) => space.remotePoint(path),
    folder: async (path) => {
      const point = await space.remotePoint(path);
      return point !== null && remote ? remote.folder(path, point) : lookAtFolder(path);
    },
  };
}
