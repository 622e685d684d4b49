/** One round of telling: asks the policy for every alert and channel, collects what is to be said, makes the messages. */
import type { Message } from '../notify/types';
import type { AlertBook } from './book';
import { type Batch, collect, type Item } from './grouping';
import { explanationOf, type Surroundings } from './inhibition';
import { decide, type PolicyChannel, type PolicyNow, toldAfter } from './policy';
import {
  type AlertRecord,
  isOpen,
  isOwed,
  messageAlertOf,
  messageOrder,
  type News,
  type Now,
  type Track,
} from './record';

/** What is explained stays so for a while: probes have to be tried again before they are known to be well. */
const EXPLAINED_LONGER_MS = 120_000;
const DIGEST_THREAD = 'digest';
/** How long nobody is told after sleep. */
export const HOLD_AFTER_SLEEP_MS = 60_000;

export interface Sent {
  channelId: string;
  message: Message;
  /** What each alert in it is told as. */
  news: News[];
}
export interface Round {
  sent: Sent[];
  withheld: number;
  /** When to ask again, on the monotonic clock; null: when something changes. */
  nextMonoMs: number | null;
}

export function tell(
  book: AlertBook,
  channels: readonly PolicyChannel[],
  policy: PolicyNow,
  around: Surroundings,
  now: Now,
): Round {
  const items: Item<Track>[] = [];
  let withheld = 0;
  for (const track of book.live) look(track, book, around, now);
  for (const track of book.live) {
    const { record } = track;
    if (!record) continue;
    for (const channel of channels) {
      const decision = decide(record, channel, track.confirmed, policy);
      if (decision && 'withhold' in decision) {
        withheld += withhold(track, record, channel.id, decision.withhold, book, now) ? 1 : 0;
      } else if (decision) items.push(itemOf(track, record, channel.id, decision, now));
      else dropWish(track, record, channel.id, book);
    }
    if (record.resolvedAtMs !== null) forgetChannels(track, record, channels, book);
  }
  const fires = groupsThatFire(book);
  const { due, nextMonoMs } = collect(items, (id, group) => fires.has(JSON.stringify([id, group])), now.monoMs);
  const sent = due.map((batch) => send(batch, book, now));
  for (const track of book.live) {
    const { record } = track;
    if (!record || (!isOpen(record) && !isOwed(record))) book.live.delete(track);
  }
  return { sent, withheld, nextMonoMs };
}

/** What changes with time alone: a snooze that ends, an alert that explains another. */
function look(track: Track, book: AlertBook, around: Surroundings, now: Now): void {
  const { record } = track;
  if (!isOpen(record) || record.state === 'pending') return;
  if (record.snoozedUntilMs !== null) {
    const leftMs = record.snoozedUntilMs - now.wallMs;
    // The clock was put back: a snooze is never longer than it was meant.
    if (leftMs > record.snoozeMs) record.snoozedUntilMs = now.wallMs + record.snoozeMs;
    if (leftMs <= 0) endSnooze(track, record, book, now, true);
  }
  const cause = explanationOf(record, book.tracks, around);
  if (cause !== null) track.inhibitedUntilMonoMs = now.monoMs + EXPLAINED_LONGER_MS;
  const lasts = cause ?? (now.monoMs < track.inhibitedUntilMonoMs ? record.inhibitedBy : null);
  if (lasts === record.inhibitedBy) return;
  record.inhibitedBy = lasts;
  book.touch(track);
}

/** Ends a snooze. One that ran out reminds those who were told of the alert. */
export function endSnooze(track: Track, record: AlertRecord, book: AlertBook, now: Now, remind: boolean): void {
  record.snoozedUntilMs = null;
  if (remind) for (const told of Object.values(record.told)) if (told.open) told.remind = true;
  book.note(track, 'snooze-ended', {}, now);
}

/** Remembers why nobody was told; true when that is another reason than before. */
function withhold(
  track: Track,
  record: AlertRecord,
  channelId: string,
  reason: AlertRecord['withheld'][string],
  book: AlertBook,
  now: Now,
): boolean {
  track.wants.delete(channelId);
  if (record.resolvedAtMs !== null && reason === 'channel-disabled') {
    const told = record.told[channelId];
    if (told) told.open = false;
  }
  if (record.withheld[channelId] === reason) return false;
  record.withheld[channelId] = reason;
  if (reason === 'quiet-hours') record.overnight = [...new Set([...record.overnight, channelId])];
  if (reason === 'after-sleep') {
    book.note(track, 'held-after-sleep', { channel: channelId, seconds: HOLD_AFTER_SLEEP_MS / 1_000 }, now);
  } else {
    const params: Record<string, string> = { reason, channel: channelId };
    if (reason === 'inhibited' && record.inhibitedBy !== null) params['by'] = record.inhibitedBy;
    book.note(track, 'suppressed', params, now);
  }
  return true;
}

function itemOf(
  track: Track,
  record: AlertRecord,
  channelId: string,
  { say, digest }: { say: News; digest: boolean },
  now: Now,
): Item<Track> {
  const wish = track.wants.get(channelId);
  const sinceMonoMs = wish?.news === say ? wish.sinceMonoMs : now.monoMs;
  track.wants.set(channelId, { news: say, sinceMonoMs });
  return { of: track, group: record.group, severity: record.severity, channelId, news: say, digest, sinceMonoMs };
}

function dropWish(track: Track, record: AlertRecord, channelId: string, book: AlertBook): void {
  track.wants.delete(channelId);
  // A pause on the way to being well does not make a reason new.
  if (record.state === 'recovering' || record.withheld[channelId] === undefined) return;
  delete record.withheld[channelId];
  record.overnight = record.overnight.filter((id) => id !== channelId);
  book.touch(track);
}

/** A channel that is gone is owed nothing. */
function forgetChannels(track: Track, record: AlertRecord, channels: readonly PolicyChannel[], book: AlertBook): void {
  for (const [id, told] of Object.entries(record.told)) {
    if (!told.open || channels.some((channel) => channel.id === id)) continue;
    told.open = false;
    book.touch(track);
  }
}

/** Channel and group of every alert that still fires as far as the channel knows. */
function groupsThatFire(book: AlertBook): Set<string> {
  const fires = new Set<string>();
  for (const { record } of book.live) {
    if (!isOpen(record)) continue;
    for (const [id, told] of Object.entries(record.told)) if (told.open) fires.add(JSON.stringify([id, record.group]));
  }
  return fires;
}

function send({ channelId, kind, items }: Batch<Track>, book: AlertBook, now: Now): Sent {
  const worstFirst = items
    .flatMap(({ of: track, news }) => (track.record ? [{ track, record: track.record, news }] : []))
    .toSorted((a, b) => messageOrder(a.record, b.record));
  const worst = worstFirst[0]?.record;
  if (!worst) throw new RangeError('a message is about at least one alert');
  const threadId =
    kind === 'digest'
      ? DIGEST_THREAD
      : threadOf(
          worstFirst.map(({ record }) => record),
          book,
        );
  const message: Message = {
    kind,
    severity: worst.severity,
    alerts: worstFirst.map(({ record }) => messageAlertOf(record)),
    threadId,
    idempotencyKey: `${worst.id}:${(worst.told[channelId]?.messages ?? 0) + 1}`,
    place: worstFirst.length === 1 ? { ...worst.place, alertId: worst.id } : { tab: 'status', alertId: worst.id },
  };
  for (const { track, record, news } of worstFirst) {
    if (kind !== 'digest') record.threadId ??= threadId;
    remember(track, record, channelId, kind, news, book, now);
  }
  return { channelId, message, news: worstFirst.map(({ news }) => news) };
}

function remember(
  track: Track,
  record: AlertRecord,
  channelId: string,
  kind: Batch<Track>['kind'],
  news: News,
  book: AlertBook,
  now: Now,
): void {
  record.told[channelId] = toldAfter(record, record.told[channelId], news, now.wallMs);
  delete record.withheld[channelId];
  record.overnight = record.overnight.filter((id) => id !== channelId);
  track.wants.delete(channelId);
  if (news !== 'resolved') {
    // One moment tells several channels: that is one time.
    if (record.lastNotifiedAtMs !== now.wallMs) record.notifications += 1;
    record.lastNotifiedAtMs = now.wallMs;
  }
  book.note(track, news === 'repeat' ? 'repeated' : 'notified', { channel: channelId, kind }, now);
}

/** The same incident goes on in the same thread; alerts of one group that fire together share one. */
function threadOf(records: readonly AlertRecord[], book: AlertBook): string {
  const own = records.find(({ threadId }) => threadId !== null)?.threadId;
  if (own) return own;
  const group = records[0]?.group;
  for (const { record } of book.live) {
    if (record?.threadId && record.group === group && Object.values(record.told).some(({ open }) => open)) {
      return record.threadId;
    }
  }
  return `alert-${records[0]?.id ?? ''}`;
}
