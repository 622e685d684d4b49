import { Progress, Skeleton, Table, Text } from '@mantine/core';
import { IconGauge } from '@tabler/icons-react';
import type { ErrorBudget, OperationErrors } from '@shared/error-groups';
import { type Operation, OPERATIONS } from '@shared/metrics';
import { EmptyState } from '@/components/EmptyState';
import { Mark } from '@/components/Mark';
import { Panel } from '@/components/Panel';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { BudgetBars } from './BudgetBars';
import { type BudgetFigures, budgetFigures, dayOf, shareText } from './budget';
import classes from './errors.module.css';

/** How much of what Holdfast did failed, against the objective. */
export function BudgetPanel({ budget }: { budget: ErrorBudget | null }) {
  const { t, format } = useTexts();
  const today = dayOf(useNow());
  return (
    <Panel title={t('errors.budget.title')} testId="error-budget">
      {budget === null ? (
        <Skeleton height={180} aria-busy />
      ) : budget.days.length === 0 ? (
        <EmptyState
          compact
          icon={<IconGauge size={32} stroke={1.3} />}
          title={t('errors.budget.none')}
          detail={t('errors.budget.noneDetail')}
        />
      ) : (
        <>
          <Text c="dimmed" size="xs" mb="sm">
            {t('errors.budget.about', { objective: shareText(budget.objective, format) })}
          </Text>
          <Content budget={budget} figures={budgetFigures(budget, today)} />
        </>
      )}
    </Panel>
  );
}

function Content({ budget, figures }: { budget: ErrorBudget; figures: BudgetFigures }) {
  return (
    <>
      <div className={classes.budget}>
        <Today figures={figures} />
        <Used figures={figures} />
        <BudgetBars figures={figures} objective={budget.objective} />
      </div>
      <Operations budget={budget} />
    </>
  );
}

function Today({ figures: { today } }: { figures: BudgetFigures }) {
  const { t, format } = useTexts();
  return (
    <div className={classes.figure} data-testid="budget-today">
      <span className={classes.figureName}>{t('errors.budget.today')}</span>
      <span className={classes.figureValue}>{today.rate === null ? '–' : shareText(today.rate, format)}</span>
      {today.rate === null ? (
        <Text size="xs" c="dimmed">
          {t('errors.budget.todayNone')}
        </Text>
      ) : (
        <>
          <Text size="xs" c="dimmed">
            {t('errors.budget.todayOf', { failed: format.number(today.failed), count: today.total })}
          </Text>
          <Mark tone={today.isOver ? 'bad' : 'ok'} size="xs">
            {t(today.isOver ? 'errors.budget.over' : 'errors.budget.within')}
          </Mark>
        </>
      )}
    </div>
  );
}

function Used({ figures: { used, failed, allowed } }: { figures: BudgetFigures }) {
  const { t, format } = useTexts();
  const isSpent = used > 1;
  return (
    <div className={classes.figure} data-testid="budget-used" data-spent={isSpent}>
      <span className={classes.figureName}>{t('errors.budget.used')}</span>
      <span className={classes.figureValue}>{format.percent(used)}</span>
      <Progress
        value={Math.min(100, used * 100)}
        color={isSpent ? 'var(--hf-bad)' : 'var(--hf-ok)'}
        size="sm"
        transitionDuration={0}
        aria-label={t('errors.budget.used')}
      />
      <Text size="xs" c="dimmed">
        {t('errors.budget.usedOf', {
          failed: format.number(failed),
          allowed: format.number(allowed < 10 ? Math.round(allowed * 10) / 10 : Math.round(allowed)),
        })}
      </Text>
      {isSpent && (
        <Mark tone="bad" size="xs">
          {t('errors.budget.spent')}
        </Mark>
      )}
    </div>
  );
}

/** What fails most comes first. */
const byFailures = (a: OperationErrors, b: OperationErrors): number => b.failed - a.failed || b.total - a.total;

const sumOf = (rows: readonly OperationErrors[], key: 'total' | 'failed'): number =>
  rows.reduce((sum, row) => sum + row[key], 0);

function Operations({ budget }: { budget: ErrorBudget }) {
  const { t } = useTexts();
  const rows = budget.operations.filter(({ total }) => total > 0).toSorted(byFailures);
  return (
    <Table className={classes.figures} verticalSpacing={3} horizontalSpacing="xs" mt="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('errors.budget.operation')}</Table.Th>
          <Table.Th>{t('errors.budget.failed')}</Table.Th>
          <Table.Th>{t('errors.budget.total')}</Table.Th>
          <Table.Th>{t('errors.budget.rate')}</Table.Th>
          <Table.Th w={190}>{t('errors.budget.state')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <OperationRow key={row.operation} row={row} objective={budget.objective} />
        ))}
        {rows.length > 1 && (
          <OperationRow
            row={{ operation: '', total: sumOf(rows, 'total'), failed: sumOf(rows, 'failed') }}
            objective={budget.objective}
          />
        )}
      </Table.Tbody>
    </Table>
  );
}

const isOperation = (name: string): name is Operation => OPERATIONS.some((one) => one === name);

/** One operation; the row without a name is of all of them. */
function OperationRow({ row, objective }: { row: OperationErrors; objective: number }) {
  const { t, shared, format } = useTexts();
  const { operation, total, failed } = row;
  const isOver = failed / total > objective;
  const isAll = operation === '';
  const name = isAll ? t('errors.budget.all') : isOperation(operation) ? shared(`operation.${operation}`) : operation;
  return (
    <Table.Tr fw={isAll ? 600 : 400} data-testid={isAll ? 'budget-all' : `budget-${operation}`}>
      <Table.Td>{name}</Table.Td>
      <Table.Td>{format.number(failed)}</Table.Td>
      <Table.Td>{format.number(total)}</Table.Td>
      <Table.Td>{shareText(failed / total, format)}</Table.Td>
      <Table.Td>
        <Mark tone={isOver ? 'bad' : 'ok'} size="xs">
          {t(isOver ? 'errors.budget.over' : 'errors.budget.within')}
        </Mark>
      </Table.Td>
    </Table.Tr>
  );
}
