/** What is judged elsewhere and told here: open problems, probes, targets, certificates. */
import type { AlertSource } from '@shared/alerting';
import type { Severity } from '@shared/errors';
import type { Place } from '@shared/ipc';
import type { MetricUnit } from '@shared/metrics';
import type { Problem } from '@shared/models';
import type { BusinessConfig, ProbeConfig } from '@shared/monitoring';
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

export const databaseGroup = (databaseId: string): string => `database:${databaseId}`;
export const problemKey = (code: string, databaseId: string | null): string => `problem:${code}:${databaseId ?? ''}`;
export const probeKey = (probeId: string): string => `probe:${probeId}`;
export const certificateKey = (probeId: string): string => `certificate:${probeId}`;
export const businessKey = (metricId: string): string => `business:${metricId}`;

/** An open problem. Its title are the words of the error. */
export function problemSignal(problem: Problem, databaseName: string | null): Signal {
  const { id: problemId, code, severity, databaseId, params } = problem;
  return {
    key: problemKey(code, databaseId),
    source: { type: 'problem', problemId, code, databaseId },
    severity,
    titleKey: databaseName === null ? 'problem' : 'problem-of',
    params: { ...(databaseName === null ? {} : { name: databaseName }), ...params, code },
    value: null,
    threshold: null,
    unit: 'number',
    group: databaseId === null ? 'problems' : databaseGroup(databaseId),
    place: { tab: 'errors', problemId, ...(databaseId === null ? {} : { databaseId }) },
  };
}

/** A probe that is down: so many of its last three tries failed. */
export function probeSignal(probeId: string, config: ProbeConfig, availability: number | null): Signal {
  return {
    key: probeKey(probeId),
    source: { type: 'probe', probeId },
    severity: config.severity,
    titleKey: 'probe-down',
    params: { name: config.name },
    value: availability,
    threshold: null,
    unit: 'fraction',
    group: 'probes',
    place: { tab: 'performance' },
  };
}

/** A certificate that ends in `days`. It says nothing while its service does not answer at all. */
export function certificateSignal(probeId: string, config: ProbeConfig, days: number, warnDays: number): Signal {
  return {
    ...probeSignal(probeId, config, null),
    key: certificateKey(probeId),
    // Days are left to act; on the last ones it is as bad as the service being down.
    severity: days > 3 ? 'MEDIUM' : config.severity,
    titleKey: 'certificate-ends',
    params: { name: config.name, count: Math.max(0, Math.floor(days)) },
    value: days,
    threshold: warnDays,
    unit: 'days',
    dependsOn: [probeKey(probeId)],
  };
}

/** A figure that misses its target. Null when nobody is to hear of that. */
export function businessSignal(metricId: string, config: BusinessConfig, value: number): Signal | null {
  if (config.severity === null || config.target === null) return null;
  return {
    key: businessKey(metricId),
    source: { type: 'business', metricId },
    severity: config.severity,
    titleKey: 'business-target',
    params: { name: config.name },
    value,
    threshold: config.target.value,
    unit: config.unit,
    group: databaseGroup(config.databaseId),
    place: { tab: 'performance', databaseId: config.databaseId },
  };
}
