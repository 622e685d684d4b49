/**
 * Pointer, wheel and keys on a chart. All charts share one range, which is asked for anew when it changes: so these
 * change that range, and no chart zooms by itself.
 */
import { useEffect } from 'react';
import { panBy, type TimeWindow, zoomAround } from '../range';
import { changeRange, rangeState } from '../range-store';
import { crosshair } from './crosshair';

/** What the pointer needs to know of the chart. */
export interface PointerTarget {
  id: string;
  /** Takes the events and the focus; covers the canvas. */
  surface: HTMLElement;
  /** Shows what is being selected. */
  selection: HTMLElement;
  /** Drawing area in pixels from the left of the surface. */
  area: () => { left: number; right: number } | null;
  /** What is drawn. */
  window: () => TimeWindow;
}

/** A drag shorter than this is a click. */
const LEAST_DRAG_PX = 6;
const WHEEL_FACTOR = 1.2;
const KEY_PAN = 0.15;
const KEY_ZOOM = 0.6;

export function usePointer(target: () => PointerTarget | null): void {
  useEffect(() => {
    const found = target();
    return found ? follow(found) : undefined;
  }, [target]);
}

/** The window that a small step starts from: the last step may not be drawn yet. */
const base = (drawn: TimeWindow): TimeWindow => rangeState.get().window ?? drawn;

/** Begins to follow; call the answer to stop. */
function follow({ id, surface, selection, area, window }: PointerTarget): () => void {
  let drag: { kind: 'zoom' | 'pan'; startX: number; startWindow: TimeWindow } | null = null;
  let frame = 0;

  const place = (event: MouseEvent): { x: number; left: number; width: number; atMs: number } | null => {
    const bounds = area();
    if (!bounds) return null;
    const width = bounds.right - bounds.left;
    const within = event.clientX - surface.getBoundingClientRect().left - bounds.left;
    const x = Math.min(width, Math.max(0, within));
    const { fromMs, toMs } = window();
    return { x, left: bounds.left, width, atMs: fromMs + (x / width) * (toMs - fromMs) };
  };
  const hideSelection = (): void => {
    selection.style.display = 'none';
  };
  const leave = (): void => {
    cancelAnimationFrame(frame);
    frame = 0;
    if (crosshair.get()?.owner === id) crosshair.set(null);
  };
  const move = (event: PointerEvent): void => {
    if (frame) return;
    // no more often than the screen is drawn
    frame = requestAnimationFrame(() => {
      frame = 0;
      const at = place(event);
      if (!at) return;
      if (drag?.kind === 'zoom') {
        const left = Math.min(drag.startX, at.x);
        selection.style.display = 'block';
        selection.style.left = `${at.left + left}px`;
        selection.style.width = `${Math.abs(at.x - drag.startX)}px`;
      } else if (drag) {
        const moved = panBy(drag.startWindow, (drag.startX - at.x) / at.width);
        changeRange({ type: 'show', window: moved, moving: true });
      }
      crosshair.set({ atMs: at.atMs, owner: id, x: at.x, width: at.width });
    });
  };
  const down = (event: PointerEvent): void => {
    const at = place(event);
    if (!at || (event.button !== 0 && event.button !== 1)) return;
    event.preventDefault();
    surface.focus();
    surface.setPointerCapture(event.pointerId);
    drag = { kind: event.shiftKey || event.button === 1 ? 'pan' : 'zoom', startX: at.x, startWindow: window() };
  };
  const up = (event: PointerEvent): void => {
    const at = place(event);
    const done = drag;
    drag = null;
    hideSelection();
    if (!at || done?.kind !== 'zoom' || Math.abs(at.x - done.startX) < LEAST_DRAG_PX) return;
    const { fromMs, toMs } = window();
    const timeAt = (x: number): number => fromMs + (x / at.width) * (toMs - fromMs);
    const [from, to] = [Math.min(at.x, done.startX), Math.max(at.x, done.startX)];
    changeRange({ type: 'show', window: { fromMs: timeAt(from), toMs: timeAt(to) } });
  };
  const cancel = (): void => {
    drag = null;
    hideSelection();
  };
  const wheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
    event.preventDefault();
    const at = place(event);
    if (!at || event.deltaY === 0) return;
    const factor = event.deltaY > 0 ? WHEEL_FACTOR : 1 / WHEEL_FACTOR;
    changeRange({ type: 'show', window: zoomAround(base(window()), at.atMs, factor), moving: true });
  };
  const reset = (): void => changeRange({ type: 'reset' });
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = windowForKey(event.key, base(window()));
    if (next) changeRange({ type: 'show', window: next, moving: true });
    else if (event.key === 'Backspace') changeRange({ type: 'back' });
    else if (event.key === 'Escape' && drag) cancel();
    else if (event.key === 'Escape' || event.key === '0') reset();
    else return;
    event.preventDefault();
  };

  surface.addEventListener('pointermove', move);
  surface.addEventListener('pointerleave', leave);
  surface.addEventListener('pointerdown', down);
  surface.addEventListener('pointerup', up);
  surface.addEventListener('pointercancel', cancel);
  surface.addEventListener('wheel', wheel, { passive: false });
  surface.addEventListener('dblclick', reset);
  surface.addEventListener('keydown', key);
  return () => {
    leave();
    surface.removeEventListener('pointermove', move);
    surface.removeEventListener('pointerleave', leave);
    surface.removeEventListener('pointerdown', down);
    surface.removeEventListener('pointerup', up);
    surface.removeEventListener('pointercancel', cancel);
    surface.removeEventListener('wheel', wheel);
    surface.removeEventListener('dblclick', reset);
    surface.removeEventListener('keydown', key);
  };
}

/** The window that a key leads to; null for a key that means nothing here. */
export function windowForKey(key: string, window: TimeWindow): TimeWindow | null {
  const middle = (window.fromMs + window.toMs) / 2;
  switch (key) {
    case 'ArrowLeft':
      return panBy(window, -KEY_PAN);
    case 'ArrowRight':
      return panBy(window, KEY_PAN);
    case '+':
    case '=':
      return zoomAround(window, middle, KEY_ZOOM);
    case '-':
      return zoomAround(window, middle, 1 / KEY_ZOOM);
    default:
      return null;
  }
}
