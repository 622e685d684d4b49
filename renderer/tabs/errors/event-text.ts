/** An event as a text that can be pasted into a report. */
import type { ErrorEvent, StackFrame, Thrown } from '@shared/error-groups';
import { placeOf } from './stack';

export function eventText(event: ErrorEvent): string {
  const { thrown, message, breadcrumbs } = event;
  const facts = Object.entries({
    at: event.at,
    level: event.level,
    code: event.code,
    transaction: event.transaction,
    release: event.release,
    environment: event.environment,
    server: event.serverName,
  }).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  const parts = [
    facts.join('\n'),
    thrown.length === 0 ? message : thrown.toReversed().map(thrownText).join('\n\nCaused by:\n'),
    named(
      'Breadcrumbs',
      breadcrumbs.map(({ at, category, message: said }) => `${at ?? ''} ${category} ${said}`.trim()),
    ),
    named('Tags', pairs(event.tags)),
    ...Object.entries(event.contexts).map(([name, values]) => named(name, pairs(values))),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

export const thrownTitle = ({ type, value }: Thrown): string => (type === null ? value : `${type}: ${value}`);

const thrownText = (thrown: Thrown): string =>
  [thrownTitle(thrown), ...thrown.frames.toReversed().map(frameText)].join('\n');
const frameText = (frame: StackFrame): string => `  at ${frame.function ?? '?'} (${placeOf(frame)})`;
const pairs = (values: Record<string, string>): string[] =>
  Object.entries(values).map(([name, value]) => `${name}: ${value}`);
const named = (name: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : [`${name}:`, ...lines.map((line) => `  ${line}`)].join('\n');
