/** Tries a repair on a copy of the live database: which steps can be done, and whether it is better afterwards. */
import { takeSnapshot } from '../backup/snapshot';
import { removeAll, sqliteFiles } from '../backup/take-backup';
import { checkFile } from '../integrity/check-live';
import { whyNotBetter } from './compare-faults';
import { measure, stillWrong, whatChanged } from './measure';
import { type JobStep, openForRepair, runStep } from './run-steps';

/** Faults that are looked for before and after: enough to see whether there are fewer. */
export const REPAIR_FAULT_LIMIT = 1_000;

export interface TrialRequest {
  liveFile: string;
  steps: readonly JobStep[];
  /** Scratch file. */
  trialFile: string;
  lockTimeoutMs: number;
}

export interface TrialResult {
  /** Those that can be done. */
  steps: JobStep[];
  left: { id: string; why: string }[];
  faultsBefore: number;
  faultsAfter: number;
  /** Why the repair is not to be done; null when it is. */
  refused: string | null;
}

interface TrialOptions {
  onProgress: (doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

/**
 * Nothing is written to the live database.
 * @throws DATABASE_LOCKED, DATABASE_CORRUPT where not even a copy can be made, DISK_FULL, …
 */
export async function tryRepair(request: TrialRequest, options: TrialOptions): Promise<TrialResult> {
  const { liveFile, trialFile, lockTimeoutMs } = request;
  try {
    await takeSnapshot(liveFile, trialFile, { ...options, lockTimeoutMs, direct: true });
    return tryOn(trialFile, request.steps);
  } finally {
    await removeAll(sqliteFiles(trialFile));
  }
}

/** @param file a copy that is nobody's */
function tryOn(file: string, wanted: readonly JobStep[]): TrialResult {
  const check = () => checkFile(file, { depth: 'full', faultLimit: REPAIR_FAULT_LIMIT });
  const before = check();
  const { steps, left, changed } = doWhatCanBeDone(file, wanted);
  const after = check();
  const refused =
    steps.length === 0
      ? (left[0]?.why ?? 'there is nothing to do')
      : (changed ??
        whyNotBetter(before.faults, after.faults, REPAIR_FAULT_LIMIT) ??
        (after.foreignKeyViolations > before.foreignKeyViolations && before.faults.length === 0
          ? 'more rows would be without their parent'
          : null));
  return { steps, left, faultsBefore: before.faults.length, faultsAfter: after.faults.length, refused };
}

/** On a connection of its own: the check has pages in memory that are not read, and refused, again. */
function doWhatCanBeDone(
  file: string,
  wanted: readonly JobStep[],
): Pick<TrialResult, 'steps' | 'left'> & { changed: string | null } {
  const connection = openForRepair(file, 1000);
  try {
    // The copy is thrown away; its journal need not survive anything.
    connection.pragma('journal_mode = MEMORY');
    connection.pragma('synchronous = OFF');
    const measured = measure(connection);
    const steps: JobStep[] = [];
    const left: TrialResult['left'] = [];
    for (const step of wanted) {
      try {
        connection.transaction(() => {
          runStep(connection, step);
          const fault = stillWrong(connection, step, measured);
          if (fault !== null) throw new Error(fault);
        })();
        steps.push(step);
      } catch (thrown) {
        left.push({ id: step.id, why: thrown instanceof Error ? thrown.message : String(thrown) });
      }
    }
    return { steps, left, changed: whatChanged(measured, measure(connection), steps) };
  } finally {
    connection.close();
  }
}
