/** Makes an event of Holdfast's out of one of Sentry's. Nothing that a sender writes can do harm or grow without bounds. */
import { randomBytes } from 'node:crypto';
import { type Breadcrumb, EVENT_LEVELS, type EventLevel, type NewEvent } from '@shared/error-groups';
import { isSecretName, REDACTED } from '../logs/redact';
import { type Fields, fieldsOf, isFields, listOf } from './otlp-json';
import { handledIn, MESSAGE, thrownIn, valuesOf } from './sentry-stack';
import { Cutter, momentIn } from './sentry-values';

const NAME = 200;
const TAGS = 100;
const BREADCRUMBS = 100;
const BREADCRUMB = 1_024;
const CONTEXTS = 40;
const CONTEXT = { entries: 60, characters: 2_048 };
const FINGERPRINT_PARTS = 20;
/** A clock that is further off says nothing about when something happened. */
const CLOCK_OFF_MS = 24 * 3_600_000;
/** Types of events that are errors; `transaction` and others are not. */
const ERROR_TYPES: ReadonlySet<unknown> = new Set([undefined, null, '', 'error', 'default', 'event']);
const LEVELS = new Map<unknown, EventLevel>([
  ...EVENT_LEVELS.map((level): [string, EventLevel] => [level, level]),
  ['critical', 'fatal'],
  ['warn', 'warning'],
  ['log', 'info'],
]);
const DEFAULT_FINGERPRINT = /^\{\{ ?default ?\}\}$/;

export const isErrorEvent = (event: Fields): boolean => ERROR_TYPES.has(event['type']);

/** 32 lower-case digits, whether it was sent with hyphens or not; null for anything else. */
export function eventIdIn(value: unknown): string | null {
  const id = typeof value === 'string' && value.length <= 36 ? value.replaceAll('-', '').toLowerCase() : '';
  return /^[0-9a-f]{32}$/.test(id) ? id : null;
}

/** `id`: of the envelope, for an event without one of its own. */
export function eventOf(event: Fields, receivedAtMs: number, id: string | null): NewEvent {
  const cutter = new Cutter();
  const said = messageIn(event, cutter);
  const thrown = thrownIn(event, said ?? '', cutter);
  const text = (name: string): string | null => cutter.text(event[name], NAME);
  const atMs = momentIn(event['timestamp']);
  const isOff = atMs === null || Math.abs(atMs - receivedAtMs) > CLOCK_OFF_MS;
  const fields = {
    id: eventIdIn(event['event_id']) ?? id ?? randomBytes(16).toString('hex'),
    at: new Date(isOff ? receivedAtMs : atMs).toISOString(),
    level: LEVELS.get(event['level']) ?? 'error',
    handled: handledIn(event),
    message: said ?? thrown.at(-1)?.value ?? '',
    thrown,
    release: text('release'),
    environment: text('environment'),
    serverName: text('server_name'),
    transaction: text('transaction'),
    code: null,
    fingerprint: fingerprintIn(event['fingerprint'], cutter),
    tags: tagsIn(event, cutter),
    breadcrumbs: breadcrumbsIn(event['breadcrumbs'], cutter),
    contexts: contextsIn(event, cutter),
  };
  return { ...fields, isCut: cutter.isCut };
}

/** As formatted, else the template with its parameters put in. */
function messageIn(event: Fields, cutter: Cutter): string | null {
  for (const given of [event['logentry'], event['message']]) {
    if (!isFields(given)) {
      const text = cutter.clean(given, MESSAGE);
      if (text !== null) return text;
      continue;
    }
    const params = given['params'];
    const formatted = cutter.text(given['formatted'], MESSAGE);
    const text = formatted ?? filled(cutter.text(given['message'], MESSAGE), params);
    if (text !== null) return cutter.clean(text, MESSAGE);
  }
  return null;
}

/** `%s` and the like, `{}`, and `%(name)s`. */
function filled(template: string | null, params: unknown): string | null {
  if (template === null || (!Array.isArray(params) && !isFields(params))) return template;
  const list = Array.isArray(params) ? params : [];
  let place = 0;
  return template.replace(/%\((\w{1,80})\)[sdrif]|%[sdrif]|\{\}/g, (hole, name?: string) => {
    const value: unknown =
      name === undefined ? list[place++] : Object.hasOwn(params, name) ? fieldsOf(params)[name] : undefined;
    if (name !== undefined && isSecretName(name)) return REDACTED;
    return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, BREADCRUMB) : hole;
  });
}

/** Null where its sender leaves the grouping to the receiver. */
function fingerprintIn(given: unknown, cutter: Cutter): string[] | null {
  const parts = cutter.some(listOf(given), FINGERPRINT_PARTS).flatMap((part) => cutter.text(part, NAME) ?? []);
  return parts.every((part) => DEFAULT_FINGERPRINT.test(part)) ? null : parts;
}

function tagsIn(event: Fields, cutter: Cutter): Record<string, string> {
  const logger: [string, unknown][] = typeof event['logger'] === 'string' ? [['logger', event['logger']]] : [];
  const tags = [...logger, ...cutter.pairs(event['tags'], TAGS)].flatMap(([name, value]) => {
    const text = isSecretName(name) ? REDACTED : cutter.clean(value, NAME);
    return text === null ? [] : [[name, text] as const];
  });
  return Object.fromEntries(tags);
}

function breadcrumbsIn(given: unknown, cutter: Cutter): Breadcrumb[] {
  return cutter.some(valuesOf(given), BREADCRUMBS, 'last').map((crumb) => {
    const atMs = momentIn(crumb['timestamp']);
    const data = cutter.flat(crumb['data'], { entries: 12, characters: NAME });
    const about = Object.entries(data).map(([name, value]) => `${name}=${value}`);
    const parts = [cutter.clean(crumb['message'], BREADCRUMB) ?? '', about.join(' ')];
    return {
      at: atMs === null ? null : new Date(atMs).toISOString(),
      category: cutter.text(crumb['category'], NAME) ?? cutter.text(crumb['type'], NAME) ?? '',
      level: LEVELS.get(crumb['level']) ?? 'info',
      message: parts.filter((part) => part !== '').join(' '),
    };
  });
}

function contextsIn(event: Fields, cutter: Cutter): NewEvent['contexts'] {
  const { name, version } = fieldsOf(event['sdk']);
  const contexts: [string, unknown][] = [
    ['request', isFields(event['request']) ? requestIn(event['request'], cutter) : null],
    ['user', event['user']],
    ['extra', event['extra']],
    ...cutter.pairs(event['contexts'], CONTEXTS),
    ['sdk', { name, version, platform: event['platform'] }],
  ];
  const flat = contexts.map(([context, value]) => [context, cutter.flat(value, CONTEXT)] as const);
  return Object.fromEntries(flat.filter(([, values]) => Object.keys(values).length > 0));
}

/** What was asked of the application. Cookies never stay; `flat` takes the rest out by its name and its looks. */
function requestIn({ method, url, query_string: query, headers, data, env }: Fields, cutter: Cutter): Fields {
  const named = (given: unknown): Fields => Object.fromEntries(cutter.pairs(given, CONTEXT.entries));
  return { method, url, query: typeof query === 'string' ? query : named(query), headers: named(headers), data, env };
}

/** Errors that a sender gave up because it was told to wait, or had too many in hand. */
const TOO_MANY: ReadonlySet<unknown> = new Set([
  'ratelimit_backoff',
  'queue_overflow',
  'cache_overflow',
  'buffer_overflow',
]);
const MOST_DISCARDED = 1_000_000;

/** How many errors a client report says were never sent because there were too many. */
export function discardedIn(report: Fields): number {
  const counts = listOf(report['discarded_events'])
    .filter(isFields)
    .filter(({ reason, category }) => TOO_MANY.has(reason) && (category === 'error' || category === 'default'))
    .map(({ quantity }) => (Number.isSafeInteger(quantity) ? (quantity as number) : 0));
  return Math.min(
    MOST_DISCARDED,
    counts.reduce((sum, count) => sum + Math.max(0, count), 0),
  );
}
