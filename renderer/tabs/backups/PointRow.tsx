import { Text } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { memo } from 'react';
import type { RestorePoint } from '@shared/models';
import { Mark } from '@/components/Mark';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { PROOF_TONE } from '@/tone';
import type { PointLine } from './chains';
import { CopyMarks } from './CopyMarks';
import { keepText } from './keep-text';
import { choosePoint, chosenPoint, openChain } from './selection';
import classes from './points.module.css';

/** Every line is as high as the others: the place of a line follows from its number. */
export const LINE_HEIGHT = 46;

interface Props {
  line: PointLine;
  index: number;
  selected: boolean;
  focusable: boolean;
  withCopies: boolean;
  points: ReadonlyMap<string, RestorePoint>;
}

/** One restore point in the list. */
export const PointRow = memo(function PointRow({ line, index, selected, focusable, withCopies, points }: Props) {
  const texts = useTexts();
  const { t, shared, format } = texts;
  const { point, level, open } = line;
  const leaves = point.retention?.keep === false;
  return (
    <div
      role="row"
      className={`${classes.cells} ${classes.row}`}
      style={{ top: index * LINE_HEIGHT, height: LINE_HEIGHT }}
      aria-level={level}
      aria-posinset={line.position}
      aria-setsize={line.of}
      aria-rowindex={index + 2}
      aria-expanded={open ?? undefined}
      aria-selected={selected}
      tabIndex={focusable ? 0 : -1}
      onClick={() => choosePoint(chosenPoint.get() === point.id ? null : point.id)}
      data-testid="restore-point-row"
      data-state={point.state}
      data-kind={point.kind}
      data-form={point.form}
      data-point={point.id}
      data-index={index}
      data-level={level}
      data-last={line.last || undefined}
    >
      <span role="gridcell" className={classes.whenCell}>
        {open !== null && (
          <button
            type="button"
            className={classes.fold}
            tabIndex={-1}
            aria-label={t(open ? 'backups.collapse' : 'backups.expand')}
            onClick={(event) => {
              event.stopPropagation();
              openChain(point.chainId, !open);
            }}
            data-testid="fold-chain"
          >
            <IconChevronRight size={15} aria-hidden data-open={open || undefined} />
          </button>
        )}
        <span className={classes.two}>
          <When line={line} />
        </span>
      </span>
      <span role="gridcell" className={`${classes.kindCell} ${classes.two}`}>
        <span>{shared(`kind.${point.kind}`)}</span>
        <Text component="span" size="xs" c="dimmed">
          {t(point.form === 'full' ? 'backups.full' : 'backups.changes')}
        </Text>
      </span>
      <span role="gridcell">
        <Mark tone={PROOF_TONE[point.state]}>{shared(`proofState.${point.state}`)}</Mark>
      </span>
      <span role="gridcell" className={classes.whyCell}>
        {leaves ? (
          <Mark tone="warn" size="xs">
            {t('backups.leaves')}
          </Mark>
        ) : (
          <Text component="span" size="xs" lineClamp={2} title={keepText(point.retention, texts, points)}>
            {keepText(point.retention, texts, points)}
          </Text>
        )}
      </span>
      <span role="gridcell" className={`${classes.right} ${classes.two}`}>
        <span>{format.bytes(point.sizeBytes)}</span>
        <Text component="span" size="xs" c="dimmed">
          {sizeDetail()}
        </Text>
      </span>
      {withCopies && (
        <span role="gridcell" className={classes.right}>
          <CopyMarks copies={point.copies} />
        </span>
      )}
    </div>
  );

  function sizeDetail(): string {
    if (point.changedPages !== null) {
      return t('backups.changedPages', { count: point.changedPages, pages: format.number(point.changedPages) });
    }
    if (point.contentBytes === 0) return '';
    return t('backups.ratio', {
      share: format.percent(point.sizeBytes / point.contentBytes),
      content: format.bytes(point.contentBytes),
    });
  }
});

/**
 * The moment; how long ago, or of a closed chain how much is below; where there is no room for a column of its own, the
 * kind.
 */
function When({ line }: { line: PointLine }) {
  const { t, shared, format } = useTexts();
  const now = useNow();
  const { point, open, below } = line;
  return (
    <>
      <time dateTime={point.createdAt} title={format.exact(point.createdAt)}>
        {format.stamp(point.createdAt, now)}
      </time>
      <Text component="span" size="xs" c="dimmed">
        {open === false ? t('backups.later', { count: below }) : format.relative(point.createdAt, now)}
        <span className={classes.kindInWhen}> · {shared(`kind.${point.kind}`)}</span>
      </Text>
    </>
  );
}
