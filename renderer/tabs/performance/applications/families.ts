/** The series of an application, by what they are called without their labels. */
import type { MetricInfo } from '@shared/metrics';
import { LINE_COLOURS } from '../chart/colours';
import type { ChartSpec, LineSpec } from '../chart/spec';
import type { Texts } from '@/i18n';

export interface Family {
  /** Name of the series, as `http_requests_total`. */
  name: string;
  /** Same name, other labels; largest value first. */
  members: MetricInfo[];
}

/** What is drawn on one chart; more lines cannot be told apart. */
export const MOST_LINES = LINE_COLOURS.length;
const DASHES = ['solid', 'dashed', 'dotted'] as const;

/** Series of one application, grouped; names in their order. */
export function familiesOf(metrics: readonly MetricInfo[], application: string): Family[] {
  const families = new Map<string, MetricInfo[]>();
  for (const info of metrics) {
    const series = seriesOf(info, application);
    if (series === null) continue;
    const name = `${info.name} ${series.name}`;
    families.set(name, [...(families.get(name) ?? []), info]);
  }
  return [...families.entries()]
    .map(([key, members]) => ({
      name: key.slice(key.indexOf(' ') + 1),
      members: members.sort((a, b) => (b.lastValue ?? 0) - (a.lastValue ?? 0)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Takes `shop/http_requests_total{code="500"}` apart; null for what is not of this application. */
export function seriesOf(
  { group, name, subject }: Pick<MetricInfo, 'group' | 'name' | 'subject'>,
  application: string,
): { name: string; labels: string } | null {
  if (group !== 'application' || name === 'app.up' || !subject?.startsWith(`${application}/`)) return null;
  const series = subject.slice(application.length + 1);
  const brace = series.indexOf('{');
  if (brace < 0) return { name: series, labels: '' };
  return { name: series.slice(0, brace), labels: series.slice(brace + 1, -1) };
}

/** What a family's chart shows: percentiles of one distribution, or a line for each set of labels. */
export function familySpec(family: Family, application: string, member: string | null, { t }: Texts): ChartSpec {
  const [first] = family.members;
  const id = `app-${application}-${first?.name ?? ''}-${family.name}`.replaceAll(/[^\w-]/g, '_');
  const base = { id, title: family.name, unit: first?.unit ?? 'number', unitLabel: first?.unitLabel ?? '' } as const;
  if (first?.histogram) {
    const { key } = family.members.find((info) => info.key === member) ?? first;
    return {
      ...base,
      lines: [
        { key, percentile: 'p50', name: t('performance.line.p50'), colour: 'blue' },
        { key, percentile: 'p95', name: t('performance.line.p95'), colour: 'amber', dash: 'dashed', alone: true },
        { key, percentile: 'p99', name: t('performance.line.p99'), colour: 'rose', dash: 'dotted', alone: true },
      ],
    };
  }
  const lines = family.members.slice(0, MOST_LINES).map(
    (info, index): LineSpec => ({
      key: info.key,
      name: seriesOf(info, application)?.labels || family.name,
      colour: LINE_COLOURS[index] ?? 'gray',
      dash: DASHES[index % DASHES.length] ?? 'solid',
      band: family.members.length === 1,
      alone: index > 0,
    }),
  );
  return { ...base, lines };
}
