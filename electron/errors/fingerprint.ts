/** Which events are the same error. Pure; what it decides is stored with the version of the way in which it was decided. */
import { createHash } from 'node:crypto';
import type { ErrorEvent, GroupedBecause, NewEvent } from '@shared/error-groups';
import type { Severity } from '@shared/errors';
import { ERRORS } from '@shared/errors';
import { comparedFrames, culpritOf } from './frames';
import { normalise } from './normalise';

/** Raised with every change that makes other groups of the same events. */
export const GROUPING_ALGORITHM = 1;

export interface Grouping {
  /** Version and hash of what was compared. */
  fingerprint: string;
  because: GroupedBecause;
}

const LONGEST_PART = 300;
const LONGEST_TITLE = 200;
const MOST_PARTS = 40;

/**
 * By the sender's fingerprint, in which `{{ default }}` stands for what Holdfast would have compared; else by Holdfast's code
 * and database; else by type and calls of the application; else by type and message; else by the message alone. Messages
 * are compared without what changes in them (`normalise`).
 */
export function groupingOf(event: NewEvent, databaseId: string | null = null): Grouping {
  const own = defaultOf(event, databaseId);
  const { by, parts } = sentOf(event, own) ?? own;
  const compared = parts.slice(0, MOST_PARTS).map((part) => part.slice(0, LONGEST_PART));
  const hash = createHash('sha256')
    .update(JSON.stringify([by, ...compared]))
    .digest('hex');
  return {
    fingerprint: `${GROUPING_ALGORITHM}-${hash.slice(0, 32)}`,
    because: { by, algorithm: GROUPING_ALGORITHM, parts: compared.filter((part) => part !== '') },
  };
}

type Compared = Pick<GroupedBecause, 'by' | 'parts'>;

function sentOf({ fingerprint }: NewEvent, own: Compared): Compared | null {
  if (fingerprint === null || fingerprint.length === 0) return null;
  const isDefault = (part: string): boolean => /^\{\{ ?default ?\}\}$/.test(part.slice(0, LONGEST_PART).trim());
  if (fingerprint.length === 1 && fingerprint.every(isDefault)) return null;
  return { by: 'fingerprint', parts: fingerprint.flatMap((part) => (isDefault(part) ? own.parts : [part])) };
}

function defaultOf(event: NewEvent, databaseId: string | null): Compared {
  const { code } = event;
  // The last one is what was thrown; those before are its causes.
  const thrown = event.thrown.at(-1);
  const type = thrown?.type ?? null;
  const frames = comparedFrames(thrown?.frames ?? []);
  if (code !== null && thrown === undefined) return { by: 'code', parts: [code, databaseId ?? ''] };
  const before = code === null ? [] : [code];
  if (type !== null && frames.length > 0) return { by: 'stack', parts: [...before, type, ...frames] };
  const message = normalise(thrown?.value || event.message);
  if (type !== null) return { by: 'type-and-message', parts: [...before, type, message] };
  return { by: 'message', parts: [...before, message] };
}

/** What a group shows of its newest event. */
export interface Described {
  title: string;
  culprit: string | null;
  type: string | null;
}

export function describe(event: NewEvent): Described {
  const thrown = event.thrown.at(-1);
  const type = thrown?.type?.slice(0, LONGEST_TITLE) ?? null;
  const message = firstLine(thrown?.value || event.message);
  const before = type ?? event.code;
  return {
    title: (message === '' ? (before ?? event.level) : before === null ? message : `${before}: ${message}`).slice(
      0,
      LONGEST_TITLE,
    ),
    culprit: (culpritOf(thrown?.frames ?? []) ?? event.transaction)?.slice(0, LONGEST_TITLE) ?? null,
    type: type ?? event.code,
  };
}

const firstLine = (text: string): string => text.slice(0, 2_000).trim().split('\n', 1)[0]?.trim() ?? '';

/** Fatal CRITICAL; an error that nobody handled HIGH; another error or a warning MEDIUM; the rest LOW. Holdfast's own by its code. */
export function severityOf({ code, level, handled }: Pick<ErrorEvent, 'code' | 'level' | 'handled'>): Severity {
  if (code !== null) return ERRORS[code].severity;
  if (level === 'fatal') return 'CRITICAL';
  if (level === 'error') return handled === false ? 'HIGH' : 'MEDIUM';
  return level === 'warning' ? 'MEDIUM' : 'LOW';
}
