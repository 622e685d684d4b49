import { Button, Group, Text } from '@mantine/core';
import type { RestoreRecord } from '@shared/models';
import { undoRestore } from '@/commands';
import { Mark } from '@/components/Mark';
import { Panel } from '@/components/Panel';
import { PathText } from '@/components/PathText';
import { TimeText } from '@/components/TimeText';
import { usePending } from '@/components/usePending';
import { confirm } from '@/dialogs';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import { RESTORE_TONE } from '@/tone';
import classes from './status.module.css';

const MOST_SHOWN = 5;

/** Restores that happened; the newest of each database can be undone. */
export function RecentRestores() {
  const { t } = useTexts();
  const restores = useApp((state) => state.restores);
  if (restores.length === 0) return null;
  const newest = new Set<string>();
  const rows = restores.slice(0, MOST_SHOWN).map((record) => {
    const isNewest = !newest.has(record.databaseId);
    newest.add(record.databaseId);
    return {
      record,
      canUndo: isNewest && record.outcome === 'restored' && record.undoPointId !== null && !record.undone,
    };
  });
  return (
    <Panel title={t('restores.title')} testId="recent-restores">
      <ul className={classes.list}>
        {rows.map(({ record, canUndo }) => (
          <RestoreRow key={record.id} record={record} canUndo={canUndo} />
        ))}
      </ul>
    </Panel>
  );
}

function RestoreRow({ record, canUndo }: { record: RestoreRecord; canUndo: boolean }) {
  const { t, shared } = useTexts();
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
          <PathText path={record.sourceFile} oneLine />
        </div>
        {canUndo && (
          <Button
            variant="default"
            size="compact-sm"
            loading={undoing}
            onClick={() => void undo(record)}
            style={{ flexShrink: 0 }}
          >
            {t('restores.undo')}
          </Button>
        )}
      </Group>
    </li>
  );

  async function askAndUndo(target: RestoreRecord): Promise<void> {
    const confirmed = await confirm({
      title: t('restores.undoTitle', { name: target.database }),
      lines: [t('restores.undoEffect', { name: target.database }), t('restores.undoSafety')],
      confirmLabel: t('restores.undoConfirm'),
      danger: false,
    });
    if (confirmed) await undoRestore(target);
  }
}
