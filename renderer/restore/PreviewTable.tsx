import { Table, Text } from '@mantine/core';
import type { RestorePreview, TableChange } from '@shared/models';
import { useTexts } from '@/i18n';
import classes from './restore.module.css';

/** True when a table differs in rows or schema; equal row counts say nothing about the rows themselves. */
const differs = (change: TableChange): boolean => change.schemaChanged || change.rowsNow !== change.rowsThen;

/** Rows of each table now and after the restore, what differs first. */
export function PreviewTable({ preview }: { preview: RestorePreview }) {
  const { t } = useTexts();
  const liveUnknown = preview.warnings.includes('live-unreadable');
  const ordered = [...preview.tables].sort(
    (a, b) => Number(differs(b)) - Number(differs(a)) || a.table.localeCompare(b.table),
  );
  return (
    <div style={{ maxHeight: 340, overflowY: 'auto' }} className={classes.box}>
      <Table verticalSpacing={4} horizontalSpacing={6} stickyHeader data-testid="preview-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('preview.table')}</Table.Th>
            <Table.Th className={classes.number}>{t('preview.rowsNow')}</Table.Th>
            <Table.Th className={classes.number}>{t('preview.rowsThen')}</Table.Th>
            <Table.Th className={classes.number}>{t('preview.difference')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ordered.map((change) => (
            <ChangeRow key={change.table} change={change} liveUnknown={liveUnknown} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function ChangeRow({ change, liveUnknown }: { change: TableChange; liveUnknown: boolean }) {
  const { t, format } = useTexts();
  const count = (rows: number | null): string => (rows === null ? '—' : format.number(rows));
  return (
    <Table.Tr>
      <Table.Td className="hf-selectable">
        {change.table}
        {change.schemaChanged && (
          <Text component="span" size="xs" className="hf-tone-warn" ml={8}>
            {t('preview.schemaChanged')}
          </Text>
        )}
      </Table.Td>
      <Table.Td className={classes.number}>{count(change.rowsNow)}</Table.Td>
      <Table.Td className={classes.number}>{count(change.rowsThen)}</Table.Td>
      <Table.Td className={classes.number}>
        <Difference change={change} liveUnknown={liveUnknown} />
      </Table.Td>
    </Table.Tr>
  );
}

function Difference({ change, liveUnknown }: { change: TableChange; liveUnknown: boolean }) {
  const { t, format } = useTexts();
  const { rowsNow, rowsThen } = change;
  if (rowsThen === null) return <span className="hf-tone-bad">{t('preview.removed')}</span>;
  if (rowsNow === null) {
    return liveUnknown ? (
      <span className="hf-tone-muted">—</span>
    ) : (
      <span className="hf-tone-ok">{t('preview.added')}</span>
    );
  }
  const difference = rowsThen - rowsNow;
  if (difference === 0) return <span className="hf-tone-muted">{t('preview.sameCount')}</span>;
  return <span className={difference < 0 ? 'hf-tone-bad' : 'hf-tone-ok'}>{format.signed(difference)}</span>;
}
