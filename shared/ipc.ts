/** The one IPC contract: what each request takes and gives, what each event carries. */
import { z } from 'zod';
import type { EventChannel, RequestChannel } from './channels';
import type { Result } from './errors';
import type {
  AppState,
  CopyView,
  DrillRecord,
  FileInspection,
  EndpointInfo,
  GuardedDatabase,
  JobView,
  Problem,
  RestorePoint,
  RestorePreview,
  RestoreRecord,
  RetentionDecision,
  RuntimeInfo,
} from './models';
import {
  type AlertEvent,
  type AlertRule,
  type AlertView,
  ChannelInput,
  type ChannelStatus,
  type Delivery,
  RuleConfig,
  RuleInput,
  type Simulation,
} from './alerting';
import type { ChartEvent, MetricAnswer, MetricInfo, MetricReading, TopProcess } from './metrics';
import {
  type ApplicationStatus,
  type BusinessConfig,
  BusinessInput,
  type BusinessStatus,
  ProbeConfig,
  ProbeInput,
  type ProbeResult,
  type ProbeStatus,
  type QueryResult,
  ScrapeConfig,
  ScrapeInput,
} from './monitoring';
import {
  CHECK_DEPTHS,
  type DataRuleConfig,
  DataRuleInput,
  type DataRuleStatus,
  type IntegrityRecord,
  REPAIR_KINDS,
  type RepairPlan,
  type RepairRecord,
  type SalvageReport,
} from './integrity';
import type { OpenedMoment, PartialPreview, PartialTableInfo, ResolvedMoment, TablePage, Timeline } from './recovery';
import { Schedules, SettingsPatch } from './settings';
import { DIAGNOSIS_SCHEMAS, type DiagnosisResponses } from './ipc-diagnosis';
import { DestinationInput, type DestinationStatus, type DestinationTrial, type ScanReport } from './destinations';

const Id = z.string().min(1).max(64);
const FilePath = z.string().min(1).max(4096);
const Nothing = z.undefined();
const MetricKey = z.string().min(1).max(1_000);
/** Milliseconds since 1970. */
const Moment = z.number().min(0).max(8.64e15);

/** Where a restore takes its content from: a restore point, a file that was inspected or a moment that was opened, a moment. */
export const RestoreSource = z.union([
  /** With a destination: from its copy, also while the backup folder has the file. */
  z.object({ pointId: Id, destinationId: Id.optional() }),
  z.object({ token: Id }),
  /** A moment of a guarded database: the last that can be brought back at or before it. */
  z.object({ databaseId: Id, at: z.iso.datetime() }),
]);
export type RestoreSource = z.infer<typeof RestoreSource>;

const TableName = z.string().min(1).max(500);
/** See `PartialTable`. */
export const PartialTableInput = z.object({
  table: TableName,
  filter: z.string().trim().min(1).max(5_000).optional(),
  insert: z.boolean(),
  update: z.boolean(),
  remove: z.boolean(),
});
/** `token`: of what was opened or inspected. */
const PartialRequest = z.object({ token: Id, databaseId: Id, tables: z.array(PartialTableInput).min(1).max(500) });
/** See `RepairStep`. */
export const RepairStepInput = z.object({
  id: Id,
  kind: z.enum(REPAIR_KINDS),
  subject: z.string().min(1).max(500),
  reason: z.string().max(2_000),
});

/** Payload of each request, parsed at the door. */
export const REQUEST_SCHEMAS = {
  'state:get': Nothing,
  'runtime:get': Nothing,
  /** Opens the file dialog; null when it was cancelled. */
  'databases:choose': Nothing,
  'databases:add': z.object({ file: FilePath, name: z.string().trim().min(1).max(80).optional() }),
  'databases:add-sample': Nothing,
  'databases:remove': z.object({ databaseId: Id }),
  'databases:set-schedules': z.object({
    databaseId: Id,
    schedules: Schedules,
  }),
  /**
   * Queues a manual backup and answers with the job at once; or one of the changed pages, and answers when that has
   * ended, in `NOTHING_CHANGED` when there was nothing to store.
   */
  'backups:start': z.object({ databaseId: Id, changesOnly: z.boolean().optional() }),
  'backups:list': z.object({ databaseId: Id.optional() }),
  /** Proves a restore point anew; answers when that is done. */
  'backups:verify': z.object({ pointId: Id }),
  'backups:delete': z.object({ pointId: Id }),
  /** Asks for a place in a save dialog and copies the backup file there; null when cancelled. */
  'backups:export': z.object({ pointId: Id }),
  /** Proves a backup file and takes it, with its chain, into the backup folder and the catalogue. */
  'backups:import': z.object({ file: FilePath }),
  'backups:reveal': z.object({ pointId: Id }),
  'retention:preview': z.object({ databaseId: Id }),
  'retention:run': z.object({ databaseId: Id }),
  /** Opens the file dialog for a backup file; null when it was cancelled. */
  'files:choose': Nothing,
  /** Identifies and proves a file; answers when that is done. Progress is in the state's jobs. */
  'files:inspect': z.object({ file: FilePath, passphrase: z.string().min(1).max(1_000).optional() }),
  /** Lets go of what an inspection left in the scratch folder. */
  'files:release': z.object({ token: Id }),
  'restore:preview': z.object({ source: RestoreSource, databaseId: Id }),
  /** Restores into the live database; answers when that has ended, in a `RestoreRecord`. */
  'restore:start': z.object({ source: RestoreSource, databaseId: Id }),
  /** Asks for a place in a save dialog and writes the database there; null when cancelled. */
  'restore:save-copy': z.object({ source: RestoreSource }),
  'restore:undo': z.object({ restoreId: Id }),
  /** Restores into a database, newest first. */
  'restore:list': z.object({ databaseId: Id }),
  'jobs:cancel': z.object({ jobId: Id }),
  'problems:list': z.object({ includeResolved: z.boolean() }),
  'problems:resolve': z.object({ problemId: Id }),
  'settings:set': SettingsPatch,
  /** Opens a folder dialog; null when cancelled. Does not change the setting. */
  'settings:choose-folder': Nothing,
  'metrics:history': Nothing,
  'metrics:list': Nothing,
  'metrics:query': z.object({
    keys: z.array(MetricKey).max(200),
    fromMs: Moment,
    toMs: Moment,
    points: z.number().int().min(10).max(5_000),
  }),
  'metrics:events': z.object({ fromMs: Moment, toMs: Moment }),
  /** True while live charts are looked at: a sample a second. */
  'metrics:watch': z.object({ live: z.boolean() }),
  /** Asks for a place in a save dialog and writes the courses there as CSV; null when cancelled. */
  'metrics:export-csv': z.object({ keys: z.array(MetricKey).min(1).max(200), fromMs: Moment, toMs: Moment }),
  /** Asks for a place in a save dialog and writes a picture of a chart there; null when cancelled. */
  'metrics:export-png': z.object({ name: z.string().max(200), png: z.instanceof(Uint8Array) }),
  'processes:top': z.object({ by: z.enum(['cpu', 'memory']), count: z.number().int().min(1).max(100) }),
  'probes:list': Nothing,
  'probes:save': ProbeInput,
  'probes:remove': z.object({ id: Id }),
  /** Tries once, without keeping anything. */
  'probes:try': z.object({ config: ProbeConfig }),
  'applications:list': Nothing,
  'scrapes:save': ScrapeInput,
  'scrapes:remove': z.object({ id: Id }),
  'scrapes:try': z.object({ config: ScrapeConfig, token: z.string().max(4096).nullable() }),
  'business:list': Nothing,
  'business:save': BusinessInput,
  'business:remove': z.object({ id: Id }),
  /** Asks for the figure now. */
  'business:run': z.object({ id: Id }),
  /** The rows behind the figure. */
  'business:rows': z.object({ id: Id }),
  /** Figures that fit the tables of a database and are not set up yet. */
  'business:presets': z.object({ databaseId: Id }),
  'queries:try': z.object({ databaseId: Id, sql: z.string().trim().min(1).max(20_000) }),
  'alerts:list': z.object({ includeResolved: z.boolean() }),
  'alerts:timeline': z.object({ alertId: Id }),
  'alerts:acknowledge': z.object({ alertId: Id }),
  /** Null ends it. */
  'alerts:snooze': z.object({ alertId: Id, minutes: z.number().int().min(1).max(43_200).nullable() }),
  /** Nobody is told of any alert for so long; null ends it. */
  'alerts:pause': z.object({ minutes: z.number().int().min(1).max(10_080).nullable() }),
  'rules:list': Nothing,
  'rules:save': RuleInput,
  'rules:remove': z.object({ id: Id }),
  /** What the rule would have done over the last seven days. */
  'rules:simulate': z.object({ config: RuleConfig }),
  'channels:list': Nothing,
  'channels:save': ChannelInput,
  'channels:remove': z.object({ id: Id }),
  /** Sends a test message now; answers when that succeeded or failed. */
  'channels:test': z.object({ id: Id }),
  'deliveries:list': z.object({ channelId: Id.optional() }),
  'endpoint:get': Nothing,
  'notifications:test': Nothing,
  'destinations:list': Nothing,
  'destinations:save': DestinationInput,
  /** Forgets it and its copies; what lies there stays. */
  'destinations:remove': z.object({ id: Id }),
  /** Writes, reads and removes a small file there. */
  'destinations:try': DestinationInput,
  /** Looks at everything that is kept there, and adds what the catalogue does not know. */
  'destinations:scan': z.object({ id: Id }),
  /** Tries again now what waits or failed. */
  'destinations:copy-now': z.object({ id: Id }),
  /** Reads a copy back and compares every byte; answers when that is done. */
  'copies:verify': z.object({ pointId: Id, destinationId: Id }),
  /** Answers when the drill has ended. */
  'drills:run': z.object({ databaseId: Id }),
  'drills:list': z.object({ databaseId: Id }),
  /** Keeps every committed transaction of a database in WAL mode; answers when that is noted. */
  'continuous:set': z.object({ databaseId: Id, enabled: z.boolean() }),
  'timeline:get': z.object({ databaseId: Id }),
  'moments:resolve': z.object({ databaseId: Id, at: z.iso.datetime() }),
  /** Extracts and proves it; answers when that is done. Its token is let go by `files:release`. */
  'moments:open': z.object({ source: RestoreSource, databaseId: Id }),
  /** Rows of a table of what was opened or inspected. `search`: text that any column holds. */
  'moments:rows': z.object({
    token: Id,
    table: TableName,
    offset: z.number().int().min(0).max(1e9),
    limit: z.number().int().min(1).max(500),
    search: z.string().max(200).optional(),
  }),
  /** Which tables can be restored by rows. */
  'partial:tables': z.object({ token: Id, databaseId: Id }),
  /** What would change; nothing is written. */
  'partial:preview': PartialRequest,
  /** Restores the rows; answers when that has ended, in a `RestoreRecord`. */
  'partial:start': PartialRequest,
  /** Answers when the check has ended. */
  'integrity:check': z.object({ databaseId: Id, depth: z.enum(CHECK_DEPTHS) }),
  'integrity:list': z.object({ databaseId: Id }),
  'data-rules:list': Nothing,
  'data-rules:save': DataRuleInput,
  'data-rules:remove': z.object({ id: Id }),
  /** Asks now. */
  'data-rules:run': z.object({ id: Id }),
  /** Tries a rule without keeping anything. */
  'data-rules:try': z.object({ databaseId: Id, sql: z.string().trim().min(1).max(20_000) }),
  /** The rows that break it, as they are now. */
  'data-rules:rows': z.object({ id: Id }),
  /** Rules that fit the tables of a database and are not set up yet. */
  'data-rules:presets': z.object({ databaseId: Id }),
  /** Checks in full, and says what could be done. */
  'repair:plan': z.object({ databaseId: Id }),
  /** Runs the steps of a plan behind a fresh backup. */
  'repair:run': z.object({ databaseId: Id, steps: z.array(RepairStepInput).min(1).max(200) }),
  'repair:list': z.object({ databaseId: Id }),
  /** Asks for a place in a save dialog and reads what can be read into a new file there; null when cancelled. */
  'repair:salvage': z.object({ databaseId: Id }),
  'window:copy-text': z.object({ text: z.string().max(100_000) }),
  ...DIAGNOSIS_SCHEMAS,
} satisfies Record<RequestChannel, z.ZodType>;

export type RequestPayload<C extends RequestChannel> = z.infer<(typeof REQUEST_SCHEMAS)[C]>;

/** What each request answers with. */
export interface Responses extends DiagnosisResponses {
  'state:get': AppState;
  'runtime:get': RuntimeInfo;
  'databases:choose': string | null;
  'databases:add': GuardedDatabase;
  'databases:add-sample': GuardedDatabase;
  'databases:remove': null;
  'databases:set-schedules': GuardedDatabase;
  'backups:start': JobView;
  'backups:list': RestorePoint[];
  'backups:verify': RestorePoint;
  'backups:delete': null;
  'backups:export': string | null;
  'backups:import': RestorePoint;
  'backups:reveal': null;
  'retention:preview': RetentionDecision[];
  'retention:run': RetentionDecision[];
  'files:choose': string | null;
  'files:inspect': FileInspection;
  'files:release': null;
  'restore:preview': RestorePreview;
  'restore:start': RestoreRecord;
  'restore:save-copy': string | null;
  'restore:undo': RestoreRecord;
  'restore:list': RestoreRecord[];
  'jobs:cancel': null;
  'problems:list': Problem[];
  'problems:resolve': null;
  'settings:set': AppState['settings'];
  'settings:choose-folder': string | null;
  'metrics:history': MetricReading[];
  'metrics:list': MetricInfo[];
  'metrics:query': MetricAnswer;
  'metrics:events': ChartEvent[];
  'metrics:watch': null;
  'metrics:export-csv': string | null;
  'metrics:export-png': string | null;
  'processes:top': TopProcess[];
  'probes:list': ProbeStatus[];
  'probes:save': ProbeStatus;
  'probes:remove': null;
  'probes:try': ProbeResult;
  'applications:list': ApplicationStatus[];
  'scrapes:save': ApplicationStatus;
  'scrapes:remove': null;
  /** Number of series, and the first of them as they would be kept. */
  'scrapes:try': { series: number; sample: { series: string; value: number }[] };
  'business:list': BusinessStatus[];
  'business:save': BusinessStatus;
  'business:remove': null;
  'business:run': BusinessStatus;
  'business:rows': QueryResult;
  'business:presets': BusinessConfig[];
  'queries:try': QueryResult;
  'alerts:list': AlertView[];
  'alerts:timeline': AlertEvent[];
  'alerts:acknowledge': null;
  'alerts:snooze': null;
  'alerts:pause': null;
  'rules:list': AlertRule[];
  'rules:save': AlertRule;
  'rules:remove': null;
  'rules:simulate': Simulation;
  'channels:list': ChannelStatus[];
  'channels:save': ChannelStatus;
  'channels:remove': null;
  'channels:test': Delivery;
  'deliveries:list': Delivery[];
  'endpoint:get': EndpointInfo;
  'notifications:test': null;
  'destinations:list': DestinationStatus[];
  'destinations:save': DestinationStatus;
  'destinations:remove': null;
  'destinations:try': DestinationTrial;
  'destinations:scan': ScanReport;
  'destinations:copy-now': null;
  'copies:verify': CopyView;
  'drills:run': DrillRecord;
  'drills:list': DrillRecord[];
  'continuous:set': GuardedDatabase;
  'timeline:get': Timeline;
  'moments:resolve': ResolvedMoment;
  'moments:open': OpenedMoment;
  'moments:rows': TablePage;
  'partial:tables': PartialTableInfo[];
  'partial:preview': PartialPreview;
  'partial:start': RestoreRecord;
  'integrity:check': IntegrityRecord;
  'integrity:list': IntegrityRecord[];
  'data-rules:list': DataRuleStatus[];
  'data-rules:save': DataRuleStatus;
  'data-rules:remove': null;
  'data-rules:run': DataRuleStatus;
  'data-rules:try': QueryResult;
  'data-rules:rows': QueryResult;
  'data-rules:presets': DataRuleConfig[];
  'repair:plan': RepairPlan;
  'repair:run': RepairRecord;
  'repair:list': RepairRecord[];
  'repair:salvage': SalvageReport | null;
  'window:copy-text': null;
}
// Every channel has an answer and nothing else has one.
export type ResponsesCoverChannels =
  Responses extends Record<RequestChannel, unknown> ? (keyof Responses extends RequestChannel ? true : never) : never;

/** A place in the window: a tab, and what to show there. */
export const TABS = ['status', 'backups', 'errors', 'performance', 'settings'] as const;
export type Tab = (typeof TABS)[number];
export interface Place {
  tab: Tab;
  databaseId?: string;
  problemId?: string;
  alertId?: string;
  errorGroupId?: string;
  /** The logs around that moment, milliseconds since 1970, of a source or of all. */
  logsAt?: { atMs: number; sourceId?: string };
  logPattern?: { sourceId: string; patternId: number };
}

export interface Events {
  state: AppState;
  metrics: MetricReading;
  navigate: Place;
}
export type EventsCoverChannels = Events extends Record<EventChannel, unknown> ? true : never;

/** The part of a DOM `File` that is named here; this folder knows no DOM. */
export interface DroppedFile {
  readonly name: string;
  readonly size: number;
}

/** What the preload puts on `window.holdfast`. */
export interface HoldfastApi {
  request<C extends RequestChannel>(channel: C, payload: RequestPayload<C>): Promise<Result<Responses[C]>>;
  /** Calls `listener` for each event until the returned function is called. */
  on<C extends EventChannel>(channel: C, listener: (event: Events[C]) => void): () => void;
  /** Full path of a file that was dropped or chosen; '' for a file that has none. */
  pathForFile(file: DroppedFile): string;
}
