/** Which guarded database a file belongs to. A guess that people confirm: the preview shows what would change. */
import path from 'node:path';
import type { FileInspection, GuardedDatabase } from '@shared/models';
import type { RunningJob } from '../jobs/runner';
import type { InspectedFile } from './inspect';

type Candidate = FileInspection['candidates'][number];

/** Comparing schemas opens each guarded database; with many, only the first by name are tried. */
const COMPARED = 20;
const ORDER: Candidate['why'][] = ['manifest', 'application-id', 'schema', 'name'];

/** Candidates, best first. */
export async function findCandidates(
  process: RunningJob['process'],
  inspected: InspectedFile,
  contentFile: string,
  databases: readonly GuardedDatabase[],
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  let compared = 0;
  let then: string[] | null = null;
  for (const database of databases) {
    const quick = guessByManifest(inspected, database);
    if (quick) candidates.push(quick);
    else if (compared++ < COMPARED) {
      then ??= (await process('tables', { file: contentFile })) ?? [];
      const now = (await process('tables', { file: database.path })) ?? [];
      const why = whyFromTables(then, now) ?? whyFromName(inspected.file, database);
      if (why) candidates.push({ databaseId: database.id, name: database.name, why });
    }
  }
  return candidates.toSorted((a, b) => ORDER.indexOf(a.why) - ORDER.indexOf(b.why));
}

function guessByManifest({ manifest, file }: InspectedFile, database: GuardedDatabase): Candidate | null {
  const own = manifest?.database.id === database.id || manifest?.database.path === database.path;
  return own || file === database.path ? { databaseId: database.id, name: database.name, why: 'manifest' } : null;
}

/** The same tables: at least half of them, and more than one when there are several. */
export function whyFromTables(then: readonly string[], now: readonly string[]): Candidate['why'] | null {
  const all = new Set([...then, ...now]);
  const shared = then.filter((table) => now.includes(table)).length;
  const alike = shared / all.size >= 0.5 && (shared > 1 || all.size === 1);
  return alike ? 'schema' : null;
}

/** `orders-20261121.db` looks like a copy of `orders.db`. */
export function whyFromName(file: string, database: GuardedDatabase): Candidate['why'] | null {
  const stem = (one: string) => path.basename(one).replace(/\..*$/, '').toLowerCase();
  const own = stem(database.path);
  return own.length >= 3 && stem(file).startsWith(own) ? 'name' : null;
}
