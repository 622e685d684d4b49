/** What `/metrics` tells, put together from the state and from what runs. Pure. */
import { SEVERITIES, type Severity } from '@shared/errors';
import { type MetricReading, parseMetricKey } from '@shared/metrics';
import type { AppState, MetricSample } from '@shared/models';
import type { ApplicationStatus, BusinessStatus, ProbeStatus } from '@shared/monitoring';
import type { MetricsSnapshot, OperationFigures } from '../health/snapshot';
import type { RunTotals } from './run-totals';

export interface SnapshotSources {
  version: string;
  startedAtMs: number;
  state: AppState;
  totals: RunTotals;
  operations: readonly OperationFigures[];
  sample: MetricSample | null;
  reading: MetricReading | null;
  probes: readonly ProbeStatus[];
  business: readonly BusinessStatus[];
  applications: readonly ApplicationStatus[];
  outboxWaiting: number;
}

const DAY_MS = 86_400_000;

export function metricsSnapshot(sources: SnapshotSources): MetricsSnapshot {
  const { state, totals, sample } = sources;
  return {
    version: sources.version,
    startedAtMs: sources.startedAtMs,
    databases: state.databases.map((status) => ({
      name: status.database.name,
      protection: status.protection,
      lastProvedAtMs: status.lastProved ? Date.parse(status.lastProved.createdAt) : null,
      lastProvedBytes: status.lastProved?.sizeBytes ?? null,
      lastProvedMs: status.lastProved?.durationMs ?? null,
      restorePoints: status.restorePoints,
      storedBytes: status.storedBytes,
      liveBytes: status.liveBytes,
    })),
    backups: totals.backups(),
    restores: totals.restores(),
    openProblems: bySeverity(state.problems),
    firingAlerts: bySeverity(state.alerts),
    machine: sample && {
      cpuFraction: sample.cpuFraction,
      memoryUsedBytes: sample.memoryUsedBytes,
      memoryTotalBytes: sample.memoryTotalBytes,
      disks: sample.disks,
      networks: networksOf(sources.reading),
    },
    own: sample && sample.own,
    operations: sources.operations,
    probes: sources.probes.filter(({ state: up }) => up !== 'paused').map(probeFigures),
    business: sources.business.map(({ config, value }) => ({
      database: state.databases.find(({ database }) => database.id === config.databaseId)?.database.name ?? '',
      name: config.name,
      unit: config.unitLabel || config.unit,
      value,
    })),
    scrapes: sources.applications.flatMap(({ name, scrape, state: now }) =>
      scrape && now !== 'paused' ? [{ name, up: now === 'receiving' ? true : now === 'failing' ? false : null }] : [],
    ),
    outboxWaiting: sources.outboxWaiting,
    health: state.health,
  };
}

function bySeverity(items: readonly { severity: Severity }[]): Record<Severity, number> {
  const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const { severity } of items) counts[severity]++;
  return counts;
}

function networksOf(
  reading: MetricReading | null,
): { name: string; receivedBytesPerSecond: number; sentBytesPerSecond: number }[] {
  const networks = new Map<string, { receivedBytesPerSecond: number; sentBytesPerSecond: number }>();
  for (const [key, value] of Object.entries(reading?.values ?? {})) {
    const parsed = parseMetricKey(key);
    if (!parsed?.subject || (parsed.name !== 'network.received' && parsed.name !== 'network.sent')) continue;
    const network = networks.get(parsed.subject) ?? { receivedBytesPerSecond: 0, sentBytesPerSecond: 0 };
    network[parsed.name === 'network.sent' ? 'sentBytesPerSecond' : 'receivedBytesPerSecond'] = value;
    networks.set(parsed.subject, network);
  }
  return [...networks].map(([name, figures]) => ({ name, ...figures }));
}

function probeFigures({ config, state, last }: ProbeStatus): MetricsSnapshot['probes'][number] {
  const daysLeft = last?.certificateDays ?? null;
  return {
    name: config.name,
    up: state === 'unknown' ? null : state === 'up',
    timeMs: last?.ok ? last.timeMs : null,
    certificateEndsAtMs: last && daysLeft !== null ? last.atMs + daysLeft * DAY_MS : null,
  };
}
