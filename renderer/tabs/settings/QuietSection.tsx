import { Button, Group, Text, TextInput } from '@mantine/core';
import { IconBellOff } from '@tabler/icons-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { pauseAlerts, resumeAlerts } from '@/alerts/actions';
import { shortMoment, timeOfDay } from '@/alerts/moment';
import { PAUSE_CHOICES } from '@/alerts/snooze';
import { SnoozeMenu } from '@/alerts/SnoozeMenu';
import { Panel } from '@/components/Panel';
import { usePending } from '@/components/usePending';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import { changeSetting } from './change';
import { SettingRow, SwitchRow } from './SettingRow';

/** When people are left alone. */
export function QuietSection() {
  const { t, format } = useTexts();
  const clock = (time: string): string => timeOfDay(time, format.locale);
  const quiet = useApp((state) => state.settings.quietHours);
  const digestAt = useApp((state) => state.settings.digestAt);
  const digestId = useId();
  const same = quiet.from === quiet.to;
  return (
    <Panel title={t('settings.quiet')} testId="settings-quiet">
      <PauseRow />
      <SwitchRow
        label={t('settings.quietHours.label')}
        effect={
          quiet.enabled
            ? t(same ? 'settings.quietHours.same' : 'settings.quietHours.on', {
                from: clock(quiet.from),
                to: clock(quiet.to),
              })
            : t('settings.quietHours.off')
        }
        checked={quiet.enabled}
        onChange={(enabled) => changeSetting('quietHours', { ...quiet, enabled })}
      />
      <SettingRow label={t('settings.quietHours.times')} effect={t('settings.quietHours.timesEffect')}>
        <Group gap={6} wrap="nowrap">
          {(['from', 'to'] as const).map((end) => (
            <TimeField
              key={end}
              label={`${t('settings.quietHours.label')}: ${t(`settings.quietHours.${end}`)}`}
              value={quiet[end]}
              disabled={!quiet.enabled}
              onChange={(time) => changeSetting('quietHours', { ...quiet, [end]: time })}
              testId={`quiet-${end}`}
            />
          ))}
        </Group>
      </SettingRow>
      <SettingRow
        label={t('settings.digestAt.label')}
        effect={t('settings.digestAt.effect', { time: clock(digestAt) })}
        controlId={digestId}
      >
        <TimeField
          id={digestId}
          value={digestAt}
          onChange={(time) => changeSetting('digestAt', time)}
          testId="digest-at"
        />
      </SettingRow>
    </Panel>
  );
}

function PauseRow() {
  const { t, format } = useTexts();
  const until = useApp((state) => state.alertsPausedUntil);
  const now = useNow();
  const [resume, resuming] = usePending(resumeAlerts);
  return (
    <SettingRow
      label={t('settings.pause.label')}
      effect={
        until === null ? (
          t('settings.pause.effect')
        ) : (
          <Text size="xs" className="hf-tone-warn">
            {t('settings.pause.effectPaused', { time: shortMoment(Date.parse(until), now, format.locale) })}
          </Text>
        )
      }
    >
      {until === null ? (
        <SnoozeMenu choices={PAUSE_CHOICES} onChoose={(choice) => void pauseAlerts(choice)}>
          <Button variant="default" leftSection={<IconBellOff size={15} aria-hidden />} data-testid="pause-alerts">
            {t('settings.pause.button')}
          </Button>
        </SnoozeMenu>
      ) : (
        <Button variant="default" loading={resuming} onClick={() => void resume()} data-testid="resume-alerts-setting">
          {t('alerts.resume')}
        </Button>
      )}
    </SettingRow>
  );
}

interface TimeFieldProps {
  value: string;
  onChange: (time: string) => Promise<boolean>;
  id?: string;
  label?: string;
  disabled?: boolean;
  testId: string;
}

/** A local time of day. Applied when the field is left: each key in it would be a time too. */
function TimeField({ value, onChange, id, label, disabled = false, testId }: TimeFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = async (): Promise<void> => {
    if (draft !== null && /^\d\d:\d\d$/.test(draft) && draft !== value) await onChange(draft);
    setDraft(null);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') void commit();
    if (event.key === 'Escape') setDraft(null);
  };
  return (
    <TextInput
      type="time"
      id={id}
      aria-label={label}
      w={124}
      required
      disabled={disabled}
      value={draft ?? value}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={() => void commit()}
      onKeyDown={onKey}
      data-testid={testId}
    />
  );
}
