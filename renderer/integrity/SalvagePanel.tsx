import { ActionIcon, Table, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { SalvageReport } from '@shared/integrity';
import { CheckList } from '@/components/CheckList';
import { Facts } from '@/components/Facts';
import { Panel } from '@/components/Panel';
import { PathText } from '@/components/PathText';
import { useTexts } from '@/i18n';
import { useValue } from '@/value';
import { closeSalvage, repairWork, workOf } from './actions';
import classes from './integrity.module.css';

/** What the last recovery into a new file saved and lost, until it is closed. */
export function SalvagePanel({ databaseId }: { databaseId: string }) {
  const { t } = useTexts();
  const { salvaged } = workOf(useValue(repairWork), databaseId);
  if (!salvaged) return null;
  return (
    <Panel
      title={t('integrity.salvaged.title')}
      aside={
        <ActionIcon size="sm" aria-label={t('common.close')} onClick={() => closeSalvage(databaseId)}>
          <IconX size={16} />
        </ActionIcon>
      }
      testId="salvaged"
    >
      <Report report={salvaged} />
    </Panel>
  );
}

function Report({ report }: { report: SalvageReport }) {
  const { t, format } = useTexts();
  const { target, method, tables, lostAndFoundRows, checks } = report;
  const notes = tables.some(({ note }) => note !== '');
  return (
    <>
      <Facts
        facts={[
          { name: t('integrity.salvaged.file'), value: <PathText path={target} /> },
          { name: t('integrity.salvaged.how'), value: t(`integrity.salvaged.method.${method}`) },
        ]}
      />
      <div className={classes.tableScroll} tabIndex={0} role="group" aria-label={t('integrity.salvaged.title')}>
        <Table verticalSpacing={3} horizontalSpacing="sm" fz="xs" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('integrity.table')}</Table.Th>
              <Table.Th ta="end">{t('integrity.salvaged.saved')}</Table.Th>
              <Table.Th ta="end">{t('integrity.salvaged.lost')}</Table.Th>
              {notes && <Table.Th>{t('integrity.salvaged.note')}</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="hf-selectable">
            {tables.map(({ table, rowsSaved, rowsLost, note }) => (
              <Table.Tr key={table}>
                <Table.Td>{table}</Table.Td>
                <Table.Td ta="end">{format.number(rowsSaved)}</Table.Td>
                <Table.Td ta="end" className={rowsLost === 0 ? undefined : 'hf-tone-warn'}>
                  {rowsLost === null ? t('integrity.salvaged.unknown') : format.number(rowsLost)}
                </Table.Td>
                {notes && <Table.Td>{note}</Table.Td>}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {lostAndFoundRows > 0 && (
        <Text size="xs" mt={6}>
          {t('integrity.salvaged.lostAndFound', {
            count: lostAndFoundRows,
            rows: format.number(lostAndFoundRows),
          })}
        </Text>
      )}
      {checks.length > 0 && (
        <div className={classes.part} style={{ marginTop: 10 }}>
          <h3 className={classes.partHead}>{t('integrity.salvaged.checks')}</h3>
          <CheckList checks={checks} />
        </div>
      )}
    </>
  );
}
