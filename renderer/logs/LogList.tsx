import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useSyncExternalStore,
} from 'react';
import type { LogEntry, LogQuery } from '@shared/logs';
import { useTexts } from '@/i18n';
import { LogRow } from './LogRow';
import classes from './logs.module.css';
import type { Page } from './pages';
import type { RowSource } from './row-cache';
import { useKept } from './use-kept';

export const ROW_HEIGHT = 24;
const AROUND_VIEW = 12;
/** Fetched before they are seen. */
const AHEAD = 100;

export interface RowActions {
  /** Null where it is what is shown already. */
  onAround: ((entry: LogEntry) => void) | null;
  onPattern: (entry: LogEntry) => void;
}

interface Props extends RowActions {
  rows: RowSource;
  /** Another one for other rows: the list begins anew. */
  rowsKey: string;
  page: Page;
  searched: Pick<LogQuery, 'text' | 'isRegex'>;
  names: ReadonlyMap<string, string>;
  /** The row that is looked for; null: the list begins at its end. */
  marked: number | null;
  wrap: boolean;
  /** The end is left, or an entry is read: new lines would take it away. */
  onHold?: () => void;
}

/** Any number of entries, of which only those in view are drawn. */
export function LogList(props: Props) {
  const { rows, rowsKey, page, marked, wrap, onHold, searched, names, onAround, onPattern } = props;
  const { t } = useTexts();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const drawn = useRef<HTMLDivElement>(null);
  const [chosen, setActive] = useKept<number | null>(rowsKey, marked);
  const [unfolded, setUnfolded] = useKept<ReadonlySet<number>>(rowsKey, NONE);
  useSyncExternalStore(
    (told) => rows.subscribe(told),
    () => rows.version(),
  );
  const count = page.to - page.from;
  // oxlint-disable-next-line react/incompatible-library -- the list draws again with each scroll; nothing of it is held
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: AROUND_VIEW,
  });
  useLayoutEffect(() => {
    virtualizer.measure();
    if (marked !== null) virtualizer.scrollToIndex(marked - page.from, { align: 'center' });
    else if (count > 0) virtualizer.scrollToIndex(count - 1, { align: 'end' });
  }, [virtualizer, rowsKey, page.from, count, marked, wrap]);

  const items = virtualizer.getVirtualItems();
  const first = page.from + (items[0]?.index ?? 0);
  const last = page.from + (items.at(-1)?.index ?? -1);
  useEffect(() => rows.want(Math.max(0, first - AHEAD), last + 1 + AHEAD), [rows, first, last]);
  usePlace(scroller, drawn, items[0]?.start ?? 0);
  useHoldOnScroll(scroller, onHold);

  const active = chosen !== null && chosen >= page.from && chosen < page.to ? chosen : null;
  const toggle = (index: number): void => {
    const next = new Set(unfolded);
    if (!next.delete(index)) {
      next.add(index);
      onHold?.();
    } else if (!wrap) {
      virtualizer.resizeItem(index - page.from, ROW_HEIGHT);
    }
    setUnfolded(next);
  };
  const move = (to: number): void => {
    const index = Math.min(page.to - 1, Math.max(page.from, to));
    setActive(index);
    virtualizer.scrollToIndex(index - page.from, { align: 'auto' });
    if (index < page.to - 1) onHold?.();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // keys that are pressed in what is unfolded belong to it
    if (event.target !== event.currentTarget || count === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const screen = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    const to = target(event.key, { active, first: page.from, last: page.to - 1, screen, shown: firstShown() });
    if (event.key === 'Enter' && active !== null) toggle(active);
    else if (to !== null) move(to);
    else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent): void => {
    const place = (event.target as Element).closest<HTMLElement>('[data-toggles]')?.dataset['toggles'];
    // what was dragged over is selected, not clicked
    if (place === undefined || window.getSelection()?.isCollapsed === false) return;
    setActive(Number(place));
    toggle(Number(place));
  };
  const firstShown = (): number => {
    const top = virtualizer.scrollOffset ?? 0;
    return page.from + (virtualizer.getVirtualItemForOffset(top)?.index ?? 0);
  };
  return (
    <div className={classes.frame}>
      <Head id={`${id}-head`} />
      <div
        ref={scroller}
        className={classes.list}
        role="grid"
        tabIndex={0}
        aria-label={t('logs.list.label')}
        aria-description={t('logs.list.keys')}
        aria-rowcount={rows.total + 1}
        aria-owns={`${id}-head`}
        aria-activedescendant={active === null ? undefined : `${id}-${active}`}
        onKeyDown={onKeyDown}
        onClick={onClick}
        data-testid="log-list"
        data-total={rows.total}
      >
        <div role="presentation" style={{ height: virtualizer.getTotalSize() }}>
          <div role="rowgroup" ref={drawn} className={classes.rows}>
            {items.map(({ index: inPage }) => {
              const index = page.from + inPage;
              const isUnfolded = unfolded.has(index);
              return (
                <LogRow
                  // other rows at the same places are measured anew
                  key={`${rowsKey} ${index} ${wrap}`}
                  id={`${id}-${index}`}
                  index={index}
                  place={inPage}
                  measure={wrap || isUnfolded ? virtualizer.measureElement : null}
                  entry={rows.get(index)}
                  sourceNames={names}
                  searched={searched}
                  isActive={index === active}
                  isMarked={index === marked}
                  isUnfolded={isUnfolded}
                  wrap={wrap}
                  onAround={onAround}
                  onPattern={onPattern}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

const NONE: ReadonlySet<number> = new Set();

/** Above what is scrolled, and one of its rows for who listens. */
function Head({ id }: { id: string }) {
  const { t } = useTexts();
  return (
    <div id={id} role="rowgroup" className={classes.head}>
      <div role="row" aria-rowindex={1} className={classes.columns}>
        <span role="columnheader" aria-label={t('logs.list.unfold')} />
        <span role="columnheader">{t('logs.list.time')}</span>
        <span role="columnheader">{t('logs.list.level')}</span>
        <span role="columnheader">{t('logs.list.source')}</span>
        <span role="columnheader" className={classes.logger}>
          {t('logs.list.logger')}
        </span>
        <span role="columnheader">{t('logs.list.text')}</span>
      </div>
    </div>
  );
}

interface Where {
  active: number | null;
  first: number;
  last: number;
  /** Rows of a screen. */
  screen: number;
  /** The first row in sight. */
  shown: number;
}

/** Where a key goes; null for one that moves nothing. */
export function target(key: string, { active, first, last, screen, shown }: Where): number | null {
  const from = active ?? shown;
  switch (key) {
    case 'ArrowDown':
      return active === null ? shown : from + 1;
    case 'ArrowUp':
      return active === null ? shown : from - 1;
    case 'PageDown':
      return from + screen;
    case 'PageUp':
      return from - screen;
    case 'Home':
      return first;
    case 'End':
      return last;
    default:
      return null;
  }
}

/**
 * Puts the rows that are drawn where they belong, `startPx` below the beginning of all. They stand in what is seen, not in
 * what is scrolled: there, places beyond 16 million pixels are drawn one or two pixels off.
 */
function usePlace(
  scroller: RefObject<HTMLElement | null>,
  drawn: RefObject<HTMLElement | null>,
  startPx: number,
): void {
  useLayoutEffect(() => {
    const list = scroller.current;
    const rows = drawn.current;
    if (!list || !rows) return;
    const place = (): void => {
      rows.style.setProperty('transform', `translateY(${startPx - list.scrollTop}px)`);
    };
    place();
    list.addEventListener('scroll', place, { passive: true });
    return () => list.removeEventListener('scroll', place);
  }, [scroller, drawn, startPx]);
}

/** Tells when somebody scrolls back from the end. */
function useHoldOnScroll(scroller: RefObject<HTMLElement | null>, onHold: (() => void) | undefined): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element || !onHold) return;
    let before = element.scrollTop;
    const look = (): void => {
      const { scrollTop, scrollHeight, clientHeight } = element;
      if (scrollTop < before && scrollHeight - clientHeight - scrollTop > 2 * ROW_HEIGHT) onHold();
      before = scrollTop;
    };
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [scroller, onHold]);
}
