/** Log files: where they are, what is in them, and how they are asked. Zod-free but for what the door parses, in `ipc.ts`. */
import type { ErrorView } from './errors';

/** Names of Python's `logging`, worst last. */
export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['python', 'json', 'syslog', 'plain'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** The source that is always there: Holdfast's own log. */
export const OWN_LOG_SOURCE = 'holdfast';

export interface LogSourceConfig {
  name: string;
  /** A file, or a glob: `*`, `**`, `?`, `{a,b}`. */
  path: string;
  /** Null: recognised by content. */
  format: LogFormat | null;
  enabled: boolean;
  /** A pattern that was never seen raises an alert; from this level on, null: never. */
  alertFrom: LogLevel | null;
}

export interface LogSourceStatus {
  id: string;
  config: LogSourceConfig;
  /** What was recognised; null while nothing was read. */
  format: LogFormat | null;
  state: 'following' | 'reading' | 'no-file' | 'failing' | 'disabled';
  files: number;
  entries: number;
  /** Bytes that are not read yet. */
  behindBytes: number;
  lastEntryAt: string | null;
  error: ErrorView | null;
}

/** One entry: a line, or a line with the traceback that belongs to it. */
export interface LogEntry {
  id: number;
  sourceId: string;
  file: string;
  /** Milliseconds since 1970, of its own time stamp, else of the entry before it. */
  atMs: number;
  /** False when it has no time stamp of its own. */
  hasOwnTime: boolean;
  level: LogLevel | null;
  logger: string | null;
  /** The message; at most `SHOWN_CHARACTERS` of it. */
  text: string;
  /** Lines that the entry has in its file. */
  lines: number;
  isCut: boolean;
  patternId: number;
}
export const SHOWN_CHARACTERS = 2_000;

/** What is asked for; everything that is null does not matter. */
export interface LogQuery {
  sourceIds: string[] | null;
  levels: (LogLevel | 'NONE')[] | null;
  fromMs: number | null;
  toMs: number | null;
  /** All of its words in any order; with `isRegex` a regular expression. Upper and lower case are the same. */
  text: string | null;
  isRegex: boolean;
  patternId: number | null;
}

/** Asks for everything. */
export const ANY_LOG_QUERY: LogQuery = {
  sourceIds: null,
  levels: null,
  fromMs: null,
  toMs: null,
  text: null,
  isRegex: false,
  patternId: null,
};

/** What was found. It stays as it is, and can be scrolled through, until five more were asked for. */
export interface LogResult {
  resultId: string;
  total: number;
  /** Entries behind the last one, to ask for what came since. */
  throughId: number;
  tookMs: number;
  /** False when the search was ended early: an expression that takes too long. */
  isWhole: boolean;
}

export interface LogHistogram {
  bucketMs: number;
  buckets: { fromMs: number; counts: Record<LogLevel | 'NONE', number> }[];
}

/** Entries that differ only in numbers, names and the like. */
export interface LogPattern {
  id: number;
  sourceId: string;
  /** The normalised text. */
  text: string;
  level: LogLevel | null;
  count: number;
  firstSeenMs: number;
  lastSeenMs: number;
  /** First seen after the source was read up to its end for the first time, within the last day. */
  isNew: boolean;
  sample: string;
}

/** What a source would give. */
export interface LogTrial {
  files: string[];
  /** Files that match beyond those that are listed. */
  moreFiles: number;
  format: LogFormat | null;
  entries: Omit<LogEntry, 'id' | 'sourceId' | 'patternId'>[];
}

export interface SavedSearch {
  id: string;
  name: string;
  query: LogQuery;
}
