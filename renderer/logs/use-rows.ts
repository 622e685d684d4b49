/** Entries of what was found, and new lines as they come. */
import { useEffect, useRef, useState } from 'react';
import { call, RequestError } from '@/api';
import { reportError } from '@/notify';
import { type Found, useLogsRevision } from './queries';
import { RowCache } from './row-cache';

interface Held {
  found: Found;
  rows: RowCache;
}

/** The entries of a result; of one after it with the same question, those from before are shown until they are there. */
export function useRows(found: Found | null, onGone: () => void): RowCache | null {
  const [held, setHeld] = useState<Held | null>(null);
  if (!found) return null;
  if (held?.found === found) return held.rows;
  const rows = rowsOf(found, held, onGone);
  setHeld({ found, rows });
  return rows;
}

function rowsOf(found: Found, before: Held | null, onGone: () => void): RowCache {
  const { resultId, total } = found.result;
  return new RowCache({
    total,
    load: (offset, limit) => call('logs:rows', { resultId, offset, limit }),
    onFailure: (thrown) => {
      if (thrown instanceof RequestError && thrown.view.code === 'LOG_RESULT_GONE') onGone();
      else reportError(thrown);
    },
    before: before && sameQuestion(before.found, found) ? before.rows : null,
  });
}

/** The beginning of a time that ends now moves on with each search. */
const sameQuestion = (a: Found, b: Found): boolean =>
  JSON.stringify({ ...a.query, fromMs: 0 }) === JSON.stringify({ ...b.query, fromMs: 0 });

/** More often nobody reads new lines. */
const LEAST_PAUSE_MS = 1_000;
/** A search that takes long is repeated less often: at most a fifth of the time is spent searching. */
const PAUSE_FACTOR = 5;

/** Searches again when there is something new, as long as `enabled`. */
export function useFollowing(found: Found | null, isPending: boolean, enabled: boolean, again: () => void): void {
  const revision = useLogsRevision();
  const askedAt = useRef(0);
  const isBehind = found !== null && found.revision !== revision;
  const pauseMs = Math.max(LEAST_PAUSE_MS, (found?.result.tookMs ?? 0) * PAUSE_FACTOR);
  useEffect(() => {
    if (!enabled || !isBehind || isPending) return;
    const search = (): void => {
      // nobody sees a hidden window: it is searched when it is shown again
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', search);
      askedAt.current = Date.now();
      again();
    };
    document.addEventListener('visibilitychange', search);
    const timer = setTimeout(search, Math.max(0, askedAt.current + pauseMs - Date.now()));
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', search);
    };
  }, [enabled, isBehind, isPending, pauseMs, again]);
}
