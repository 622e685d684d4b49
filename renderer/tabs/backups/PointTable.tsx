import { Table, Text } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import type { RestorePoint } from '@shared/models';
import { Mark } from '@/components/Mark';
import { StampText } from '@/components/TimeText';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { PROOF_TONE } from '@/tone';
import classes from './backups.module.css';
import { keepText } from './keep-text';
import { chosenPoint } from './selection';

/** Restore points, newest first. Arrow keys move, Enter opens, Escape closes. */
export function PointTable({ points, selectedId }: { points: RestorePoint[]; selectedId: string | null }) {
  const { t } = useTexts();
  const newestFirst = [...points].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  const focusable = selectedId ?? newestFirst[0]?.id;
  return (
    <Table stickyHeader verticalSpacing={5} horizontalSpacing={6} role="grid" aria-label={t('backups.points')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('backups.time')}</Table.Th>
          <Table.Th miw={64}>{t('backups.kind')}</Table.Th>
          <Table.Th miw={112}>{t('backups.proof')}</Table.Th>
          <Table.Th miw={128}>{t('backups.why')}</Table.Th>
          <Table.Th className={classes.right}>{t('backups.size')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {newestFirst.map((point) => (
          <PointRow
            key={point.id}
            point={point}
            selected={point.id === selectedId}
            focusable={point.id === focusable}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function PointRow({ point, selected, focusable }: { point: RestorePoint; selected: boolean; focusable: boolean }) {
  const texts = useTexts();
  const { t, shared, format } = texts;
  const now = useNow();
  const select = (): void => chosenPoint.set(selected ? null : point.id);
  const leaves = point.retention?.keep === false;
  return (
    <Table.Tr
      className={classes.row}
      aria-selected={selected}
      tabIndex={focusable ? 0 : -1}
      onClick={select}
      onKeyDown={(event) => onRowKey(event, point.id)}
      data-testid="restore-point-row"
      data-state={point.state}
      data-kind={point.kind}
      data-point={point.id}
    >
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <StampText iso={point.createdAt} />
        <Text size="xs" c="dimmed">
          {format.relative(point.createdAt, now)}
        </Text>
      </Table.Td>
      <Table.Td>{shared(`kind.${point.kind}`)}</Table.Td>
      <Table.Td>
        <Mark tone={PROOF_TONE[point.state]}>{shared(`proofState.${point.state}`)}</Mark>
      </Table.Td>
      <Table.Td>
        {leaves ? (
          <Mark tone="warn" size="xs">
            {t('backups.leaves')}
          </Mark>
        ) : (
          <Text size="xs" lineClamp={2}>
            {keepText(point.retention, texts)}
          </Text>
        )}
      </Table.Td>
      <Table.Td className={classes.right}>
        {format.bytes(point.sizeBytes)}
        <Text size="xs" c="dimmed">
          {point.contentBytes > 0 &&
            t('backups.ratio', {
              share: format.percent(point.sizeBytes / point.contentBytes),
              content: format.bytes(point.contentBytes),
            })}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

function onRowKey(event: KeyboardEvent<HTMLTableRowElement>, pointId: string): void {
  const row = event.currentTarget;
  const moves: Record<string, Element | null | undefined> = {
    ArrowDown: row.nextElementSibling,
    ArrowUp: row.previousElementSibling,
    Home: row.parentElement?.firstElementChild,
    End: row.parentElement?.lastElementChild,
  };
  if (event.key in moves) {
    event.preventDefault();
    const target = moves[event.key];
    if (!(target instanceof HTMLElement)) return;
    target.focus();
    // while details are open they follow the keys
    if (chosenPoint.get()) chosenPoint.set(target.dataset['point'] ?? null);
  } else if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    chosenPoint.set(pointId);
  } else if (event.key === 'Escape') {
    chosenPoint.set(null);
  }
}
