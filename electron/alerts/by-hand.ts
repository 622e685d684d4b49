/** What people do about an alert. Nothing happens to one that is over. */
import type { AlertBook } from './book';
import { isoOf, isOpen, type Now, type Track } from './record';
import { endSnooze } from './telling';

const MINUTE_MS = 60_000;

/** Somebody looks after it: it is told again only when it gets worse or is over. */
export function acknowledge(book: AlertBook, track: Track, now: Now): void {
  const { record } = track;
  if (!isOpen(record)) return;
  record.acknowledgedAtMs = now.wallMs;
  record.ackSeverity = record.severity;
  book.note(track, 'acknowledged', {}, now);
}

/** Nobody is told of it for so long, but of its end; null ends that. */
export function snooze(book: AlertBook, track: Track, minutes: number | null, now: Now): void {
  const { record } = track;
  if (!isOpen(record)) return;
  if (minutes !== null) {
    record.snoozeMs = minutes * MINUTE_MS;
    record.snoozedUntilMs = now.wallMs + record.snoozeMs;
    book.note(track, 'snoozed', { until: isoOf(record.snoozedUntilMs) }, now);
  } else if (record.snoozedUntilMs !== null) endSnooze(track, record, book, now, false);
}
