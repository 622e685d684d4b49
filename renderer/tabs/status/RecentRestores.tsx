import { Button, Group, Text } from '@mantine/core';
import { Mark } from '@/components/Mark';
import { Panel } from '@/components/Panel';
import { PathText } from '@/components/PathText';
import { TimeText } from '@/components/TimeText';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { askAndUndo, type ListedRestore, listRestores } from '@/restore/undo';
import { useApp } from '@/store';
import { RESTORE_TONE } from '@/tone';
import classes from './status.module.css';

const MOST_SHOWN = 5;

/** Restores that happened; the newest ten of each database can be undone. */
export function RecentRestores() {
  const { t } = useTexts();
  const restores = useApp((state) => state.restores);
  if (restores.length === 0) return null;
  return (
    <Panel title={t('restores.title')} testId="recent-restores">
      <ul className={classes.list}>
        {listRestores(restores)
          .slice(0, MOST_SHOWN)
          .map((row) => (
            <RestoreRow key={row.record.id} row={row} />
          ))}
      </ul>
    </Panel>
  );
}

function RestoreRow({ row }: { row: ListedRestore }) {
  const { t, shared } = useTexts();
  const { record } = row;
  const [undo, undoing] = usePending(askAndUndo);
  return (
    <li data-testid="restore-row" data-outcome={record.outcome}>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <div style={{ minWidth: 0 }}>
          <Group gap="sm" wrap="nowrap">
            <Text fw={600}>{record.database}</Text>
            <Mark tone={record.undone ? 'muted' : RESTORE_TONE[record.outcome]}>
              {record.undone ? t('restores.undone') : shared(`restoreOutcome.${record.outcome}`)}
            </Mark>
            <Text c="dimmed" component="span" style={{ whiteSpace: 'nowrap' }}>
              <TimeText iso={record.finishedAt ?? record.startedAt} />
            </Text>
          </Group>
          {record.tables && (
            <Text className="hf-selectable">{t('restoreList.rowsOf', { tables: record.tables.join(', ') })}</Text>
          )}
          <PathText path={record.sourceFile} oneLine />
        </div>
        {row.undo === 'possible' && (
          <Button
            variant="default"
            size="compact-sm"
            loading={undoing}
            onClick={() => void undo(row)}
            style={{ flexShrink: 0 }}
          >
            {t('restores.undo')}
          </Button>
        )}
      </Group>
    </li>
  );
}
