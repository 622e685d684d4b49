import { Code, Group, Stack, Text } from '@mantine/core';
import type { ErrorEvent, ErrorGroup } from '@shared/error-groups';
import { CopyButton } from '@/components/CopyButton';
import { type Fact, Facts } from '@/components/Facts';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import { Breadcrumbs } from './Breadcrumbs';
import classes from './details.module.css';
import { eventText, thrownTitle } from './event-text';
import { StackView } from './StackView';

/** One event: what was thrown and where, what happened before, and what it was sent with. */
export function EventView({ event, group }: { event: ErrorEvent; group: ErrorGroup }) {
  const { t, format } = useTexts();
  const thrown = event.thrown.toReversed();
  return (
    <Stack gap="md" data-testid="error-event" data-event={event.id}>
      <Group justify="space-between" wrap="nowrap">
        <Text className="hf-selectable" component="div">
          {format.exact(event.at)}{' '}
          <Mark tone="muted" size="xs">
            {t(`errors.event.levels.${event.level}`)}
          </Mark>
        </Text>
        <CopyButton text={eventText(event)} what={t('errors.event.copyText')} />
      </Group>
      {event.isCut && (
        <Mark tone="warn" size="xs">
          {t('errors.event.cut')}
        </Mark>
      )}
      {thrown.length === 0 && event.message !== '' && (
        <Code block className={`hf-selectable ${classes.message}`} tabIndex={0}>
          {event.message}
        </Code>
      )}
      {thrown.map((one, index) => (
        <section key={index}>
          {index > 0 && (
            <Text size="xs" c="dimmed">
              {t('errors.event.causedBy')}
            </Text>
          )}
          <Text component="h4" fw={600} m={0} mb={4} className={`hf-selectable ${classes.any}`}>
            {thrownTitle(one)}
          </Text>
          <StackView frames={one.frames} isFirst={index === 0} />
        </section>
      ))}
      {event.breadcrumbs.length > 0 && (
        <Named title={t('errors.event.breadcrumbs')}>
          <Breadcrumbs breadcrumbs={event.breadcrumbs} />
        </Named>
      )}
      <Values event={event} group={group} />
    </Stack>
  );
}

function Named({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section>
      <Text component="h4" size="xs" fw={600} m={0} mb={4}>
        {title}
      </Text>
      {children}
    </section>
  );
}

/** Tags and contexts, and what the sender says of itself. */
function Values({ event, group }: { event: ErrorEvent; group: ErrorGroup }) {
  const { t } = useTexts();
  const about: Fact[] = [
    ...factsOf({
      [t('errors.group.release')]: event.release,
      [t('errors.group.environment')]: event.environment,
      [t('errors.group.server')]: event.serverName,
      [t('errors.group.transaction')]: event.transaction,
    }),
    ...(group.code === null ? [] : factsOf(group.params)),
  ];
  const tags = factsOf(event.tags);
  const contexts = Object.entries(event.contexts).filter(([, values]) => Object.keys(values).length > 0);
  return (
    <>
      {about.length > 0 && <Facts facts={about} />}
      {tags.length > 0 && (
        <Named title={t('errors.event.tags')}>
          <Facts facts={tags} />
        </Named>
      )}
      {contexts.map(([name, values]) => (
        <Named key={name} title={`${t('errors.event.contexts')}: ${name}`}>
          <Facts facts={factsOf(values)} />
        </Named>
      ))}
    </>
  );
}

const factsOf = (values: Record<string, string | number | null>): Fact[] =>
  Object.entries(values).flatMap(([name, value]) =>
    value === null || value === ''
      ? []
      : [{ name, value: <span className={`hf-selectable ${classes.any}`}>{String(value)}</span> }],
  );
