import { Skeleton, Text, Tooltip } from '@mantine/core';
import {
  IconAlertOctagonFilled,
  IconBell,
  IconBellOff,
  IconBellZ,
  IconCheck,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconMailCheck,
  IconMailX,
  IconTrendingDown,
  IconTrendingUp,
  IconWaveSine,
} from '@tabler/icons-react';
import type { AlertEvent, AlertView } from '@shared/alerting';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import type { Tone } from '@/tone';
import classes from './alerts.module.css';
import { eventWords } from './event-words';
import { shortMoment } from './moment';
import { useChannels, useTimeline } from './queries';

type Kind = AlertEvent['kind'];

const LOOKS: Record<Kind, { Icon: typeof IconBell; tone: Tone }> = {
  pending: { Icon: IconCircleDashed, tone: 'muted' },
  fired: { Icon: IconAlertOctagonFilled, tone: 'bad' },
  upgraded: { Icon: IconTrendingUp, tone: 'bad' },
  downgraded: { Icon: IconTrendingDown, tone: 'warn' },
  recovering: { Icon: IconTrendingDown, tone: 'busy' },
  resolved: { Icon: IconCircleCheckFilled, tone: 'ok' },
  withdrawn: { Icon: IconCheck, tone: 'muted' },
  'no-data': { Icon: IconCircleDashed, tone: 'warn' },
  'data-returned': { Icon: IconCheck, tone: 'ok' },
  'evaluation-failed': { Icon: IconAlertOctagonFilled, tone: 'warn' },
  unstable: { Icon: IconWaveSine, tone: 'warn' },
  stable: { Icon: IconCheck, tone: 'ok' },
  acknowledged: { Icon: IconCheck, tone: 'busy' },
  snoozed: { Icon: IconBellZ, tone: 'muted' },
  'snooze-ended': { Icon: IconBell, tone: 'muted' },
  notified: { Icon: IconBell, tone: 'busy' },
  repeated: { Icon: IconBell, tone: 'busy' },
  suppressed: { Icon: IconBellOff, tone: 'muted' },
  delivered: { Icon: IconMailCheck, tone: 'ok' },
  'delivery-failed': { Icon: IconMailX, tone: 'bad' },
  'held-after-sleep': { Icon: IconBellZ, tone: 'muted' },
};

/** Everything that happened to an alert, newest first: what was measured, what was sent where, what was held back and why. */
export function AlertStory({ alert }: { alert: AlertView }) {
  const { t } = useTexts();
  const query = useTimeline(alert.id);
  if (query.isPending) return <Skeleton height={160} aria-busy />;
  if (query.isError) return <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />;
  if (query.data.length === 0) return <Text c="dimmed">{t('alerts.noStory')}</Text>;
  return (
    <ol className={classes.story} reversed data-testid="alert-story">
      {query.data
        .map((event, index) => <EventLine key={`${event.at} ${event.kind} ${index}`} event={event} alert={alert} />)
        .toReversed()}
    </ol>
  );
}

function EventLine({ event, alert }: { event: AlertEvent; alert: AlertView }) {
  const texts = useTexts();
  const { format } = texts;
  const now = useNow();
  const channels = useChannels().data ?? [];
  const { Icon, tone } = LOOKS[event.kind];
  return (
    <li className={classes.event} data-testid="alert-event" data-kind={event.kind}>
      <span className={`hf-tone-${tone}`}>
        <Icon size={15} aria-hidden />
      </span>
      <Text className="hf-selectable" style={{ overflowWrap: 'anywhere' }}>
        {eventWords(event, alert, channels, texts)}
      </Text>
      <Tooltip label={format.exact(event.at)}>
        <time dateTime={event.at} className={classes.stamp}>
          {shortMoment(Date.parse(event.at), now, format.locale)}
        </time>
      </Tooltip>
    </li>
  );
}
