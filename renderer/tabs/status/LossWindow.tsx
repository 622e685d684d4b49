import { Text } from '@mantine/core';
import type { DatabaseStatus } from '@shared/models';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import classes from './status.module.css';

const A_MINUTE_MS = 60_000;

/** "Could I lose data?": the age of the newest proved backup, said as what it means. */
export function LossWindow({ status }: { status: DatabaseStatus }) {
  const { t, format } = useTexts();
  const now = useNow();
  const proved = status.lastProved;
  // a minute is as exact as anybody needs; seconds would only tick
  const ageMs = proved ? Math.max(A_MINUTE_MS, now - Date.parse(proved.createdAt)) : 0;
  return (
    <div style={{ marginBottom: 14 }} data-testid={`loss-window-${status.database.name}`}>
      <Text size="xs" c="dimmed">
        {t('status.couldLose')}
      </Text>
      <span className={classes.figure}>
        {proved ? t('status.atMost', { time: format.duration(ageMs, 'up') }) : t('status.everything')}
      </span>
      <Text c="dimmed">
        {!proved
          ? t('status.noProvedBackup')
          : ageMs > A_MINUTE_MS
            ? t('status.changesSince', { time: format.relative(proved.createdAt, now, 'up') })
            : t('status.changesLastMinute')}
      </Text>
    </div>
  );
}
