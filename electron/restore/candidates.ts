/**
 * Which guarded database a file belongs to, by what the backup says of itself, application number, tables and name. A
 * guess that people confirm: the preview shows what would change.
 */
import path from 'node:path';
import type { FileComparison, FileInspection, GuardedDatabase } from '@shared/models';
import type { RunningJob } from '../jobs/runner';
import type { InspectedFile } from './inspect';
import type { DatabaseIdentity } from './preview';

type Candidate = FileInspection['candidates'][number];
type Why = Candidate['why'];

/** Comparing opens each guarded database; with many, only the first by name are tried. */
const COMPARED = 20;
const ORDER: Why[] = ['manifest', 'application-id', 'schema', 'name'];

/** Candidates, best first, and what was compared with each database that the file does not name itself. */
export async function findCandidates(
  process: RunningJob['process'],
  inspected: Pick<InspectedFile, 'file' | 'manifest'>,
  contentFile: string,
  databases: readonly GuardedDatabase[],
): Promise<Pick<FileInspection, 'candidates' | 'comparisons'>> {
  const named = databases.filter((database) => isNamed(inspected, database));
  const others = databases.filter((database) => !named.includes(database)).slice(0, COMPARED);
  const candidates = named.map(({ id, name }): Candidate => ({ databaseId: id, name, why: 'manifest' }));
  const comparisons: FileComparison[] = [];
  if (others.length > 0) {
    const [then, ...now] = await process('identities', { files: [contentFile, ...others.map((one) => one.path)] });
    for (const [index, database] of others.entries()) {
      const comparison = compare(inspected.file, then ?? null, database, now[index] ?? null);
      comparisons.push(comparison);
      const why = whyOf(comparison);
      if (why) candidates.push({ databaseId: database.id, name: database.name, why });
    }
  }
  return { candidates: candidates.toSorted((a, b) => ORDER.indexOf(a.why) - ORDER.indexOf(b.why)), comparisons };
}

/** True when the backup was taken of this database, or the file is the database itself. */
function isNamed({ manifest, file }: Pick<InspectedFile, 'file' | 'manifest'>, database: GuardedDatabase): boolean {
  const own = manifest?.database.id === database.id || manifest?.database.path === database.path;
  return own || file === database.path;
}

/** What a file and a guarded database have in common. `null`: it could not be read. */
export function compare(
  file: string,
  then: DatabaseIdentity | null,
  database: Pick<GuardedDatabase, 'id' | 'path'>,
  now: DatabaseIdentity | null,
): FileComparison {
  const shared = then && now ? then.tables.filter((table) => now.tables.includes(table)).length : 0;
  return {
    databaseId: database.id,
    applicationId: compareIds(then?.applicationId ?? 0, now?.applicationId ?? null),
    tables: { shared, then: then?.tables.length ?? 0, now: now?.tables.length ?? null },
    sameName: isSameName(file, database.path),
  };
}

function compareIds(then: number, now: number | null): FileComparison['applicationId'] {
  if (now === null) return 'unknown';
  if (then === now) return then === 0 ? 'none' : 'same';
  return 'differs';
}

/**
 * The best reason to believe that a file belongs to a database; null when there is none. Application numbers say which
 * application made a file, not which of its databases it is: tables have to agree as well. A name counts only where
 * nothing speaks against it.
 */
export function whyOf({ applicationId, tables, sameName }: FileComparison): Why | null {
  const { shared, then, now } = tables;
  if (applicationId === 'same' && shared > 0) return 'application-id';
  const all = then + (now ?? 0) - shared;
  const alike = shared / Math.max(1, all) >= 0.5 && (shared > 1 || all === 1);
  if (alike && applicationId !== 'differs') return 'schema';
  const contradicted = applicationId === 'differs' || (shared === 0 && then > 0 && now !== null && now > 0);
  return sameName && !contradicted ? 'name' : null;
}

/** `orders-20261121.db` looks like a copy of `orders.db`. */
export function isSameName(file: string, databasePath: string): boolean {
  const stem = (one: string) => path.basename(one).replace(/\..*$/, '').toLowerCase();
  const own = stem(databasePath);
  return own.length >= 3 && stem(file).startsWith(own);
}
