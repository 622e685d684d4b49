import { type ComponentType, useMemo, useState } from 'react';
import { type ChartEvent, type MetricInfo, type MetricName, type Operation, OPERATIONS } from '@shared/metrics';
import { type Texts, useTexts } from '@/i18n';
import { ChartPanel } from '../chart/ChartPanel';
import type { ChartSpec } from '../chart/spec';
import { SubjectPicker } from '../chart/SubjectPicker';

interface Props {
  metrics: readonly MetricInfo[];
  events: readonly ChartEvent[];
  /** Metric whose subjects can be chosen. */
  name: MetricName;
  build: (subject: string, texts: Texts) => ChartSpec;
  /** Figures that have no line. */
  Note?: ComponentType<{ subject: string }>;
}

/** A chart of one of several disks, interfaces or operations; nothing when there is none. */
export function SubjectChart({ metrics, events, name, build, Note }: Props) {
  const texts = useTexts();
  const subjects = subjectsOf(metrics, name, texts);
  const [chosen, setChosen] = useState<string | null>(null);
  // what was largest first stays: a chart that changes its subject by itself cannot be read
  const [first, setFirst] = useState<string | null>(null);
  const largest = subjects[0]?.subject ?? null;
  if (first === null && largest !== null) setFirst(largest);
  const wanted = chosen ?? first;
  const subject = subjects.some((info) => info.subject === wanted) ? wanted : largest;
  const spec = useMemo(() => (subject === null ? null : build(subject, texts)), [subject, build, texts]);
  if (!spec || subject === null) return null;
  return (
    <ChartPanel
      spec={spec}
      events={events}
      picker={<SubjectPicker subjects={subjects} chosen={subject} onChoose={setChosen} label={spec.title} />}
      note={Note && <Note subject={subject} />}
    />
  );
}

/** Subjects of a metric, largest value first. */
export function subjectsOf(metrics: readonly MetricInfo[], name: MetricName, { shared }: Texts): MetricInfo[] {
  return metrics
    .filter((info) => info.name === name && info.subject !== null)
    .map((info) => {
      const operation = OPERATIONS.find((one): one is Operation => one === info.subject);
      return info.group === 'operation' && operation
        ? { ...info, subjectLabel: shared(`operation.${operation}`) }
        : info;
    })
    .sort((a, b) => (b.lastValue ?? -1) - (a.lastValue ?? -1));
}
