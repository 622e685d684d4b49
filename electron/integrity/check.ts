/** Integrity and reference checks of one database file. Blocks for seconds: run it where it can be killed. */
import { openHardened } from '../backup/snapshot';

/** How many faults are named; the rest is only counted where that is cheap. */
const NAMED_FAULTS = 100;
const CACHE_KIB = 32_768;

export interface ForeignKeyViolation {
  table: string;
  /** Null for WITHOUT ROWID tables. */
  rowid: number | null;
  parent: string;
}

export interface IntegrityReport {
  /** Faults that `integrity_check` named; empty when it said ok. */
  faults: string[];
  foreignKeyViolations: number;
  /** The first of them. */
  foreignKeyExamples: ForeignKeyViolation[];
  /** Why a check could not run in full: a collation or module this SQLite does not have. Null when all ran. */
  incomplete: string | null;
}

/** Runs the checks on a file, off the calling thread. */
export type IntegrityChecker = (file: string, signal: AbortSignal) => Promise<IntegrityReport>;

/**
 * `PRAGMA integrity_check` and `PRAGMA foreign_key_check` of a file that nobody writes to.
 * A corrupt database may make SQLite throw instead of answer: that is a failed check, never an exception.
 */
export function checkIntegrity(file: string): IntegrityReport {
  const report: IntegrityReport = { faults: [], foreignKeyViolations: 0, foreignKeyExamples: [], incomplete: null };
  const note = (thrown: unknown): void => {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (/no such (collation|module|function)|unknown tokenizer|no query solution/i.test(message)) {
      report.incomplete = message;
    } else report.faults.push(message);
  };
  let connection: ReturnType<typeof openHardened>;
  try {
    connection = openHardened(file, { readonly: true, timeout: 1000 });
  } catch (thrown) {
    return { ...report, faults: [thrown instanceof Error ? thrown.message : String(thrown)] };
  }
  try {
    // Rows are looked up from every index: more pages in memory save reading them again. Mapping the file instead takes
    // twice as long on one that was just written, because each page faults.
    connection.pragma(`cache_size = -${CACHE_KIB}`);
    const rows = connection.pragma(`integrity_check(${NAMED_FAULTS})`) as { integrity_check: string }[];
    for (const row of rows) if (row.integrity_check !== 'ok') report.faults.push(row.integrity_check);
    if (rows.length === 0) report.faults.push('integrity_check said nothing');
  } catch (thrown) {
    note(thrown);
  }
  try {
    if (report.faults.length === 0) {
      for (const row of connection.prepare('PRAGMA foreign_key_check').iterate()) {
        const violation = row as ForeignKeyViolation;
        report.foreignKeyViolations++;
        if (report.foreignKeyExamples.length < NAMED_FAULTS) {
          report.foreignKeyExamples.push({
            table: violation.table,
            rowid: violation.rowid,
            parent: violation.parent,
          });
        }
      }
    }
  } catch (thrown) {
    note(thrown);
  } finally {
    connection.close();
  }
  return report;
}
