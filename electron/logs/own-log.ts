/** Holdfast's own log: JSON Lines in files, written by a thread of its own. */
import type { LogLevel } from '@shared/logs';
import type { HoldfastError } from '../errors/holdfast-error';
import { type Logger, NO_LOG } from './types';

export interface OwnLogOptions {
  /** Made when it is not there. */
  folder: string;
  /** Lines under it are not written; asked for each line. */
  level: () => LogLevel;
  /** Hears once when the log cannot be written, and again only after it could. */
  onFailure: (error: HoldfastError) => void;
}

export interface OwnLog extends Logger {
  /** Lines since the start: written to the disk, and dropped because there were too many, by level. */
  counts(): { written: number; dropped: Record<LogLevel, number> };
  /** Resolves when everything that was logged by now is on the disk. */
  flush(): Promise<void>;
  /** The same, and ends it. */
  close(): Promise<void>;
}

export function createOwnLog(_options: OwnLogOptions): OwnLog {
  return {
    ...NO_LOG,
    counts: () => ({ written: 0, dropped: { DEBUG: 0, INFO: 0, WARNING: 0, ERROR: 0, CRITICAL: 0 } }),
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
