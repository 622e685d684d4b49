/**
 * Errors as they come in, from Holdfast itself and from applications: events, groups of the same, the error budget. Zod-free:
 * the window takes run-time constants from here. What the door parses is in `ipc.ts`.
 */
import type { ErrorCode, Severity } from './errors';
import type { ErrorFilter } from './ipc-diagnosis';

/** Levels as Sentry's SDKs name them. */
export const EVENT_LEVELS = ['fatal', 'error', 'warning', 'info', 'debug'] as const;
export type EventLevel = (typeof EVENT_LEVELS)[number];

/** Asks for every group. */
export const ANY_ERROR_FILTER: ErrorFilter = {
  applicationId: null,
  states: null,
  severities: null,
  type: null,
  search: null,
  fromMs: null,
};

/** One call on a stack. */
export interface StackFrame {
  module: string | null;
  function: string | null;
  file: string | null;
  line: number | null;
  column: number | null;
  /** Of the application itself, not of a library. */
  inApp: boolean;
  /** Source around the line, where it was sent. */
  source: { before: string[]; line: string; after: string[] } | null;
}

/** One of the errors that an event tells of. */
export interface Thrown {
  type: string | null;
  value: string;
  /** Oldest call first, as Sentry orders them: the last is where it was thrown. */
  frames: StackFrame[];
}

export interface Breadcrumb {
  at: string | null;
  category: string;
  level: EventLevel;
  message: string;
}

/** What happened once. */
export interface ErrorEvent {
  id: string;
  groupId: string;
  /** When it happened, as its sender says; `receivedAt` where that cannot be. */
  at: string;
  receivedAt: string;
  level: EventLevel;
  severity: Severity;
  /** Null where its sender does not say. */
  handled: boolean | null;
  message: string;
  /** Cause first: the last is the error that was thrown. */
  thrown: Thrown[];
  breadcrumbs: Breadcrumb[];
  tags: Record<string, string>;
  /** By name (`os`, `runtime`, `request`, `extra`, …), flat. */
  contexts: Record<string, Record<string, string>>;
  release: string | null;
  environment: string | null;
  serverName: string | null;
  /** Name of the operation or route it happened in. */
  transaction: string | null;
  /** Of Holdfast's own errors. */
  code: ErrorCode | null;
  /** What Sentry calls `fingerprint`, where its sender set one. */
  fingerprint: string[] | null;
  /** Parts were cut off because they were too long. */
  isCut: boolean;
}

/** An event before it is in a group. */
export type NewEvent = Omit<ErrorEvent, 'groupId' | 'receivedAt' | 'severity'>;

export const GROUP_STATES = ['open', 'acknowledged', 'muted', 'resolved'] as const;
export type GroupState = (typeof GROUP_STATES)[number];

/** By what events were found to be the same, `groupedBy.<by>` in the texts. */
export const GROUPED_BY = ['code', 'fingerprint', 'stack', 'type-and-message', 'message'] as const;
export interface GroupedBecause {
  by: (typeof GROUPED_BY)[number];
  /** Version of the way in which that was decided. */
  algorithm: number;
  /** What was compared, readable: frames, the normalised message, the fingerprint. */
  parts: string[];
}

export const GROUP_TRENDS = ['new', 'returned', 'growing', 'steady', 'quiet'] as const;
export type GroupTrend = (typeof GROUP_TRENDS)[number];

/** Events that are the same error. */
export interface ErrorGroup {
  id: string;
  /** Null: Holdfast's own. */
  applicationId: string | null;
  /** `Holdfast` for its own. */
  applicationName: string;
  /** Type of the error and its message, of the newest event. */
  title: string;
  /** Function or operation in which it happens. */
  culprit: string | null;
  type: string | null;
  severity: Severity;
  state: GroupState;
  /** Of Holdfast's own errors: the texts of the code say what it means and what to do. */
  code: ErrorCode | null;
  params: Record<string, string | number>;
  databaseId: string | null;
  firstSeenAt: string;
  lastSeenAt: string;
  count: number;
  /** Events in each of the last 24 hours, the present one last. */
  hours: number[];
  /** `new`: first seen within the day and not looked at; `returned`: came back after it was resolved. */
  trend: GroupTrend;
  acknowledgedAt: string | null;
  /** A muted group comes back at this time, or when there are more than so many events an hour. */
  mutedUntil: string | null;
  mutedUntilPerHour: number | null;
  resolvedAt: string | null;
  returnedAt: string | null;
  groupedBecause: GroupedBecause;
  /** Fingerprints that lead here; more than one after a merge. */
  fingerprints: number;
}

/** One of the fingerprints of a group, which can be split off. */
export interface GroupPart {
  fingerprint: string;
  because: GroupedBecause;
  title: string;
  count: number;
  lastSeenAt: string;
}

export interface ErrorGroupDetails {
  group: ErrorGroup;
  /** Newest first: the first one and the newest ones are kept, at most `KEPT_EVENTS`. */
  events: ErrorEvent[];
  parts: GroupPart[];
}

/** Events that are kept of a group besides its first. */
export const KEPT_EVENTS = 50;

/** How many events there were from a time on. */
export interface ErrorCourse {
  fromMs: number;
  bySeverity: Record<Severity, number>;
}

/** Failed operations against the objective. An operation is what Holdfast does for somebody: a backup, a copy, a request. */
export interface OperationErrors {
  /** One of `OPERATIONS` (shared/metrics.ts). */
  operation: string;
  total: number;
  failed: number;
}
export interface ErrorBudget {
  /** Share of operations that may fail, 0…1. */
  objective: number;
  /** Local day, `2026-11-23`, oldest first; days without operations are left out. At most 30. */
  days: { day: string; total: number; failed: number }[];
  /** Of these days together. */
  operations: OperationErrors[];
}

export interface ErrorSummary {
  fromMs: number;
  toMs: number;
  events: number;
  /** Hours for up to two days, else days. */
  course: ErrorCourse[];
  byType: { type: string; count: number }[];
  byApplication: { applicationId: string | null; name: string; count: number }[];
  budget: ErrorBudget;
}

/** An application that sends its errors. */
export interface ErrorApplication {
  id: string;
  /** Sentry's number of the project, in the address. */
  projectId: number;
  name: string;
  createdAt: string;
  /** What is given to the SDK; null while the local endpoint is closed. */
  dsn: string | null;
  lastEventAt: string | null;
  events: number;
  /** Events that were refused because there were too many. */
  refused: number;
}

/** Why Holdfast started without schedules: it crashed again and again. */
export interface SafeMode {
  since: string;
  crashes: number;
  /** What the last crash left, in its own words; empty when it left nothing. */
  detail: string;
}
