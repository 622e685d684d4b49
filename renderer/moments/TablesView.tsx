import { Text, UnstyledButton } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import type { MomentTable, OpenedMoment } from '@shared/recovery';
import { useTexts } from '@/i18n';
import { showTable } from './flow';
import classes from './moments.module.css';
import { RowsView } from './RowsView';

/** Tables as they were at the left, the rows of one at the right. */
export function TablesView({ opened, table }: { opened: OpenedMoment; table: string | null }) {
  const { t } = useTexts();
  const { tables } = opened;
  const shown = tables.find((one) => one.table === table);
  if (tables.length === 0) return <Text c="dimmed">{t('moment.noTables')}</Text>;
  return (
    <div className={classes.browser}>
      <div className={classes.tables} role="group" aria-label={t('moment.tables')} onKeyDown={onKeyDown}>
        {tables.map((one) => (
          <TableEntry key={one.table} table={one} shown={one.table === table} />
        ))}
      </div>
      {shown ? (
        <RowsView key={shown.table} token={opened.token} table={shown} />
      ) : (
        <Text c="dimmed">{t('moment.noTable')}</Text>
      )}
    </div>
  );
}

function TableEntry({ table: { table, rows, kind }, shown }: { table: MomentTable; shown: boolean }) {
  const { t, format } = useTexts();
  return (
    <UnstyledButton
      className={classes.table}
      aria-current={shown ? 'true' : undefined}
      onClick={() => showTable(table)}
      title={table}
      data-testid={`moment-table-${table}`}
      data-rows={rows ?? ''}
    >
      <span className={classes.tableName}>{table}</span>
      <Text component="span" size="xs" c="dimmed">
        {[
          ...(kind === 'table' ? [] : [t(`moment.kind.${kind}`)]),
          rows === null ? t('moment.notCounted') : t('moment.rows', { count: rows, rows: format.number(rows) }),
        ].join(' · ')}
      </Text>
    </UnstyledButton>
  );
}

/** Up and down move between the tables. */
function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const entries = [...event.currentTarget.querySelectorAll('button')];
  const index = entries.findIndex((entry) => entry === document.activeElement);
  const next = entries[index + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.click();
}
