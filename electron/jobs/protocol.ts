/** What the main process and a job process say to each other. One process runs one job and ends. */
import { ERROR_CODES, type ErrorCode, type Result, SEVERITIES } from '@shared/errors';
import { BACKUP_KINDS, type DrillTable, type JobPhase } from '@shared/models';
import type { QueryResult } from '@shared/monitoring';
import type { MomentTable, TablePage } from '@shared/recovery';
import { z } from 'zod';
import type { BackupResult } from '../backup/take-backup';
import type { Proof } from '../backup/prove';
import { LogReplay } from '../continuous/job-protocol';
import type { RebuiltMoment } from '../continuous/rebuild';
import type { ScannedLogs } from '../continuous/scan-logs';
import { COPY_JOB_REQUESTS, type CopyJobResults } from '../copies/protocol';
import { INTEGRITY_JOB_REQUESTS, type IntegrityJobResults } from '../integrity/protocol';
import type { FileFacts } from '../database/examine';
import { REPAIR_JOB_REQUESTS, type RepairJobResults } from '../repair/protocol';
import { PARTIAL_JOB_REQUESTS, type PartialJobResults } from '../partial/protocol';
import type { ApplyResult } from '../restore/apply';
import type { InspectedFile } from '../restore/inspect';
import type { DatabaseIdentity, PreviewFacts } from '../restore/preview';
import type { StagedImage } from '../restore/stage';

const Path = z.string().min(1);
const Expected = z.object({
  sizeBytes: z.number(),
  sha256: z.string(),
  contentBytes: z.number(),
  contentSha256: z.string(),
});
/** The files of a restore point, base first. */
const Link = z.object({ file: Path, expected: Expected.nullable(), id: z.string().optional() });
const Chain = z.tuple([Link], Link).readonly();
const LogSource = z.object({ type: z.literal('log'), chain: Chain, replay: LogReplay });
const Source = z.discriminatedUnion('type', [
  z.object({ type: z.literal('backup'), chain: Chain, acceptDamaged: z.boolean(), provedContent: z.boolean() }),
  LogSource,
  z.object({ type: z.literal('content'), file: Path, sha256: z.string() }),
]);

const Parent = z.object({
  pointId: z.string(),
  chainId: z.string(),
  chainLength: z.number(),
  contentSha256: z.string(),
  pageSizeBytes: z.number(),
  mapFile: Path,
  identity: z.string(),
  files: z.array(z.object({ file: Path, sizeBytes: z.number() })),
  changesFile: Path,
});

/** What each job takes. */
export const JOB_REQUESTS = {
  /** Looks at a database that is to be guarded. */
  examine: z.object({ file: Path, lockTimeoutMs: z.number() }),
  'build-sample': z.object({ file: Path }),
  backup: z.object({
    id: z.string(),
    database: z.object({ id: z.string(), name: z.string(), path: Path }),
    sourceFile: Path.optional(),
    home: z.string().optional(),
    kind: z.enum(BACKUP_KINDS),
    snapshotFile: Path,
    keepSnapshot: z.boolean(),
    partialFile: Path,
    finalFile: Path,
    parent: Parent.nullable(),
    newMapFile: Path.nullable(),
    lockTimeoutMs: z.number(),
    acceptDamaged: z.boolean(),
  }),
  prove: z.object({ chain: Chain, contentFile: Path }),
  inspect: z.object({
    file: Path,
    contentFile: Path,
    /** Folder for what has to be decrypted. */
    folder: Path,
    /** What a person typed; tried before the secrets that are known. */
    passphrase: z.string().nullable(),
    secrets: z.object({ passphrases: z.array(z.string()), identities: z.array(z.string()) }),
    lockTimeoutMs: z.number(),
  }),
  /** Copies backup files that were proved elsewhere into the backup folder. */
  'take-in': z.object({
    files: z.array(z.object({ from: Path, partial: Path, to: Path, sha256: z.string(), replace: z.boolean() })),
  }),
  preview: z.object({ contentFile: Path, liveFile: Path }),
  /** What tells databases apart: their tables and application numbers. */
  identities: z.object({ files: z.array(Path) }),
  /** Reads by queries that people wrote. With a `rowLimit` of 0 a statement is checked and not run. */
  query: z.object({
    file: Path,
    statements: z.array(
      z.object({ sql: z.string(), rowLimit: z.number(), as: z.enum(['rows', 'count', 'change']).optional() }),
    ),
    cellLimit: z.number(),
    lockTimeoutMs: z.number(),
  }),
  /** Tables and views of an extracted database, with their columns and rows. */
  'open-moment': z.object({ file: Path }),
  'table-page': z.object({
    file: Path,
    table: z.string(),
    offset: z.number(),
    limit: z.number(),
    search: z.string().optional(),
  }),
  stage: z.object({
    source: Source,
    stagingFile: Path,
    /** Null: the image is meant for a file of its own and stays as it is. */
    liveFile: Path.nullable(),
  }),
  apply: z.object({
    stagingFile: Path,
    stagingHash: z.string(),
    liveFile: Path,
    safetyFile: Path,
    safetyStamp: z.string().nullable(),
    lateSafetyFile: Path,
    proofFile: Path,
    lockTimeoutMs: z.number(),
  }),
  swap: z.object({ stagingFile: Path, stagingHash: z.string(), liveFile: Path, quarantine: Path, temporary: Path }),
  place: z.object({
    source: Source,
    target: Path,
    temporary: Path,
    scratchFile: Path,
    overwrite: z.boolean(),
  }),
  /** What a drill restored, against a snapshot of the live database. */
  compare: z.object({ contentFile: Path, liveFile: Path, nowFile: Path, lockTimeoutMs: z.number() }),
  /** After a crash: what a live database holds, by `contentHash`. */
  settle: z.object({ liveFile: Path, quarantine: Path, copyFile: Path, lockTimeoutMs: z.number() }),
  /** Replays a log on a restore point, and checks what comes out. */
  'prove-log': z.object({ source: LogSource, contentFile: Path }),
  /** Reads files of logs that are not known, whole. */
  'scan-logs': z.object({ files: z.array(Path) }),
  ...COPY_JOB_REQUESTS,
  ...PARTIAL_JOB_REQUESTS,
  ...INTEGRITY_JOB_REQUESTS,
  ...REPAIR_JOB_REQUESTS,
} satisfies Record<string, z.ZodType>;

export type JobName = keyof typeof JOB_REQUESTS;
export type JobRequest<J extends JobName> = z.infer<(typeof JOB_REQUESTS)[J]>;

/** What each job answers with. */
export interface JobResults extends PartialJobResults, CopyJobResults, IntegrityJobResults, RepairJobResults {
  examine: FileFacts;
  'build-sample': null;
  /** Null when nothing changed since the parent. */
  backup: BackupResult | null;
  prove: Proof;
  inspect: InspectedFile;
  'take-in': null;
  preview: PreviewFacts;
  /** One for each file; null where it cannot be read. */
  identities: (DatabaseIdentity | null)[];
  'open-moment': MomentTable[];
  'table-page': TablePage;
  /** One for each statement. */
  query: Result<QueryResult>[];
  stage: StagedImage;
  apply: ApplyResult;
  swap: { quarantine: string | null };
  place: null;
  'prove-log': RebuiltMoment;
  'scan-logs': ScannedLogs;
  compare: DrillTable[];
  /** `hash` is null when there is no live database that could be read. */
  settle: { hash: string | null; movedBack: boolean };
}

export const ToJob = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), job: z.string(), request: z.unknown() }),
  z.object({ type: z.literal('cancel') }),
]);
export type ToJob = z.infer<typeof ToJob>;

const ErrorView = z.object({
  code: z.enum(ERROR_CODES as [ErrorCode, ...ErrorCode[]]),
  severity: z.enum(SEVERITIES),
  retryable: z.boolean(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  detail: z.string(),
});

export const FromJob = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    phase: z.string().transform((phase) => phase as JobPhase),
    doneBytes: z.number(),
    totalBytes: z.number(),
  }),
  z.object({ type: z.literal('done'), value: z.unknown() }),
  z.object({ type: z.literal('failed'), error: ErrorView }),
]);
export type FromJob = z.input<typeof FromJob>;
