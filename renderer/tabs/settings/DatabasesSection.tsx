import { Button, Collapse, Group, Text } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconShieldPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { DatabaseStatus } from '@shared/models';
import { guardDatabase, removeDatabase } from '@/commands';
import { Panel } from '@/components/Panel';
import { PathText } from '@/components/PathText';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { usePlace } from '@/navigation';
import { useApp } from '@/store';
import { ContinuousState, ContinuousSwitch } from '@/timeline/ContinuousLine';
import { setSchedules } from './change';
import { ScheduleRows } from './ScheduleRows';
import { SettingRow } from './SettingRow';
import classes from './settings.module.css';

/** From here on the schedules of all would be too long to read at once. */
const MOST_OPEN = 2;

/** The guarded databases and when each is backed up. */
export function DatabasesSection() {
  const { t } = useTexts();
  const databases = useApp((state) => state.databases);
  const [guard, guarding] = usePending(guardDatabase);
  return (
    <Panel
      title={t('settings.databases.label')}
      aside={
        <Button
          variant="default"
          leftSection={<IconShieldPlus size={15} />}
          loading={guarding}
          onClick={() => void guard()}
          data-testid="guard-database"
        >
          {t('guard.button')}
        </Button>
      }
    >
      <Text c="dimmed" size="xs">
        {t('settings.databases.effect')}
      </Text>
      {databases.length === 0 && <Text mt="xs">{t('status.none')}</Text>}
      {databases.map((status) => (
        <DatabaseEntry key={status.database.id} status={status} few={databases.length <= MOST_OPEN} />
      ))}
    </Panel>
  );
}

function DatabaseEntry({ status, few }: { status: DatabaseStatus; few: boolean }) {
  const { t } = useTexts();
  const place = usePlace();
  const { database } = status;
  const [open, setOpen] = useState(few || place.databaseId === database.id);
  const [remove, removing] = usePending(removeDatabase);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div className={classes.database} data-testid={`settings-database-${database.name}`}>
      <Group justify="space-between" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          <Text fw={600} className="hf-selectable">
            {database.name}
          </Text>
          <PathText path={database.path} oneLine />
        </div>
        <Group gap="xs" wrap="nowrap">
          <Button
            variant="subtle"
            color="gray"
            leftSection={<Chevron size={15} />}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            data-testid={`toggle-schedules-${database.name}`}
          >
            {t('settings.databases.schedules')}
          </Button>
          <Button
            variant="subtle"
            color="var(--hf-bad)"
            loading={removing}
            onClick={() => void remove(status)}
            data-testid={`remove-database-${database.name}`}
          >
            {t('settings.databases.remove')}
          </Button>
        </Group>
      </Group>
      <Collapse expanded={open} transitionDuration={100} keepMounted={false}>
        <div style={{ paddingTop: 8 }}>
          <ScheduleRows
            schedules={database.schedules}
            owner={database.name}
            apply={(schedules) => setSchedules(database, schedules)}
          />
          <SettingRow
            label={t('continuous.name')}
            effect={
              <>
                {t('continuous.effect')}
                <ContinuousState status={status} />
              </>
            }
          >
            <ContinuousSwitch status={status} />
          </SettingRow>
        </div>
      </Collapse>
    </div>
  );
}
