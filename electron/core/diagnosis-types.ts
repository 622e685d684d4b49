/** What the window and the command ask of errors and logs: a part of the `Core` facade. Unknown ids are `ITEM_UNKNOWN`. */
import type {
  ErrorApplication,
  ErrorGroup,
  ErrorGroupDetails,
  ErrorSummary,
  NewEvent,
  SafeMode,
} from '@shared/error-groups';
import type { Operation } from '@shared/metrics';
import type { ErrorFilter, LogSourceInput, SavedSearchInput, WindowError } from '@shared/ipc-diagnosis';
import type { RequestPayload } from '@shared/ipc';
import type {
  LogEntry,
  LogFormat,
  LogHistogram,
  LogPattern,
  LogQuery,
  LogResult,
  LogSourceStatus,
  LogTrial,
  SavedSearch,
} from '@shared/logs';

export interface Errors {
  groups(filter: ErrorFilter, limit: number): { groups: ErrorGroup[]; total: number };
  group(groupId: string): ErrorGroupDetails;
  summary(filter: ErrorFilter, fromMs: number, toMs: number): ErrorSummary;
  acknowledge(groupId: string): ErrorGroup;
  mute(groupId: string, until: { minutes: number | null; untilPerHour: number | null }): ErrorGroup;
  resolve(groupId: string): ErrorGroup;
  reopen(groupId: string): ErrorGroup;
  /** As it was before what was decided last, since Holdfast started. @throws ITEM_UNKNOWN, also when nothing was */
  undo(groupId: string): ErrorGroup;
  merge(intoId: string, groupIds: readonly string[]): ErrorGroup;
  /** Gives the new group. */
  split(groupId: string, fingerprint: string): ErrorGroup;
  /** The groups with their events, as a text. */
  exported(filter: ErrorFilter, format: 'json' | 'csv'): string;
  /** An error of the window's own. */
  reportWindow(error: WindowError): void;

  applications(): ErrorApplication[];
  saveApplication(input: { id?: string; name: string }): ErrorApplication;
  removeApplication(id: string): void;
  newKey(id: string): ErrorApplication;
}

/** Takes what came in. */
export interface EventSink {
  /** `applicationId` null: Holdfast's own. Never throws for what is in the event. */
  take(
    applicationId: string | null,
    event: NewEvent,
    about?: { databaseId: string | null; params: Record<string, string | number> },
  ): void;
}

export interface Logs {
  sources(): LogSourceStatus[];
  saveSource(input: LogSourceInput): LogSourceStatus;
  removeSource(id: string): Promise<void>;
  trySource(path: string, format: LogFormat | null): Promise<LogTrial>;
  /** @throws LOG_SEARCH_INVALID {reason} */
  search(query: LogQuery): Promise<LogResult>;
  /** @throws LOG_RESULT_GONE */
  rows(resultId: string, offset: number, limit: number): Promise<LogEntry[]>;
  histogram(query: LogQuery, buckets: number): Promise<LogHistogram>;
  patterns(query: LogQuery, limit: number): Promise<LogPattern[]>;
  around(request: RequestPayload<'logs:around'>): Promise<LogEntry[]>;
  text(entryId: number): Promise<string>;
  searches(): SavedSearch[];
  saveSearch(input: SavedSearchInput): SavedSearch;
  removeSearch(id: string): void;
}

export interface Diagnosis {
  readonly errors: Errors;
  readonly logs: Logs;
  /** One of Holdfast's own operations ended: it counts against the objective. */
  countOperation(operation: Operation, ok: boolean): void;
  safeMode(): SafeMode | null;
  /** Schedules and watching begin. */
  leaveSafeMode(): void;
  /**
   * What a fault left that ends the process now; the next start counts it as a crash. Gives how long to wait before that
   * start, milliseconds. Never throws.
   */
  crashing(detail: string): number;
}
