import { NumberInput, Text } from '@mantine/core';
import { type KeyboardEvent, useId, useState } from 'react';
import type { RetentionPolicy } from '@shared/settings';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import { changeSetting } from './change';
import { SettingRow } from './SettingRow';

const LIMITS = { incremental: 2_000, daily: 366, weekly: 260, monthly: 240 } as const;
const PERIODS = ['incremental', 'daily', 'weekly', 'monthly'] as const;

/** How many backups stay. */
export function RetentionSection() {
  const { t } = useTexts();
  const policy = useApp((state) => state.settings.retention);
  const total = policy.daily + policy.weekly + policy.monthly;
  return (
    <Panel title={t('settings.retention.label')}>
      {PERIODS.map((period) => (
        <CountRow
          key={period}
          period={period}
          policy={policy}
          // one must stay: the last calendar count that is not zero cannot become zero
          least={period !== 'incremental' && total === policy[period] ? 1 : 0}
        />
      ))}
      <Text mt="xs">{t('settings.retention.summary', { ...policy })}</Text>
      <Text size="xs" c="dimmed">
        {t('settings.retention.always')}
      </Text>
    </Panel>
  );
}

function CountRow({
  period,
  policy,
  least,
}: {
  period: keyof RetentionPolicy;
  policy: RetentionPolicy;
  least: number;
}) {
  const { t } = useTexts();
  const id = useId();
  // null while nothing is typed: the setting is shown
  const [draft, setDraft] = useState<string | number | null>(null);
  const commit = async (): Promise<void> => {
    const valid = typeof draft === 'number' && Number.isInteger(draft) && draft >= least && draft <= LIMITS[period];
    if (valid) await changeSetting('retention', { ...policy, [period]: draft });
    setDraft(null);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') void commit();
    if (event.key === 'Escape') setDraft(null);
  };
  return (
    <SettingRow
      label={t(`settings.retention.${period}`)}
      effect={t(`settings.retention.${period}Effect`)}
      controlId={id}
    >
      <NumberInput
        id={id}
        w={96}
        min={least}
        max={LIMITS[period]}
        allowDecimal={false}
        allowNegative={false}
        clampBehavior="strict"
        value={draft ?? policy[period]}
        onChange={setDraft}
        onBlur={() => void commit()}
        onKeyDown={onKey}
        data-testid={`retention-${period}`}
      />
    </SettingRow>
  );
}
