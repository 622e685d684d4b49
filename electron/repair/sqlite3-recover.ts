/** The `.recover` command of the `sqlite3` program: reads pages that no tree leads to any more. Not every build has it. */
import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { SalvageReport } from '@shared/integrity';
import { removeAll, sqliteFiles } from '../backup/take-backup';
import { quoted } from '../database/names';
import { checkIntegrity } from '../integrity/check';
import { openDamaged, scannedRows } from './open-damaged';
import type { SalvageContext, SalvageRequest } from './salvage';
import { SqlStatements } from './sql-statements';

type Recovered = Pick<SalvageReport, 'tables' | 'lostAndFoundRows'> & { method: 'sqlite3-recover' };

/** The output has values as SQL: BLOBs in hexadecimal, and words around them. */
const OUTPUT_FACTOR = 8;
const OUTPUT_LEAST_BYTES = 16 << 20;
const LOST_AND_FOUND = 'lost_and_found';

/**
 * Null when the program is not there, has no such command, takes too long, says too much, or comes up with less than a
 * plain scan reads: then the tables are to be read one by one.
 * @throws DISK_FULL and the like for the new file; the signal's reason
 */
export async function recoverWithProgram(
  { program, programLimitMs }: Pick<SalvageRequest, 'program' | 'programLimitMs'>,
  damaged: string,
  fresh: string,
  { signal }: Pick<SalvageContext, 'signal'>,
): Promise<Recovered | null> {
  if (program === null) return null;
  const { size } = await stat(damaged);
  await removeAll(sqliteFiles(fresh));
  const target = new Database(fresh);
  try {
    target.pragma('synchronous = OFF');
    target.pragma('foreign_keys = OFF');
    // The output writes entries of virtual tables into the schema itself.
    target.unsafeMode(true);
    const limits = { timeMs: programLimitMs, bytes: OUTPUT_LEAST_BYTES + OUTPUT_FACTOR * size };
    const isDone = await feed(program, damaged, limits, signal, (sql) => execute(target, sql));
    if (!isDone) return null;
    target.unsafeMode(false);
    return judge(damaged, target, fresh);
  } finally {
    target.close();
  }
}

/** A statement that fails (an index that is not unique any more) does not end the rest, as in the program itself. */
function execute(target: Database.Database, sql: string): void {
  // Newer programs switch one of their own settings first; it is no SQL.
  const statement = sql.replaceAll(/^\s*\..*$/gm, '').trim();
  if (statement === '') return;
  try {
    target.exec(statement);
  } catch (thrown) {
    const { code } = thrown as { code?: unknown };
    if (/^SQLITE_(FULL|IOERR|NOMEM|READONLY)/.test(String(code))) throw thrown;
  }
}

/** Runs the program to its end. False when it did not end well. */
async function feed(
  program: string,
  damaged: string,
  limits: { timeMs: number; bytes: number },
  signal: AbortSignal,
  onStatement: (sql: string) => void,
): Promise<boolean> {
  const child = spawn(program, ['-batch', damaged, '.recover --ignore-freelist'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    signal,
    killSignal: 'SIGKILL',
    // Nobody's start file: the folder has none.
    env: { PATH: process.env['PATH'], HOME: dirname(damaged) },
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  // Not `AbortSignal.timeout`: combined with another signal it is collected as garbage, and then nothing ever ends the program.
  const late = setTimeout(() => child.kill('SIGKILL'), limits.timeMs);
  const statements = new SqlStatements();
  let bytes = 0;
  try {
    child.stdout.setEncoding('utf8');
    for await (const piece of child.stdout as AsyncIterable<string>) {
      bytes += Buffer.byteLength(piece);
      if (bytes > limits.bytes) return false;
      for (const sql of statements.add(piece)) onStatement(sql);
    }
  } finally {
    clearTimeout(late);
    child.kill('SIGKILL');
  }
  const code = await ended;
  signal.throwIfAborted();
  return code === 0 && bytes > 0 && statements.rest() === '';
}

function judge(damaged: string, target: Database.Database, fresh: string): Recovered | null {
  if (target.inTransaction || checkIntegrity(fresh).faults.length > 0) return null;
  const names = tableNames(target);
  const source = openDamaged(damaged);
  try {
    const scanned = scannedRows(source, names);
    const tables = names.filter((name) => name !== LOST_AND_FOUND);
    const rows = new Map(tables.map((name) => [name, countRows(target, name)]));
    const isLess = names.some((name, index) => (rows.get(name) ?? 0) < (scanned[index] ?? 0) && rows.has(name));
    if (isLess || tables.length === 0 || missesTable(source, rows)) return null;
    return {
      method: 'sqlite3-recover',
      tables: tables.map((table) => {
        const saved = rows.get(table) ?? 0;
        const read = scanned[names.indexOf(table)] ?? null;
        return { table, rowsSaved: saved, rowsLost: read === null ? null : 0, note: '' };
      }),
      lostAndFoundRows: names.includes(LOST_AND_FOUND) ? countRows(target, LOST_AND_FOUND) : 0,
    };
  } finally {
    source.close();
  }
}

const OWN_TABLES = "type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite@_%' ESCAPE '@'";
const tableNames = (connection: Database.Database): string[] =>
  connection.prepare(`SELECT name FROM sqlite_schema WHERE ${OWN_TABLES}`).pluck().all() as string[];

const countRows = (connection: Database.Database, table: string): number =>
  connection
    .prepare(`SELECT count(*) FROM ${quoted(table)} NOT INDEXED`)
    .pluck()
    .get() as number;

/** A table that can be scanned has rows and did not come out. */
function missesTable(source: Database.Database, rows: ReadonlyMap<string, number>): boolean {
  try {
    return tableNames(source).some((name) => !rows.has(name) && (scannedRows(source, [name])[0] ?? 0) > 0);
  } catch {
    // Its schema cannot be read: nothing that could be missed can be named.
    return false;
  }
}
