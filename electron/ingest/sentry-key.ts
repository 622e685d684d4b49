/** Who sends: the key of the DSN, wherever an SDK put it. */
import type { IncomingHttpHeaders } from 'node:http';

/** Longer ones belong to nobody. */
const KEY = /^[\w-]{1,128}$/;

/** A key, and the project that it was named with. */
export interface SentKey {
  key: string;
  /** Null where only the path says it. */
  projectId: number | null;
}

/** Of the envelope's `dsn`, else of `?sentry_key=`, else of the header. Null: none, or one that is no key. */
export function sentKey(dsn: unknown, url: string, headers: IncomingHttpHeaders): SentKey | null {
  if (typeof dsn === 'string') return ofDsn(dsn);
  const query = url.indexOf('?');
  const given = query < 0 ? null : new URLSearchParams(url.slice(query + 1)).get('sentry_key');
  const key = given ?? ofHeader(headers['x-sentry-auth']) ?? ofHeader(headers.authorization);
  return key !== null && KEY.test(key) ? { key, projectId: null } : null;
}

function ofDsn(dsn: string): SentKey | null {
  if (!URL.canParse(dsn)) return null;
  const { username, pathname } = new URL(dsn);
  const project = /\/(\d{1,15})$/.exec(pathname)?.[1];
  return KEY.test(username) && project !== undefined ? { key: username, projectId: Number(project) } : null;
}

/** `Sentry sentry_version=7, sentry_key=…` */
function ofHeader(header: string | string[] | undefined): string | null {
  const text = [header ?? ''].flat().join(',');
  if (!/^\s*sentry\s/i.test(text)) return null;
  return /(?:^|[\s,])sentry_key\s*=\s*"?([\w-]{1,128})"?\s*(?:,|$)/i.exec(text)?.[1] ?? null;
}
