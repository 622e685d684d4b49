/** What SQLite finds when it checks a database, read on a connection that is open. Blocks for as long as it takes. */
import type Database from 'better-sqlite3';
import type { CheckDepth, ForeignKeyFinding } from '@shared/integrity';
import { quoted } from '../database/names';
import { describeReferences, type ReferenceViolation } from './references';

/** Of each kind, so many are told one by one; violations of references are all counted. */
export const NAMED_FINDINGS = 100;

export interface Findings {
  /** In SQLite's words, at most the limit that was given. */
  faults: string[];
  foreignKeyViolations: number;
  /** The first hundred. */
  foreignKeyExamples: ForeignKeyFinding[];
  /**
   * Why a part could not run: a collation or module that this SQLite does not have, or a reference to what is no key. Null
   * when all ran.
   */
  incomplete: string | null;
}

export const NO_FINDINGS: Readonly<Findings> = {
  faults: [],
  foreignKeyViolations: 0,
  foreignKeyExamples: [],
  incomplete: null,
};

/** What SQLite says of what it cannot look at, without that anything is wrong with the file. */
const MISSING = /no such (collation|module|function)|unknown tokenizer|no query solution|foreign key mismatch/i;

/** Stands before the first fault of a page. */
const HEADING = /^\*\*\* in database main \*\*\*\n/;

const wordsOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/**
 * Runs `quick_check` or `integrity_check`, and `foreign_key_check` where the file is sound: on a damaged one it looks
 * parents up in what may be the damaged part. What SQLite throws for corrupt pages is a fault, never an exception.
 * @param faultLimit at most so many faults are looked for
 */
export function readFindings(connection: Database.Database, depth: CheckDepth, faultLimit = NAMED_FINDINGS): Findings {
  const findings: Findings = { ...NO_FINDINGS, faults: [] };
  const note = (thrown: unknown): void => {
    if (MISSING.test(wordsOf(thrown))) findings.incomplete ??= wordsOf(thrown);
    else findings.faults.push(wordsOf(thrown));
  };
  const check = depth === 'quick' ? 'quick_check' : 'integrity_check';
  try {
    findings.faults.push(...faultsOf(connection, `PRAGMA ${check}(${faultLimit})`));
  } catch (thrown) {
    // What it said before it threw is lost with it: each table is asked by itself.
    note(thrown);
    for (const table of tablesOf(connection, note)) {
      try {
        findings.faults.push(...faultsOf(connection, `PRAGMA ${check}(${quoted(table)})`));
      } catch (again) {
        note(again);
      }
    }
    findings.faults = [...new Set(findings.faults)].slice(0, faultLimit);
  }
  if (findings.faults.length === 0) readReferences(connection, findings, note);
  return findings;
}

function faultsOf(connection: Database.Database, sql: string): string[] {
  const lines = (connection.prepare(sql).pluck().all() as string[]).map((line) => line.replace(HEADING, ''));
  if (lines.length === 0) return ['the check gave no answer'];
  return lines.length === 1 && lines[0] === 'ok' ? [] : lines;
}

function tablesOf(connection: Database.Database, note: (thrown: unknown) => void): string[] {
  try {
    const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0");
    return tables.pluck().all() as string[];
  } catch (thrown) {
    note(thrown);
    return [];
  }
}

/** A reference that fits no key of its parent keeps SQLite from checking any: then each table is asked by itself. */
function readReferences(connection: Database.Database, findings: Findings, note: (thrown: unknown) => void): void {
  const examples: ReferenceViolation[] = [];
  const read = (sql: string): void => {
    const rows = connection.prepare(sql).safeIntegers().iterate();
    for (const row of rows as Iterable<ReferenceViolation>) {
      findings.foreignKeyViolations++;
      if (examples.length < NAMED_FINDINGS) examples.push(row);
    }
  };
  try {
    try {
      read('PRAGMA foreign_key_check');
    } catch (thrown) {
      note(thrown);
      findings.foreignKeyViolations = 0;
      examples.length = 0;
      for (const table of tablesOf(connection, note)) {
        try {
          read(`PRAGMA foreign_key_check(${quoted(table)})`);
        } catch (again) {
          note(again);
        }
      }
    }
    findings.foreignKeyExamples = describeReferences(connection, examples);
  } catch (thrown) {
    note(thrown);
  }
}
