/**
 * Work in hand: what waits, what runs, how far it is. Heavy work (backup, verify, restore) runs one at a time, because
 * one job already uses all cores and the disk; looking at files does not wait for it, nor do copies.
 */
import { randomUUID } from 'node:crypto';
import type { JobKind, JobPhase, JobView } from '@shared/models';
import type { JobHandle, JobLauncher } from '../core/types';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { type Logger, NO_LOG } from '../logs/types';
import { ByteRate } from './byte-rate';
import { deferred } from './deferred';
import { runInProcess, type Stall } from './job-process';
import type { JobName, JobRequest, JobResults } from './protocol';

/** What the body of a job may do while it runs. */
export interface RunningJob {
  readonly id: string;
  readonly signal: AbortSignal;
  setPhase(phase: JobPhase): void;
  /** From here on the job cannot be cancelled: half done is worse than done. */
  keepGoing(): void;
  /** Runs one step in a process of its own and follows its progress. */
  process: <J extends JobName>(name: J, request: JobRequest<J>, options?: StepOptions) => Promise<JobResults[J]>;
}

export interface StepOptions {
  stall?: Stall;
  /** Hears each phase that the process tells of, again and again. */
  onPhase?: (phase: JobPhase) => void;
}

export interface JobSpec<T> {
  kind: JobKind;
  databaseId: string | null;
  subject: string;
  /** Restores go before backups that wait. */
  urgent?: boolean;
  body: (job: RunningJob) => Promise<T>;
}

interface Entry {
  view: JobView;
  urgent: boolean;
  abort: AbortController;
  run: () => Promise<void>;
  cancelQueued: () => void;
}

/** How a job ended: `tookMs` from when it began to run. One that was cancelled by hand is no failure. */
export interface JobEnd {
  kind: JobKind;
  outcome: 'done' | 'failed' | 'cancelled';
  tookMs: number;
}

/** Jobs of one lane run one at a time, those of different lanes side by side. */
type Lane = 'heavy' | 'light' | 'copies';
const LANES: Partial<Record<JobKind, Lane>> = {
  inspect: 'light',
  // They wait for disks and networks: no backup and no restore waits for them.
  copy: 'copies',
  'verify-copy': 'copies',
  scan: 'copies',
};
const laneOf = ({ view }: Entry): Lane => LANES[view.kind] ?? 'heavy';

export class JobRunner {
  private readonly queued: Entry[] = [];
  private readonly running = new Set<Entry>();
  private closed = false;

  /**
   * @param launch starts job processes
   * @param onChange called after each change of any job's view
   * @param onEnd called after a job that ran has ended
   * @param log hears how each went
   */
  constructor(
    private readonly launch: JobLauncher,
    private readonly onChange: () => void,
    private readonly onEnd: (end: JobEnd) => void = () => undefined,
    private readonly log: Logger = NO_LOG,
  ) {}

  /** Queues a job. `done` rejects with a `HoldfastError`, CANCELLED when it was cancelled. */
  start<T>(spec: JobSpec<T>): JobHandle<T> {
    const { promise, resolve, reject } = deferred<T>();
    // A job nobody waits for (a scheduled backup) reports its failure where it is started.
    promise.catch(() => undefined);
    const abort = new AbortController();
    const view: JobView = {
      id: randomUUID(),
      kind: spec.kind,
      databaseId: spec.databaseId,
      subject: spec.subject,
      phase: 'queued',
      startedAt: new Date().toISOString(),
      doneBytes: 0,
      totalBytes: 0,
      bytesPerSecond: 0,
      secondsLeft: null,
      cancellable: true,
    };
    const entry: Entry = {
      view,
      urgent: spec.urgent ?? false,
      abort,
      cancelQueued: () => reject(holdfastError('CANCELLED', { params: { name: spec.subject } })),
      run: async () => {
        const startedMs = performance.now();
        const about = { kind: spec.kind, subject: spec.subject, databaseId: spec.databaseId, jobId: view.id };
        this.log.debug('Job started', about);
        const ended = (outcome: JobEnd['outcome'], code?: string): void => {
          const tookMs = Math.round(performance.now() - startedMs);
          this.log.log(outcome === 'failed' ? 'WARNING' : 'INFO', 'Job ended', { ...about, outcome, code, tookMs });
          this.onEnd({ kind: spec.kind, outcome, tookMs: performance.now() - startedMs });
        };
        try {
          resolve(await spec.body(this.runningJob(entry)));
          ended('done');
        } catch (thrown) {
          const error = wrapError(thrown, { name: spec.subject });
          reject(error);
          // That nothing changed was found out as it should be.
          const done = error.code === 'NOTHING_CHANGED';
          ended(done ? 'done' : error.code === 'CANCELLED' ? 'cancelled' : 'failed', error.code);
        }
      },
    };
    if (this.closed) entry.cancelQueued();
    else {
      this.queued.push(entry);
      this.pump();
    }
    return { id: view.id, view: () => ({ ...entry.view }), done: promise };
  }

  /** Jobs that run, then those that wait, in the order they will run. */
  views(): JobView[] {
    return [...this.running, ...this.inOrder()].map((entry) => ({ ...entry.view }));
  }

  /** Cancels a job that waits or runs; one that is past cancelling goes on. Unknown ids have ended already. */
  cancel(id: string): void {
    const index = this.queued.findIndex((entry) => entry.view.id === id);
    const waiting = this.queued[index];
    if (waiting) {
      this.queued.splice(index, 1);
      waiting.cancelQueued();
      this.onChange();
      return;
    }
    for (const entry of this.running) if (entry.view.id === id && entry.view.cancellable) entry.abort.abort();
  }

  /** Cancels what can be cancelled, waits for the rest, takes no new work. */
  async close(): Promise<void> {
    this.closed = true;
    for (const { view } of [...this.queued, ...this.running]) this.cancel(view.id);
    while (this.running.size > 0) await Promise.race([...this.running].map((entry) => this.ended(entry)));
  }

  private readonly ends = new Map<Entry, Promise<void>>();

  private ended(entry: Entry): Promise<void> {
    return this.ends.get(entry) ?? Promise.resolve();
  }

  private inOrder(): Entry[] {
    return this.queued.toSorted((a, b) => Number(b.urgent) - Number(a.urgent));
  }

  private pump(): void {
    for (const entry of this.inOrder()) {
      if ([...this.running].some((other) => laneOf(other) === laneOf(entry))) continue;
      this.queued.splice(this.queued.indexOf(entry), 1);
      this.running.add(entry);
      this.ends.set(
        entry,
        entry.run().finally(() => {
          this.running.delete(entry);
          this.ends.delete(entry);
          this.onChange();
          this.pump();
        }),
      );
    }
    this.onChange();
  }

  private runningJob(entry: Entry): RunningJob {
    const rate = new ByteRate();
    const { view } = entry;
    const update = (phase: JobPhase, doneBytes: number, totalBytes: number): void => {
      if (phase !== view.phase) rate.reset();
      const { bytesPerSecond, secondsLeft } = rate.update(performance.now(), doneBytes, totalBytes);
      Object.assign(view, { phase, doneBytes, totalBytes, bytesPerSecond, secondsLeft });
      this.onChange();
    };
    return {
      id: view.id,
      signal: entry.abort.signal,
      setPhase: (phase) => update(phase, 0, 0),
      keepGoing: () => {
        entry.abort.signal.throwIfAborted();
        view.cancellable = false;
        this.onChange();
      },
      process: (name, request, { onPhase, ...stepOptions } = {}) => {
        const signal = view.cancellable ? entry.abort.signal : new AbortController().signal;
        const onProgress: typeof update = (phase, doneBytes, totalBytes) => {
          onPhase?.(phase);
          update(phase, doneBytes, totalBytes);
        };
        return runInProcess(this.launch, name, request, { onProgress, signal, ...stepOptions });
      },
    };
  }
}
