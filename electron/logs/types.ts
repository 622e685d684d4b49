/** Holdfast's own log, as everything that writes to it sees it; and what reading log files gives. */
import type { LogFormat, LogLevel } from '@shared/logs';

export type LogFields = Record<string, unknown>;

/** Never throws and never waits: what cannot be written is counted, and told later. */
export interface Logger {
  /** `message`: English, without values; these are in `fields`, which are serialised at once or not at all. */
  log(level: LogLevel, message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warning(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Brought to the disk before anything else happens. */
  critical(message: string, fields?: LogFields): void;
  /** The same log, each line with the name of a part of Holdfast. */
  part(name: string): Logger;
}

/** For what is tested by itself, and before there is a log. */
export const NO_LOG: Logger = {
  log: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warning: () => undefined,
  error: () => undefined,
  critical: () => undefined,
  part: () => NO_LOG,
};

/** How far a file was read. */
export interface FilePosition {
  path: string;
  /** Tells files apart that were at one path, and finds one again that was renamed: device, inode, and a hash of its first bytes. */
  identity: string;
  /** Bytes of content (of a .gz: decompressed) of which all entries are taken. */
  offset: number;
  /** Hash of the last bytes before `offset`: tells a file that was emptied and written anew, and finds the content again in a copy. */
  check: string;
  /** Nothing more will come: rotated away, read to its end. */
  isDone: boolean;
}

/** One entry of a log file. */
export interface ParsedEntry {
  /** Milliseconds since 1970; null where it has no time stamp. */
  atMs: number | null;
  level: LogLevel | null;
  logger: string | null;
  /** The message with what belongs to it (a traceback), without time stamp and level; cut at `ENTRY_CHARACTERS`. */
  text: string;
  /** Place in the content of its file, bytes. */
  offset: number;
  sizeBytes: number;
  lines: number;
  isCut: boolean;
}
/** Longer entries are cut: 16 Ki characters hold any traceback that somebody reads. */
export const ENTRY_CHARACTERS = 16_384;

/** Entries and how far the file is read with them: kept together, in one transaction, so that none is lost or taken twice. */
export interface EntryBatch {
  sourceId: string;
  format: LogFormat;
  position: FilePosition;
  entries: ParsedEntry[];
  /** Bytes of all files of the source that are not read yet. */
  behindBytes: number;
}
