import { Group, Text } from '@mantine/core';
import type { DatabaseStatus, JobView } from '@shared/models';
import { JobLine } from '@/components/JobLine';
import { Panel } from '@/components/Panel';
import { TimeText } from '@/components/TimeText';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import classes from './status.module.css';

const MOST_NEXT = 5;
/** Work that waits its turn is counted from here on. */
const MOST_RUNNING = 4;

/** What runs now and what comes next. */
export function NowAndNext() {
  const { t, shared } = useTexts();
  const jobs = useApp((state) => state.jobs);
  const databases = useApp((state) => state.databases);
  const next = upcoming(databases);
  const shown = jobs.toSorted(runningFirst).slice(0, MOST_RUNNING);
  return (
    <Panel title={t('now.title')} testId="now-and-next">
      <Text size="xs" c="dimmed">
        {t('now.running')}
      </Text>
      {jobs.length === 0 && <Text py={7}>{t('now.nothing')}</Text>}
      <ul className={classes.list}>
        {shown.map((job) => (
          <li key={job.id}>
            <JobLine job={job} />
          </li>
        ))}
      </ul>
      {jobs.length > shown.length && (
        <Text size="xs" c="dimmed">
          {t('now.waiting', { count: jobs.length - shown.length })}
        </Text>
      )}
      <Text size="xs" c="dimmed" mt="sm">
        {t('now.next')}
      </Text>
      {next.length === 0 && <Text py={7}>{t('now.noneNext')}</Text>}
      <ul className={classes.list}>
        {next.map(({ name, kind, at }) => (
          <li key={name}>
            <Group justify="space-between" wrap="nowrap">
              <Text truncate>
                <b>{name}</b> <span className="hf-tone-muted">{shared(`kind.${kind}`)}</span>
              </Text>
              <Text component="span" style={{ whiteSpace: 'nowrap' }}>
                <TimeText iso={at} />
              </Text>
            </Group>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const runningFirst = (a: JobView, b: JobView): number => Number(a.phase === 'queued') - Number(b.phase === 'queued');

function upcoming(databases: DatabaseStatus[]) {
  return databases
    .flatMap(({ database, nextRun }) => (nextRun ? [{ name: database.name, ...nextRun }] : []))
    .sort((a, b) => a.at.localeCompare(b.at))
    .slice(0, MOST_NEXT);
}
