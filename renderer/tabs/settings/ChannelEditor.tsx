import { Button, Drawer, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ChannelConfig, ChannelStatus, Delivery } from '@shared/alerting';
import { SEVERITIES } from '@shared/errors';
import { channelName, kindOf, NATIVE_CHANNEL } from '@/alerts/channel-words';
import { ErrorNotice } from '@/components/ErrorNotice';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { notifyDone } from '@/notify';
import { removeChannel, saveChannel, testChannel } from './channel-actions';
import { type ChannelDraft, type ChannelFaults, readChannelDraft, secretOf } from './channel-draft';
import { EmailFields, WebhookFields } from './ChannelFields';
import { TestResult } from './ChannelRow';
import classes from './settings.module.css';

export interface EditedChannel {
  /** Null for a new one. */
  channel: ChannelStatus | null;
  draft: ChannelDraft;
}

interface Props {
  edited: EditedChannel | null;
  channels: readonly ChannelStatus[];
  onClose: () => void;
}

/** Edits a channel at the side; nothing changes until it is saved. */
export function ChannelEditor({ edited, channels, onClose }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const title = edited?.channel
    ? channelName(edited.channel.config, texts)
    : edited && edited.draft.kind !== 'native'
      ? t(`channels.titleNew.${edited.draft.kind}`)
      : '';
  return (
    <Drawer
      opened={edited !== null}
      onClose={onClose}
      position="right"
      size={560}
      title={title}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      data-testid="channel-editor"
    >
      {edited && <Form edited={edited} channels={channels} onClose={onClose} />}
    </Drawer>
  );
}

function Form({ edited, channels, onClose }: Props & { edited: EditedChannel }) {
  const texts = useTexts();
  const { t, shared } = texts;
  const [channel, setChannel] = useState(edited.channel);
  const [draft, setDraft] = useState(edited.draft);
  const [strict, setStrict] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const [tested, setTested] = useState<Delivery | null>(null);
  const { config, faults } = readChannelDraft(draft);
  const change = (part: Partial<ChannelDraft>): void => setDraft((current) => ({ ...current, ...part }));
  const save = async (ready: ChannelConfig): Promise<ChannelStatus | null> => {
    try {
      const saved = await saveChannel(ready, channel?.id ?? null, secretOf(draft));
      setChannel(saved);
      setRefused(null);
      change({ secret: '', removeSecret: false });
      return saved;
    } catch (thrown) {
      setRefused(thrown);
      return null;
    }
  };
  const [saveOnly, saving] = usePending(async (ready: ChannelConfig) => {
    const saved = await save(ready);
    if (!saved) return;
    notifyDone(t('channels.saved', { name: channelName(saved.config, texts) }));
    onClose();
  });
  const [saveAndTest, testing] = usePending(async (ready: ChannelConfig) => {
    const saved = await save(ready);
    if (saved) setTested((await testChannel(saved.id)) ?? null);
  });
  const begin = (run: (ready: ChannelConfig) => Promise<void>): void => {
    setTested(null);
    if (config) void run(config);
    else setStrict(true);
  };
  const shown: ChannelFaults = strict ? faults : {};
  const fields = { draft, faults: shown, channel, onChange: change };
  return (
    <div className={classes.editor}>
      {draft.kind !== 'native' && (
        <TextInput
          label={t('channels.name')}
          value={draft.name}
          maxLength={80}
          error={shown.name && t('channels.faults.name')}
          onChange={(event) => change({ name: event.currentTarget.value })}
          data-autofocus
          data-testid="channel-name"
        />
      )}
      {draft.kind === 'email' && <EmailFields {...fields} />}
      {(draft.kind === 'webhook' || draft.kind === 'slack') && <WebhookFields {...fields} />}
      <Select
        label={t('channels.minSeverity')}
        description={t('channels.minSeverityEffect')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={draft.minSeverity}
        data={SEVERITIES.map((value) => ({
          value,
          label:
            value === 'LOW' ? t('channels.everything') : t('channels.from', { severity: shared(`severity.${value}`) }),
        }))}
        onChange={(chosen) => change({ minSeverity: SEVERITIES.find((one) => one === chosen) ?? draft.minSeverity })}
        data-testid="channel-min-severity"
      />
      {refused !== null && <ErrorNotice thrown={refused} />}
      {tested && (
        <div className={classes.box}>
          <TestResult delivery={tested} />
        </div>
      )}
      <div className={classes.foot}>
        {channel && channel.id !== NATIVE_CHANNEL && kindOf(channel.config) !== 'native' && (
          <Button
            variant="subtle"
            color="var(--hf-bad)"
            onClick={() => {
              void removeChannel(channel, channels).then((gone) => gone && onClose());
            }}
            data-testid="remove-channel"
          >
            {t('channels.remove')}
          </Button>
        )}
        <Button variant="default" onClick={onClose} data-end>
          {t(tested ? 'common.close' : 'common.cancel')}
        </Button>
        <Button variant="default" loading={testing} onClick={() => begin(saveAndTest)} data-testid="save-and-test">
          {t('channels.saveAndTest')}
        </Button>
        <Button loading={saving} onClick={() => begin(saveOnly)} data-testid="save-channel">
          {t('channels.save')}
        </Button>
      </div>
    </div>
  );
}
