/** Continuous protection, moments and rows, put together. */
import type { BackupService } from '../backup/backup-service';
import { ContinuousService } from '../continuous/continuous-service';
import { letGoOfLogs } from '../continuous/erase-log';
import type { Guard } from '../database/guard';
import type { ContinuousInputs } from '../health/continuous-checks';
import type { Inspections } from '../restore/inspections';
import type { ResolvedSource, RestoreService } from '../restore/restore-service';
import { SYSTEM_CLOCK } from './clock';
import type { CoreContext } from './context';
import { type MomentParts, Moments } from './moments';
import { PartialRestores } from './partial-restores';
import type { Recovery } from './recovery-types';
import type { JobLauncher } from './types';

export interface RecoveringParts {
  guard: Guard;
  backups: BackupService;
  inspections: Inspections;
  restores: RestoreService;
  /** Starts capture processes; null where none are. */
  launchCapture: JobLauncher | null;
  /** The same replay with files that are there. */
  segmentsFor: MomentParts['segmentsFor'];
  /** A file of a log was sealed: copies follow. */
  segmentsChanged: () => void;
  /** More is in a log than before. */
  onProgress: () => void;
}

export class RecoveringPart implements Recovery {
  private readonly moments: Moments;
  private readonly continuous: ContinuousService;
  private readonly rowRestores: PartialRestores;

  constructor(
    private readonly context: CoreContext,
    private readonly parts: RecoveringParts,
  ) {
    const { guard, inspections, restores } = parts;
    this.rowRestores = new PartialRestores(context, { backups: parts.backups, inspections });
    this.continuous = new ContinuousService(context, {
      launch: parts.launchCapture,
      databases: () => guard.list(),
      requestBase: (databaseId) => parts.backups.start(guard.get(databaseId), 'incremental').done,
      segmentsChanged: parts.segmentsChanged,
      letGo: (isStopped) => letGoOfLogs(context, SYSTEM_CLOCK.nowMs(), isStopped),
      onProgress: parts.onProgress,
      clock: SYSTEM_CLOCK,
    });
    const { segmentCopies } = context.store;
    this.moments = new Moments(context, {
      ...{ guard, inspections, backups: parts.backups, log: this.continuous, segmentsFor: parts.segmentsFor },
      resolve: (source) => restores.resolve(source),
      hasCopy: ({ id }) => segmentCopies.of(id).some(({ state }) => state === 'copied'),
    });
  }

  start(): void {
    this.continuous.start();
  }

  /** Ends all captures in order. Resolves when no process of them is left. */
  stop(): Promise<void> {
    return this.continuous.stop();
  }

  wake(): void {
    this.continuous.wake();
  }

  /** Databases or settings changed. */
  follow(): void {
    this.continuous.follow();
  }

  healthInputs(): ContinuousInputs {
    return this.continuous.healthInputs();
  }

  setContinuous: Recovery['setContinuous'] = (databaseId, enabled) => {
    this.parts.guard.get(databaseId);
    const database = this.context.store.databases.setContinuous(databaseId, enabled);
    this.continuous.follow();
    this.context.changed();
    return database;
  };
  continuousOf: Recovery['continuousOf'] = (databaseId) => this.continuous.statusOf(databaseId);
  logMark: CoreContext['logMark'] = (databaseId) => this.continuous.mark(databaseId);
  releaseCapture: CoreContext['releaseCapture'] = (databaseId) => this.continuous.release(databaseId);
  logBase: CoreContext['logBase'] = (base) => this.continuous.noteBase(base);
  timeline: Recovery['timeline'] = (databaseId) => this.moments.timeline(databaseId);
  resolve: Recovery['resolve'] = (databaseId, at) => this.moments.resolve(databaseId, at);
  /** See `RestoreService`. */
  momentSource = (databaseId: string, at: string): ResolvedSource => this.moments.sourceOf(databaseId, at);
  open: Recovery['open'] = (source, databaseId) => this.moments.open(source, databaseId);
  rows: Recovery['rows'] = (request) => this.moments.rows(request);
  partialTables: Recovery['partialTables'] = (request) => this.rowRestores.tables(request);
  partialPreview: Recovery['partialPreview'] = (request) => this.rowRestores.preview(request);
  partialRestore: Recovery['partialRestore'] = (request) => this.rowRestores.start(request);
}
