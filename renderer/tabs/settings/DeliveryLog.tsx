import { Drawer, Skeleton, Table, Text } from '@mantine/core';
import { IconMail } from '@tabler/icons-react';
import type { ChannelStatus, Delivery } from '@shared/alerting';
import { describeError } from '@shared/text';
import { channelName } from '@/alerts/channel-words';
import { useDeliveries } from '@/alerts/queries';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Mark } from '@/components/Mark';
import { StampText, TimeText } from '@/components/TimeText';
import { useTexts } from '@/i18n';
import type { Tone } from '@/tone';

const TONES: Record<Delivery['state'], Tone> = { waiting: 'busy', sent: 'ok', 'given-up': 'bad', merged: 'muted' };

/** Every message of a channel and what became of it, newest first. */
export function DeliveryLog({ channel, onClose }: { channel: ChannelStatus | null; onClose: () => void }) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <Drawer
      opened={channel !== null}
      onClose={onClose}
      position="right"
      size={760}
      title={channel ? t('channels.logOf', { name: channelName(channel.config, texts) }) : ''}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      data-testid="delivery-log"
    >
      {channel && <Log channelId={channel.id} />}
    </Drawer>
  );
}

function Log({ channelId }: { channelId: string }) {
  const { t } = useTexts();
  const query = useDeliveries(channelId);
  if (query.isPending) return <Skeleton height={200} aria-busy />;
  if (query.isError) return <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />;
  if (query.data.length === 0) {
    return (
      <EmptyState
        icon={<IconMail size={40} stroke={1.3} />}
        title={t('channels.logNone')}
        detail={t('channels.logNoneDetail')}
      />
    );
  }
  const newestFirst = query.data.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  return (
    <Table verticalSpacing={6} horizontalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={128}>{t('channels.column.when')}</Table.Th>
          <Table.Th>{t('channels.column.message')}</Table.Th>
          <Table.Th w={112}>{t('channels.column.state')}</Table.Th>
          <Table.Th ta="right" w={52}>
            {t('channels.column.attempts')}
          </Table.Th>
          <Table.Th w={110}>{t('channels.column.next')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {newestFirst.map((delivery) => (
          <Line key={delivery.id} delivery={delivery} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Line({ delivery }: { delivery: Delivery }) {
  const { t, shared, format } = useTexts();
  const { kind, title, state, attempts, nextAttemptAt, error } = delivery;
  return (
    <Table.Tr data-testid="delivery" data-state={state} style={{ verticalAlign: 'top' }}>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <StampText iso={delivery.createdAt} />
      </Table.Td>
      <Table.Td>
        <Text className="hf-selectable" style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {t(`channels.messageKind.${kind}`)}
        </Text>
        {error && state !== 'sent' && (
          <Text size="xs" className="hf-selectable hf-tone-bad">
            {describeError(shared, error).what}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Mark tone={TONES[state]} size="xs">
          {t(`channels.delivery.${state}`)}
        </Mark>
      </Table.Td>
      <Table.Td ta="right">{format.number(attempts)}</Table.Td>
      <Table.Td>{state === 'waiting' && nextAttemptAt !== null ? <TimeText iso={nextAttemptAt} /> : '—'}</Table.Td>
    </Table.Tr>
  );
}
