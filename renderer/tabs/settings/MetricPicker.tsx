import { Select } from '@mantine/core';
import { METRIC_GROUPS, METRIC_NAMES, METRICS, type MetricName } from '@shared/metrics';
import { hasSubjects, type KnownMetrics, metricWords } from '@/alerts/metric-words';
import { useKnownMetrics } from '@/alerts/queries';
import { type Texts, useTexts } from '@/i18n';

/** A list longer than this is searched, not read. */
const MOST_SHOWN = 200;

interface Props {
  value: string;
  error?: string | undefined;
  onChange: (metric: string) => void;
}

/** Everything that is measured, by group: each metric, and each of its subjects on its own. */
export function MetricPicker({ value, error, onChange }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const known = useKnownMetrics().data ?? [];
  return (
    <Select
      label={t('rules.metric')}
      description={t('rules.metricEffect')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={value === '' ? null : value}
      data={choices(known, value, texts)}
      searchable
      limit={MOST_SHOWN}
      // the list itself scrolls: an area inside it would be one more stop for the keyboard
      withScrollArea={false}
      styles={{ options: { maxHeight: 320, overflowY: 'auto' } }}
      nothingFoundMessage={t('rules.noMetric')}
      error={error}
      onChange={(chosen) => {
        if (chosen !== null) onChange(chosen);
      }}
      data-testid="rule-metric"
    />
  );
}

function choices(known: KnownMetrics, value: string, texts: Texts) {
  const keys = new Set([...known.map(({ key }) => key), ...(value ? [value] : [])]);
  const subjectsOf = (name: MetricName): string[] => [...keys].filter((key) => key.startsWith(`${name}:`)).sort();
  return METRIC_GROUPS.map((group) => ({
    group: texts.shared(`metricGroup.${group}`),
    items: METRIC_NAMES.filter((name) => METRICS[name].group === group)
      .flatMap((name) => {
        const subjects = subjectsOf(name);
        // without a value so far, a metric of the machine is one that this machine does not have
        const there = keys.has(name) || hasSubjects(name, known);
        return [...(there ? [name] : []), ...subjects];
      })
      .map((key) => ({ value: key, label: metricWords(key, known, texts) })),
  })).filter(({ items }) => items.length > 0);
}
