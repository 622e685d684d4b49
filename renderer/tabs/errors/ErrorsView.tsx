import { ANY_ERROR_FILTER } from '@shared/error-groups';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useProblems } from '@/queries';
import { useValue } from '@/value';
import { BudgetPanel } from './BudgetPanel';
import { shownRange } from './chart-range';
import { ErrorCharts } from './ErrorCharts';
import { ErrorSentence } from './ErrorSentence';
import classes from './errors.module.css';
import { groupFilter, requestOf } from './filter';
import { GroupDetails } from './GroupDetails';
import { GroupsPanel } from './GroupsPanel';
import { OpenProblems } from './OpenProblems';
import { MOST_NEEDING, useErrorGroups, useErrorSummary } from './queries';

/** Is something wrong now, what, since when, and what to do; then how much fails, and every error that came in. */
export function ErrorsView() {
  const problems = useProblems(true);
  // the sentence is about everything, whatever the list is filtered by
  const everything = useErrorGroups(ANY_ERROR_FILTER, MOST_NEEDING);
  const range = useValue(shownRange);
  const filter = requestOf(useValue(groupFilter));
  const summary = useErrorSummary(filter, range);
  return (
    <div className={classes.page}>
      {problems.data && everything.data && <ErrorSentence problems={problems.data} groups={everything.data.groups} />}
      <OpenProblems />
      {summary.isError ? (
        <ErrorNotice thrown={summary.error} context={{ retry: () => void summary.refetch() }} />
      ) : (
        <BudgetPanel budget={summary.data?.budget ?? null} />
      )}
      <GroupsPanel types={summary.data?.byType.map(({ type }) => type) ?? []} />
      {!summary.isError && <ErrorCharts summary={summary.data ?? null} />}
      <GroupDetails />
    </div>
  );
}
