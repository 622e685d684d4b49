/**
 * Keeps one database captured while that is wanted: starts the process, starts it again when it ends, and says at any
 * moment what is known of the log. It never says more than the process said within the last seconds.
 */
import type { ErrorCode } from '@shared/errors';
import type { GenerationEnd } from '@shared/recovery';
import type { JobLauncher } from '../core/types';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { type Arm, type CaptureEnd, type CaptureNews, CaptureProcess } from './capture-process';
import { Hearing, type SupervisorClock } from './hearing';
import type { CaptureSettings } from './protocol';
import { crashesOfLastHour, restartDelayMs } from './restart-policy';
import type { LogBase, LogMark } from './types';

/** Between two notes in the store of how far the log is; what is on the disk counts after a crash. */
const NOTE_EVERY_MS = 10_000;

/** Settled as soon as the process works. */
const SETTLED_BY_CAPTURE: readonly ErrorCode[] = ['CONTINUOUS_NOT_WAL', 'CONTINUOUS_FAILED'];
const ALL_CODES: readonly ErrorCode[] = [...SETTLED_BY_CAPTURE, 'CONTINUOUS_GAP'];

/** What the supervisor writes down, and whom it tells. */
export interface SupervisorParts {
  launch: JobLauncher;
  clock: SupervisorClock;
  arm: Arm;
  /** 0 ≤ x < 1 */
  random: () => number;
  /** Notes a generation that begins or goes on. Gives since when there is a gap before it; null when there is none. */
  started: (news: Extract<CaptureNews, { type: 'started' }>) => string | null;
  sealed: (news: Extract<CaptureNews, { type: 'sealed' }>) => void;
  /** How far a generation is. */
  reached: (generationId: string, transaction: number, untilAt: string) => void;
  /** False when it was known to have ended. */
  ended: (generationId: string, because: GenerationEnd, at: string) => boolean;
  /** Records a failure; a state that lasts (`once`) is not counted again while it is open. */
  report: (error: HoldfastError, once: boolean) => void;
  settle: (codes: readonly ErrorCode[]) => void;
  /** The state is another one. */
  onChange: () => void;
  /** More is in the log than before. */
  onProgress: () => void;
}

/** What is known of the log that is written. */
export interface OpenLog {
  generationId: string;
  startedAt: string;
  lastTransaction: number;
  /** Everything committed until then is in it; null before the first look. */
  untilAt: string | null;
  /** Of the file that is written. */
  openBytes: number;
}

export type CaptureState =
  | { state: 'off' }
  /** `log` is null until the process has begun. */
  | { state: 'capturing'; log: OpenLog | null }
  | { state: 'waiting'; error: HoldfastError | null };

export class Supervisor {
  private wanted: CaptureSettings | null = null;
  private process: CaptureProcess | null = null;
  /** What the process was started with. */
  private used: CaptureSettings | null = null;
  private open: OpenLog | null = null;
  private last: OpenLog | null = null;
  private notedAtMs = Number.NEGATIVE_INFINITY;
  private error: HoldfastError | null = null;
  private failuresInRow = 0;
  private crashedAtMs: number[] = [];
  private isStoppingForGood = false;
  private callOffRetry: (() => void) | null = null;
  private whenGone: (() => void)[] = [];

  private readonly hearing: Hearing;

  constructor(private readonly parts: SupervisorParts) {
    const { clock, arm } = parts;
    const onSilence = (): void => this.process?.kill();
    this.hearing = new Hearing({ clock, arm, onStale: () => parts.onChange(), onSilence });
  }

  /** Captures with these settings from now on; null ends it. */
  want(settings: CaptureSettings | null): void {
    const changed = JSON.stringify(settings) !== JSON.stringify(this.wanted);
    this.wanted = settings;
    if (settings === null && changed) this.guarded(() => this.parts.settle(ALL_CODES));
    this.step();
    if (changed) this.parts.onChange();
  }

  /** Ends capturing in order. Resolves when no process has the database open. */
  async release(): Promise<void> {
    this.want(null);
    if (this.process) await new Promise<void>((resolve) => this.whenGone.push(resolve));
  }

  /** What stood in the way may be over: after sleep, and when somebody asks. */
  retry(): void {
    this.failuresInRow = 0;
    this.callOffRetry?.();
    this.callOffRetry = null;
    this.step();
  }

  /** Null when nothing is captured, or the process does not answer. */
  async mark(): Promise<LogMark | null> {
    const askedAt = new Date(this.parts.clock.nowMs()).toISOString();
    const mark = (await this.process?.mark()) ?? null;
    // The process may have gone on with another generation while the answer was on its way.
    if (!mark || mark.generationId !== this.open?.generationId) return null;
    const lastTransaction = Math.max(this.open.lastTransaction, mark.transaction);
    this.open = { ...this.open, lastTransaction, untilAt: later(this.open.untilAt, askedAt) };
    return mark;
  }

  noteBase(base: LogBase): void {
    if (base.generationId === this.open?.generationId) this.process?.noteBase(base);
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** What is known of the newest log, also after capturing ended. */
  get log(): OpenLog | null {
    return this.open ?? this.last;
  }

  state(): CaptureState {
    if (!this.wanted) return { state: 'off' };
    if (!this.process || this.used !== this.wanted) return { state: 'waiting', error: this.error };
    if (this.hearing.isFresh()) return { state: 'capturing', log: this.open };
    const error = this.failure('it has not told of a look at the database for some seconds');
    return { state: 'waiting', error: this.error ?? error };
  }

  private step(): void {
    if (this.process) {
      if (this.used !== this.wanted && JSON.stringify(this.used) === JSON.stringify(this.wanted)) {
        this.used = this.wanted;
      } else if (this.used !== this.wanted) {
        this.isStoppingForGood = this.wanted === null;
        void this.process.stop();
      }
      return;
    }
    if (!this.wanted) {
      this.callOffRetry?.();
      this.callOffRetry = null;
      for (const resolve of this.whenGone.splice(0)) resolve();
    } else if (!this.callOffRetry) this.launch(this.wanted);
  }

  private launch(settings: CaptureSettings): void {
    this.used = settings;
    this.isStoppingForGood = false;
    this.open = null;
    this.hearing.hear();
    const listener = { onNews: (news: CaptureNews) => this.take(news), onEnd: (end: CaptureEnd) => this.gone(end) };
    try {
      this.process = new CaptureProcess(this.parts.launch, settings, listener, this.parts.arm);
    } catch (thrown) {
      this.gone({ error: wrapError(thrown), crashed: true });
    }
  }

  private take(news: CaptureNews): void {
    const before = this.state();
    this.hearing.hear();
    this.guarded(() => this.note(news));
    const after = this.state();
    const isOther =
      before.state !== after.state ||
      (before.state === 'capturing' &&
        after.state === 'capturing' &&
        before.log?.generationId !== after.log?.generationId);
    if (isOther || news.type === 'started' || news.type === 'ended') this.parts.onChange();
  }

  private note(news: CaptureNews): void {
    const { parts } = this;
    switch (news.type) {
      case 'started': {
        const { generationId, startedAt, transaction } = news;
        this.open = { generationId, startedAt, lastTransaction: transaction, untilAt: null, openBytes: 0 };
        const gapFrom = parts.started(news);
        if (gapFrom !== null) this.reportGap(gapFrom, '');
        return;
      }
      case 'progress': {
        if (news.generationId !== this.open?.generationId) return;
        const { transaction: lastTransaction, untilAt, openBytes } = news;
        this.open = { ...this.open, lastTransaction, untilAt: later(this.open.untilAt, untilAt), openBytes };
        this.error = null;
        this.failuresInRow = 0;
        parts.settle(SETTLED_BY_CAPTURE);
        const nowMs = parts.clock.monotonicMs();
        if (nowMs - this.notedAtMs >= NOTE_EVERY_MS) this.noteReached(nowMs);
        parts.onProgress();
        return;
      }
      case 'sealed':
        parts.sealed(news);
        return;
      case 'ended': {
        if (this.open?.generationId === news.generationId) this.close();
        const isNew = parts.ended(news.generationId, news.because, news.at);
        if (isNew && news.because !== 'stopped') this.reportGap(news.at, `${news.because}: ${news.detail}`);
      }
    }
  }

  private noteReached(nowMs: number): void {
    if (!this.open || this.open.untilAt === null) return;
    this.notedAtMs = nowMs;
    this.parts.reached(this.open.generationId, this.open.lastTransaction, this.open.untilAt);
  }

  /** The log is no longer written. */
  private close(): void {
    this.guarded(() => this.noteReached(this.parts.clock.monotonicMs()));
    this.last = this.open;
    this.open = null;
  }

  private gone({ error, crashed }: CaptureEnd): void {
    const { clock } = this.parts;
    this.hearing.end();
    const { open } = this;
    this.close();
    this.process = null;
    // What was ended by hand has no gap that anybody would wonder about.
    if (open && this.isStoppingForGood) {
      this.guarded(() => this.parts.ended(open.generationId, 'stopped', open.untilAt ?? open.startedAt));
    }
    if (error && this.wanted) {
      this.failuresInRow++;
      const nowMs = clock.monotonicMs();
      this.crashedAtMs = crashesOfLastHour(this.crashedAtMs, nowMs);
      if (crashed) this.crashedAtMs.push(nowMs);
      this.error = this.named(error);
      this.guarded(() => this.reportFailure(crashed));
      const failures = { inRow: this.failuresInRow, crashed, crashedAtMs: this.crashedAtMs };
      this.callOffRetry = this.parts.arm(restartDelayMs(failures, nowMs, this.parts.random()), () => {
        this.callOffRetry = null;
        this.step();
      });
    }
    this.step();
    this.parts.onChange();
  }

  /** One crash that the next start makes good is seen in the state alone; a log with a gap is a problem of its own. */
  private reportFailure(crashed: boolean): void {
    if (!this.error) return;
    if (!crashed || this.failuresInRow > 1) this.parts.report(this.error, true);
  }

  private reportGap(fromAt: string, detail: string): void {
    const params = { name: this.name, fromAt };
    this.parts.report(holdfastError('CONTINUOUS_GAP', { params, detail }), true);
  }

  /** A range runs that can be brought back: a gap before it is over. */
  rangeRuns(): void {
    this.guarded(() => this.parts.settle(['CONTINUOUS_GAP']));
  }

  private get name(): string {
    return this.wanted?.database.name ?? this.used?.database.name ?? '';
  }

  private failure(reason: string, cause?: HoldfastError): HoldfastError {
    return holdfastError('CONTINUOUS_FAILED', {
      params: { name: this.name, reason },
      ...(cause && { cause, detail: cause.message }),
    });
  }

  private named(error: HoldfastError): HoldfastError {
    if (error.code !== 'CONTINUOUS_NOT_WAL' && error.code !== 'CONTINUOUS_FAILED') {
      return this.failure(error.detail || error.code, error);
    }
    return holdfastError(error.code, { params: { ...error.params, name: this.name }, detail: error.detail });
  }

  /** What cannot be written down must not end capturing: the files on the disk are what counts. */
  private guarded(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.parts.report(wrapError(thrown), false);
    }
  }
}

const later = (a: string | null, b: string): string => (a !== null && a > b ? a : b);
