import { Button, Group, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import type { ChannelStatus, Delivery } from '@shared/alerting';
import { describeError } from '@shared/text';
import { CHANNEL_TONE, channelName, channelTarget, kindOf } from '@/alerts/channel-words';
import { shortMoment } from '@/alerts/moment';
import { Mark } from '@/components/Mark';
import { usePending } from '@/components/usePending';
import { useNow } from '@/format/now';
import { type Texts, useTexts } from '@/i18n';
import { switchChannel, testChannel } from './channel-actions';
import classes from './settings.module.css';

interface Props {
  channel: ChannelStatus;
  onEdit: () => void;
  onLog: () => void;
}

/** One channel: whether messages arrive through it, and what can be done with it. */
export function ChannelRow({ channel, onEdit, onLog }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const now = useNow();
  const { id, config, state } = channel;
  const name = channelName(config, texts);
  const [tested, setTested] = useState<Delivery | null>(null);
  const [test, testing] = usePending(async () => setTested((await testChannel(id)) ?? null));
  return (
    <li className={classes.channel} data-testid="channel-row" data-channel={id} data-state={state}>
      <div style={{ minWidth: 0 }}>
        <Group gap="sm" wrap="nowrap">
          <Text fw={500} truncate>
            {name}
          </Text>
          <Mark tone={CHANNEL_TONE[state]} size="xs">
            {t(`channels.state.${state}`)}
          </Mark>
        </Group>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {channelFacts(channel, now, texts).join(' · ')}
        </Text>
      </div>
      <Group gap={4} wrap="nowrap">
        <Button
          variant="default"
          size="compact-sm"
          loading={testing}
          aria-label={t('channels.testOf', { name })}
          onClick={() => void test()}
          data-testid={`test-channel-${id}`}
        >
          {t('channels.test')}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          aria-label={t('channels.logOf', { name })}
          onClick={onLog}
          data-testid="channel-log"
        >
          {t('channels.log')}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          aria-label={t('channels.editOf', { name })}
          onClick={onEdit}
          data-testid="edit-channel"
        >
          {t('channels.edit')}
        </Button>
        <Switch
          ml={4}
          aria-label={t('channels.enabledOf', { name })}
          checked={config.enabled}
          onChange={(event) => void switchChannel(channel, event.currentTarget.checked)}
        />
      </Group>
      {tested ? (
        <TestResult delivery={tested} />
      ) : (
        channel.lastError && state === 'failing' && <LastError channel={channel} />
      )}
    </li>
  );
}

/** What kind, where to, from which severity on, when last, and what waits. */
function channelFacts(
  { config, lastSentAt, waiting }: ChannelStatus,
  now: number,
  { t, shared, format }: Texts,
): string[] {
  const facts = [t(`channels.kind.${kindOf(config)}`)];
  const target = channelTarget(config);
  if (target) facts.push(target);
  facts.push(
    config.minSeverity === 'LOW'
      ? t('channels.everything')
      : t('channels.from', { severity: shared(`severity.${config.minSeverity}`) }),
  );
  if (lastSentAt !== null) facts.push(t('channels.lastSent', { time: format.relative(lastSentAt, now) }));
  if (waiting > 0) facts.push(t('channels.waiting', { count: waiting }));
  return facts;
}

/** What became of a test message, where it was asked for. */
export function TestResult({ delivery }: { delivery: Delivery }) {
  const { t, shared, format } = useTexts();
  const now = useNow();
  const sent = delivery.state === 'sent';
  const words = delivery.error ? describeError(shared, delivery.error) : null;
  return (
    <div role="status" data-testid="test-result" data-sent={sent}>
      <Mark tone={sent ? 'ok' : 'bad'} size="xs">
        {sent
          ? t('channels.testSent', {
              time: shortMoment(Date.parse(delivery.sentAt ?? delivery.createdAt), now, format.locale),
            })
          : t('channels.testFailed')}
      </Mark>
      {!sent && words && (
        <Text size="xs" className="hf-selectable">
          {words.what} {words.action}
        </Text>
      )}
    </div>
  );
}

function LastError({ channel }: { channel: ChannelStatus }) {
  const { shared } = useTexts();
  if (!channel.lastError) return null;
  const words = describeError(shared, channel.lastError);
  return (
    <Text size="xs" className="hf-selectable hf-tone-bad" data-testid="channel-error">
      {words.what} {words.action}
    </Text>
  );
}
