/**
 * Holdfast's own log: JSON Lines in files, written by a thread of its own.
 *
 * What a line costs the thread that logs: its texts and numbers are laid into a queue (`LineQueue`). Within 200 ms, or
 * when two thousand wait, the queue goes to the thread, which redacts, makes JSON of it, appends and rotates. A process
 * that is killed loses what it logged in those 200 ms (in the first second: before the thread is started), but
 * nothing CRITICAL: such a line, and all before it, are written before the call returns. See `OwnLogWriter.writeHere`.
 */
import type { LogLevel } from '@shared/logs';
import { LOG_LEVELS } from '@shared/logs';
import type { HoldfastError } from '../errors/holdfast-error';
import { CRITICAL, RANK } from './line-queue';
import type { FileLimits } from './own-log-file';
import { OwnLogWriter } from './own-log-writer';
import type { LogFields, Logger } from './types';

export interface OwnLogOptions {
  /** Made when it is not there. */
  folder: string;
  /** Lines under it are not written; asked for each line. */
  level: () => LogLevel;
  /** Hears once when the log cannot be written, and again only after it could. */
  onFailure: (error: HoldfastError) => void;
  /** `inline`: written by this thread, at the same times. */
  writer?: 'worker' | 'inline';
  /** Built file of the thread; found beside this program when it is left out. */
  workerFile?: URL | string;
  /** 10 files of 10 MiB when it is left out. */
  limits?: FileLimits;
}

export interface OwnLog extends Logger {
  /** Lines since the start: written to the disk, and dropped because there were too many, by level. */
  counts(): { written: number; dropped: Record<LogLevel, number> };
  /** Resolves when everything that was logged by now is on the disk, or could not be brought there. */
  flush(): Promise<void>;
  /** The same, and ends it. What cannot be written then is dropped, as is what is logged later. */
  close(): Promise<void>;
}

export function createOwnLog(options: OwnLogOptions): OwnLog {
  const writer = new OwnLogWriter(options);
  const dropped = LOG_LEVELS.map(() => 0);
  const drop = (level: number): void => {
    dropped[level] = (dropped[level] ?? 0) + 1;
  };
  writer.onDrop = drop;

  const write = (level: number, part: string, message: string, fields: LogFields | undefined): void => {
    try {
      if (level < RANK[options.level()]) return;
      writer.add(level, part, message, fields);
    } catch {
      // Whoever logs is in the midst of something else, which must not fail for this: it is told by its count.
      writer.drop(level);
    }
  };
  const logger = (part: string): Logger => ({
    log: (level, message, fields) => write(RANK[level], part, message, fields),
    debug: (message, fields) => write(RANK.DEBUG, part, message, fields),
    info: (message, fields) => write(RANK.INFO, part, message, fields),
    warning: (message, fields) => write(RANK.WARNING, part, message, fields),
    error: (message, fields) => write(RANK.ERROR, part, message, fields),
    critical: (message, fields) => write(CRITICAL, part, message, fields),
    part: (name) => logger(name),
  });
  return {
    ...logger(''),
    counts: () => ({
      written: writer.written,
      dropped: Object.fromEntries(LOG_LEVELS.map((level, index) => [level, dropped[index] ?? 0])) as Record<
        LogLevel,
        number
      >,
    }),
    flush: () => writer.flush(),
    close: () => writer.close(),
  };
}
