import { Table, Text } from '@mantine/core';
import type { ForeignKeyFinding, IntegrityRecord } from '@shared/integrity';
import { Panel } from '@/components/Panel';
import { type Texts, useTexts } from '@/i18n';
import classes from './integrity.module.css';

/** Rows that refer to rows that do not exist, and what to do about them. */
export function ReferencesPanel({ check }: { check: IntegrityRecord }) {
  const texts = useTexts();
  const { t, format } = texts;
  const { foreignKeyExamples: examples, foreignKeyViolations: count } = check;
  const more = count - examples.length;
  return (
    <Panel title={t('integrity.references')} testId="references">
      <Text size="xs" c="dimmed" mb={6}>
        {t('integrity.referencesEffect')}
      </Text>
      <div className={classes.tableScroll} tabIndex={0} role="group" aria-label={t('integrity.references')}>
        <Table verticalSpacing={3} horizontalSpacing="sm" fz="xs" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('integrity.table')}</Table.Th>
              <Table.Th>{t('integrity.row')}</Table.Th>
              <Table.Th>{t('integrity.values')}</Table.Th>
              <Table.Th>{t('integrity.parent')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="hf-selectable">
            {examples.map((finding) => (
              <Table.Tr key={keyOf(finding)} data-testid="orphan">
                <Table.Td>{finding.table}</Table.Td>
                <Table.Td>{finding.rowid ?? <span className="hf-tone-muted">{t('integrity.noRow')}</span>}</Table.Td>
                <Table.Td>{referenceWords(finding, texts)}</Table.Td>
                <Table.Td>{finding.parent}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {more > 0 && (
        <Text size="xs" c="dimmed" mt={6}>
          {t('integrity.more', { count: more, rows: format.number(more) })}
        </Text>
      )}
    </Panel>
  );
}

const keyOf = ({ table, rowid, parent, columns, values }: ForeignKeyFinding): string =>
  JSON.stringify([table, rowid, parent, columns, values]);

/** "video_id = 990001"; a reference of several columns names each. */
export function referenceWords({ columns, values }: ForeignKeyFinding, { t }: Pick<Texts, 't'>): string {
  if (columns.length === 0) return t('integrity.notRead');
  return columns.map((column, index) => `${column} = ${cellWords(values[index] ?? null)}`).join(', ');
}

const cellWords = (cell: ForeignKeyFinding['values'][number]): string => (cell === null ? 'NULL' : String(cell));
