/** What a channel does next, and when a message that failed is tried again: pure decisions. */
import type { ErrorView } from '@shared/errors';
import type { WaitingRow } from '../store/outbox';
import type { Tokens } from './limits';

export type Step =
  /** Nothing waits. */
  | { do: 'rest' }
  | { do: 'wait'; ms: number }
  | { do: 'send'; id: string }
  /** Make one digest of these and decide again. */
  | { do: 'merge'; ids: string[] };

export interface Situation {
  /** Oldest first. */
  waiting: readonly WaitingRow[];
  tokens: Tokens;
  /** True when the last try failed. */
  failing: boolean;
  /** How long nothing is tried after a failure. */
  holdMs: number;
}

/** More than this goes into a digest in several steps, so that none holds up the process for long. */
export const MOST_AT_ONCE = 50;

export function nextStep({ waiting, tokens, failing, holdMs }: Situation): Step {
  if (waiting.length === 0) return { do: 'rest' };
  if (holdMs > 0) return { do: 'wait', ms: holdMs };
  const critical = waiting.filter(({ severity }) => severity === 'CRITICAL');
  const normal = waiting.filter(({ severity }) => severity !== 'CRITICAL');
  if (failing) {
    const allowed = critical.length > 0 ? tokens.critical : tokens.normal;
    // A channel that did not work for a while is not flooded when it works again.
    return of(waiting, Math.min(1, allowed)) ?? waitFor(critical.length > 0, tokens);
  }
  return of(critical, tokens.critical) ?? of(normal, tokens.normal) ?? waitFor(critical.length > 0, tokens);
}

const waitFor = (critical: boolean, tokens: Tokens): Step => ({
  do: 'wait',
  ms: critical ? tokens.criticalInMs : tokens.normalInMs,
});

/** Null when there are none, or none may be sent. */
function of(rows: readonly WaitingRow[], allowed: number): Step | null {
  if (rows.length === 0 || allowed < 1) return null;
  const free = rows.filter(({ sealed }) => !sealed);
  if (rows.length > allowed && free.length > 1) return { do: 'merge', ids: free.slice(0, MOST_AT_ONCE).map(byId) };
  // One that fails again and again does not keep the others waiting.
  const [first] = rows.toSorted((a, b) => a.attempts - b.attempts);
  return first ? { do: 'send', id: first.id } : null;
}

const byId = ({ id }: WaitingRow) => id;

const FIRST_RETRY_MS = 10_000;
const LAST_RETRY_MS = 3_600_000;
/** Messages are tried for so long. */
export const TRIED_FOR_MS = 86_400_000;

/**
 * How long to wait after a failure. Doubles from ten seconds to an hour; an hour at once when only a change of the
 * settings can help.
 * @param failures in a row, this one included
 * @param random 0…1: many that failed together do not come back together
 */
export function retryDelayMs(error: ErrorView, failures: number, random: number): number {
  const doubled = FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20);
  const plainMs = needsAChange(error) ? LAST_RETRY_MS : Math.min(LAST_RETRY_MS, doubled);
  const spreadMs = plainMs * (0.8 + 0.4 * random);
  const asked = Number(error.params['retryAfterSeconds'] ?? 0) * 1_000;
  return Math.min(TRIED_FOR_MS, Math.max(FIRST_RETRY_MS, Math.min(LAST_RETRY_MS, spreadMs), asked));
}

/** Statuses of services that say "later", though they count among the requests that are wrong. */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

function needsAChange({ code, retryable, params }: ErrorView): boolean {
  if (!retryable) return true;
  const status = Number(params['status'] ?? 0);
  if (code === 'HTTP_STATUS_UNEXPECTED') return status < 500 && !LATER.has(status);
  // SMTP: 4xx is for now, 5xx is for good.
  return code === 'MAIL_REFUSED' && status >= 500;
}
