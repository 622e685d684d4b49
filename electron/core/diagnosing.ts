/** Errors, logs and safe mode, put together. */
import type { ErrorView } from '@shared/errors';
import type { EventLevel } from '@shared/error-groups';
import type { Operation } from '@shared/metrics';
import { randomUUID } from 'node:crypto';
import { ErrorBook } from '../errors/error-book';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { LogService } from '../logs/log-service';
import type { OwnLog } from '../logs/own-log';
import { SYSTEM_CLOCK } from './clock';
import type { CoreContext } from './context';
import type { Diagnosis } from './diagnosis-types';
import type { RunGuard } from './run-guard';
import { startAgainAfterMs } from './run-rules';
import type { JobLauncher } from './types';

export interface DiagnosingParts {
  log: OwnLog;
  run: RunGuard;
  launchLogs: JobLauncher | null;
  /** Of the local endpoint; null while it is closed. */
  address: () => string | null;
  onChange: () => void;
  /** Schedules and watching begin. */
  onLeaveSafeMode: () => void;
  /** Shows an error on the desktop, whatever alerts are set to: in safe mode no alert is told. */
  tellNatively: (error: HoldfastError) => void;
}

const LEVELS: Record<ErrorView['severity'], EventLevel> = {
  LOW: 'info',
  MEDIUM: 'warning',
  HIGH: 'error',
  CRITICAL: 'fatal',
};

export class DiagnosingPart implements Diagnosis {
  readonly errors: ErrorBook;
  readonly logs: LogService;
  private errorsRevision = 0;
  private logsRevision = 0;

  constructor(
    private readonly context: CoreContext,
    private readonly parts: DiagnosingParts,
  ) {
    const { store, paths, problems } = context;
    this.errors = new ErrorBook({
      store,
      settings: () => context.settings().errors,
      address: parts.address,
      nowMs: SYSTEM_CLOCK.nowMs,
      onChange: () => {
        this.errorsRevision++;
        parts.onChange();
      },
    });
    this.logs = new LogService({
      store,
      folder: paths.logIndex,
      ownLog: paths.ownLog,
      settings: () => context.settings().logs,
      launch: parts.launchLogs,
      log: parts.log.part('logs'),
      nowMs: SYSTEM_CLOCK.nowMs,
      onChange: () => {
        this.logsRevision++;
        parts.onChange();
      },
      report: (error: HoldfastError) => void problems.report(error.toView(), null),
      settle: () => problems.settle(null, ['LOG_SOURCE_UNREADABLE']),
    });
  }

  start(): void {
    this.errors.start();
    this.tellOfCrashes();
    this.logs.start();
  }

  async stop(): Promise<void> {
    await this.logs.stop();
    this.errors.stop();
  }

  settingsChanged(): void {
    this.logs.settingsChanged();
  }

  safeMode = () => this.parts.run.safeMode();

  leaveSafeMode(): void {
    if (this.parts.run.safeMode() === null) return;
    this.parts.run.leave();
    this.parts.log.warning('safe mode was left');
    this.context.problems.settle(null, ['CRASH_LOOP']);
    this.parts.onLeaveSafeMode();
    this.parts.onChange();
  }

  crashing(detail: string): number {
    const { run, log } = this.parts;
    run.crashing(detail);
    log.critical('ends because of a fault of its own', { detail });
    return startAgainAfterMs(run.recentCrashes());
  }

  /** Safe mode is a problem for as long as it lasts, and told at once; a crash that was no loop is on record. */
  private tellOfCrashes(): void {
    const { run } = this.parts;
    const safe = run.safeMode();
    if (safe === null) {
      this.context.problems.settle(null, ['CRASH_LOOP']);
      const before = run.crashBefore();
      if (before === null) return;
      const detail = before === '' ? 'the run before ended without a word' : before;
      this.ownError(holdfastError('CHILD_CRASHED', { params: { job: 'holdfast' }, detail }).toView(), null);
      return;
    }
    const error = holdfastError('CRASH_LOOP', { params: { count: safe.crashes }, detail: safe.detail });
    this.context.problems.report(error.toView(), null);
    this.parts.tellNatively(error);
  }

  countOperation(operation: Operation, ok: boolean): void {
    this.errors.countOperation(operation, ok);
  }

  /** One of Holdfast's own errors, which was reported as a problem. */
  ownError({ code, severity, params, detail }: ErrorView, databaseId: string | null): void {
    const at = new Date().toISOString();
    this.parts.log.log(severity === 'CRITICAL' ? 'CRITICAL' : severity === 'HIGH' ? 'ERROR' : 'WARNING', code, {
      code,
      databaseId,
      ...params,
      detail,
    });
    this.errors.take(
      null,
      {
        id: randomUUID(),
        at,
        level: LEVELS[severity],
        handled: true,
        message: detail,
        thrown: [],
        breadcrumbs: [],
        tags: {},
        contexts: {},
        release: null,
        environment: null,
        serverName: null,
        transaction: null,
        code,
        fingerprint: null,
        isCut: false,
      },
      { databaseId, params },
    );
  }

  /** For the state that the window shows. */
  shown = () => ({
    errorGroupsNeeding: this.errors.needing().length,
    errorsRevision: this.errorsRevision,
    logsRevision: this.logsRevision,
    safeMode: this.safeMode(),
  });
}
