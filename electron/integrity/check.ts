/** Integrity and reference checks of one database file. Blocks for seconds: run it where it can be killed. */
import { openHardened } from '../backup/snapshot';
import { type Findings, NO_FINDINGS, readFindings } from './findings';

const CACHE_KIB = 32_768;

/** Runs the checks on a file, off the calling thread. */
export type IntegrityChecker = (file: string, signal: AbortSignal) => Promise<Findings>;

/**
 * `PRAGMA integrity_check` and `PRAGMA foreign_key_check` of a file that nobody writes to.
 * A corrupt database may make SQLite throw instead of answer: that is a failed check, never an exception.
 */
export function checkIntegrity(file: string): Findings {
  let connection: ReturnType<typeof openHardened> | undefined;
  try {
    connection = openHardened(file, { readonly: true, timeout: 1000 });
    // Rows are looked up from every index: more pages in memory save reading them again. Mapping the file instead takes
    // twice as long on one that was just written, because each page faults.
    connection.pragma(`cache_size = -${CACHE_KIB}`);
    return readFindings(connection, 'full');
  } catch (thrown) {
    // A schema that makes no sense is in the way of every other statement.
    return { ...NO_FINDINGS, faults: [thrown instanceof Error ? thrown.message : String(thrown)] };
  } finally {
    connection?.close();
  }
}
