import { Text } from '@mantine/core';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import { applySetting } from './change';
import { ScheduleLine } from './ScheduleLine';

/** When restores are tried. */
export function DrillsSection() {
  const { t } = useTexts();
  const drills = useApp((state) => state.settings.drills);
  return (
    <Panel title={t('settings.drills.label')} testId="settings-drills">
      <Text c="dimmed" size="xs" mb="xs">
        {t('settings.drills.effect')}
      </Text>
      <ScheduleLine
        name={t('settings.drills.enable')}
        cronLabel={t('settings.drills.cron')}
        schedule={drills}
        apply={(change) => applySetting('drills', { ...drills, ...change })}
        testId="cron-drills"
      >
        {!drills.enabled && (
          <Text size="xs" className="hf-tone-warn">
            {t('settings.drills.offEffect')}
          </Text>
        )}
      </ScheduleLine>
    </Panel>
  );
}
