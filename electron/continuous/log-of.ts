/** The log of one database as the store knows it. */
import path from 'node:path';
import { linksOf } from '../backup/chain';
import type { CatalogueEntry } from '../store/backups';
import type { Store } from '../store/open';
import type { KnownLog } from './coverage';
import { decideSegments } from './log-retention';
import { logFolder, openLogName } from './log-names';
import type { LogSegment } from './types';

type Known = Pick<Store, 'backups' | 'logs'>;

/**
 * @param hasCopy whether a destination has a segment that is not whole in the backup folder; none has when it is left out
 */
export function knownLog(
  store: Known,
  databaseId: string,
  hasCopy: (segment: LogSegment) => boolean = () => false,
): KnownLog {
  const { logs } = store;
  return {
    points: ownFirst(usablePoints(store.backups.list(databaseId)), store.backups.ofOtherHome(databaseId)),
    generations: logs.generations(databaseId),
    segments: logs.segments(databaseId),
    bases: logs.bases(databaseId),
    isUsable: (segment) => segment.state === 'proved' || segment.state === 'replayed' || hasCopy(segment),
  };
}

/** What another home made in a shared folder may be of another machine: it is taken only when there is nothing else. */
function ownFirst(entries: readonly CatalogueEntry[], others: ReadonlySet<string>): readonly CatalogueEntry[] {
  const own = entries.filter(({ id }) => !others.has(id));
  return own.length > 0 ? own : entries;
}

/** Those that can be brought back: proved here, or kept at a destination, and so is all that they are built on. */
export function usablePoints(entries: readonly CatalogueEntry[]): CatalogueEntry[] {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const isWhole = ({ state }: CatalogueEntry): boolean => state === 'proved' || state === 'elsewhere';
  return entries.filter((entry) => {
    const links = linksOf(entry, (id) => byId.get(id) ?? null);
    return links.length > 0 && links.every(isWhole);
  });
}

/** Restore points of a database that its log needs: see `decideSegments`. */
export function neededBases(store: Known, databaseId: string, keepHours: number, nowMs: number): ReadonlySet<string> {
  // Most databases have none, and this is asked for each change of the state.
  if (store.logs.generations(databaseId).length === 0) return new Set();
  return decideSegments(knownLog(store, databaseId), keepHours, nowMs).neededBases;
}

/** Where the file of a generation lies that is not sealed yet. */
export const openLogFile = (backupFolder: string, databaseName: string, generationId: string, number: number): string =>
  path.join(logFolder(backupFolder, databaseName), openLogName(databaseName, generationId, number));
