/** Continuous protection, moments and rows, put together. */
import type { ContinuousStatus } from '@shared/recovery';
import type { LogBase, LogMark } from '../continuous/types';
import type { Guard } from '../database/guard';
import { holdfastError } from '../errors/holdfast-error';
import type { CoreContext } from './context';
import type { Recovery } from './recovery-types';

export interface RecoveringParts {
  guard: Guard;
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
  constructor(
    private readonly context: CoreContext,
    private readonly parts: RecoveringParts,
  ) {}

  setContinuous: Recovery['setContinuous'] = (databaseId, enabled) => {
    this.parts.guard.get(databaseId);
    const database = this.context.store.databases.setContinuous(databaseId, enabled);
    this.context.changed();
    return database;
  };
  continuousOf: Recovery['continuousOf'] = () => OFF;
  logMark = async (_databaseId: string): Promise<LogMark | null> => null;
  logBase = (_base: LogBase): void => undefined;
  timeline: Recovery['timeline'] = unavailable;
  resolve: Recovery['resolve'] = unavailable;
  open: Recovery['open'] = unavailable;
  rows: Recovery['rows'] = unavailable;
  partialTables: Recovery['partialTables'] = unavailable;
  partialPreview: Recovery['partialPreview'] = unavailable;
  partialRestore: Recovery['partialRestore'] = unavailable;
}

const unavailable = (): never => {
  throw holdfastError('NOT_AVAILABLE');
};
