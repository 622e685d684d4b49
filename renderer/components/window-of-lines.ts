/** Which lines of a long list are drawn: those that are seen, and a few around them. */
import { type RefObject, useLayoutEffect, useState } from 'react';

export interface Lines {
  from: number;
  /** One after the last. */
  to: number;
}

const AROUND = 8;

/** The lines of `count`, each `lineHeight` pixels high, that a view of `height` at `top` needs. */
export function linesInView(top: number, height: number, lineHeight: number, count: number): Lines {
  const first = Math.floor(Math.max(0, top) / lineHeight);
  const shown = Math.ceil(height / lineHeight) + 1;
  const to = Math.min(count, first + shown + AROUND);
  return { from: Math.max(0, Math.min(first - AROUND, count - shown - AROUND)), to };
}

/** Follows a scrolled element. Draws again only when other lines are needed. */
export function useLinesInView(scroller: RefObject<HTMLElement | null>, lineHeight: number, count: number): Lines {
  const [lines, setLines] = useState<Lines>({ from: 0, to: Math.min(count, 4 * AROUND) });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = (): void => {
      const next = linesInView(element.scrollTop, element.clientHeight, lineHeight, count);
      setLines((before) => (before.from === next.from && before.to === next.to ? before : next));
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      sizes.disconnect();
    };
  }, [scroller, lineHeight, count]);
  return lines;
}
