/** What of the alerts is in the store: everything that one look changes is written in one transaction. */
import { randomUUID } from 'node:crypto';
import type { AlertEvent } from '@shared/alerting';
import type { Logger } from '../logs/types';
import type { DeliveryOutcome, Outbox } from '../notify/types';
import type { Store } from '../store/open';
import { AlertBook } from './book';
import { type AlertRecord, isoOf, isOpen, type Now, type Track, toStored } from './record';
import type { Round } from './telling';

const MINUTE_MS = 60_000;
/** No alert is the same incident as one that ended longer ago. */
const INCIDENT_AT_MOST_MS = 86_400_000;
/** Alerts that are over are kept so long, and so many. */
const KEPT_MS = 90 * 86_400_000;
const KEPT_COUNT = 5_000;
const PRUNE_EVERY_MS = 3_600_000;

export interface ArchiveParts {
  store: { alerts: Store['alerts']; atomically: Store['atomically'] };
  outbox: Pick<Outbox, 'enqueue'>;
  log?: Logger;
}

/** Throws what the store throws. */
export class Archive {
  private nextPruneMonoMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: ArchiveParts) {}

  /** The alerts as they were written last. */
  load(now: Now): AlertBook {
    const book = new AlertBook(randomUUID);
    const { alerts } = this.parts.store;
    book.load([...alerts.lately(isoOf(now.wallMs - INCIDENT_AT_MOST_MS)), ...alerts.open()], now);
    return book;
  }

  /** Writes what changed, the messages and `alsoWrite`: all or nothing. */
  commit(book: AlertBook, { sent }: Pick<Round, 'sent'>, now: Now, alsoWrite?: () => void): void {
    this.write(
      book,
      [...book.dirty].filter((track) => isWorthWriting(track, now)),
      now,
      () => {
        alsoWrite?.();
        for (const { channelId, message } of sent) this.parts.outbox.enqueue(channelId, message);
      },
      sent.length > 0 || alsoWrite !== undefined,
    );
  }

  /** Writes also what is only being waited for. */
  commitAll(book: AlertBook, now: Now): void {
    const open = [...book.tracks.values()].filter(({ record }) => isOpen(record));
    this.write(book, [...new Set([...book.dirty, ...open])], now, () => undefined, false);
  }

  private write(book: AlertBook, tracks: Track[], now: Now, besides: () => void, always: boolean): void {
    const { removed } = book;
    if (tracks.length === 0 && removed.size === 0 && !always) return;
    const { alerts, atomically } = this.parts.store;
    atomically(() => {
      for (const id of removed) alerts.remove(id);
      for (const { record, events, ...track } of tracks) {
        if (!record) continue;
        alerts.save(toStored(track, record, now.wallMs));
        for (const event of events) alerts.addEvent(record.id, event);
      }
      besides();
    });
    removed.clear();
    for (const { record, events } of tracks) if (record) this.tell(record, events);
    for (const track of tracks) book.written(track, now);
  }

  private tell(record: AlertRecord, events: readonly AlertEvent[]): void {
    const { id, key, titleKey, severity, value } = record;
    const about = { alertId: id, key, titleKey, severity, value };
    for (const { kind } of events) {
      if (kind === 'fired') this.parts.log?.warning('Alert fired', about);
      if (kind === 'resolved') this.parts.log?.info('Alert resolved', about);
    }
  }

  /** Writes into the stories of its alerts what became of a message. */
  delivered({ delivery, alertIds }: DeliveryOutcome, nowMs: number): void {
    const event = eventOf(delivery, isoOf(nowMs));
    if (!event) return;
    const { alerts, atomically } = this.parts.store;
    atomically(() => {
      for (const id of alertIds) if (alerts.get(id)) alerts.addEvent(id, event);
    });
  }

  /** Forgets what is over, a batch at a time, once an hour. */
  prune(book: AlertBook, now: Now): void {
    if (now.monoMs < this.nextPruneMonoMs) return;
    book.forgetOld(now);
    const deleted = this.parts.store.alerts.prune(isoOf(now.wallMs - KEPT_MS), KEPT_COUNT);
    // A batch each look, until nothing is left to delete.
    if (deleted === 0) this.nextPruneMonoMs = now.monoMs + PRUNE_EVERY_MS;
  }
}

function eventOf({ state, channelId: channel, error }: DeliveryOutcome['delivery'], at: string): AlertEvent | null {
  switch (state) {
    case 'waiting':
      return null;
    case 'sent':
      return { at, kind: 'delivered', params: { channel } };
    case 'merged':
      return { at, kind: 'suppressed', params: { channel, reason: 'rate-limited' } };
    case 'given-up':
      return { at, kind: 'delivery-failed', params: { ...error?.params, channel, code: error?.code ?? 'INTERNAL' } };
  }
}

/** One that only begins is written once it has lasted: values that touch a line every minute cost no writes. */
function isWorthWriting(track: Track, now: Now): boolean {
  return track.stored || track.record?.state !== 'pending' || now.monoMs - track.savedMonoMs >= MINUTE_MS;
}
