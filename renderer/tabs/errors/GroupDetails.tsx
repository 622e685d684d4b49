import { Drawer, Skeleton, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import type { ReactNode } from 'react';
import type { ErrorGroupDetails } from '@shared/error-groups';
import { RequestError } from '@/api';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Mark } from '@/components/Mark';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { navigate, usePlace } from '@/navigation';
import { SEVERITY_TONE } from '@/tone';
import classes from './details.module.css';
import { EventPager } from './EventPager';
import { GroupButtons } from './GroupButtons';
import { GroupHistory } from './GroupHistory';
import { GroupParts } from './GroupParts';
import { GroupTodo } from './GroupTodo';
import { groupTitle, STATE_TONE, stateWords } from './group-words';
import { useErrorGroup } from './queries';
import { actOnKey } from './row-keys';
import { Trend } from './Trend';

/** Everything known of the error that the place names. */
export function GroupDetails() {
  const { t } = useTexts();
  const { errorGroupId } = usePlace();
  return (
    <Drawer
      opened={errorGroupId !== undefined}
      onClose={() => navigate({ tab: 'errors' })}
      position="right"
      size={680}
      title={t('errors.group.details')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      data-testid="error-group-details"
    >
      {errorGroupId !== undefined && <Body key={errorGroupId} groupId={errorGroupId} />}
    </Drawer>
  );
}

function Body({ groupId }: { groupId: string }) {
  const { t } = useTexts();
  const query = useErrorGroup(groupId);
  if (query.data) return <Known details={query.data} />;
  if (!query.isError) return <Skeleton height={420} aria-busy />;
  if (query.error instanceof RequestError && query.error.view.code === 'ITEM_UNKNOWN') {
    return <EmptyState icon={null} title={t('errors.group.gone')} detail={t('errors.group.goneDetail')} />;
  }
  return <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />;
}

function Known({ details }: { details: ErrorGroupDetails }) {
  const texts = useTexts();
  const { t, shared } = texts;
  const now = useNow();
  const { group, events, parts } = details;
  // wherever the focus is while the details are open; not where text is typed
  useHotkeys([
    ['e', (event) => void actOnKey(event, group)],
    ['r', (event) => void actOnKey(event, group)],
  ]);
  return (
    <Stack gap="lg">
      <div>
        <div className={classes.marks}>
          <Mark tone={SEVERITY_TONE[group.severity]}>{shared(`severity.${group.severity}`)}</Mark>
          <Trend trend={group.trend} />
          <span data-testid="error-group-state" data-state={group.state}>
            <Mark tone={STATE_TONE[group.state]} size="xs">
              {stateWords(group, now, texts)}
            </Mark>
          </span>
        </div>
        <Text component="h2" size="md" fw={600} className={`hf-selectable ${classes.title}`}>
          {groupTitle(group, texts)}
        </Text>
        <GroupButtons group={group} />
      </div>
      <Part title={t('errors.group.happened')}>
        <GroupHistory group={group} event={events[0] ?? null} />
      </Part>
      <Part title={t('errors.group.todo')}>
        <GroupTodo group={group} event={events[0] ?? null} />
      </Part>
      <Part title={t('errors.event.title')}>
        {events.length === 0 ? <Text c="dimmed">{t('errors.event.none')}</Text> : <EventPager details={details} />}
      </Part>
      <Part title={t('errors.group.parts')}>
        <GroupParts group={group} parts={parts} />
      </Part>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Text component="h3" fw={600} mt={0} mb={6}>
        {title}
      </Text>
      {children}
    </section>
  );
}
