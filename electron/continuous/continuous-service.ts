/**
 * Continuous protection as the core offers it: one capture process for each guarded database that wants it, what it tells
 * written into the store, restore points asked for that its log can be replayed on.
 */
import type { GuardedDatabase } from '@shared/models';
import type { ContinuousStatus } from '@shared/recovery';
import type { CoreContext } from '../core/context';
import type { JobLauncher } from '../core/types';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { ContinuousInputs } from '../health/continuous-checks';
import { homeMark } from '../backup/naming';
import type { Arm } from './capture-process';
import { DatabaseCapture } from './database-capture';
import type { SupervisorClock } from './hearing';
import { logFolder } from './log-names';
import type { CaptureSettings } from './protocol';
import type { OpenLog } from './supervisor';
import type { LogBase, LogMark } from './types';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const MIB = 1024 * 1024;

/** What is known is looked at again: bases may have gone, a log may have become unusable. */
const LOOK_EVERY_MS = 5 * SECOND_MS;
/** A log grows all the time; whoever looks at it is told no more often. */
const TELL_EVERY_MS = 2 * SECOND_MS;
const RETENTION_EVERY_MS = 15 * MINUTE_MS;

/** The loss window is the time between two looks; a segment that is sealed can be copied elsewhere. */
const CAPTURE = {
  pollMs: 500,
  checkpointBytes: 2 * MIB,
  walLimitBytes: 256 * MIB,
  sealBytes: 16 * MIB,
  sealMs: 5 * MINUTE_MS,
};
export type CaptureTiming = typeof CAPTURE;

export type ContinuousContext = Pick<CoreContext, 'paths' | 'store' | 'problems' | 'settings' | 'changed'> &
  Partial<Pick<CoreContext, 'log'>>;

export interface ContinuousParts {
  /** Starts capture processes. Nothing is captured without it: a command that runs once captures nothing. */
  launch: JobLauncher | null;
  /** Those that are guarded. */
  databases: () => GuardedDatabase[];
  /** Takes an incremental backup, which notes a base; so does one that finds that nothing changed. */
  requestBase: (databaseId: string) => Promise<unknown>;
  /** A segment was sealed: copies follow. */
  segmentsChanged: () => void;
  /** Lets go of log files that are kept for no moment any more, until `isStopped` says so. */
  letGo: (isStopped: () => boolean) => Promise<void>;
  /** More is in a log than before; nothing else changed. */
  onProgress: () => void;
  clock: SupervisorClock;
  random?: () => number;
  arm?: Arm;
  timing?: Partial<CaptureTiming>;
}

export type UsedParts = Required<Omit<ContinuousParts, 'timing'>>;

export class ContinuousService {
  private readonly captures = new Map<string, DatabaseCapture>();
  /** Databases that must not be open now. */
  private readonly held = new Map<string, number>();
  private readonly parts: UsedParts;
  private readonly timing: CaptureTiming;
  private started = false;
  private stopped = false;
  private tidying: Promise<void> = Promise.resolve();
  private callOffLook: (() => void) | null = null;
  private callOffRetention: (() => void) | null = null;

  constructor(
    private readonly context: ContinuousContext,
    { timing, ...parts }: ContinuousParts,
  ) {
    let toldAtMs = Number.NEGATIVE_INFINITY;
    const onProgress = (): void => {
      const nowMs = parts.clock.monotonicMs();
      if (nowMs - toldAtMs < TELL_EVERY_MS) return;
      toldAtMs = nowMs;
      parts.onProgress();
    };
    this.parts = { random: Math.random, arm: armTimer, ...parts, onProgress };
    this.timing = { ...CAPTURE, ...timing };
  }

  /** Begins to capture what wants it. */
  start(): void {
    if (this.stopped) return;
    this.started = true;
    this.look();
    this.tidy();
  }

  /** Ends all captures in order. Resolves when no process of them is left, and nothing more is deleted. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.callOffLook?.();
    this.callOffRetention?.();
    await Promise.all([this.tidying, ...[...this.captures.values()].map((capture) => capture.release())]);
  }

  /** Databases, their switches or the settings changed. */
  follow(): void {
    if (!this.started || this.stopped || !this.parts.launch) return;
    const wanted = new Map(this.parts.databases().map((database) => [database.id, database]));
    for (const [id, capture] of this.captures) if (!wanted.has(id)) capture.want(null);
    for (const [id, database] of wanted) {
      const isWanted = database.continuous && !this.held.has(id);
      if (isWanted || this.captures.has(id)) this.captureOf(id).want(isWanted ? this.settingsOf(database) : null);
    }
  }

  /** After sleep: what waits is tried again now. */
  wake(): void {
    this.follow();
    for (const capture of this.captures.values()) capture.retry();
  }

  /**
   * Ends capturing of one database for as long as its file must not be open: to replace it. The function that it gives
   * lets it go on.
   */
  async release(databaseId: string): Promise<() => void> {
    this.held.set(databaseId, (this.held.get(databaseId) ?? 0) + 1);
    await this.captures.get(databaseId)?.release();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = (this.held.get(databaseId) ?? 1) - 1;
      if (left > 0) this.held.set(databaseId, left);
      else this.held.delete(databaseId);
      this.follow();
    };
  }

  /** A place in the log behind which is nothing that is committed by now; null when nothing is captured. */
  mark(databaseId: string): Promise<LogMark | null> {
    return this.captures.get(databaseId)?.mark() ?? Promise.resolve(null);
  }

  /** A proved restore point whose snapshot was pinned between two marks of one generation. */
  noteBase(base: LogBase): void {
    const { logs, backups } = this.context.store;
    const generation = logs.generation(base.generationId);
    if (!generation || !backups.get(base.pointId)) return;
    logs.insertBase(base);
    this.captures.get(generation.databaseId)?.noteBase(base);
    this.context.changed();
  }

  /** Time between two looks at a WAL. */
  get pollMs(): number {
    return this.timing.pollMs;
  }

  /** The log that is written now; null when none is. */
  openFile(databaseId: string): OpenLog | null {
    return this.captures.get(databaseId)?.openLog() ?? null;
  }

  /** Resolves when the log holds what was committed until then, or is known not to: for moments near now. */
  async catchUp(databaseId: string, at: string): Promise<void> {
    const log = this.openFile(databaseId);
    if (log && (log.untilAt === null || log.untilAt < at)) await this.mark(databaseId);
  }

  statusOf(databaseId: string): ContinuousStatus {
    const { store } = this.context;
    const database = store.databases.get(databaseId);
    const sealedBytes = store.logs.sealedBytes(databaseId);
    const capture = this.captures.get(databaseId);
    if (capture) return capture.status(sealedBytes, database?.removedAt === null && database.continuous);
    const off = { since: null, coveredUntil: null, transactions: 0, logBytes: sealedBytes, error: null };
    if (!database?.continuous || database.removedAt !== null) return { ...off, state: 'off' };
    const reason = 'Holdfast does not run in the background';
    const error = holdfastError('CONTINUOUS_FAILED', { params: { name: database.name, reason } });
    const coveredUntil = store.logs.generations(databaseId).at(-1)?.untilAt ?? null;
    return { ...off, state: 'waiting', coveredUntil, error: this.started ? null : error.toView() };
  }

  /** For Health. */
  healthInputs(): ContinuousInputs {
    const states = this.parts
      .databases()
      .filter(({ continuous }) => continuous)
      .map(({ id }) => ({ id, ...this.statusOf(id) }));
    return {
      continuous: {
        count: states.length,
        running: states.filter(({ state }) => state === 'running').length,
        interrupted: states.filter(
          ({ id, state }) => state === 'waiting' && this.context.store.problems.find('CONTINUOUS_FAILED', id) !== null,
        ).length,
      },
    };
  }

  private captureOf(databaseId: string): DatabaseCapture {
    const known = this.captures.get(databaseId);
    if (known) return known;
    const capture = new DatabaseCapture(this.context, this.parts, databaseId);
    this.captures.set(databaseId, capture);
    return capture;
  }

  private settingsOf({ id, name, path }: GuardedDatabase): CaptureSettings {
    return {
      database: { id, name, path },
      home: homeMark(this.context.paths.root),
      folder: logFolder(this.context.settings().backupFolder, name),
      ...this.timing,
    };
  }

  private look(): void {
    this.attempt(() => {
      this.follow();
      for (const capture of this.captures.values()) capture.look();
    });
    if (!this.stopped) this.callOffLook = this.parts.arm(LOOK_EVERY_MS, () => this.look());
  }

  private tidy(): void {
    const again = (): void => {
      if (!this.stopped) this.callOffRetention = this.parts.arm(RETENTION_EVERY_MS, () => this.tidy());
    };
    this.tidying = this.parts
      .letGo(() => this.stopped)
      .then(again, (thrown: unknown) => {
        this.attempt(() => {
          throw thrown;
        });
        again();
      });
  }

  private attempt(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.context.problems.report(wrapError(thrown).toView(), null);
    }
  }
}

const armTimer: Arm = (delayMs, fire) => {
  const timer = setTimeout(fire, delayMs).unref();
  return () => clearTimeout(timer);
};
