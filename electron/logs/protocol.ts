/** What the main process and the process that reads, indexes and searches logs say to each other. */
import {
  LOG_FORMATS,
  LOG_LEVELS,
  type LogEntry,
  type LogHistogram,
  type LogPattern,
  type LogResult,
  type LogSourceStatus,
  type LogTrial,
} from '@shared/logs';
import { z } from 'zod';
import { errorView } from '../store/columns';
import { StoredLogConfig } from '../store/log-sources';
import { StoredLogQuery } from '../store/saved-searches';

const count = z.number().int().nonnegative();
const level = z.enum(LOG_LEVELS).nullable();
const format = z.enum(LOG_FORMATS).nullable();

/** All that the process works by; what is different from before takes effect. */
export const LogsSetup = z.object({
  /** Folder of the index. */
  folder: z.string().min(1),
  keepDays: z.number().positive(),
  limitMegabytes: z.number().positive(),
  /** Between two looks at the files. */
  pollMs: z.number().positive(),
  /** Time that a regular expression may take. */
  regexLimitMs: z.number().positive(),
  /** What was read of others is forgotten. */
  sources: z.array(z.object({ id: z.string(), config: StoredLogConfig })),
});
export type LogsSetup = z.infer<typeof LogsSetup>;

export const LogRequest = z.discriminatedUnion('method', [
  z.object({ method: z.literal('search'), query: StoredLogQuery }),
  z.object({ method: z.literal('rows'), resultId: z.string(), offset: count, limit: count }),
  z.object({ method: z.literal('histogram'), query: StoredLogQuery, buckets: count }),
  z.object({ method: z.literal('patterns'), query: StoredLogQuery, limit: count }),
  z.object({
    method: z.literal('around'),
    at: z.union([z.object({ entryId: z.number() }), z.object({ atMs: z.number() })]),
    sourceId: z.string().nullable(),
    count,
  }),
  z.object({ method: z.literal('text'), entryId: z.number() }),
  z.object({ method: z.literal('try'), path: z.string(), format }),
  /** Answered when nothing of the source is kept any more. */
  z.object({ method: z.literal('forget'), sourceId: z.string() }),
]);
export type LogRequest = z.infer<typeof LogRequest>;
export type LogMethod = LogRequest['method'];

export const ToLogs = z.discriminatedUnion('type', [
  z.object({ type: z.literal('setup'), setup: LogsSetup }),
  z.object({ type: z.literal('request'), requestId: count, request: LogRequest }),
  z.object({ type: z.literal('stop') }),
]);
export type ToLogs = z.infer<typeof ToLogs>;

const ShownEntry = {
  file: z.string(),
  atMs: z.number(),
  hasOwnTime: z.boolean(),
  level,
  logger: z.string().nullable(),
  text: z.string(),
  lines: z.number(),
  isCut: z.boolean(),
};
const Entries: z.ZodType<LogEntry[]> = z.array(
  z.object({ ...ShownEntry, id: z.number(), sourceId: z.string(), patternId: z.number() }),
);
const Pattern: z.ZodType<LogPattern> = z.object({
  id: z.number(),
  sourceId: z.string(),
  text: z.string(),
  level,
  count: z.number(),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  isNew: z.boolean(),
  sample: z.string(),
});
const Result: z.ZodType<LogResult> = z.object({
  resultId: z.string(),
  total: count,
  throughId: z.number(),
  tookMs: z.number(),
  isWhole: z.boolean(),
});
const Counts = z.object({
  DEBUG: count,
  INFO: count,
  WARNING: count,
  ERROR: count,
  CRITICAL: count,
  NONE: count,
});
const Histogram: z.ZodType<LogHistogram> = z.object({
  bucketMs: z.number(),
  buckets: z.array(z.object({ fromMs: z.number(), counts: Counts })),
});
const Trial: z.ZodType<LogTrial> = z.object({
  files: z.array(z.string()),
  moreFiles: count,
  format,
  entries: z.array(z.object(ShownEntry)),
});

/** Checks of the answers, by what was asked. */
export const ANSWERS = {
  search: Result,
  rows: Entries,
  histogram: Histogram,
  patterns: z.array(Pattern),
  around: Entries,
  text: z.string(),
  try: Trial,
  forget: z.null(),
} satisfies Record<LogMethod, z.ZodType>;
export type LogAnswer<M extends LogMethod> = z.infer<(typeof ANSWERS)[M]>;

/** How a source stands; the rest of it is known to whoever gave it. */
const SourceState: z.ZodType<Omit<LogSourceStatus, 'config'>> = z.object({
  id: z.string(),
  format,
  state: z.enum(['following', 'reading', 'no-file', 'failing', 'disabled']),
  files: count,
  entries: count,
  behindBytes: z.number(),
  lastEntryAt: z.string().nullable(),
  error: errorView.nullable(),
});
export type SourceState = z.infer<typeof SourceState>;

/** New patterns of the last day that somebody wants to be told of, and how many more there were. */
export const PatternNews = z.object({
  sourceId: z.string(),
  /** `newAtMs`: when it was read. */
  own: z.array(z.object({ pattern: Pattern, newAtMs: z.number() })),
  more: z.array(z.object({ newAtMs: z.number() })),
});
export type PatternNews = z.infer<typeof PatternNews>;

export const FromLogs = z.discriminatedUnion('type', [
  /** At most twice a second, when something changed. */
  z.object({ type: z.literal('state'), sources: z.array(SourceState), news: z.array(PatternNews) }),
  z.object({ type: z.literal('answer'), requestId: count, value: z.unknown() }),
  z.object({ type: z.literal('refused'), requestId: count, error: errorView }),
  /** The index was damaged, or of another version: it is made anew. */
  z.object({ type: z.literal('rebuilt'), reason: z.string() }),
  /** Something went wrong that does not end the process: the disk is full. */
  z.object({ type: z.literal('fault'), error: errorView }),
  z.object({ type: z.literal('stopped') }),
]);
export type FromLogs = z.infer<typeof FromLogs>;
