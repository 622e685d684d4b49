/** The errors of an event and their stacks, as Sentry's SDKs send them. */
import type { StackFrame, Thrown } from '@shared/error-groups';
import { type Fields, fieldsOf, isFields, listOf } from './otlp-json';
import type { Cutter } from './sentry-values';

const MOST_THROWN = 16;
const MOST_FRAMES = 100;
const SOURCE_LINES = 5;
const NAME = 512;
const SOURCE = 400;
export const MESSAGE = 8 * 1024;

/** Places of libraries, for senders that do not say what is the application's own. */
const LIBRARY = /(^|\/)(node_modules|site-packages|dist-packages)\/|^node:|^<frozen /;

/** Cause first: the last is the one that was thrown. `instead`: the message of an event that has a stack and no error. */
export function thrownIn(event: Fields, instead: string, cutter: Cutter): Thrown[] {
  const values = valuesOf(event['exception']);
  if (values.length > 0) {
    // The last one first: what there is room for is of the error that was thrown.
    const thrown = cutter.some(values, MOST_THROWN, 'last').toReversed();
    return thrown
      .map(
        (value): Thrown => ({
          type: cutter.text(value['type'], NAME),
          value: cutter.clean(value['value'], MESSAGE) ?? '',
          frames: framesIn(value['stacktrace'], cutter),
        }),
      )
      .toReversed();
  }
  const threads = valuesOf(event['threads']);
  const thread = threads.find(({ crashed }) => crashed === true) ?? threads.find(({ current }) => current === true);
  const frames = framesIn(event['stacktrace'] ?? thread?.['stacktrace'], cutter);
  return frames.length > 0 ? [{ type: null, value: instead, frames }] : [];
}

/** Null where no error says it. */
export function handledIn(event: Fields): boolean | null {
  const said = valuesOf(event['exception']).map(({ mechanism }) => fieldsOf(mechanism)['handled']);
  if (said.includes(false)) return false;
  return said.includes(true) ? true : null;
}

/** A list, or an object with `values`. */
export const valuesOf = (given: unknown): Fields[] =>
  listOf(isFields(given) ? (given['values'] ?? [given]) : given).filter(isFields);

function framesIn(stacktrace: unknown, cutter: Cutter): StackFrame[] {
  const frames = listOf(fieldsOf(stacktrace)['frames']).filter(isFields);
  return cutter
    .some(frames, MOST_FRAMES, 'last')
    .toReversed()
    .map((frame) => frameOf(frame, cutter))
    .toReversed();
}

function frameOf(frame: Fields, cutter: Cutter): StackFrame {
  const file = cutter.text(frame['filename'], NAME) ?? cutter.text(frame['abs_path'], NAME);
  const line = cutter.text(frame['context_line'], SOURCE);
  const lines = (given: unknown, from: 'first' | 'last'): string[] =>
    listOf(given)
      .slice(...(from === 'first' ? [0, SOURCE_LINES] : [-SOURCE_LINES]))
      .map((text) => cutter.text(text, SOURCE) ?? '');
  return {
    module: cutter.text(frame['module'], NAME),
    function: cutter.text(frame['function'], NAME),
    file,
    line: placeOf(frame['lineno']),
    column: placeOf(frame['colno']),
    inApp: typeof frame['in_app'] === 'boolean' ? frame['in_app'] : !LIBRARY.test(file ?? ''),
    source:
      line === null
        ? null
        : { before: lines(frame['pre_context'], 'last'), line, after: lines(frame['post_context'], 'first') },
  };
}

const placeOf = (value: unknown): number | null =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
