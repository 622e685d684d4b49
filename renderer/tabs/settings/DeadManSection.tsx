import { Group, Text, TextInput } from '@mantine/core';
import { type KeyboardEvent, useId, useState } from 'react';
import { describeError } from '@shared/text';
import { spanWords } from '@/alerts/rule-words';
import { Mark } from '@/components/Mark';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import { changeSetting } from './change';
import { urlFault } from './channel-draft';
import { NumberField } from './NumberField';
import { SettingRow } from './SettingRow';

/** An address that is asked while Holdfast works, so that somebody notices when it does not. */
export function DeadManSection() {
  const { t } = useTexts();
  const deadMan = useApp((state) => state.settings.deadMan);
  const intervalId = useId();
  return (
    <Panel title={t('settings.deadMan.label')} testId="settings-dead-man">
      <Text c="dimmed" size="xs" mb="xs">
        {t('settings.deadMan.effect')}
      </Text>
      <UrlField />
      <SettingRow
        label={t('settings.deadMan.interval')}
        effect={t('settings.deadMan.intervalEffect')}
        controlId={intervalId}
      >
        <Group gap={8} wrap="nowrap">
          <NumberField
            id={intervalId}
            value={deadMan.intervalMinutes}
            least={1}
            most={1_440}
            onChange={(intervalMinutes) => changeSetting('deadMan', { ...deadMan, intervalMinutes })}
            testId="dead-man-interval"
          />
          <Text size="xs" c="dimmed">
            {t('settings.deadMan.minutes')}
          </Text>
        </Group>
      </SettingRow>
      <SettingRow label={t('settings.deadMan.state')} effect={<State />}>
        {null}
      </SettingRow>
    </Panel>
  );
}

function UrlField() {
  const { t } = useTexts();
  const deadMan = useApp((state) => state.settings.deadMan);
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  const commit = async (): Promise<void> => {
    if (draft === null) return;
    const url = draft.trim();
    if (url !== '' && urlFault(url) !== null) {
      setRefused(true);
      return;
    }
    if (await changeSetting('deadMan', { ...deadMan, url })) setDraft(null);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') void commit();
    if (event.key !== 'Escape') return;
    setDraft(null);
    setRefused(false);
  };
  return (
    <SettingRow label={t('settings.deadMan.url')} effect={t('settings.deadMan.urlEffect')} controlId={id}>
      <TextInput
        id={id}
        w={320}
        placeholder="https://hc-ping.com/…"
        value={draft ?? deadMan.url}
        maxLength={2048}
        spellCheck={false}
        error={refused && t('settings.deadMan.urlRefused')}
        onChange={(event) => {
          setDraft(event.currentTarget.value);
          setRefused(false);
        }}
        onBlur={() => void commit()}
        onKeyDown={onKey}
        data-testid="dead-man-url"
      />
    </SettingRow>
  );
}

function State() {
  const texts = useTexts();
  const { t, shared } = texts;
  const { url, intervalMinutes } = useApp((state) => state.settings.deadMan);
  const problem = useApp((state) => state.problems.find(({ code }) => code === 'DEAD_MAN_FAILED'));
  const words = problem ? describeError(shared, problem) : null;
  return (
    <span data-testid="dead-man-state">
      {url === '' ? (
        <Mark tone="muted" size="xs">
          {t('settings.deadMan.off')}
        </Mark>
      ) : words ? (
        <>
          <Mark tone="bad" size="xs">
            {words.what}
          </Mark>
          <Text size="xs">{words.action}</Text>
        </>
      ) : (
        <Mark tone="ok" size="xs">
          {t('settings.deadMan.on', { interval: spanWords(intervalMinutes * 60, texts) })}
        </Mark>
      )}
    </span>
  );
}
