import { Text } from '@mantine/core';
import type { ErrorEvent, ErrorGroup } from '@shared/error-groups';
import { type Fact, Facts } from '@/components/Facts';
import { StampText, TimeText } from '@/components/TimeText';
import { useTexts } from '@/i18n';
import { useDatabase } from '@/store';
import classes from './details.module.css';
import { SparkBars } from './SparkBars';

/** Since when, how often, and where. `event` is the newest. */
export function GroupHistory({ group, event }: { group: ErrorGroup; event: ErrorEvent | null }) {
  const { t, format } = useTexts();
  const database = useDatabase(group.databaseId);
  const today = group.hours.reduce((sum, count) => sum + count, 0);
  const time = (iso: string) => (
    <>
      <StampText iso={iso} /> (<TimeText iso={iso} />)
    </>
  );
  const facts: Fact[] = [
    { name: t('errors.first'), value: time(group.firstSeenAt) },
    { name: t('errors.last'), value: time(group.lastSeenAt) },
    {
      name: t('errors.count'),
      value: t('errors.groups.times', { count: group.count, number: format.number(group.count) }),
    },
    { name: t('errors.group.application'), value: group.applicationName },
    ...(database ? [{ name: t('errors.group.database'), value: database.database.name }] : []),
    ...known(t('errors.group.culprit'), group.culprit),
    ...known(t('errors.group.type'), group.type),
    ...known(t('errors.code'), group.code),
    ...known(t('errors.group.release'), event?.release),
    ...known(t('errors.group.environment'), event?.environment),
  ];
  return (
    <div className={classes.history}>
      <Facts facts={facts} />
      <div className={classes.day}>
        <SparkBars
          hours={group.hours}
          label={t('errors.groups.spark', { count: today, number: format.number(today) })}
        />
        <Text size="xs" c="dimmed">
          {t('errors.groups.spark', { count: today, number: format.number(today) })}
        </Text>
      </div>
    </div>
  );
}

const known = (name: string, value: string | null | undefined): Fact[] =>
  value === null || value === undefined || value === ''
    ? []
    : [{ name, value: <span className={`hf-selectable ${classes.any}`}>{value}</span> }];
