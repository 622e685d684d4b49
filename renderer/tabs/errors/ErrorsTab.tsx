import { Group, Skeleton, Switch, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Problem } from '@shared/models';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Panel } from '@/components/Panel';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { navigate, usePlace } from '@/navigation';
import { useProblems } from '@/queries';
import { SEVERITY_RANK } from '@/tone';
import classes from './errors.module.css';
import { ProblemDetails } from './ProblemDetails';
import { ProblemRow } from './ProblemRow';

/** What is wrong now, since when, and what to do; worst first. */
export function ErrorsTab() {
  const { t } = useTexts();
  const place = usePlace();
  const [withResolved, setWithResolved] = useState(false);
  const query = useProblems(true);
  const problems = [...(query.data ?? [])].sort(worstFirst);
  const open = problems.filter((problem) => problem.state === 'open');
  const resolved = problems.filter((problem) => problem.state === 'resolved');
  const shown = problems.find((problem) => problem.id === place.problemId) ?? null;
  return (
    <div className={classes.page}>
      <Panel
        title={t('errors.open')}
        aside={
          <Switch
            label={t('errors.showResolved')}
            checked={withResolved}
            onChange={(event) => setWithResolved(event.currentTarget.checked)}
            data-testid="show-resolved"
          />
        }
      >
        {query.isPending && <Skeleton height={160} aria-busy />}
        {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
        {query.isSuccess && open.length === 0 && <NothingOpen resolved={resolved} />}
        <ul className={classes.list}>
          {open.map((problem) => (
            <ProblemRow
              key={problem.id}
              problem={problem}
              onOpen={() => navigate({ tab: 'errors', problemId: problem.id })}
            />
          ))}
        </ul>
      </Panel>
      {withResolved && (
        <Panel title={t('errors.resolved')}>
          {resolved.length === 0 && <Text c="dimmed">{t('errors.noneResolved')}</Text>}
          <ul className={classes.list}>
            {resolved.map((problem) => (
              <ProblemRow
                key={problem.id}
                problem={problem}
                onOpen={() => navigate({ tab: 'errors', problemId: problem.id })}
              />
            ))}
          </ul>
        </Panel>
      )}
      <ProblemDetails problem={shown} onClose={() => navigate({ tab: 'errors' })} />
    </div>
  );
}

function worstFirst(a: Problem, b: Problem): number {
  return SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || b.lastSeenAt.localeCompare(a.lastSeenAt);
}

function NothingOpen({ resolved }: { resolved: Problem[] }) {
  const { t, format } = useTexts();
  const now = useNow();
  const last = resolved
    .map((problem) => problem.resolvedAt ?? problem.lastSeenAt)
    .sort()
    .at(-1);
  return (
    <EmptyState
      icon={
        <Group className="hf-tone-ok">
          <IconCircleCheck size={40} stroke={1.4} />
        </Group>
      }
      title={t('errors.none')}
      detail={last ? t('errors.lastResolved', { time: format.relative(last, now) }) : t('errors.neverAny')}
    />
  );
}
