import { useId } from 'react';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import { changeSetting } from './change';
import { NumberField } from './NumberField';
import { SettingRow } from './SettingRow';

/** A quarter of a year. */
const MOST_HOURS = 2_160;

/** How long the transactions of databases under continuous protection are kept. */
export function ContinuousSection() {
  const { t } = useTexts();
  const id = useId();
  const { keepHours } = useApp((state) => state.settings.continuous);
  return (
    <Panel title={t('settings.continuous.label')} testId="settings-continuous">
      <SettingRow label={t('settings.continuous.hours')} effect={t('settings.continuous.effect')} controlId={id}>
        <NumberField
          id={id}
          value={keepHours}
          least={1}
          most={MOST_HOURS}
          onChange={(hours) => changeSetting('continuous', { keepHours: hours })}
          testId="continuous-hours"
        />
      </SettingRow>
    </Panel>
  );
}
