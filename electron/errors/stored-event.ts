/** An event as the text that is kept of it: bounded, whatever was in it. */
import type { NewEvent } from '@shared/error-groups';

/** Characters; a typical one has some thousand. */
const LONGEST = 100_000;
const LONGEST_TEXT = 4_000;
const MOST = { thrown: 5, frames: 60, breadcrumbs: 20, names: 30 };

/** JSON of the event; what is too long is cut, and says so. */
export function storedText(event: NewEvent): string {
  const text = JSON.stringify(event);
  return text.length <= LONGEST ? text : JSON.stringify(cutEvent(event));
}

function cutEvent(event: NewEvent): NewEvent {
  const { thrown, breadcrumbs, tags, contexts, fingerprint } = event;
  const fewer: NewEvent = {
    ...event,
    id: short(event.id, 64),
    at: short(event.at, 64),
    message: short(event.message),
    thrown: thrown.slice(-MOST.thrown).map(({ type, value, frames }) => ({
      type: shortOrNull(type),
      value: short(value),
      // Where it was thrown stands last; the code around lines takes the most room.
      frames: frames.slice(-MOST.frames).map((frame) => ({
        ...frame,
        module: shortOrNull(frame.module),
        function: shortOrNull(frame.function),
        file: shortOrNull(frame.file),
        source: null,
      })),
    })),
    breadcrumbs: breadcrumbs.slice(-MOST.breadcrumbs).map(({ at, category, level, message }) => ({
      at: shortOrNull(at),
      category: short(category, 100),
      level,
      message: short(message, 500),
    })),
    tags: shortRecord(tags),
    contexts: {},
    release: shortOrNull(event.release),
    environment: shortOrNull(event.environment),
    serverName: shortOrNull(event.serverName),
    transaction: shortOrNull(event.transaction),
    fingerprint: fingerprint?.slice(0, MOST.names).map((part) => short(part, 300)) ?? null,
    isCut: true,
  };
  // Contexts go first: they are the sender's own, and may be anything.
  const small = Object.entries(contexts)
    .slice(0, MOST.names)
    .map(([name, values]) => [short(name, 100), shortRecord(values)] as const);
  const whole = { ...fewer, contexts: Object.fromEntries(small) };
  return JSON.stringify(whole).length <= LONGEST ? whole : fewer;
}

const short = (text: string, length = LONGEST_TEXT): string => text.slice(0, length);
const shortOrNull = (text: string | null): string | null => text?.slice(0, 300) ?? null;
const shortRecord = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values)
      .slice(0, MOST.names)
      .map(([name, value]) => [short(name, 100), short(value, 300)]),
  );
