import { ActionIcon, Group, Text, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { ErrorGroupDetails } from '@shared/error-groups';
import { useTexts } from '@/i18n';
import { EventView } from './EventView';

/** The events that are kept, one at a time, the newest first. Stays on its event while newer ones come. */
export function EventPager({ details: { group, events } }: { details: ErrorGroupDetails }) {
  const { t, format } = useTexts();
  const [eventId, setEventId] = useState<string | null>(null);
  const found = eventId === null ? 0 : events.findIndex(({ id }) => id === eventId);
  const index = Math.max(0, found);
  const event = events[index];
  if (!event) return null;
  // the first one is kept, whatever came since
  const isFirst = index === events.length - 1 && events.length > 1;
  const which = index === 0 ? t('errors.event.newest') : isFirst ? t('errors.event.first') : null;
  const step = (to: number, label: string, Icon: typeof IconChevronLeft, testId: string) => (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={label}
        disabled={events[to] === undefined}
        onClick={() => setEventId(events[to]?.id ?? null)}
        data-testid={testId}
      >
        <Icon size={16} />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <>
      <Group gap={4} mb="xs" wrap="nowrap">
        {step(index - 1, t('errors.event.newer'), IconChevronLeft, 'newer-event')}
        {step(index + 1, t('errors.event.older'), IconChevronRight, 'older-event')}
        <Text size="xs" c="dimmed" data-testid="event-number">
          {t('errors.event.pager', { number: format.number(index + 1), total: format.number(events.length) })}
          {which !== null && ` · ${which}`}
        </Text>
      </Group>
      <EventView key={event.id} event={event} group={group} />
    </>
  );
}
