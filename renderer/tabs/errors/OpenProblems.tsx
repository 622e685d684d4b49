import { Skeleton, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '@shared/models';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { navigate, usePlace } from '@/navigation';
import { useProblems } from '@/queries';
import { SEVERITY_RANK } from '@/tone';
import classes from './errors.module.css';
import { ProblemDetails } from './ProblemDetails';
import { ProblemRow } from './ProblemRow';

/** What is wrong and lasts, worst first; on demand what was resolved. */
export function OpenProblems() {
  const { t } = useTexts();
  const place = usePlace();
  const [withResolved, setWithResolved] = useState(false);
  const query = useProblems(true);
  const problems = [...(query.data ?? [])].sort(worstFirst);
  const open = problems.filter((problem) => problem.state === 'open');
  const resolved = problems.filter((problem) => problem.state === 'resolved');
  const shown = problems.find((problem) => problem.id === place.problemId) ?? null;
  return (
    <>
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
        {query.isPending && <Skeleton height={48} aria-busy />}
        {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
        {query.isSuccess && open.length === 0 && <Text c="dimmed">{t('errors.noneOpen')}</Text>}
        <Problems problems={open} />
      </Panel>
      {withResolved && (
        <Panel title={t('errors.resolved')}>
          {resolved.length === 0 && <Text c="dimmed">{t('errors.noneResolved')}</Text>}
          <Problems problems={resolved} />
        </Panel>
      )}
      <ProblemDetails problem={shown} onClose={() => navigate({ tab: 'errors' })} />
    </>
  );
}

function Problems({ problems }: { problems: readonly Problem[] }) {
  return (
    <ul className={classes.list}>
      {problems.map((problem) => (
        <ProblemRow
          key={problem.id}
          problem={problem}
          onOpen={() => navigate({ tab: 'errors', problemId: problem.id })}
        />
      ))}
    </ul>
  );
}

function worstFirst(a: Problem, b: Problem): number {
  return SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || b.lastSeenAt.localeCompare(a.lastSeenAt);
}
