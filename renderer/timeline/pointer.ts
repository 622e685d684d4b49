/** Pointer and wheel on the track: hovering, moving it, zooming it, choosing a moment. */
import { type RefObject, useEffect, useRef } from 'react';
import { panBy, type TimeWindow, zoomAround } from './window';

export interface PointerActions {
  /** What is drawn now. */
  window: () => TimeWindow;
  show: (window: TimeWindow) => void;
  /** Pixels from the corner of the track; null when the pointer left. */
  hover: (at: { x: number; y: number } | null) => void;
  /** The span that Shift and dragging mark; null when it ended. */
  mark: (span: { fromX: number; toX: number } | null) => void;
  /** A press without dragging. */
  press: (x: number, y: number) => void;
}

/** A drag shorter than this is a press. */
const LEAST_DRAG_PX = 4;
const WHEEL_FACTOR = 1.0016;

/** Follows the pointer on an element that is there as long as the component. */
export function usePointer(surface: RefObject<HTMLElement | null>, actions: PointerActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => (surface.current ? follow(surface.current, () => latest.current) : undefined), [surface]);
}

interface Drag {
  kind: 'move' | 'mark';
  startX: number;
  window: TimeWindow;
  moved: boolean;
}

function follow(surface: HTMLElement, actions: () => PointerActions): () => void {
  let drag: Drag | null = null;
  let frame = 0;
  let last: PointerEvent | null = null;

  const placeOf = (event: MouseEvent): { x: number; y: number } => {
    const { left, top } = surface.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const widthOf = (): number => Math.max(1, surface.clientWidth);

  const apply = (event: PointerEvent): void => {
    const at = placeOf(event);
    const { x } = at;
    if (drag) {
      drag.moved ||= Math.abs(x - drag.startX) >= LEAST_DRAG_PX;
      if (drag.moved && drag.kind === 'mark')
        actions().mark({ fromX: Math.min(x, drag.startX), toX: Math.max(x, drag.startX) });
      else if (drag.moved) actions().show(panBy(drag.window, (drag.startX - x) / widthOf()));
    }
    actions().hover(drag?.moved ? null : at);
  };
  const move = (event: PointerEvent): void => {
    last = event;
    // no more often than the screen is drawn
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (last) apply(last);
    });
  };
  const settle = (): void => {
    cancelAnimationFrame(frame);
    frame = 0;
    last = null;
  };
  const leave = (): void => {
    settle();
    if (!drag) actions().hover(null);
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    surface.focus();
    surface.setPointerCapture(event.pointerId);
    drag = {
      kind: event.shiftKey ? 'mark' : 'move',
      startX: placeOf(event).x,
      window: actions().window(),
      moved: false,
    };
  };
  const up = (event: PointerEvent): void => {
    const done = drag;
    if (!done) return;
    settle();
    apply(event);
    drag = null;
    actions().mark(null);
    const { x, y } = placeOf(event);
    if (!done.moved) actions().press(x, y);
    else if (done.kind === 'mark') {
      const { fromMs, toMs } = done.window;
      const at = (px: number): number => fromMs + (px / widthOf()) * (toMs - fromMs);
      actions().show({ fromMs: at(Math.min(x, done.startX)), toMs: at(Math.max(x, done.startX)) });
    }
  };
  const cancel = (): void => {
    drag = null;
    actions().mark(null);
  };
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const window = actions().window();
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      actions().show(panBy(window, sideways / widthOf()));
      return;
    }
    // pinching comes as small steps with Ctrl
    const strength = event.ctrlKey ? 8 : 1;
    const atMs = window.fromMs + (placeOf(event).x / widthOf()) * (window.toMs - window.fromMs);
    actions().show(zoomAround(window, atMs, WHEEL_FACTOR ** (event.deltaY * strength)));
  };

  surface.addEventListener('pointermove', move);
  surface.addEventListener('pointerleave', leave);
  surface.addEventListener('pointerdown', down);
  surface.addEventListener('pointerup', up);
  surface.addEventListener('pointercancel', cancel);
  surface.addEventListener('wheel', wheel, { passive: false });
  return () => {
    settle();
    surface.removeEventListener('pointermove', move);
    surface.removeEventListener('pointerleave', leave);
    surface.removeEventListener('pointerdown', down);
    surface.removeEventListener('pointerup', up);
    surface.removeEventListener('pointercancel', cancel);
    surface.removeEventListener('wheel', wheel);
  };
}
