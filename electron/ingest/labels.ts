/** Names of series as they are kept: bounded in length, whatever an application sends. */
import { createHash } from 'node:crypto';
import { applicationSubject } from '@shared/metrics';

export type Labels = readonly (readonly [name: string, value: string])[];

const LONGEST = { application: 80, name: 256, label: 128, value: 256 } as const;
/** The longest key that can be asked for has 1 000 characters; the name of the metric is a part of it. */
const LONGEST_SUBJECT = 960;
const MARK_LENGTH = 9;

/** `text` at most `longest` long. What is cut ends in a mark made of the whole, so that two texts stay two. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const mark = createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, MARK_LENGTH - 1);
  return `${text.slice(0, longest - MARK_LENGTH).replace(/[\ud800-\udbff]$/, '')}~${mark}`;
}

/** The application's name as it is kept: one line, without the slash that ends it in a subject. */
export function applicationName(given: string): string {
  const clean = given
    .replace(/\p{Cc}+/gu, ' ')
    .replaceAll('/', '-')
    .trim();
  return shorten(clean === '' ? 'unknown_service' : clean, LONGEST.application);
}

/** Subject of a series; null when name and labels are longer than a key may be. */
export function seriesSubject(application: string, name: string, labels: Labels): string | null {
  const kept = labels.map(([label, value]) => [shorten(label, LONGEST.label), shorten(value, LONGEST.value)]);
  const subject = applicationSubject(application, shorten(name, LONGEST.name), Object.fromEntries(kept));
  return subject.length > LONGEST_SUBJECT ? null : subject;
}

const STATUS_LABELS: ReadonlySet<string> = new Set([
  'code',
  'status',
  'status_code',
  'http_status_code',
  'http.status_code',
  'http_response_status_code',
  'http.response.status_code',
]);
const REQUESTS = /http|request/i;
const STATUS = /^([1-5])(?:\d\d|xx)$/i;

/** Of a series that counts requests by HTTP status: whether these failed (5xx). Null for every other series. */
export function failedRequests(name: string, labels: Labels): boolean | null {
  if (!REQUESTS.test(name)) return null;
  const status = labels.find(([label]) => STATUS_LABELS.has(label))?.[1];
  const kind = status === undefined ? undefined : STATUS.exec(status)?.[1];
  return kind === undefined ? null : kind === '5';
}
