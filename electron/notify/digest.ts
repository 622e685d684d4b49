/** One message in place of many that waited. */
import { SEVERITIES, type Severity } from '@shared/errors';
import type { Message, MessageAlert, MessageNotice } from './types';

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/**
 * Makes one digest of messages, oldest first. An alert that several of them speak of has one line, which says how it
 * stands last: what came and went while nobody could be told is told once.
 * @param id of the digest; its key changes with what it holds, so that no receiver drops what it has not had
 */
export function mergeMessages(id: string, waited: readonly { message: Message; createdAt: string }[]): Message {
  const alerts = new Map<string, MessageAlert>();
  const notices = new Map<string, MessageNotice>();
  const threads = new Set<string>();
  const places = new Map<string, Message['place']>();
  let severity: Severity = 'LOW';
  let count = 0;
  let since = '';
  for (const { message, createdAt } of waited) {
    for (const alert of message.alerts) alerts.set(alert.alertId, ended(message, alert));
    for (const notice of message.merged?.notices ?? (message.notice ? [message.notice] : [])) {
      notices.set(JSON.stringify(notice), notice);
    }
    threads.add(message.threadId);
    places.set(JSON.stringify(message.place), message.place);
    if (rank(message.severity) > rank(severity)) severity = message.severity;
    count += message.merged?.count ?? 1;
    const from = message.merged?.since ?? createdAt;
    if (since === '' || from < since) since = from;
  }
  const [thread] = threads;
  const [place] = places.values();
  return {
    kind: 'digest',
    severity,
    alerts: [...alerts.values()].toSorted(openAndWorstFirst),
    threadId: threads.size === 1 && thread !== undefined ? thread : `digest:${id}`,
    idempotencyKey: `digest:${id}:${count}`,
    place: places.size === 1 && place ? place : { tab: 'status' },
    merged: { count, since, notices: [...notices.values()] },
  };
}

const ended = (message: Message, alert: MessageAlert): MessageAlert =>
  message.kind === 'resolved' ? { ...alert, state: 'resolved' } : alert;

const openAndWorstFirst = (a: MessageAlert, b: MessageAlert): number =>
  Number(a.state === 'resolved') - Number(b.state === 'resolved') || rank(b.severity) - rank(a.severity);
