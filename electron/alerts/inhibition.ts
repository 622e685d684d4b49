/** Which alert explains another, so that one outage is told once. */
import type { ErrorCode } from '@shared/errors';
import { parseMetricKey } from '@shared/metrics';
import type { MetricKeeper } from '../metrics/types';
import { DURING_RESTORE, FOLLOWS_FROM, NEEDS_NETWORK } from './problem-codes';
import { type AlertRecord, isOpen, rank, type Track } from './record';
import { probeKey, problemKey } from './signals';

/** What explains alerts and is none itself. */
export const OFFLINE = 'offline';
export const RESTORING = 'restore';

export interface Surroundings {
  isOffline(): boolean;
  /** A restore of the database is running. */
  isRestoring(databaseId: string): boolean;
  /** The longest mount point that is measured and holds `path`; null when none does. */
  mountOf(path: string): string | null;
}

/** Id of the alert that explains this one, `OFFLINE` or `RESTORING`; null when nothing does. */
export function explanationOf(
  record: AlertRecord,
  tracks: ReadonlyMap<string, Track>,
  around: Surroundings,
): string | null {
  const { source } = record;
  if (needsNetwork(record) && around.isOffline()) return OFFLINE;
  if (source.type === 'problem' && source.databaseId !== null) {
    if (DURING_RESTORE.has(source.code) && around.isRestoring(source.databaseId)) return RESTORING;
  }
  for (const key of [...record.dependsOn, ...causesOf(record)]) {
    const cause = tracks.get(key)?.record;
    if (cause && explains(cause, record, tracks)) return cause.id;
  }
  const disk = diskOf(record, around);
  if (disk === null) return null;
  for (const { record: cause } of tracks.values()) {
    if (cause?.source.type !== 'rule' || cause.source.metric !== `disk.used:${disk}`) continue;
    if (explains(cause, record, tracks)) return cause.id;
  }
  return null;
}

/** It fires, is at least as bad (else nobody might hear of either at once), and is not itself explained by the other. */
function explains(cause: AlertRecord, record: AlertRecord, tracks: ReadonlyMap<string, Track>): boolean {
  if (cause === record || !isOpen(cause) || cause.state === 'pending') return false;
  if (rank(cause.severity) < rank(record.severity)) return false;
  const seen = new Set([cause.id]);
  let { inhibitedBy } = cause;
  while (inhibitedBy !== null && !seen.has(inhibitedBy)) {
    if (inhibitedBy === record.id) return false;
    seen.add(inhibitedBy);
    inhibitedBy = recordOf(tracks, inhibitedBy)?.inhibitedBy ?? null;
  }
  return true;
}

function recordOf(tracks: ReadonlyMap<string, Track>, id: string): AlertRecord | null {
  for (const { record } of tracks.values()) if (record?.id === id) return record;
  return null;
}

function needsNetwork({ source }: AlertRecord): boolean {
  if (source.type === 'probe') return true;
  if (source.type === 'problem') return NEEDS_NETWORK.has(source.code);
  return source.type === 'rule' && source.metric.startsWith('probe.');
}

/** Keys of alerts of which this one is a consequence. */
function causesOf({ source, key }: AlertRecord): string[] {
  // Whatever else is known of a service says nothing while it does not answer.
  if (source.type === 'probe') return key === probeKey(source.probeId) ? [] : [probeKey(source.probeId)];
  if (source.type === 'problem') {
    const { code, databaseId } = source;
    const causes = FOLLOWS_FROM[code as ErrorCode] ?? [];
    return causes.flatMap((cause) => [problemKey(cause, databaseId), problemKey(cause, null)]);
  }
  if (source.type !== 'rule') return [];
  const parsed = parseMetricKey(source.metric);
  if (!parsed || parsed.subject === null) return [];
  const { name, subject } = parsed;
  if (name.startsWith('probe.')) return [probeKey(subject)];
  if (name !== 'backup.age') return [];
  const causes: ErrorCode[] = ['BACKUP_OVERDUE', ...(FOLLOWS_FROM.BACKUP_OVERDUE ?? [])];
  return causes.flatMap((cause) => [problemKey(cause, subject), problemKey(cause, null)]);
}

/** Mount point of the disk whose being full explains this alert. */
function diskOf({ source, params }: AlertRecord, around: Surroundings): string | null {
  if (source.type === 'problem') {
    const { path } = params;
    return source.code === 'DISK_FULL' && typeof path === 'string' ? around.mountOf(path) : null;
  }
  if (source.type !== 'rule') return null;
  const parsed = parseMetricKey(source.metric);
  return parsed?.name === 'disk.full-in' || parsed?.name === 'disk.free' ? parsed.subject : null;
}

/** Finds the mount that holds a path among those that are measured. They are asked for when a path is. */
export function mountFinder(keeper: Pick<MetricKeeper, 'known'>): (path: string) => string | null {
  return (path) => {
    const mounts = keeper.known().flatMap(({ key }) => {
      const parsed = parseMetricKey(key);
      return parsed?.name === 'disk.used' && parsed.subject !== null ? [parsed.subject] : [];
    });
    const holds = (mount: string) => path === mount || path.startsWith(mount.endsWith('/') ? mount : `${mount}/`);
    return mounts
      .filter(holds)
      .reduce<string | null>((best, one) => (best && best.length >= one.length ? best : one), null);
  };
}
