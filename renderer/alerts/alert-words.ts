/** An alert in words. */
import type { AlertSource, AlertView } from '@shared/alerting';
import { OPERATIONS, parseMetricKey } from '@shared/metrics';
import type { TextKey } from '@shared/text';
import type { Texts } from '@/i18n';
import type { Tone } from '@/tone';
import { limitWords, valueWords } from './values';

export function alertTitle({ titleKey, params, source }: AlertView, { shared }: Texts): string {
  const metric = source.type === 'rule' ? parseMetricKey(source.metric) : null;
  const operation = metric?.name.startsWith('operation.') && OPERATIONS.find((one) => one === metric.subject);
  const words = operation ? { ...params, subject: shared(`operation.${operation}`) } : params;
  return shared(`alertTitle.${titleKey}` as TextKey, words);
}

/** What was measured against what was allowed; null when nothing was measured. */
export function alertFigures(alert: AlertView, unitLabel: string, texts: Texts): string | null {
  const { value, threshold, unit, source } = alert;
  // a service is up or down: its last value says no more than the title
  if (value === null || (threshold === null && source.type !== 'rule')) return null;
  const measured = valueWords(value, unit, texts, unitLabel);
  if (threshold === null) return measured;
  return texts.t('alerts.against', { value: measured, threshold: limitWords(threshold, unit, texts, unitLabel) });
}

/** The metric whose course shows what happened; null for one that has none. */
export function alertMetric(source: AlertSource): string | null {
  switch (source.type) {
    case 'rule':
      return source.metric;
    case 'probe':
      // One that never answered has no response time.
      return `probe.up:${source.probeId}`;
    case 'business':
      return `business.value:${source.metricId}`;
    case 'data-rule':
      return `data.rule-violations:${source.ruleId}`;
    case 'error-group':
    case 'log-pattern':
    case 'problem':
      return null;
  }
}

/** State of an alert as shape and colour; the word is `alertState.<state>`. */
export const STATE_TONE: Record<AlertView['state'], Tone> = {
  pending: 'muted',
  firing: 'bad',
  recovering: 'busy',
  resolved: 'ok',
  'no-data': 'muted',
  error: 'warn',
};
