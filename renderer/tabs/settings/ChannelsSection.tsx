import { Button, Menu, Skeleton, Text } from '@mantine/core';
import { IconBrandSlack, IconMail, IconPlus, IconWebhook } from '@tabler/icons-react';
import { useState } from 'react';
import type { ChannelStatus } from '@shared/alerting';
import { useChannels } from '@/alerts/queries';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { navigate, usePlace } from '@/navigation';
import { ChannelEditor, type EditedChannel } from './ChannelEditor';
import { ChannelRow } from './ChannelRow';
import { channelDraftOf, newChannel } from './channel-draft';
import { DeliveryLog } from './DeliveryLog';
import classes from './settings.module.css';

const ADDED = [
  { kind: 'email', words: 'channels.addEmail', Icon: IconMail },
  { kind: 'webhook', words: 'channels.addWebhook', Icon: IconWebhook },
  { kind: 'slack', words: 'channels.addSlack', Icon: IconBrandSlack },
] as const;

/** The ways in which people are told. */
export function ChannelsSection() {
  const { t } = useTexts();
  const query = useChannels();
  const place = usePlace();
  const [edited, setEdited] = useState<EditedChannel | null>(null);
  const [logOf, setLogOf] = useState<ChannelStatus | null>(null);
  const channels = query.data ?? [];
  // the place may name a channel: a notice that it fails leads here
  const shownLog = logOf ?? channels.find(({ id }) => id === place.channelId) ?? null;
  const closeLog = (): void => {
    setLogOf(null);
    if (place.channelId !== undefined) navigate({ tab: 'settings' });
  };
  return (
    <Panel
      title={t('channels.label')}
      testId="settings-channels"
      aside={
        <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <Button variant="default" leftSection={<IconPlus size={15} aria-hidden />} data-testid="add-channel">
              {t('channels.add')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {ADDED.map(({ kind, words, Icon }) => (
              <Menu.Item
                key={kind}
                leftSection={<Icon size={16} stroke={1.6} aria-hidden />}
                onClick={() => setEdited({ channel: null, draft: newChannel(kind) })}
                data-testid={`add-${kind}`}
              >
                {t(words)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      }
    >
      <Text c="dimmed" size="xs">
        {t('channels.effect')}
      </Text>
      {query.isPending && <Skeleton height={72} mt="xs" aria-busy />}
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
      <ul className={classes.list}>
        {channels.map((channel) => (
          <ChannelRow
            key={channel.id}
            channel={channel}
            onEdit={() => setEdited({ channel, draft: channelDraftOf(channel.config) })}
            onLog={() => setLogOf(channel)}
          />
        ))}
      </ul>
      <ChannelEditor edited={edited} channels={channels} onClose={() => setEdited(null)} />
      <DeliveryLog channel={shownLog} onClose={closeLog} />
    </Panel>
  );
}
