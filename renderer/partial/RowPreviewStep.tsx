import { Button, Skeleton, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { PartialPreview, PartialTableInfo, PartialTablePreview } from '@shared/recovery';
import { ErrorNotice } from '@/components/ErrorNotice';
import { JobLine } from '@/components/JobLine';
import { useTexts } from '@/i18n';
import { OtherDatabaseBox } from '@/restore/OtherDatabaseBox';
import restore from '@/restore/restore.module.css';
import { useApp, useDatabase } from '@/store';
import { DifferenceTable } from './DifferenceTable';
import { backToTables, confirmOtherPartial, type PartialFlow, showPartialPreview, startPartial } from './flow';
import classes from './partial.module.css';
import { Violations } from './Violations';
import { byChange, canRestore, confirmWords, rowsIn } from './words';

const NONE: PartialTableInfo[] = [];

/** Step 2: which rows would change, and how. Nothing has been changed yet. */
export function RowPreviewStep({ flow }: { flow: PartialFlow }) {
  const texts = useTexts();
  const { t, format } = texts;
  const { databaseId, contentAt, other = null } = flow.input;
  const name = useDatabase(databaseId)?.database.name ?? '';
  const preview = flow.preview.state === 'ready' ? flow.preview.value : null;
  const ready = preview !== null && canRestore(preview) && (other === null || flow.confirmedOther);
  return (
    <div className={restore.step} data-testid="row-preview">
      <Text size="md" fw={600}>
        {t('partial.heading', { name, time: format.exact(contentAt) })}
      </Text>
      {flow.preview.state === 'loading' && <Comparing databaseId={databaseId} />}
      {flow.preview.state === 'failed' && (
        <ErrorNotice
          thrown={flow.preview.thrown}
          context={{ databaseId, retry: () => void showPartialPreview() }}
          withDetail
        />
      )}
      {preview && <Changes preview={preview} />}
      {preview && preview.newViolations.length > 0 && (
        <Violations
          preview={preview}
          choices={flow.choices}
          tables={flow.tables.state === 'ready' ? flow.tables.value : NONE}
        />
      )}
      <div className={restore.box}>
        <Text fw={600} mb={4}>
          {t('preview.whatHappens')}
        </Text>
        <ol style={{ margin: 0, paddingInlineStart: 20 }}>
          <li>{t('partial.safety', { name })}</li>
          <li>{t('partial.transaction')}</li>
          <li>{t('partial.undo')}</li>
        </ol>
      </div>
      {other && <OtherDatabaseBox other={other} confirmed={flow.confirmedOther} onConfirm={confirmOtherPartial} />}
      <div className={restore.footer}>
        <Button variant="default" onClick={backToTables}>
          {t('common.back')}
        </Button>
        <Button disabled={!ready} onClick={() => void startPartial()} data-testid="confirm-partial">
          {preview ? confirmWords(preview, texts) : t('partial.confirmNothing')}
        </Button>
      </div>
    </div>
  );
}

function Comparing({ databaseId }: { databaseId: string }) {
  const { t } = useTexts();
  const job = useApp(({ jobs }) => jobs.find((one) => one.kind === 'inspect' && one.databaseId === databaseId) ?? null);
  return (
    <div>
      {job && <JobLine job={job} withSubject={false} />}
      <Text c="dimmed" mb="sm">
        {t('partial.comparing')}
      </Text>
      <Skeleton height={240} aria-busy aria-label={t('partial.comparing')} />
    </div>
  );
}

/** Counts by table, and the rows of the one that is looked at. */
function Changes({ preview }: { preview: PartialPreview }) {
  const { t } = useTexts();
  const tables = byChange(preview.tables);
  const [chosen, choose] = useState<string | null>(null);
  const shown = tables.find(({ table }) => table === chosen) ?? tables[0];
  return (
    <Stack gap="sm">
      {tables.every((table) => table.obstacle === null && rowsIn(table) === 0) && (
        <Text fw={600} role="status" data-testid="nothing-differs">
          {t('partial.nothing')}
        </Text>
      )}
      <Summary tables={tables} shown={shown?.table ?? ''} choose={choose} />
      {shown && <DifferenceTable key={shown.table} preview={shown} />}
    </Stack>
  );
}

interface SummaryProps {
  tables: PartialTablePreview[];
  shown: string;
  choose: (table: string) => void;
}

const COUNTS = ['inserts', 'updates', 'removes', 'same'] as const;

function Summary({ tables, shown, choose }: SummaryProps) {
  const { t, format } = useTexts();
  return (
    <div className={`${restore.box} ${classes.summary}`}>
      <Table verticalSpacing={4} horizontalSpacing={6} aria-label={t('partial.summary')} data-testid="partial-summary">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('partial.table')}</Table.Th>
            {COUNTS.map((count) => (
              <Table.Th key={count} className={restore.number}>
                {t(`partial.${count}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tables.map((preview) => (
            <Table.Tr
              key={preview.table}
              data-table={preview.table}
              className={preview.table === shown ? classes.shown : undefined}
            >
              <Table.Td>
                <UnstyledButton
                  className={classes.pick}
                  aria-pressed={preview.table === shown}
                  aria-label={t('partial.showTable', { table: preview.table })}
                  onClick={() => choose(preview.table)}
                >
                  {preview.table}
                </UnstyledButton>
              </Table.Td>
              {COUNTS.map((count) => (
                <Table.Td key={count} className={restore.number} data-count={count}>
                  {format.number(preview[count])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
