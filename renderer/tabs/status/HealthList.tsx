import { Group, Text } from '@mantine/core';
import type { HealthComponent } from '@shared/models';
import { Panel } from '@/components/Panel';
import { ToneIcon } from '@/components/ToneIcon';
import { type Texts, useTexts } from '@/i18n';
import { useApp } from '@/store';
import { HEALTH_TONE } from '@/tone';
import classes from './status.module.css';

/** The components of Health, each with its state and what was measured. */
export function HealthList() {
  const texts = useTexts();
  const { t, shared } = texts;
  const health = useApp((state) => state.health);
  return (
    <Panel title={t('health.title')} testId="health">
      {health.length === 0 && <Text c="dimmed">{t('health.none')}</Text>}
      <ul className={classes.list}>
        {health.map((line) => (
          <li key={line.component}>
            <Group gap={8} wrap="nowrap" align="flex-start">
              <span style={{ paddingTop: 2 }}>
                <ToneIcon tone={HEALTH_TONE[line.status]} label={t(`health.${line.status}`)} />
              </span>
              <div style={{ flex: 1, minWidth: 0 }}>
                <Text fw={500}>{shared(`health.${line.component}.title`)}</Text>
                <Text size="xs" c="dimmed">
                  {shared(`health.${line.component}.${line.key}`, line.params)}
                </Text>
              </div>
              <Text component="span" size="xs" c="dimmed" style={{ whiteSpace: 'nowrap', paddingTop: 2 }}>
                {observed(line, texts)}
              </Text>
            </Group>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The measured value in its unit; nothing for units that say nothing alone. */
function observed({ observedValue, observedUnit }: HealthComponent, { format }: Texts): string {
  if (observedValue === null || observedUnit === '') return '';
  switch (observedUnit) {
    case 'bytes':
      return format.bytes(observedValue);
    case 'fraction':
      return format.percent(observedValue);
    case 'percent':
      return format.percent(observedValue / 100);
    case 'ms':
      return format.milliseconds(observedValue);
    default:
      return `${format.number(observedValue)} ${observedUnit}`;
  }
}
