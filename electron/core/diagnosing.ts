/** Errors, logs and safe mode, put together. */
import type { ErrorView } from '@shared/errors';
import type { ErrorGroup, EventLevel } from '@shared/error-groups';
import type { WindowError } from '@shared/ipc-diagnosis';
import { OWN_LOG_SOURCE } from '@shared/logs';
import type { Operation } from '@shared/metrics';
import type { Problem } from '@shared/models';
import { localDay } from '../backup/local-time';
import { ErrorBook } from '../errors/error-book';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { plainEvent } from '../errors/plain-event';
import type { DiagnosisInputs } from '../health/diagnosis-checks';
import { LogService } from '../logs/log-service';
import type { OwnLog } from '../logs/own-log';
import { SYSTEM_CLOCK } from './clock';
import type { CoreContext } from './context';
import type { Diagnosis } from './diagnosis-types';
import { OwnLogWatch } from './own-log-watch';
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
  /** Groups of errors changed: alerts follow from them. */
  onErrors: () => void;
  /** Schedules and watching begin. */
  onLeaveSafeMode: () => void;
  /** There are new patterns of lines in logs, or fewer. */
  onNewPatterns: () => void;
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
  /** An error that is reported now is in the book already. */
  private isTaken = false;
  private readonly ownLog: OwnLogWatch;

  constructor(
    private readonly context: CoreContext,
    private readonly parts: DiagnosingParts,
  ) {
    const { store, paths, problems } = context;
    this.ownLog = new OwnLogWatch(parts.log);
    this.errors = new ErrorBook({
      store,
      settings: () => context.settings().errors,
      address: parts.address,
      nowMs: SYSTEM_CLOCK.nowMs,
      onChange: () => {
        this.errorsRevision++;
        parts.onChange();
        parts.onErrors();
      },
      // Not as a problem, which could not be written either.
      report: (error) => parts.log.part('errors').error('the error book could not be written', { ...error.toView() }),
      onCrowdedOut: (groups) =>
        parts.log.part('errors').warning('error groups were let go, there are too many', { groups }),
      onWindowError: (error) => this.windowFailed(error),
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
      onNewPatterns: parts.onNewPatterns,
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

  /** For Health: what only this part knows. */
  healthInputs(): DiagnosisInputs {
    const { store, problems } = this.context;
    const nowMs = SYSTEM_CLOCK.nowMs();
    const today = localDay(nowMs);
    const ended = store.operationDays.newest(1).filter(({ day }) => day === today);
    const sum = (key: 'total' | 'failed'): number => ended.reduce((all, one) => all + one[key], 0);
    const { hasWritten, dropped } = this.ownLog.look(nowMs);
    const isFailing = store.problems.find('LOG_NOT_WRITTEN', null) !== null;
    if (isFailing && hasWritten) problems.settle(null, ['LOG_NOT_WRITTEN']);
    const sources = this.logs.sources().filter(({ config }) => config.enabled);
    return {
      operations: {
        total: sum('total'),
        failed: sum('failed'),
        objective: this.context.settings().errors.objectivePercent / 100,
      },
      logs: {
        dropped,
        isWritten: hasWritten || !isFailing,
        sources: sources.filter(({ id }) => id !== OWN_LOG_SOURCE).length,
        failing: sources.filter(({ state }) => state === 'failing').length,
      },
    };
  }

  countOperation(operation: Operation, ok: boolean): void {
    this.errors.countOperation(operation, ok);
  }

  /** What could not be drawn is a problem until somebody has seen it; its event with the stack is taken already. */
  private windowFailed({ kind, where, message }: WindowError): void {
    if (kind !== 'render') return;
    this.isTaken = true;
    try {
      const error = holdfastError('TAB_FAILED', { params: { where }, detail: message });
      this.context.problems.report(error.toView(), null);
    } finally {
      this.isTaken = false;
    }
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
    if (this.isTaken) return;
    const event = plainEvent({ at, level: LEVELS[severity], message: detail, code });
    this.errors.take(null, event, { databaseId, params });
  }

  /** Groups that need somebody. An error of Holdfast whose problem is open counts as that problem. */
  private needing(open: readonly Problem[]): number {
    const isProblem = ({ applicationId, code, databaseId }: ErrorGroup): boolean =>
      applicationId === null && open.some((problem) => problem.code === code && problem.databaseId === databaseId);
    return this.errors.needing().filter((group) => !isProblem(group)).length;
  }

  /** For the state that the window shows, with the problems that are open in it. */
  shown = (open: readonly Problem[]) => ({
    errorGroupsNeeding: this.needing(open),
    errorsRevision: this.errorsRevision,
    logsRevision: this.logsRevision,
    safeMode: this.safeMode(),
  });
}
