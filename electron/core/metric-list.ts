/** The metrics that have values, with the names that people know their subjects by. */
import type { DataRuleStatus } from '@shared/integrity';
import {
  METRICS,
  type MetricGroup,
  type MetricInfo,
  type MetricName,
  type MetricUnit,
  parseMetricKey,
} from '@shared/metrics';
import type { BusinessStatus, ProbeStatus } from '@shared/monitoring';
import type { KnownMetric } from '../metrics/types';

export interface MetricNames {
  probes: readonly Pick<ProbeStatus, 'id' | 'config'>[];
  business: readonly Pick<BusinessStatus, 'id' | 'config'>[];
  dataRules: readonly Pick<DataRuleStatus, 'id' | 'config'>[];
  databases: readonly { id: string; name: string }[];
  scrapes: readonly { id: string; name: string }[];
}

/** Pure. A metric whose name this version does not know, or whose subject was removed, is left out. */
export function listMetrics(known: readonly KnownMetric[], names: MetricNames): MetricInfo[] {
  return known.flatMap(({ key, lastValue, lastAtMs }) => {
    const parsed = parseMetricKey(key);
    if (!parsed) return [];
    const { name, subject } = parsed;
    const subjectLabel = subject === null ? null : labelOf(name, subject, names);
    if (subject !== null && subjectLabel === null) return [];
    const figure = name === 'business.value' ? names.business.find(({ id }) => id === subject) : undefined;
    const facts: { group: MetricGroup; unit: MetricUnit; histogram?: true } = METRICS[name];
    return [
      {
        key,
        name,
        subject,
        group: facts.group,
        unit: figure?.config.unit ?? facts.unit,
        subjectLabel,
        unitLabel: figure?.config.unitLabel ?? '',
        histogram: facts.histogram ?? false,
        lastValue,
        lastAtMs,
      },
    ];
  });
}

/** What people call the subject of a metric; null when it was removed. */
export function labelOf(name: MetricName, subject: string, names: MetricNames): string | null {
  switch (METRICS[name].group) {
    case 'probe':
      return names.probes.find(({ id }) => id === subject)?.config.name ?? null;
    case 'business':
      if (name === 'data.rule-violations') return names.dataRules.find(({ id }) => id === subject)?.config.name ?? null;
      return names.business.find(({ id }) => id === subject)?.config.name ?? null;
    case 'backup':
      return names.databases.find(({ id }) => id === subject)?.name ?? null;
    case 'application':
      return name === 'app.up' ? (names.scrapes.find(({ id }) => id === subject)?.name ?? null) : subject;
    case 'machine':
    case 'disk':
    case 'network':
    case 'gpu':
    case 'holdfast':
    case 'operation':
      return subject;
  }
}
