/**
 * Reads what can be read of a damaged database into a new file. Runs in a job process. The damaged files are copied to the
 * scratch folder first: they are never opened for it themselves, and nothing is written to them.
 */
import Database from 'better-sqlite3';
import type { SalvageReport } from '@shared/integrity';
import type { JobPhase } from '@shared/models';
import { integrityChecks } from '../backup/proof-checks';
import { removeAll, sqliteFiles } from '../backup/take-backup';
import { contentHash } from '../database/content-hash';
import { examineFile } from '../database/examine';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { IntegrityChecker } from '../integrity/check';
import { walFaults } from '../integrity/wal-frames';
import { placeImage } from '../restore/place';
import { copyDamaged, mendHeader } from './copy-damaged';
import { canBeOpened, openDamaged } from './open-damaged';
import { type Salvaged, salvageTables } from './salvage-tables';
import { recoverWithProgram } from './sqlite3-recover';

export interface SalvageRequest {
  liveFile: string;
  /** Scratch folder. */
  folder: string;
  target: string;
  /** Name of the new file until it is whole, in the folder of the target. */
  temporary: string;
  overwrite: boolean;
  /** The `sqlite3` program; null leaves it out. */
  program: string | null;
  programLimitMs: number;
  lockTimeoutMs: number;
}

export interface SalvageContext {
  check: IntegrityChecker;
  onProgress: (phase: JobPhase, doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

/**
 * @throws SALVAGE_FAILED when nothing could be read; RESTORE_TARGET_EXISTS; DATABASE_MISSING; DISK_FULL, …
 */
export async function salvage(request: SalvageRequest, context: SalvageContext): Promise<SalvageReport> {
  const { liveFile, folder, target, temporary, overwrite } = request;
  const { signal } = context;
  const startedMs = performance.now();
  const damaged = `${folder}/damaged.sqlite`;
  const fresh = `${folder}/fresh.sqlite`;
  try {
    await copy(request, damaged, context);
    context.onProgress('salvage', 0, 0);
    const program = await recoverWithProgram(request, damaged, fresh, context);
    const report = program ?? { method: 'table-by-table' as const, ...(await tableByTable(damaged, fresh, liveFile)) };
    const [fault] = await lostWithWal(liveFile, signal);
    // What was committed and cannot be read belonged to any of them.
    if (fault !== undefined) {
      report.tables = report.tables.map((table) => ({
        ...table,
        rowsLost: null,
        note: [...(table.note === '' ? [] : [table.note]), fault].join('; '),
      }));
    }
    context.onProgress('verify', 0, 0);
    // A row that breaks a rule of its table is a fault of that; it is told, and the row is there.
    const checks = integrityChecks(await context.check(fresh, signal));
    const expectedHash = await contentHash(fresh, signal);
    await placeImage(fresh, target, { temporary, overwrite, expectedHash, signal });
    const { method, tables, lostAndFoundRows } = report;
    const tookMs = Math.round(performance.now() - startedMs);
    return { file: liveFile, target, method, tables, lostAndFoundRows, checks, tookMs };
  } finally {
    await removeAll([damaged, fresh].flatMap(sqliteFiles));
  }
}

const failed = (path: string, reason: string, detail: string) =>
  holdfastError('SALVAGE_FAILED', { params: { path, reason }, detail });

async function copy(
  { liveFile, lockTimeoutMs }: SalvageRequest,
  target: string,
  context: SalvageContext,
): Promise<void> {
  const onProgress = (done: number, total: number): void => context.onProgress('snapshot', done, total);
  try {
    await copyDamaged(liveFile, target, { lockTimeoutMs, onProgress, signal: context.signal });
  } catch (thrown) {
    const error = wrapError(thrown, { path: liveFile });
    if (error.code !== 'FILE_NOT_FOUND') throw error;
    throw holdfastError('DATABASE_MISSING', { params: { path: liveFile }, cause: error });
  }
}

/** Transactions in the WAL that no reader sees any more. Nothing here has the database open. */
async function lostWithWal(file: string, signal: AbortSignal): Promise<string[]> {
  try {
    const { content } = await examineFile(file);
    if (content.format !== 'sqlite' || !content.header.wal) return [];
    return await walFaults(file, content.header.pageSizeBytes, signal);
  } catch {
    signal.throwIfAborted();
    // A file that cannot be told to be a database says nothing about its WAL.
    return [];
  }
}

async function tableByTable(damaged: string, fresh: string, shownPath: string): Promise<Salvaged> {
  if (!canBeOpened(damaged)) await mendHeader(damaged);
  await removeAll(sqliteFiles(fresh));
  const target = new Database(fresh);
  try {
    target.pragma('synchronous = OFF');
    target.pragma('trusted_schema = OFF');
    const source = openDamaged(damaged);
    try {
      const salvaged = salvageTables(source, target);
      const isNothing = salvaged.tables.every(({ rowsSaved, rowsLost }) => rowsSaved === 0 && rowsLost !== 0);
      const rows = salvaged.tables.reduce((sum, { rowsSaved }) => sum + rowsSaved, 0) + salvaged.lostAndFoundRows;
      // A database whose tables are all empty was read whole.
      if (rows === 0 && isNothing) throw failed(shownPath, 'no row could be read', salvaged.schemaFault ?? '');
      return salvaged;
    } finally {
      source.close();
    }
  } catch (thrown) {
    const error = wrapError(thrown);
    if (error.code !== 'NOT_A_DATABASE' && error.code !== 'DATABASE_CORRUPT') throw error;
    throw failed(shownPath, 'SQLite cannot open what is left of it', error.detail);
  } finally {
    target.close();
  }
}
