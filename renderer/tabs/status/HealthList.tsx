import { Group, Text, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import type { DatabaseStatus, HealthComponent } from '@shared/models';
import { openPerformance } from '@/alerts/actions';
import { Panel } from '@/components/Panel';
import { ToneIcon } from '@/components/ToneIcon';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { loaded, useApp } from '@/store';
import { HEALTH_TONE } from '@/tone';
import classes from './status.module.css';

/** Goes where a component is mended or seen more closely. */
const OPEN: Record<HealthComponent['component'], (line: HealthComponent) => void> = {
  databases: () => navigate({ tab: 'settings', section: 'databases' }),
  backups: () => navigate({ tab: 'backups' }),
  'backup-folder': () => navigate({ tab: 'settings', section: 'backup-folder' }),
  disk: () => openPerformance('machine'),
  memory: () => openPerformance('machine'),
  cpu: () => openPerformance('machine'),
  'event-loop': () => openPerformance('machine'),
  store: () => navigate({ tab: 'errors' }),
  monitoring: () => openPerformance('machine'),
  services: () => openPerformance('services'),
  notifiers: () => navigate({ tab: 'settings', section: 'channels' }),
  endpoint: () => navigate({ tab: 'settings', section: 'endpoint' }),
  keyring: () => navigate({ tab: 'settings', section: 'channels' }),
  copies: () => navigate({ tab: 'settings', section: 'destinations' }),
  drills: ({ key }) => (key === 'off' ? navigate({ tab: 'settings', section: 'drills' }) : openDrills()),
  continuous: () => navigate({ tab: 'backups' }),
  integrity: ({ key }) =>
    key === 'off' ? navigate({ tab: 'settings', section: 'integrity' }) : openIntegrity(checkRank),
  'data-rules': () => openIntegrity(ruleRank),
  operations: () => navigate({ tab: 'errors' }),
  logs: () => navigate({ tab: 'errors' }),
};

/** Shows the integrity of the database that ranks lowest. */
function openIntegrity(rank: (status: DatabaseStatus) => string): void {
  const worst = loaded().databases.toSorted((a, b) => rank(a).localeCompare(rank(b)))[0];
  navigate({ tab: 'backups', databaseId: worst?.database.id, view: 'integrity' });
}

const OUTCOME_RANK = { damaged: 0, violations: 1, incomplete: 2, ok: 4 } as const;

/** Damaged ones first, then those that wait longest for a check. */
const checkRank = ({ integrity: { last } }: DatabaseStatus): string =>
  last ? `${OUTCOME_RANK[last.outcome]} ${last.finishedAt}` : '3';

const ruleRank = ({ integrity: { brokenRules, failingRules } }: DatabaseStatus): string =>
  brokenRules > 0 ? '0' : failingRules > 0 ? '1' : '2';

/** Shows the drills of the database whose last one failed, else of the one that waits longest for one. */
function openDrills(): void {
  const waiting = loaded().databases.toSorted((a, b) => drillRank(a).localeCompare(drillRank(b)));
  navigate({ tab: 'backups', databaseId: waiting[0]?.database.id, view: 'drills' });
}

const drillRank = ({ lastDrill }: DatabaseStatus): string =>
  lastDrill ? `${lastDrill.outcome === 'failed' ? 0 : 2} ${lastDrill.finishedAt}` : '1';

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
                onClick={() => OPEN[line.component](line)}
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
