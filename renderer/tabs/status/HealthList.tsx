import { Group, Text } from '@mantine/core';
import { Panel } from '@/components/Panel';
import { ToneIcon } from '@/components/ToneIcon';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import { HEALTH_TONE } from '@/tone';
import classes from './status.module.css';

/** The components of Health, each with its state in a sentence. */
export function HealthList() {
  const { t, shared } = useTexts();
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
            </Group>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
