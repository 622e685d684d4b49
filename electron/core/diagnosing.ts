/** Errors, logs and safe mode, put together. */
import type { ErrorView } from '@shared/errors';
import type { EventLevel } from '@shared/error-groups';
import type { Operation } from '@shared/metrics';
import { randomUUID } from 'node:crypto';
import { ErrorBook } from '../errors/error-book';
import type { HoldfastError } from '../errors/holdfast-error';
import { LogService } from '../logs/log-service';
import type { OwnLog } from '../logs/own-log';
import { SYSTEM_CLOCK } from './clock';
import type { CoreContext } from './context';
import type { Diagnosis } from './diagnosis-types';
import type { RunGuard } from './run-guard';
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
    context: CoreContext,
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
    this.parts.onLeaveSafeMode();
    this.parts.onChange();
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
