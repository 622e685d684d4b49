import { Group, Text, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import type { HealthComponent } from '@shared/models';
import { Panel } from '@/components/Panel';
import { ToneIcon } from '@/components/ToneIcon';
import { useTexts } from '@/i18n';
import { navigate, type WindowPlace } from '@/navigation';
import { useApp } from '@/store';
import { HEALTH_TONE } from '@/tone';
import classes from './status.module.css';

/** Where each component is mended or seen more closely. */
const PLACES: Record<HealthComponent['component'], WindowPlace> = {
  databases: { tab: 'settings', section: 'databases' },
  backups: { tab: 'backups' },
  'backup-folder': { tab: 'settings', section: 'backup-folder' },
  disk: { tab: 'performance' },
  memory: { tab: 'performance' },
  cpu: { tab: 'performance' },
  'event-loop': { tab: 'performance' },
  store: { tab: 'errors' },
  monitoring: { tab: 'performance' },
  services: { tab: 'performance', section: 'services' },
  notifiers: { tab: 'settings', section: 'channels' },
  endpoint: { tab: 'settings', section: 'endpoint' },
  keyring: { tab: 'settings', section: 'channels' },
};

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
              <UnstyledButton
                className={classes.go}
                aria-label={t('health.open', { title: shared(`health.${line.component}.title`) })}
                onClick={() => navigate(PLACES[line.component])}
                data-testid={`health-open-${line.component}`}
              >
                <IconChevronRight size={16} aria-hidden />
              </UnstyledButton>
            </Group>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
