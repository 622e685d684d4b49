/** Continuous protection of one database: its capture process, its records, its bases, and what is said of them. */
import type { ContinuousStatus } from '@shared/recovery';
import { wrapError } from '../errors/wrap';
import { BaseRequests } from './base-requests';
import { CaptureRecords, type Coverage } from './capture-records';
import type { ContinuousContext, UsedParts } from './continuous-service';
import type { CaptureSettings } from './protocol';
import { type OpenLog, Supervisor } from './supervisor';
import type { LogBase, LogMark } from './types';

/** What was read from the store is believed for so long. */
const BELIEVED_MS = 5_000;

export class DatabaseCapture {
  private readonly supervisor: Supervisor;
  private readonly records: CaptureRecords;
  private readonly requests: BaseRequests;
  private known: { coverage: Coverage | null; generationId: string; atMs: number } | null = null;
  private lastState: ContinuousStatus['state'] = 'off';

  constructor(
    private readonly context: ContinuousContext,
    private readonly parts: UsedParts,
    private readonly databaseId: string,
  ) {
    const { launch, clock, arm, random } = parts;
    if (!launch) throw new RangeError('nothing starts capture processes');
    const records = new CaptureRecords(context.store, databaseId, clock.nowMs);
    this.records = records;
    const log = context.log?.part('capture');
    this.supervisor = new Supervisor({
      ...{ launch, clock, arm, random },
      started: (news) => {
        const gapFrom = this.forgetting(() => records.started(news));
        log?.info('Capture started', { databaseId, generationId: news.generationId, gapFrom });
        return gapFrom;
      },
      sealed: (news) => {
        this.forgetting(() => records.sealed(news));
        parts.segmentsChanged();
      },
      reached: (generationId, transaction, untilAt) => records.reached(generationId, transaction, untilAt),
      ended: (generationId, because, at) => {
        const isNew = this.forgetting(() => records.ended(generationId, because, at));
        if (isNew) log?.info('Capture ended', { databaseId, generationId, because, at });
        return isNew;
      },
      report: (error, once) => {
        if (once) context.problems.reportOnce(error.toView(), databaseId);
        else context.problems.report(error.toView(), databaseId);
      },
      settle: (codes) => context.problems.settle(databaseId, codes),
      onChange: () => this.look(),
      onProgress: () => {
        const state = this.stateNow();
        if (state !== this.lastState || state === 'starting') this.look();
        parts.onProgress();
      },
    });
    this.requests = new BaseRequests({
      isNeeded: () => this.stateNow() === 'starting' && (this.openLog()?.untilAt ?? null) !== null,
      request: () => this.request(),
      arm,
      monotonicMs: clock.monotonicMs,
    });
  }

  want(settings: CaptureSettings | null): void {
    this.supervisor.want(settings);
  }

  /** Ends capturing in order. Resolves when no process has the database open. */
  release(): Promise<void> {
    return this.supervisor.release();
  }

  retry(): void {
    this.supervisor.retry();
  }

  mark(): Promise<LogMark | null> {
    return this.supervisor.mark();
  }

  noteBase(base: LogBase): void {
    this.known = null;
    this.supervisor.noteBase(base);
    this.look();
  }

  /** Null when nothing is captured now. */
  openLog(): OpenLog | null {
    const state = this.supervisor.state();
    return state.state === 'capturing' ? state.log : null;
  }

  /** Says what is another state now, and asks for what is missing. */
  look(): void {
    const state = this.stateNow();
    if (state === 'running') this.supervisor.rangeRuns();
    if (state !== this.lastState) {
      this.lastState = state;
      this.context.changed();
    }
    this.requests.look();
  }

  /** @param isWanted it is guarded, and its switch is on */
  status(sealedBytes: number, isWanted: boolean): ContinuousStatus {
    const log = this.supervisor.log;
    const logBytes = sealedBytes + (log?.openBytes ?? 0);
    const none = { since: null, coveredUntil: log?.untilAt ?? null, transactions: 0, logBytes, error: null };
    const now = this.supervisor.state();
    if (!isWanted) return { ...none, coveredUntil: null, state: 'off' };
    if (now.state !== 'capturing') {
      const error = now.state === 'waiting' ? (now.error?.toView() ?? null) : null;
      return { ...none, state: 'waiting', error };
    }
    const coverage = this.coverage(now.log);
    if (!now.log || !coverage) return { ...none, state: 'starting' };
    const transactions = now.log.lastTransaction - coverage.transactionsBefore;
    return { ...none, state: 'running', since: coverage.since, transactions };
  }

  private stateNow(): ContinuousStatus['state'] {
    const now = this.supervisor.state();
    if (now.state !== 'capturing') return now.state;
    return this.coverage(now.log) ? 'running' : 'starting';
  }

  /** Null also before the process told how far it is. */
  private coverage(log: OpenLog | null): Coverage | null {
    if (!log || log.untilAt === null) return null;
    const { generationId } = log;
    const nowMs = this.parts.clock.monotonicMs();
    const { known } = this;
    if (known?.generationId === generationId && known.coverage && nowMs - known.atMs < BELIEVED_MS)
      return known.coverage;
    const coverage = this.records.coverage(log);
    this.known = { coverage, generationId, atMs: nowMs };
    return coverage;
  }

  private forgetting<T>(work: () => T): T {
    this.known = null;
    return work();
  }

  private async request(): Promise<void> {
    try {
      await this.parts.requestBase(this.databaseId);
    } catch (thrown) {
      // A backup that failed is recorded by itself; what else went wrong is not to be lost.
      const error = wrapError(thrown);
      if (error.code === 'INTERNAL') this.context.problems.report(error.toView(), this.databaseId);
    }
  }
}
