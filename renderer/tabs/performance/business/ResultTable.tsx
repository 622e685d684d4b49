import { Table, Text } from '@mantine/core';
import type { QueryResult } from '@shared/monitoring';
import { useTexts } from '@/i18n';
import classes from './business.module.css';

/** Rows of a query. Long texts are cut by the main process; empty cells say so. */
export function ResultTable({ result, height }: { result: QueryResult; height: number | string }) {
  const { t, format } = useTexts();
  const { columns, rows, truncated, tookMs } = result;
  const numeric = columns.map((_name, index) => rows.every((row) => typeof row[index] !== 'string'));
  return (
    <div>
      {/* a scrollable area must be reached by keys */}
      <div
        className={classes.scroll}
        style={{ maxHeight: height }}
        tabIndex={0}
        role="group"
        aria-label={t('performance.business.rows')}
      >
        <Table verticalSpacing={3} horizontalSpacing="sm" fz="xs" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column, index) => (
                <Table.Th key={`${index} ${column}`} ta={numeric[index] ? 'end' : undefined}>
                  {column}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, rowIndex) => (
              // rows of a query have no identity but their place
              // oxlint-disable-next-line react/no-array-index-key
              <Table.Tr key={rowIndex}>
                {row.map((cell, index) => (
                  <Table.Td
                    key={`${index} ${columns[index] ?? ''}`}
                    ta={numeric[index] ? 'end' : undefined}
                    className={`hf-selectable ${classes.cell}`}
                  >
                    {cell === null ? <span className="hf-tone-muted">NULL</span> : cellText(cell, format.number)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <Text size="xs" c="dimmed" mt={6}>
        {rows.length === 0
          ? t('performance.business.noRows')
          : t(truncated ? 'performance.business.rowsCut' : 'performance.business.rowCount', { count: rows.length })}
        {' · '}
        {format.metric(tookMs, 'milliseconds')}
      </Text>
    </div>
  );
}

/** Whole numbers stay as they are: they may be ids. */
function cellText(cell: string | number, format: (value: number) => string): string {
  if (typeof cell === 'string') return cell;
  return Number.isInteger(cell) ? String(cell) : format(cell);
}
