import { type KeyboardEvent, type RefObject, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { RestorePoint } from '@shared/models';
import { useLinesInView } from '@/components/window-of-lines';
import { useTexts } from '@/i18n';
import { useValue } from '@/value';
import { chainsOf, linesOf, type PointLine } from './chains';
import { LINE_HEIGHT, PointRow } from './PointRow';
import { choosePoint, chosenPoint, openChain, openedChains } from './selection';
import classes from './points.module.css';

const HEAD_HEIGHT = 34;

interface Props {
  points: RestorePoint[];
  selectedId: string | null;
  /** The element that scrolls. */
  scroller: RefObject<HTMLElement | null>;
}

/**
 * Restore points by chain, newest first. Up and down move, right and left open and close a chain, Enter shows the
 * details, Escape closes them. Only the lines that are seen are drawn.
 */
export function PointTable({ points, selectedId, scroller }: Props) {
  const { t } = useTexts();
  const opened = useValue(openedChains);
  const chains = useMemo(() => chainsOf(points), [points]);
  const lines = useMemo(() => linesOf(chains, opened), [chains, opened]);
  const places = useMemo(() => new Map(points.map((point) => [point.id, point])), [points]);
  const seen = useLinesInView(scroller, LINE_HEIGHT, lines.length);
  const { active, onKeyDown, body } = useKeys(lines, selectedId, scroller);
  const drawn = lines.flatMap((line, index) =>
    (index >= seen.from && index < seen.to) || index === active ? [{ line, index }] : [],
  );
  const withCopies = points.some(({ copies }) => copies.length > 0);
  return (
    <div
      role="treegrid"
      aria-label={t('backups.points')}
      aria-rowcount={lines.length + 1}
      className={classes.grid}
      data-copies={withCopies || undefined}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className={classes.gridHead}>
        <div role="row" aria-rowindex={1} className={classes.cells}>
          <span role="columnheader">{t('backups.time')}</span>
          <span role="columnheader" className={classes.kindCell}>
            {t('backups.kind')}
          </span>
          <span role="columnheader">{t('backups.proof')}</span>
          <span role="columnheader" className={classes.whyCell}>
            {t('backups.why')}
          </span>
          <span role="columnheader" className={classes.right}>
            {t('backups.size')}
          </span>
          {withCopies && (
            <span role="columnheader" className={classes.right}>
              {t('backups.copies')}
            </span>
          )}
        </div>
      </div>
      <div ref={body} role="rowgroup" className={classes.gridBody} style={{ height: lines.length * LINE_HEIGHT }}>
        {drawn.map(({ line, index }) => (
          <PointRow
            key={line.point.id}
            line={line}
            index={index}
            selected={line.point.id === selectedId}
            focusable={index === active}
            withCopies={withCopies}
            points={places}
          />
        ))}
      </div>
    </div>
  );
}

/** The keys of the list: one line is reached with Tab, the others from there. */
function useKeys(lines: PointLine[], selectedId: string | null, scroller: RefObject<HTMLElement | null>) {
  const [activeId, setActiveId] = useState<string | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const takesFocus = useRef(false);
  const indexOf = (id: string | null): number => lines.findIndex(({ point }) => point.id === id);
  const active = Math.max(0, [activeId, selectedId].map(indexOf).find((index) => index >= 0) ?? 0);

  useLayoutEffect(() => {
    if (!takesFocus.current) return;
    takesFocus.current = false;
    bringIntoView(scroller.current, active);
    body.current?.querySelector<HTMLElement>(`[data-index="${active}"]`)?.focus({ preventScroll: true });
  });

  const moveTo = (index: number): void => {
    const line = lines[Math.min(lines.length - 1, Math.max(0, index))];
    if (!line) return;
    takesFocus.current = true;
    setActiveId(line.point.id);
    // while details are open they follow the keys
    if (chosenPoint.get()) choosePoint(line.point.id);
  };
  const page = (): number => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / LINE_HEIGHT) - 2);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    const index = Number(target?.dataset['index'] ?? Number.NaN);
    const line = lines[index];
    if (!line) return;
    const act: Record<string, () => void> = {
      ArrowDown: () => moveTo(index + 1),
      ArrowUp: () => moveTo(index - 1),
      PageDown: () => moveTo(index + page()),
      PageUp: () => moveTo(index - page()),
      Home: () => moveTo(0),
      End: () => moveTo(lines.length - 1),
      ArrowRight: () => {
        if (line.open === false) openChain(line.point.chainId, true);
        else if (line.open) moveTo(index + 1);
      },
      ArrowLeft: () => {
        if (line.open) openChain(line.point.chainId, false);
        else if (line.level === 2) moveTo(indexOf(line.point.chainId));
      },
      Enter: () => choosePoint(line.point.id),
      ' ': () => choosePoint(line.point.id),
      Escape: () => choosePoint(null),
    };
    const run = act[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  };
  return { active, onKeyDown, body };
}

function bringIntoView(scroller: HTMLElement | null, index: number): void {
  if (!scroller) return;
  const top = index * LINE_HEIGHT;
  const bottom = top + LINE_HEIGHT + HEAD_HEIGHT;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight;
}
