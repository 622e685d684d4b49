import { Select } from '@mantine/core';
import { useId } from 'react';
import { LOG_LEVELS } from '@shared/logs';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import { changeSetting } from './change';
import { NumberField } from './NumberField';
import { SettingRow } from './SettingRow';

const LEAST_PERCENT = 0.01;
const MOST_PERCENT = 50;
const MOST_ERROR_DAYS = 730;
const MOST_LOG_DAYS = 365;
const LEAST_MEGABYTES = 100;
const MOST_MEGABYTES = 20_000;

/** How many operations may fail, and how long errors are kept. */
export function ErrorsSection() {
  const { t } = useTexts();
  const [objectiveId, keepId] = [useId(), useId()];
  const errors = useApp((state) => state.settings.errors);
  return (
    <Panel title={t('settings.errors.label')} testId="settings-errors">
      <SettingRow
        label={t('settings.errors.objective')}
        effect={t('settings.errors.objectiveEffect')}
        controlId={objectiveId}
      >
        <NumberField
          id={objectiveId}
          value={errors.objectivePercent}
          least={LEAST_PERCENT}
          most={MOST_PERCENT}
          decimals={2}
          onChange={(objectivePercent) => changeSetting('errors', { ...errors, objectivePercent })}
          testId="errors-objective"
        />
      </SettingRow>
      <SettingRow label={t('settings.errors.keep')} effect={t('settings.errors.keepEffect')} controlId={keepId}>
        <NumberField
          id={keepId}
          value={errors.keepDays}
          least={1}
          most={MOST_ERROR_DAYS}
          onChange={(keepDays) => changeSetting('errors', { ...errors, keepDays })}
          testId="errors-keep"
        />
      </SettingRow>
    </Panel>
  );
}

/** How long logs can be searched, and what the own log holds. */
export function LogsSection() {
  const { t } = useTexts();
  const [keepId, limitId, levelId] = [useId(), useId(), useId()];
  const logs = useApp((state) => state.settings.logs);
  return (
    <Panel title={t('settings.logs.label')} testId="settings-logs">
      <SettingRow label={t('settings.logs.keep')} effect={t('settings.logs.keepEffect')} controlId={keepId}>
        <NumberField
          id={keepId}
          value={logs.keepDays}
          least={1}
          most={MOST_LOG_DAYS}
          onChange={(keepDays) => changeSetting('logs', { ...logs, keepDays })}
          testId="logs-keep"
        />
      </SettingRow>
      <SettingRow label={t('settings.logs.limit')} effect={t('settings.logs.limitEffect')} controlId={limitId}>
        <NumberField
          id={limitId}
          value={logs.limitMegabytes}
          least={LEAST_MEGABYTES}
          most={MOST_MEGABYTES}
          onChange={(limitMegabytes) => changeSetting('logs', { ...logs, limitMegabytes })}
          testId="logs-limit"
        />
      </SettingRow>
      <SettingRow label={t('settings.logs.ownLevel')} effect={t('settings.logs.ownLevelEffect')} controlId={levelId}>
        <Select
          id={levelId}
          w={140}
          value={logs.ownLevel}
          data={LOG_LEVELS.map((level) => ({ value: level, label: t(`logs.levels.${level}`) }))}
          allowDeselect={false}
          onChange={(value) => {
            const ownLevel = LOG_LEVELS.find((level) => level === value);
            if (ownLevel) void changeSetting('logs', { ...logs, ownLevel });
          }}
          data-testid="logs-own-level"
        />
      </SettingRow>
    </Panel>
  );
}
