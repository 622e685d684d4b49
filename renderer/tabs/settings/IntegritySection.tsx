import { Text } from '@mantine/core';
import type { CheckDepth } from '@shared/integrity';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import { applySetting } from './change';
import { ScheduleLine } from './ScheduleLine';

const DEPTHS = ['quick', 'full'] as const satisfies readonly CheckDepth[];

/** When the live databases are checked. */
export function IntegritySection() {
  const { t } = useTexts();
  const checks = useApp((state) => state.settings.integrityChecks);
  const off = DEPTHS.every((depth) => !checks[depth].enabled);
  return (
    <Panel title={t('settings.integrityChecks.label')} testId="settings-integrity">
      <Text c="dimmed" size="xs" mb="xs">
        {t('settings.integrityChecks.effect')}
      </Text>
      {DEPTHS.map((depth) => (
        <ScheduleLine
          key={depth}
          name={t(`settings.integrityChecks.${depth}`)}
          cronLabel={t(`settings.integrityChecks.${depth}Cron`)}
          schedule={checks[depth]}
          apply={(change) => applySetting('integrityChecks', { ...checks, [depth]: { ...checks[depth], ...change } })}
          testId={`cron-check-${depth}`}
        >
          <Text size="xs" c="dimmed">
            {t(`settings.integrityChecks.${depth}Effect`)}
          </Text>
        </ScheduleLine>
      ))}
      {off && (
        <Text size="xs" className="hf-tone-warn">
          {t('settings.integrityChecks.offEffect')}
        </Text>
      )}
    </Panel>
  );
}
