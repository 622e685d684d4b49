import { Button, Group, Text } from '@mantine/core';
import type { CopyView, RestorePoint } from '@shared/models';
import { describeError } from '@shared/text';
import { checkCopy } from '@/commands';
import { Mark } from '@/components/Mark';
import { usePending } from '@/components/usePending';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { openRestore } from '@/restore/flow';
import classes from './backups.module.css';
import { copyTone, copyWords } from './CopyMarks';

/** Where else a restore point is kept, and in which state. */
export function PointCopies({ point }: { point: RestorePoint }) {
  const { t } = useTexts();
  const holder = point.copies.find(({ state }) => state === 'copied');
  if (point.copies.length === 0) {
    return <Text c="dimmed">{t(point.state === 'elsewhere' ? 'copies.noneAnywhere' : 'copies.none')}</Text>;
  }
  return (
    <>
      {point.state === 'elsewhere' && holder && (
        <Text mb={4} data-testid="fetched-first">
          {t('copies.elsewhere', { name: holder.destination })}
        </Text>
      )}
      <ul className={classes.copyList}>
        {point.copies.map((copy) => (
          <CopyLine key={copy.destinationId} point={point} copy={copy} />
        ))}
      </ul>
    </>
  );
}

function CopyLine({ point, copy }: { point: RestorePoint; copy: CopyView }) {
  const texts = useTexts();
  const { t, shared } = texts;
  const [check, checking] = usePending(checkCopy);
  const there = copy.state === 'copied';
  return (
    <li data-testid={`copy-${copy.destination}`} data-state={copy.state}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text fw={500} truncate title={copy.destination}>
          {copy.destination}
        </Text>
        <Mark tone={copyTone(copy)} size="xs">
          {copyWords(copy, texts)}
        </Mark>
      </Group>
      <Text size="xs" c="dimmed">
        <CopyTimes copy={copy} />
      </Text>
      {copy.error && <Text size="xs">{describeError(shared, copy.error).what}</Text>}
      {(there || copy.state === 'damaged') && (
        <Group gap={6} mt={4}>
          <Button
            variant="default"
            size="compact-xs"
            loading={checking}
            onClick={() => void check(point, copy.destinationId)}
            data-testid="check-copy"
          >
            {t('copies.check')}
          </Button>
          {there && (
            <Button
              variant="default"
              size="compact-xs"
              onClick={() => openRestore({ kind: 'point', point, destinationId: copy.destinationId })}
              data-testid="restore-from-copy"
            >
              {t('copies.restore')}
            </Button>
          )}
        </Group>
      )}
    </li>
  );
}

/** When it was copied and compared, and when it is tried again. */
function CopyTimes({ copy }: { copy: CopyView }) {
  const { t, format } = useTexts();
  const now = useNow();
  const { copiedAt, verifiedAt, nextTryAt } = copy;
  const past = [
    ...(copiedAt ? [t('copies.copiedAt', { time: format.relative(copiedAt, now) })] : []),
    ...(verifiedAt ? [t('copies.verifiedAt', { time: format.relative(verifiedAt, now) })] : []),
  ].join(', ');
  const exact = [copiedAt, verifiedAt, nextTryAt].flatMap((iso) => (iso ? [format.exact(iso)] : [])).join('\n');
  return (
    <span title={exact}>
      {past} {nextTryAt && t('copies.nextTry', { time: format.relative(nextTryAt, now) })}
    </span>
  );
}
