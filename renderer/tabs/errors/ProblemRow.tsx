import { Button, Text, UnstyledButton } from '@mantine/core';
import type { Problem } from '@shared/models';
import { describeError } from '@shared/text';
import { call } from '@/api';
import { Mark } from '@/components/Mark';
import { TimeText } from '@/components/TimeText';
import { offeredAction } from '@/error-actions';
import { useTexts } from '@/i18n';
import { attempt, reportError } from '@/notify';
import { queryClient } from '@/queries';
import { useDatabase } from '@/store';
import { SEVERITY_TONE } from '@/tone';
import classes from './errors.module.css';

/** Marks a problem as dealt with; it opens again when it comes back. */
export async function resolveProblem(problem: Problem): Promise<void> {
  await attempt(() => call('problems:resolve', { problemId: problem.id }));
  await queryClient.invalidateQueries({ queryKey: ['problems'] });
}

/** One problem: how bad, what, since when, how often, what to do. */
export function ProblemRow({ problem, onOpen }: { problem: Problem; onOpen: () => void }) {
  const { t, shared } = useTexts();
  const database = useDatabase(problem.databaseId);
  const words = describeError(shared, problem);
  const isOpen = problem.state === 'open';
  const offered = isOpen ? offeredAction(problem, { databaseId: problem.databaseId }, reportError) : null;
  return (
    <li className={classes.row} data-testid="problem-row" data-code={problem.code} data-state={problem.state}>
      <Mark tone={isOpen ? SEVERITY_TONE[problem.severity] : 'muted'}>{shared(`severity.${problem.severity}`)}</Mark>
      <div style={{ minWidth: 0 }}>
        <UnstyledButton onClick={onOpen} className={classes.title}>
          {words.what}
        </UnstyledButton>
        <Text>{words.meaning}</Text>
        {isOpen && <Text>{words.action}</Text>}
        <Text size="xs" c="dimmed" mt={4}>
          {database && <>{database.database.name} · </>}
          {isOpen ? t('errors.since') : t('errors.resolvedAt')}{' '}
          <TimeText iso={isOpen ? problem.firstSeenAt : (problem.resolvedAt ?? problem.lastSeenAt)} />
          {problem.count > 1 && (
            <>
              {' · '}
              {t('errors.times', { count: problem.count })} · {t('errors.last')} <TimeText iso={problem.lastSeenAt} />
            </>
          )}
        </Text>
      </div>
      <div className={classes.buttons}>
        {offered && (
          <Button variant="light" onClick={offered.run} data-testid="problem-action">
            {offered.label}
          </Button>
        )}
        <Button variant="subtle" color="gray" size="compact-sm" onClick={onOpen}>
          {t('errors.details')}
        </Button>
        {isOpen && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            onClick={() => void resolveProblem(problem)}
            data-testid="resolve-problem"
          >
            {t('errors.resolve')}
          </Button>
        )}
      </div>
    </li>
  );
}
