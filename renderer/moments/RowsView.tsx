import { ActionIcon, Group, Skeleton, Table, Text, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { Cell, MomentTable, TablePage } from '@shared/recovery';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useTexts } from '@/i18n';
import { cellText, hasMore, numericColumns, PAGE, shownRows } from './cells';
import classes from './moments.module.css';
import { useRows } from './queries';

const TYPING_MS = 250;

/** The rows of one table, a page at a time. Nothing can be changed here. */
export function RowsView({ token, table }: { token: string; table: MomentTable }) {
  const { t } = useTexts();
  const [offset, setOffset] = useState(0);
  const [search, setSearch] = useState('');
  const [sought] = useDebouncedValue(search.trim(), TYPING_MS);
  const query = useRows({ token, table: table.table, offset, search: sought });
  const page = query.data;
  return (
    <div className={classes.rows}>
      <div className={classes.rowsHead}>
        <TextInput
          style={{ flex: 1, maxWidth: 320 }}
          placeholder={t('moment.search')}
          aria-label={t('moment.search')}
          leftSection={<IconSearch size={14} aria-hidden />}
          maxLength={200}
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            setOffset(0);
          }}
          data-testid="moment-search"
        />
        <Pager page={page} setOffset={setOffset} />
      </div>
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} withDetail />}
      {query.isPending && <Skeleton style={{ flex: 1 }} aria-busy />}
      {page && (
        // a scrollable area must be reached by keys
        <div
          // another page begins at its top
          key={`${offset} ${sought}`}
          className={classes.sheet}
          tabIndex={0}
          role="group"
          aria-label={t('moment.rowsOf', { table: table.table })}
          data-stale={query.isPlaceholderData || undefined}
        >
          <Sheet page={page} />
          {page.rows.length === 0 && (
            <Text c="dimmed" p="md">
              {sought === '' ? t('moment.noRows') : t('moment.noneFound', { search: sought })}
            </Text>
          )}
        </div>
      )}
    </div>
  );
}

function Pager({ page, setOffset }: { page: TablePage | undefined; setOffset: (offset: number) => void }) {
  const { t, format } = useTexts();
  const shown = page && shownRows(page, format.number);
  const offset = page?.offset ?? 0;
  return (
    <Group gap={4} wrap="nowrap" ml="auto">
      <Text size="xs" c="dimmed" role="status" data-testid="moment-rows-shown">
        {shown ? t(`moment.${shown.key}`, shown.values) : ''}
      </Text>
      <Tooltip label={t('moment.previous')}>
        <ActionIcon
          aria-label={t('moment.previous')}
          disabled={offset === 0}
          onClick={() => setOffset(Math.max(0, offset - PAGE))}
          data-testid="moment-previous-rows"
        >
          <IconChevronLeft size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('moment.nextRows')}>
        <ActionIcon
          aria-label={t('moment.nextRows')}
          disabled={!page || !hasMore(page)}
          onClick={() => setOffset(offset + PAGE)}
          data-testid="moment-next-rows"
        >
          <IconChevronRight size={16} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

function Sheet({ page }: { page: TablePage }) {
  const { columns, rows, offset } = page;
  const numeric = numericColumns(page);
  return (
    <Table verticalSpacing={3} horizontalSpacing="sm" fz="xs" stickyHeader data-testid="moment-rows">
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
        {rows.map((row, index) => (
          <Table.Tr key={offset + index}>
            {row.map((cell, column) => (
              <Table.Td
                key={`${column} ${columns[column] ?? ''}`}
                ta={numeric[column] ? 'end' : undefined}
                className={`hf-selectable ${classes.cell}`}
                {...(typeof cell === 'string' ? { title: cell } : {})}
              >
                <Shown cell={cell} />
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Shown({ cell }: { cell: Cell }) {
  if (cell === null) return <span className="hf-tone-muted">NULL</span>;
  return cellText(cell);
}
