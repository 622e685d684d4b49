import { Text } from '@mantine/core';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import { applySetting } from './change';
import { ScheduleRows } from './ScheduleRows';

/** Schedules that a newly guarded database starts with. */
export function DefaultSchedulesSection() {
  const { t } = useTexts();
  const schedules = useApp((state) => state.settings.defaultSchedules);
  return (
    <Panel title={t('settings.defaultSchedules.label')}>
      <Text c="dimmed" size="xs" mb="xs">
        {t('settings.defaultSchedules.effect')}
      </Text>
      <ScheduleRows
        schedules={schedules}
        owner={t('settings.defaultSchedules.owner')}
        apply={(changed) => applySetting('defaultSchedules', changed)}
      />
    </Panel>
  );
}
