/**
 * Does the steps of a repair on the live database while applications may have it open: in one transaction, looked at before
 * it is committed and checked in full afterwards. Runs in a job process; killed at any moment, the database is as before
 * or repaired.
 */
import type Database from 'better-sqlite3';
import fs from 'node:fs/promises';
import { takeSnapshot } from '../backup/snapshot';
import { removeAll, sqliteFiles } from '../backup/take-backup';
import { contentHash } from '../database/content-hash';
import { waitForLock } from '../database/wait-for-lock';
import { wrapError } from '../errors/wrap';
import { checkFile, type CheckResult } from '../integrity/check-live';
import type { JobPhase } from '@shared/models';
import { type ApplyContext, applyImage } from '../restore/apply';
import { whyNotBetter } from './compare-faults';
import { type Measure, measure, stillWrong, whatChanged } from './measure';
import { type JobStep, openForRepair, runStep } from './run-steps';
import { REPAIR_FAULT_LIMIT } from './trial';

export interface RepairLiveRequest {
  liveFile: string;
  /** Those that a trial did on a copy. */
  steps: readonly JobStep[];
  /** Folder for copies. */
  folder: string;
  lockTimeoutMs: number;
}

export interface RepairLiveResult {
  /** `undone`: the database is as it was. `kept`: worse than expected, and left so, because others wrote meanwhile. */
  outcome: 'repaired' | 'undone' | 'kept';
  /** What the check afterwards found; null when it was not done. */
  after: Omit<CheckResult, 'where'> | null;
  reason: string;
}

type RepairContext = Pick<ApplyContext, 'check' | 'signal'> & {
  onProgress: (phase: JobPhase, doneBytes: number, totalBytes: number) => void;
};

/**
 * @throws DATABASE_LOCKED and what else keeps it from beginning (nothing was changed); RESTORE_ROLLBACK_FAILED
 */
export async function repairLive(request: RepairLiveRequest, context: RepairContext): Promise<RepairLiveResult> {
  const { liveFile, lockTimeoutMs } = request;
  const { signal } = context;
  const before = `${request.folder}/before.sqlite`;
  const connection = await waitForLock({ path: liveFile, lockTimeoutMs, signal }, () => openForRepair(liveFile, 250));
  try {
    await copyAndBegin(connection, before, request, context);
    context.onProgress('repair', 0, 0);
    const refused = doSteps(connection, request.steps);
    if (refused !== null) return { outcome: 'undone', after: null, reason: refused };
    const version = dataVersion(connection);
    const after = await checkAfterwards(request, context);
    const { faults } = checkFile(before, { depth: 'full', faultLimit: REPAIR_FAULT_LIMIT });
    const reason = whyNotBetter(faults, after.faults, REPAIR_FAULT_LIMIT);
    if (reason === null) return { outcome: 'repaired', after, reason: '' };
    // Going back would take what applications committed since with it.
    if (dataVersion(connection) !== version) return { outcome: 'kept', after, reason };
    connection.close();
    await goBack(request, before, context);
    return { outcome: 'undone', after, reason };
  } finally {
    connection.close();
    await removeAll([before, proofFile(request)].flatMap(sqliteFiles));
  }
}

/** Begins the transaction, with a copy of exactly what it begins on. */
async function copyAndBegin(
  connection: Database.Database,
  target: string,
  { liveFile, lockTimeoutMs }: RepairLiveRequest,
  { onProgress, signal }: RepairContext,
): Promise<void> {
  const copy = async () => {
    await removeAll(sqliteFiles(target));
    // Through SQLite: this process has the database open.
    const progress = (done: number, total: number): void => onProgress('safety-backup', done, total);
    await takeSnapshot(liveFile, target, { lockTimeoutMs, onProgress: progress, signal });
  };
  const version = dataVersion(connection);
  await copy();
  await waitForLock({ path: liveFile, lockTimeoutMs, signal }, () => connection.exec('BEGIN IMMEDIATE'));
  // Somebody committed in between: now nobody can.
  if (dataVersion(connection) !== version) await copy();
}

/** Changes when another connection commits. */
const dataVersion = (connection: Database.Database): unknown => connection.pragma('data_version', { simple: true });

/**
 * Ends the transaction, one way or the other.
 * @returns why nothing was done; null when it was committed
 */
function doSteps(connection: Database.Database, steps: readonly JobStep[]): string | null {
  try {
    const before = measure(connection);
    const mendsRows = steps.some(({ kind }) => kind === 'rule-fix');
    const violations = mendsRows ? countViolations(connection) : 0;
    for (const step of steps) runStep(connection, step);
    const refused =
      whatChanged(before, measure(connection), steps) ??
      firstWrong(connection, steps, before) ??
      (mendsRows && countViolations(connection) > violations ? 'more rows would be without their parent' : null);
    connection.exec(refused === null ? 'COMMIT' : 'ROLLBACK');
    return refused;
  } catch (thrown) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    return wrapError(thrown).detail;
  }
}

function firstWrong(connection: Database.Database, steps: readonly JobStep[], before: Measure): string | null {
  for (const step of steps) {
    const fault = stillWrong(connection, step, before);
    if (fault !== null) return fault;
  }
  return null;
}

function countViolations(connection: Database.Database): number {
  try {
    let count = 0;
    for (const _ of connection.prepare('PRAGMA foreign_key_check').iterate()) count++;
    return count;
  } catch {
    // A parent table without the key that is referred to: the same before and after.
    return 0;
  }
}

const proofFile = ({ folder }: RepairLiveRequest): string => `${folder}/after.sqlite`;

async function checkAfterwards(
  request: RepairLiveRequest,
  context: RepairContext,
): Promise<Omit<CheckResult, 'where'>> {
  const { liveFile, lockTimeoutMs } = request;
  await takeSnapshot(liveFile, proofFile(request), {
    lockTimeoutMs,
    onProgress: (done, total) => context.onProgress('verify', done, total),
    signal: context.signal,
  });
  return checkFile(proofFile(request), { depth: 'full', faultLimit: REPAIR_FAULT_LIMIT });
}

async function goBack(request: RepairLiveRequest, before: string, context: RepairContext): Promise<void> {
  const { liveFile, folder, lockTimeoutMs } = request;
  const lateSafetyFile = `${folder}/late.sqlite`;
  try {
    await applyImage(
      {
        stagingFile: before,
        stagingHash: await contentHash(before),
        liveFile,
        safetyFile: before,
        safetyStamp: null,
        lateSafetyFile,
        proofFile: `${folder}/proof.sqlite`,
        lockTimeoutMs,
      },
      context,
    );
  } finally {
    await removeAll(sqliteFiles(lateSafetyFile));
    await fs.rm(`${folder}/proof.sqlite`, { force: true });
  }
}
