/** Everything that `/metrics` tells, as plain data. What is not known is null, or has no entry. */
import type { Severity } from '@shared/errors';
import type { Operation } from '@shared/metrics';
import type { BackupKind, HealthComponent, Protection, RestoreRecord } from '@shared/models';
import type { Histogram } from '../metrics/types';

export interface DatabaseFigures {
  name: string;
  protection: Protection;
  lastProvedAtMs: number | null;
  /** Size of the file of the last proved backup, and how long it took. */
  lastProvedBytes: number | null;
  lastProvedMs: number | null;
  restorePoints: number;
  storedBytes: number;
  /** Null when the live database could not be seen. */
  liveBytes: number | null;
}

/** Of one kind of operation, since the process began. */
export interface OperationFigures {
  operation: Operation;
  failed: number;
  /** In milliseconds; counts only grow. */
  time: Histogram;
}

export interface MetricsSnapshot {
  version: string;
  startedAtMs: number;
  databases: readonly DatabaseFigures[];
  /** Ended since the process began: counts only grow. */
  backups: readonly { kind: BackupKind; result: 'proved' | 'failed'; count: number }[];
  restores: readonly { outcome: RestoreRecord['outcome']; count: number }[];
  openProblems: Readonly<Record<Severity, number>>;
  firingAlerts: Readonly<Record<Severity, number>>;
  machine: {
    /** 0…1 */
    cpuFraction: number;
    memoryUsedBytes: number;
    memoryTotalBytes: number;
    disks: readonly { mount: string; usedBytes: number; totalBytes: number }[];
    networks: readonly { name: string; receivedBytesPerSecond: number; sentBytesPerSecond: number }[];
  } | null;
  own: { cpuFraction: number; memoryBytes: number; loopDelayP99Ms: number; loopDelayMaxMs: number } | null;
  operations: readonly OperationFigures[];
  /** Paused ones have no entry. */
  probes: readonly { name: string; up: boolean | null; timeMs: number | null; certificateEndsAtMs: number | null }[];
  business: readonly { database: string; name: string; unit: string; value: number | null }[];
  scrapes: readonly { name: string; up: boolean | null }[];
  /** Messages that are not sent yet. */
  outboxWaiting: number | null;
  health: readonly Pick<HealthComponent, 'component' | 'status'>[];
}
