/** A message in words, in one language: what every channel shows in its own form. */
import { ERRORS, type ErrorCode, type Severity } from '@shared/errors';
import type { MetricUnit } from '@shared/metrics';
import { describeError, type TextKey, type Translate } from '@shared/text';
import type { Message, MessageAlert, MessageNotice } from './types';

export interface MessageWords {
  /** One line, without the severity. */
  title: string;
  /** The severity's word; empty where it says nothing (resolved, a test). */
  severity: string;
  /** What a notice or a test says below its title; empty for others. */
  body: string;
  /** One line for each alert, worst first, then the notices. */
  lines: MessageLine[];
  /** How many lines there are besides, in words; empty when there are none. */
  more: string;
}
export interface MessageLine {
  severity: Severity;
  title: string;
  /** What was measured and since when; may be empty. */
  detail: string;
  /** False for what is over. */
  open: boolean;
}

const LONGEST_TITLE = 200;

/** Says what a message says, with its first `most` lines: each costs a fraction of a millisecond. */
export function messageWords(translate: Translate, message: Message, most: number): MessageWords {
  const { kind, alerts, severity } = message;
  const notices = message.merged?.notices ?? [];
  const lines = [
    ...alerts.slice(0, most).map((alert) => alertLine(translate, alert, kind === 'resolved')),
    ...notices.slice(0, Math.max(0, most - alerts.length)).map((one) => noticeLine(translate, one, severity)),
  ];
  const left = alerts.length + notices.length - lines.length;
  return {
    title: messageTitle(translate, message),
    severity: kind === 'resolved' || kind === 'test' ? '' : translate(`severity.${severity}`),
    body: saidBy(translate, message)?.body ?? '',
    lines,
    more: left > 0 ? translate('message.more', { count: left }) : '',
  };
}

/** The message in one line, without its severity. */
export function messageTitle(translate: Translate, message: Message): string {
  return oneLine(saidBy(translate, message)?.title ?? titleOf(translate, message));
}

export const lineText = ({ title, detail }: MessageLine): string => (detail === '' ? title : `${title} (${detail})`);

/** Text that goes into one line of a header or a list: no line breaks, no control characters, not without end. */
export function oneLine(text: string, most = LONGEST_TITLE): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  if (plain.length <= most) return plain;
  // Not in the middle of a character that is two units long.
  return `${plain.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function titleOf(translate: Translate, { kind, merged, alerts }: Message): string {
  if (merged) return translate('message.waited', { count: merged.count, since: merged.since });
  if (kind === 'digest') return translate('message.digest', { count: alerts.length });
  const [worst] = alerts;
  const first = worst ? alertTitle(translate, worst) : 'Holdfast';
  const title = alerts.length > 1 ? translate('message.and-more', { title: first, count: alerts.length - 1 }) : first;
  if (kind === 'resolved') return translate('message.resolved', { title });
  if (kind === 'unstable') return translate('message.unstable', { title });
  return title;
}

/** The words of a notice or a test; null for messages about alerts. */
function saidBy(translate: Translate, { kind, alerts, notice }: Message): { title: string; body: string } | null {
  const said = kind === 'test' ? { key: 'test', params: {} } : notice;
  return said && alerts.length === 0 ? noticeWords(translate, said) : null;
}

function alertLine(translate: Translate, alert: MessageAlert, saysResolved: boolean): MessageLine {
  const { severity, state } = alert;
  const open = state !== 'resolved';
  const stateWord = isNamedState(state) && (open || !saysResolved) ? translate(`message.state.${state}`) : '';
  const parts = [stateWord, ...(open ? measured(translate, alert) : []), times(translate, alert)];
  return {
    severity,
    title: alertTitle(translate, alert),
    detail: parts.filter((part) => part !== '').join(', '),
    open,
  };
}

function alertTitle(translate: Translate, { titleKey, params }: MessageAlert): string {
  const key = `alertTitle.${titleKey}`;
  const title = translate(key as TextKey, params);
  // A key that has no text, written by a newer Holdfast, comes back as it is.
  // The words of an error are a sentence; what follows here is not.
  return oneLine(title === key ? titleKey : title).replace(/\.$/, '');
}

const isNamedState = (state: string): state is 'resolved' | 'no-data' | 'error' =>
  state === 'resolved' || state === 'no-data' || state === 'error';

function measured(translate: Translate, { value, threshold, unit, state }: MessageAlert): string[] {
  if (state === 'no-data' || state === 'error') return [];
  return [measure(translate, 'value', value, unit), measure(translate, 'threshold', threshold, unit)];
}

function measure(translate: Translate, what: 'value' | 'threshold', value: number | null, unit: MetricUnit): string {
  if (value === null) return '';
  if (unit === 'bytes') return translate(`message.${what}-bytes`, { bytes: value });
  return translate(`message.${what}`, { value: inUnit(translate, value, unit) });
}

function inUnit(translate: Translate, value: number, unit: Exclude<MetricUnit, 'bytes'>): string {
  if (unit === 'fraction') return `${plainNumber(value * 100)}%`;
  if (unit === 'count' || unit === 'number') return plainNumber(value);
  if (unit === 'bytes-per-second') return translate('message.unit.bytes-per-second', { bytes: value });
  return translate(`message.unit.${unit}`, { value: plainNumber(value) });
}

/** Reads the same in every language that Holdfast speaks. */
const plainNumber = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2 });

function times(translate: Translate, { firingSince, resolvedAt }: MessageAlert): string {
  if (firingSince === null) return '';
  if (resolvedAt === null) return translate('message.since', { since: firingSince });
  return translate('message.from-until', { since: firingSince, until: resolvedAt });
}

function noticeWords(translate: Translate, { key, params }: MessageNotice): { title: string; body: string } {
  if (Object.hasOwn(ERRORS, key)) {
    const { what, meaning, action } = describeError(translate, { code: key as ErrorCode, params });
    return { title: what.replace(/\.$/, ''), body: `${meaning} ${action}` };
  }
  return {
    title: translate(`notify.${key}.title` as TextKey, params),
    body: translate(`notify.${key}.body` as TextKey, params),
  };
}

function noticeLine(translate: Translate, notice: MessageNotice, severity: Severity): MessageLine {
  return { severity, title: oneLine(noticeWords(translate, notice).title), detail: '', open: true };
}
