import { Select, Text } from '@mantine/core';
import { useTexts } from '@/i18n';
import type { MetricInfo } from '@shared/metrics';

interface Props {
  /** Largest value first. */
  subjects: readonly MetricInfo[];
  chosen: string | null;
  onChoose: (subject: string) => void;
  /** What is chosen: "Disk". */
  label: string;
}

/** Chooses one of several disks, interfaces or operations; nothing when there is one only. */
export function SubjectPicker({ subjects, chosen, onChoose, label }: Props) {
  const { t, format } = useTexts();
  if (subjects.length < 2) {
    const only = subjects[0]?.subjectLabel;
    return only ? (
      <Text size="xs" c="dimmed" truncate maw={160}>
        {only}
      </Text>
    ) : null;
  }
  return (
    <>
      <Select
        size="xs"
        w={158}
        aria-label={label}
        value={chosen}
        data={subjects.map(({ subject, subjectLabel }) => ({ value: subject ?? '', label: subjectLabel ?? '' }))}
        renderOption={({ option }) => {
          const info = subjects.find(({ subject }) => subject === option.value);
          const value = info?.lastValue;
          return (
            <span style={{ display: 'flex', gap: 12, width: '100%', justifyContent: 'space-between' }}>
              <span>{option.label}</span>
              {info && value !== null && value !== undefined && (
                <span className="hf-tone-muted">{format.metric(value, info.unit, info.unitLabel)}</span>
              )}
            </span>
          );
        }}
        comboboxProps={{ width: 'max-content', position: 'bottom-end' }}
        onChange={(value) => value !== null && onChoose(value)}
      />
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {t('performance.chart.more', { count: subjects.length - 1 })}
      </Text>
    </>
  );
}
