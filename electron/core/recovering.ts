/** Continuous protection, moments and rows, put together. */
import type { ContinuousStatus } from '@shared/recovery';
import type { LogBase, LogMark } from '../continuous/types';
import type { BackupService } from '../backup/backup-service';
import type { Guard } from '../database/guard';
import { holdfastError } from '../errors/holdfast-error';
import type { Inspections } from '../restore/inspections';
import type { RestoreService } from '../restore/restore-service';
import type { CoreContext } from './context';
import { Moments } from './moments';
import type { Recovery } from './recovery-types';

export interface RecoveringParts {
  guard: Guard;
  backups: BackupService;
  inspections: Inspections;
  restores: RestoreService;
}

const OFF: ContinuousStatus = {
  state: 'off',
  since: null,
  coveredUntil: null,
  transactions: 0,
  logBytes: 0,
  error: null,
};

export class RecoveringPart implements Recovery {
  private readonly moments: Moments;

  constructor(
    private readonly context: CoreContext,
    private readonly parts: RecoveringParts,
  ) {
    const { guard, inspections, restores } = parts;
    this.moments = new Moments(context, { guard, inspections, resolve: (source) => restores.resolve(source) });
  }

  setContinuous: Recovery['setContinuous'] = (databaseId, enabled) => {
    this.parts.guard.get(databaseId);
    const database = this.context.store.databases.setContinuous(databaseId, enabled);
    this.context.changed();
    return database;
  };
  continuousOf: Recovery['continuousOf'] = () => OFF;
  logMark = async (_databaseId: string): Promise<LogMark | null> => null;
  logBase = (_base: LogBase): void => undefined;
  timeline: Recovery['timeline'] = (databaseId) => {
    this.parts.guard.get(databaseId);
    const points = this.parts.backups
      .points(databaseId)
      .map(({ id, createdAt, kind, form, state }) => ({ id, at: createdAt, kind, form, state }))
      .toReversed();
    const firstAt = points.find(({ state }) => state === 'proved' || state === 'elsewhere')?.at ?? null;
    return { databaseId, firstAt, points, ranges: [], gaps: [], events: this.moments.events(databaseId) };
  };
  resolve: Recovery['resolve'] = unavailable;
  open: Recovery['open'] = (source, databaseId) => this.moments.open(source, databaseId);
  rows: Recovery['rows'] = (request) => this.moments.rows(request);
  partialTables: Recovery['partialTables'] = unavailable;
  partialPreview: Recovery['partialPreview'] = unavailable;
  partialRestore: Recovery['partialRestore'] = unavailable;
}

const unavailable = (): never => {
  throw holdfastError('NOT_AVAILABLE');
};
