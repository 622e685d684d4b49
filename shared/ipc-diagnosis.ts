/** Requests about errors, applications that send them, and logs: a part of the contract in `ipc.ts`. */
import { z } from 'zod';
import {
  type ErrorApplication,
  type ErrorGroup,
  type ErrorGroupDetails,
  type ErrorSummary,
  GROUP_STATES,
} from './error-groups';
import { SEVERITIES } from './errors';
import {
  LOG_FORMATS,
  LOG_LEVELS,
  type LogEntry,
  type LogHistogram,
  type LogPattern,
  type LogResult,
  type LogSourceStatus,
  type LogTrial,
  type SavedSearch,
} from './logs';

const Id = z.string().min(1).max(64);
const Name = z.string().trim().min(1).max(80);
/** Milliseconds since 1970. */
const Moment = z.number().min(0).max(8.64e15);

/** Everything that is null does not matter. */
export const ErrorFilter = z.object({
  /** `holdfast`: its own. */
  applicationId: Id.nullable(),
  states: z.array(z.enum(GROUP_STATES)).nullable(),
  severities: z.array(z.enum(SEVERITIES)).nullable(),
  type: z.string().max(300).nullable(),
  /** Text in the title, the function or the type. */
  search: z.string().max(200).nullable(),
  /** Seen since then. */
  fromMs: Moment.nullable(),
});
export type ErrorFilter = z.infer<typeof ErrorFilter>;

/** See `LogQuery` in logs.ts. */
export const LogQueryInput = z.object({
  sourceIds: z.array(Id).max(200).nullable(),
  levels: z.array(z.enum([...LOG_LEVELS, 'NONE'])).nullable(),
  fromMs: Moment.nullable(),
  toMs: Moment.nullable(),
  text: z.string().min(1).max(500).nullable(),
  isRegex: z.boolean(),
  patternId: z.number().int().nullable(),
});

/** See `LogSourceConfig`. */
export const LogSourceInput = z.object({
  id: Id.optional(),
  config: z.object({
    name: Name,
    path: z.string().trim().min(1).max(4096),
    format: z.enum(LOG_FORMATS).nullable(),
    enabled: z.boolean(),
    alertFrom: z.enum(LOG_LEVELS).nullable(),
  }),
});
export type LogSourceInput = z.infer<typeof LogSourceInput>;

export const SavedSearchInput = z.object({ id: Id.optional(), name: Name, query: LogQueryInput });
export type SavedSearchInput = z.infer<typeof SavedSearchInput>;

/** An error of the window's own. */
export const WindowError = z.object({
  /** `render`: a part of the window could not be drawn. */
  kind: z.enum(['render', 'uncaught', 'rejection']),
  /** The tab, or `window`. */
  where: z.string().max(80),
  message: z.string().max(2_000),
  stack: z.string().max(20_000),
});
export type WindowError = z.infer<typeof WindowError>;

export const DIAGNOSIS_SCHEMAS = {
  /** Those that need somebody first, then the one seen last. */
  'errors:groups': z.object({ filter: ErrorFilter, limit: z.number().int().min(1).max(1_000) }),
  'errors:group': z.object({ groupId: Id }),
  'errors:summary': z.object({ filter: ErrorFilter, fromMs: Moment, toMs: Moment }),
  'errors:acknowledge': z.object({ groupId: Id }),
  /** Until a time, or until there are more than so many an hour; at least one of both. */
  'errors:mute': z
    .object({
      groupId: Id,
      minutes: z.number().int().min(1).max(525_600).nullable(),
      untilPerHour: z.number().int().min(1).max(1_000_000).nullable(),
    })
    .refine(({ minutes, untilPerHour }) => minutes !== null || untilPerHour !== null, 'a mute must end'),
  'errors:resolve': z.object({ groupId: Id }),
  /** Also ends an acknowledgement and a mute. */
  'errors:reopen': z.object({ groupId: Id }),
  /** Takes back what was decided last about a group: acknowledge, mute, resolve or reopen. */
  'errors:undo': z.object({ groupId: Id }),
  'errors:merge': z.object({ intoId: Id, groupIds: z.array(Id).min(1).max(100) }),
  /** Takes one of its fingerprints out of a group, into one of its own. */
  'errors:split': z.object({ groupId: Id, fingerprint: z.string().min(1).max(200) }),
  /** Asks for a place in a save dialog and writes the groups with their events there; null when cancelled. */
  'errors:export': z.object({ filter: ErrorFilter, format: z.enum(['json', 'csv']) }),
  'errors:report': WindowError,
  'error-applications:list': z.undefined(),
  'error-applications:save': z.object({ id: Id.optional(), name: Name }),
  /** Its groups go, too. */
  'error-applications:remove': z.object({ id: Id }),
  /** The old key is refused from now on. */
  'error-applications:new-key': z.object({ id: Id }),
  /** Leaves safe mode: schedules and watching begin. */
  'safe-mode:leave': z.undefined(),
  'logs:sources': z.undefined(),
  'logs:save-source': LogSourceInput,
  /** What was read of it is forgotten; the files stay. */
  'logs:remove-source': z.object({ id: Id }),
  /** Looks into the newest file, without keeping anything. */
  'logs:try-source': z.object({ path: z.string().trim().min(1).max(4096), format: z.enum(LOG_FORMATS).nullable() }),
  /** Opens the file dialog; null when it was cancelled. */
  'logs:choose': z.undefined(),
  'logs:search': z.object({ query: LogQueryInput }),
  /** Entries of a result, by their place in it: the oldest is 0. */
  'logs:rows': z.object({
    resultId: Id,
    offset: z.number().int().min(0),
    limit: z.number().int().min(1).max(500),
  }),
  /** By level and time. */
  'logs:histogram': z.object({ query: LogQueryInput, buckets: z.number().int().min(10).max(500) }),
  /** The most frequent first. */
  'logs:patterns': z.object({ query: LogQueryInput, limit: z.number().int().min(1).max(500) }),
  /** Entries around one, or around a moment, of the same source or of all; the oldest first, about half of them before it. */
  'logs:around': z.object({
    at: z.union([z.object({ entryId: z.number().int() }), z.object({ atMs: Moment })]),
    sourceId: Id.nullable(),
    count: z.number().int().min(1).max(500),
  }),
  /** The entry as it stands in its file, at most 1 MB. */
  'logs:text': z.object({ entryId: z.number().int() }),
  'searches:list': z.undefined(),
  'searches:save': SavedSearchInput,
  'searches:remove': z.object({ id: Id }),
};

export interface DiagnosisResponses {
  'errors:groups': { groups: ErrorGroup[]; total: number };
  'errors:group': ErrorGroupDetails;
  'errors:summary': ErrorSummary;
  'errors:acknowledge': ErrorGroup;
  'errors:mute': ErrorGroup;
  'errors:resolve': ErrorGroup;
  'errors:reopen': ErrorGroup;
  'errors:undo': ErrorGroup;
  'errors:merge': ErrorGroup;
  /** The new group. */
  'errors:split': ErrorGroup;
  'errors:export': string | null;
  'errors:report': null;
  'error-applications:list': ErrorApplication[];
  'error-applications:save': ErrorApplication;
  'error-applications:remove': null;
  'error-applications:new-key': ErrorApplication;
  'safe-mode:leave': null;
  'logs:sources': LogSourceStatus[];
  'logs:save-source': LogSourceStatus;
  'logs:remove-source': null;
  'logs:try-source': LogTrial;
  'logs:choose': string | null;
  'logs:search': LogResult;
  'logs:rows': LogEntry[];
  'logs:histogram': LogHistogram;
  'logs:patterns': LogPattern[];
  'logs:around': LogEntry[];
  'logs:text': string;
  'searches:list': SavedSearch[];
  'searches:save': SavedSearch;
  'searches:remove': null;
}
