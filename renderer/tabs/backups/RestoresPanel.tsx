import { Button, Skeleton, Text } from '@mantine/core';
import type { DatabaseStatus } from '@shared/models';
import { describeError } from '@shared/text';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Mark } from '@/components/Mark';
import { PathText } from '@/components/PathText';
import { TimeText } from '@/components/TimeText';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { useRestores } from '@/queries';
import { askAndUndo, type ListedRestore, listRestores } from '@/restore/undo';
import { RESTORE_TONE } from '@/tone';
import classes from './backups.module.css';
import { DetailsPanel } from './PointDetails';
import { restoresShown } from './selection';

/** The restores into a database, newest first: which moment, which tables, how it ended; each can be undone. */
export function RestoresPanel({ status }: { status: DatabaseStatus }) {
  const { t } = useTexts();
  const query = useRestores(status.database.id);
  const rows = listRestores(query.data ?? []);
  return (
    <DetailsPanel
      label={t('restoreList.title')}
      title={t('restoreList.title')}
      close={close}
      takesFocus
      testId="restores-panel"
    >
      {query.isPending && <Skeleton height={160} aria-busy />}
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
      {query.isSuccess && rows.length === 0 && <Text c="dimmed">{t('restoreList.none')}</Text>}
      {rows.map((row) => (
        <Restore key={row.record.id} row={row} />
      ))}
    </DetailsPanel>
  );
}

/** Closes the panel and gives the focus back to the button that opened it. */
function close(): void {
  restoresShown.set(false);
  document.querySelector<HTMLElement>('[data-restores]')?.focus();
}

function Restore({ row }: { row: ListedRestore }) {
  const { t, shared, format } = useTexts();
  const [undo, undoing] = usePending(askAndUndo);
  const { record } = row;
  const { outcome, undone, contentAt, tables, errorCode } = record;
  return (
    <section className={classes.section} data-testid="restore-entry" data-outcome={undone ? 'undone' : outcome}>
      <Mark tone={undone ? 'muted' : RESTORE_TONE[outcome]}>
        {undone ? t('restores.undone') : shared(`restoreOutcome.${outcome}`)}
        <Text component="span" c="dimmed" fw={400} ml={6}>
          <TimeText iso={record.finishedAt ?? record.startedAt} />
        </Text>
      </Mark>
      <Text mt={4} className="hf-selectable">
        {tables === null ? t('restoreList.wholeDatabase') : t('restoreList.rowsOf', { tables: tables.join(', ') })}
      </Text>
      {contentAt && <Text c="dimmed">{t('restoreList.of', { time: format.exact(contentAt) })}</Text>}
      <PathText path={record.sourceFile} />
      {errorCode && outcome !== 'restored' && (
        <Text mt={4} className="hf-selectable">
          {describeError(shared, { code: errorCode, params: { name: record.database } }).what}
        </Text>
      )}
      {row.undo === 'possible' && (
        <Button
          mt={6}
          variant="default"
          size="compact-sm"
          loading={undoing}
          onClick={() => void undo(row)}
          data-testid="undo-listed"
        >
          {t('restores.undo')}
        </Button>
      )}
      {row.undo === 'past' && (
        <Text mt={4} c="dimmed">
          {t('restoreList.goneUndo')}
        </Text>
      )}
    </section>
  );
}
