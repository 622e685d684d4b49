/** What is judged elsewhere and told here: open problems, probes, targets, certificates. */
import type { AlertSource } from '@shared/alerting';
import type { Severity } from '@shared/errors';
import type { Place } from '@shared/ipc';
import type { MetricUnit } from '@shared/metrics';
import type { MachineConfig } from './machine';
import type { AlertRecord } from './record';
import type { Watch } from './watch';

export interface Signal {
  /** What it is about: one alert for each. */
  key: string;
  source: AlertSource;
  severity: Severity;
  titleKey: string;
  params: Record<string, string | number>;
  value: number | null;
  threshold: number | null;
  unit: MetricUnit;
  /** Alerts of one group are told in one message. */
  group: string;
  place: Place;
  /** Keys of alerts that explain this one. */
  dependsOn?: readonly string[];
}

/** Whoever raises a signal has made sure of it: nothing is waited for here. */
const AT_ONCE: MachineConfig = {
  direction: 'above',
  levels: [{ trigger: 1, clear: 0 }],
  forMs: 0,
  keepMs: 0,
  noDataMs: 0,
};

export function watchOfSignal(signal: Signal): Watch {
  const { key, severity, threshold, source, titleKey, params, unit, group, place, dependsOn = [] } = signal;
  return {
    key,
    machine: AT_ONCE,
    severities: [severity],
    thresholds: [threshold],
    describe: () => ({
      ...{ source, titleKey, params, unit, group, place, dependsOn },
      troubleTitles: { 'no-data': titleKey, error: titleKey },
      channelIds: null,
      evaluated: {},
    }),
  };
}

/** Stands in for a signal that was raised before a restart and not again yet. */
export function signalOfRecord(record: AlertRecord): Signal {
  const { key, source, severity, titleKey, params, value, threshold, unit, group, place, dependsOn } = record;
  return { key, source, severity, titleKey, params, value, threshold, unit, group, place, dependsOn };
}

/** Group of everything about one guarded database. */
export const databaseGroup = (databaseId: string): string => `database:${databaseId}`;
/** Keys of signals that others are explained by. */
export const problemKey = (code: string, databaseId: string | null): string => `problem:${code}:${databaseId ?? ''}`;
export const probeKey = (probeId: string): string => `probe:${probeId}`;
