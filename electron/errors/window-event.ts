/** An error of the window's own as an event: its stack is a text, as the engine prints it. */
import type { NewEvent, StackFrame } from '@shared/error-groups';
import type { WindowError } from '@shared/ipc-diagnosis';
import { plainEvent } from './plain-event';

const MOST_FRAMES = 100;
const LONGEST_LINE = 1_000;

export function windowEvent({ kind, where, message, stack }: WindowError, nowMs: number): NewEvent {
  const isDrawing = kind === 'render';
  return plainEvent({
    at: new Date(nowMs).toISOString(),
    level: 'error',
    handled: isDrawing,
    message,
    thrown: [{ type: typeOf(stack), value: message, frames: framesOf(stack) }],
    tags: { where, kind },
    transaction: where,
    code: isDrawing ? 'TAB_FAILED' : 'INTERNAL',
  });
}

const typeOf = (stack: string): string | null => /^(?:Uncaught )?([A-Z][\w.]{0,80})(?::|\n|$)/.exec(stack)?.[1] ?? null;

/** Oldest call first, as everywhere here. */
export function framesOf(stack: string): StackFrame[] {
  return stack
    .split('\n')
    .slice(0, MOST_FRAMES)
    .flatMap((line) => frameOf(line.slice(0, LONGEST_LINE).trim()) ?? [])
    .toReversed();
}

/** `at place (file:line:column)` or `at file:line:column`. */
function frameOf(line: string): StackFrame | null {
  if (!line.startsWith('at ')) return null;
  const call = line.slice(3);
  const open = call.endsWith(')') ? call.lastIndexOf(' (') : -1;
  const name = open < 0 ? null : call.slice(0, open);
  const place = open < 0 ? call : call.slice(open + 2, -1);
  const [, file = place, row, column] = /^([^\n]*?):(\d{1,9})(?::(\d{1,9}))?$/.exec(place) ?? [];
  return {
    module: null,
    function: name,
    file,
    line: row === undefined ? null : Number(row),
    column: column === undefined ? null : Number(column),
    inApp: !/node_modules|^node:|^<anonymous>$/.test(file),
    source: null,
  };
}
