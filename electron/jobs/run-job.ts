/** Runs one job by name, in a job process. */
import type { JobPhase } from '@shared/models';
import { z } from 'zod';
import { proveBackup } from '../backup/prove';
import type { StartPageWorker } from '../backup/page-work';
import { openForReading, takeSnapshot } from '../backup/snapshot';
import { takeIn } from '../backup/take-in';
import { removeAll, sqliteFiles, takeBackup } from '../backup/take-backup';
import { rebuildMoment } from '../continuous/rebuild';
import { scanLogs } from '../continuous/scan-logs';
import { COPY_RUNNERS } from '../copies/jobs/runners';
import { contentHash } from '../database/content-hash';
import { examineFile, type FileFacts } from '../database/examine';
import { compareTables } from '../drills/compare';
import { runQueries } from '../database/query';
import { buildSampleDatabase } from '../database/sample';
import { waitForLock } from '../database/wait-for-lock';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { IntegrityChecker } from '../integrity/check';
import { SOUNDNESS_RUNNERS } from '../repair/jobs';
import { PARTIAL_RUNNERS } from '../partial/jobs';
import { applyImage } from '../restore/apply';
import { inspectFile } from '../restore/inspect';
import { listTables, readPage } from '../restore/look-inside';
import { placeCopy } from '../restore/place';
import { previewRestore, readIdentity } from '../restore/preview';
import { stageImage } from '../restore/stage';
import { swapFile, undoHalfSwap } from '../restore/swap';
import { JOB_REQUESTS, type JobName, type JobRequest, type JobResults } from './protocol';

export interface JobContext {
  check: IntegrityChecker;
  /** Threads for copying and hashing pages; without it that is done in the calling one. */
  startPageWorker?: StartPageWorker;
  onProgress: (phase: JobPhase, doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

type Runners = { [J in JobName]: (request: JobRequest<J>, context: JobContext) => Promise<JobResults[J]> };

const RUNNERS: Runners = {
  examine: ({ file, lockTimeoutMs }) => examineDatabase(file, lockTimeoutMs),
  'build-sample': async ({ file }) => {
    buildSampleDatabase(file, Date.now());
    return null;
  },
  backup: takeBackup,
  prove: ({ chain, contentFile }, context) => proveBackup(chain, contentFile, inPhase(context, 'prove')),
  inspect: (request, context) => inspectFile(request, inPhase(context, 'prove')),
  'take-in': async ({ files }, context) => {
    await takeIn(files, inPhase(context, 'extract'));
    return null;
  },
  preview: ({ contentFile, liveFile }) => previewRestore(contentFile, liveFile),
  identities: async ({ files }) => files.map(readIdentity),
  'open-moment': async ({ file }) => listTables(file),
  'table-page': (request) => readPage(request),
  query: (request, { onProgress }) =>
    // Done is told to be all there is: such a message is never left out.
    runQueries(request, (index) => onProgress('count-rows', index + 1, index + 1)),
  stage: ({ source, stagingFile, liveFile }, context) =>
    stageImage(source, stagingFile, liveFile, inPhase(context, 'extract')),
  apply: applyImage,
  swap: async (request, { signal }) => ({ quarantine: await swapFile(request, signal) }),
  place: async ({ source, target, ...place }, context) => {
    await placeCopy(source, target, place, inPhase(context, 'extract'));
    return null;
  },
  compare: (request, context) => compareTables(request, inPhase(context, 'compare')),
  settle: async ({ liveFile, quarantine, copyFile, lockTimeoutMs }, { signal }) => {
    const movedBack = await undoHalfSwap(liveFile, quarantine);
    return { hash: await hashLive(liveFile, copyFile, lockTimeoutMs, signal), movedBack };
  },
  'prove-log': ({ source, contentFile }, context) => rebuildMoment(source, contentFile, inPhase(context, 'replay')),
  'scan-logs': ({ files }, context) => scanLogs(files, inPhase(context, 'prove')),
  ...COPY_RUNNERS,
  ...PARTIAL_RUNNERS,
  ...SOUNDNESS_RUNNERS,
};

/** Parses the request, runs the job, and answers with its value. Throws errors of the hierarchy. */
export async function runJob(name: string, request: unknown, context: JobContext): Promise<unknown> {
  if (!isJobName(name)) throw holdfastError('INVALID_INPUT', { params: { reason: `no job is called ${name}` } });
  const parsed = JOB_REQUESTS[name].safeParse(request);
  if (!parsed.success) throw holdfastError('INVALID_INPUT', { params: { reason: z.prettifyError(parsed.error) } });
  const run = RUNNERS[name] as (request: unknown, context: JobContext) => Promise<unknown>;
  return run(parsed.data, context);
}

const isJobName = (name: string): name is JobName => Object.hasOwn(JOB_REQUESTS, name);

const inPhase = (context: JobContext, phase: JobPhase) => ({
  check: context.check,
  onProgress: (doneBytes: number, totalBytes: number) => context.onProgress(phase, doneBytes, totalBytes),
  signal: context.signal,
});

/** Identifies a database and opens it once, so that one that cannot be opened is refused with the reason. */
async function examineDatabase(file: string, lockTimeoutMs: number): Promise<FileFacts> {
  const facts = await examineFile(file);
  if (facts.content.format !== 'sqlite') throw holdfastError('NOT_A_DATABASE', { params: { path: file } });
  return waitForLock({ path: file, lockTimeoutMs }, () => {
    openForReading(facts.path, 100).close();
    return facts;
  });
}

/** Null for a database that is gone or cannot be read; a lock that lasts is thrown. */
async function hashLive(
  liveFile: string,
  copyFile: string,
  lockTimeoutMs: number,
  signal: AbortSignal,
): Promise<string | null> {
  await removeAll(sqliteFiles(copyFile));
  try {
    await examineFile(liveFile);
    await takeSnapshot(liveFile, copyFile, { lockTimeoutMs, onProgress: () => undefined, signal });
  } catch (thrown) {
    const error = wrapError(thrown, { path: liveFile });
    if (
      ['FILE_NOT_FOUND', 'FILE_EMPTY', 'NOT_A_DATABASE', 'DATABASE_CORRUPT', 'DATABASE_TRUNCATED'].includes(error.code)
    ) {
      return null;
    }
    throw error;
  }
  return contentHash(copyFile, signal);
}
