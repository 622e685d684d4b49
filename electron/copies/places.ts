/** Where a database's data is kept, counted by the rule of three copies on two media with one offsite. Pure. */
import type { CopyPlace, CopyPlaces } from '@shared/models';
import type { CatalogueEntry } from '../store/backups';
import type { StoredCopy } from '../store/copies';
import type { StoredDestination } from '../store/destinations';

export interface PlacesInput {
  /** Restore points of one database, of any state. */
  points: readonly Pick<CatalogueEntry, 'id' | 'parentId' | 'createdAt' | 'state' | 'kind' | 'verifiedAt'>[];
  /** Their copies at all destinations. */
  copies: readonly StoredCopy[];
  destinations: readonly Pick<StoredDestination, 'id' | 'config'>[];
  live: { path: string; isThere: boolean };
  backupFolder: string;
  /** What places lie on; null where it is not known. */
  media: { live: string | null; backupFolder: string | null; folders: ReadonlyMap<string, string> };
}

const COPIES = 3;
const MEDIA = 2;
const OFFSITE = 1;
/** It may be any of the others: never counted as one more. */
const UNKNOWN = 'unknown';

/**
 * Counts places. One counts that holds the data: the database itself while it is there, and every other with a restore point
 * that was proved or compared, together with all that it is built on. A restore point that nobody checked counts nowhere.
 */
export function countPlaces(input: PlacesInput): CopyPlaces {
  const { live, media, points } = input;
  const proved = wholeOf(points, (point) => point.state === 'proved');
  const places: CopyPlace[] = [
    {
      ...{ kind: 'live', destinationId: null, name: live.path, medium: media.live ?? UNKNOWN, offsite: false },
      ...{ points: 0, newestAt: null, verifiedAt: null, behind: 0, counts: live.isThere },
    },
    {
      ...{ kind: 'backup-folder', destinationId: null, name: input.backupFolder },
      ...{ medium: media.backupFolder ?? UNKNOWN, offsite: false, behind: 0, counts: proved.length > 0 },
      ...{ points: proved.length, newestAt: newest(proved.map(({ createdAt }) => createdAt)) },
      verifiedAt: newest(proved.map(({ verifiedAt }) => verifiedAt)),
    },
    ...input.destinations.map((destination) => placeOf(destination, input)),
  ];
  const counted = places.filter(({ counts }) => counts);
  const known = new Set(counted.map(({ medium }) => medium).filter((medium) => medium !== UNKNOWN));
  const copies = counted.length;
  const mediaCount = Math.max(known.size, Math.min(copies, 1));
  const offsite = counted.filter((place) => place.offsite).length;
  return {
    ...{ places, copies, media: mediaCount, offsite },
    missing: [
      ...(copies < COPIES ? (['copy'] as const) : []),
      ...(mediaCount < MEDIA ? (['medium'] as const) : []),
      ...(offsite < OFFSITE ? (['offsite'] as const) : []),
    ],
  };
}

function placeOf({ id, config }: PlacesInput['destinations'][number], input: PlacesInput): CopyPlace {
  const copies = new Map(input.copies.filter((copy) => copy.destinationId === id).map((copy) => [copy.pointId, copy]));
  const verified = wholeOf(input.points, (point) => {
    const copy = copies.get(point.id);
    return copy?.state === 'copied' && copy.verifiedAt !== null;
  });
  const medium = config.kind === 'folder' ? (input.media.folders.get(id) ?? UNKNOWN) : `${config.kind} ${id}`;
  return {
    ...{ kind: config.kind, destinationId: id, name: config.name, medium, offsite: config.offsite },
    points: verified.length,
    newestAt: newest(verified.map(({ createdAt }) => createdAt)),
    verifiedAt: newest(verified.map((point) => copies.get(point.id)?.verifiedAt ?? null)),
    behind: [...copies.values()].filter(({ state }) => state !== 'copied').length,
    // One that was switched off gets nothing new: it is no place that data is kept in.
    counts: config.enabled && verified.length > 0,
  };
}

/** The points that hold, and all that they are built on with them. */
function wholeOf<P extends Pick<CatalogueEntry, 'id' | 'parentId'>>(
  points: readonly P[],
  holds: (point: P) => boolean,
): P[] {
  const good = new Map(points.filter(holds).map((point) => [point.id, point]));
  const isWhole = (point: P): boolean => {
    const seen = new Set<string>();
    for (let link: P | undefined = point; ; link = good.get(link.parentId)) {
      if (!link || seen.has(link.id)) return false;
      if (link.parentId === null) return true;
      seen.add(link.id);
    }
  };
  return [...good.values()].filter(isWhole);
}

const newest = (times: readonly (string | null)[]): string | null =>
  times.reduce<string | null>((last, at) => (at !== null && (last === null || at > last) ? at : last), null);
