/** Names of metrics and what they are about. */
import { METRICS, type MetricInfo, type MetricUnit, OPERATIONS, parseMetricKey } from '@shared/metrics';
import type { Texts } from '@/i18n';

/** What is known of the metrics that have values; empty until it was asked for. */
export type KnownMetrics = readonly MetricInfo[];

/** A metric's name with its subject: "Disk space used, /srv". A name alone that has subjects stands for each of them. */
export function metricWords(key: string, known: KnownMetrics, { t, shared }: Texts): string {
  const parsed = parseMetricKey(key);
  if (!parsed) return key;
  const name = shared(`metric.${parsed.name}`);
  if (parsed.subject !== null) return t('rules.metricOf', { metric: name, subject: subjectWords(key, known, shared) });
  const { group } = METRICS[parsed.name];
  return hasSubjects(parsed.name, known)
    ? t('rules.metricOf', { metric: name, subject: t(`rules.each.${group}`) })
    : name;
}

/** How people call the subject of a key. */
export function subjectWords(key: string, known: KnownMetrics, shared: Texts['shared']): string {
  const parsed = parseMetricKey(key);
  const operation = OPERATIONS.find((one) => one === parsed?.subject);
  if (operation && parsed?.name.startsWith('operation.')) return shared(`operation.${operation}`);
  return known.find((one) => one.key === key)?.subjectLabel ?? parsed?.subject ?? key;
}

/** Groups in which every metric has a subject, also while nothing of it was measured yet. */
const ALWAYS_SUBJECTS: ReadonlySet<string> = new Set([
  'disk',
  'network',
  'gpu',
  'operation',
  'backup',
  'application',
  'business',
  'probe',
]);

export function hasSubjects(name: keyof typeof METRICS, known: KnownMetrics): boolean {
  return ALWAYS_SUBJECTS.has(METRICS[name].group) || known.some((one) => one.name === name && one.subject !== null);
}

/** Unit of a key; figures of databases have one of their own. */
export function unitOf(key: string, known: KnownMetrics): { unit: MetricUnit; unitLabel: string } {
  const parsed = parseMetricKey(key);
  const info = known.find((one) => one.key === key);
  if (info) return { unit: info.unit, unitLabel: info.unitLabel };
  return { unit: parsed ? METRICS[parsed.name].unit : 'number', unitLabel: '' };
}
