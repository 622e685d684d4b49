/** What the clock on the wall has to do with telling: pauses, quiet hours, the daily digest. Remembered over restarts. */
import type { Settings } from '@shared/settings';
import { z } from 'zod';
import type { Store } from '../store/open';
import type { AlertBook } from './book';
import type { Settled } from './judge';
import type { PolicyNow } from './policy';
import { digestDay, isQuiet } from './quiet';
import { isOpen, type Now } from './record';

const PAUSE = 'alerts.pause';
const DIGEST = 'alerts.digest';
const Pause = z.object({ untilMs: z.number(), lengthMs: z.number() });
/** After a start or sleep the digest waits so long for alerts that are not judged again yet. */
const DIGEST_WAITS_MS = 900_000;
const MINUTE_MS = 60_000;

export interface CalendarOptions {
  store: { facts: Pick<Store['facts'], 'read' | 'write'> };
  settings(): Pick<Settings, 'quietHours' | 'digestAt'>;
  timeZone(): string;
}

export class Calendar {
  private paused: z.infer<typeof Pause> | null;
  /** Last day whose digest was told. */
  private digestOf: string | null;
  /** Answers of this minute: the clock on the wall shows minutes. */
  private shown = { key: '', quiet: false, day: '' };

  constructor(private readonly options: CalendarOptions) {
    const { facts } = options.store;
    this.paused = facts.read(PAUSE, Pause);
    this.digestOf = facts.read(DIGEST, z.string());
  }

  pausedUntilMs = (): number | null => this.paused?.untilMs ?? null;

  /** Null ends it. */
  pause(lengthMs: number | null, now: Now): void {
    this.paused = lengthMs === null ? null : { untilMs: now.wallMs + lengthMs, lengthMs };
    this.options.store.facts.write(PAUSE, this.paused);
  }

  /** How things stand; `done` writes down that today's digest is told, in the transaction that tells it. */
  look(book: AlertBook, settled: Settled, now: Now): { policy: Omit<PolicyNow, 'switches'>; done?: () => void } {
    this.endPause(book, now);
    const { quiet, day } = this.minute(now);
    const afterSleep = now.monoMs < settled.holdUntilMonoMs;
    const paused = this.paused !== null;
    const due = day !== this.digestOf && !quiet && !afterSleep && !paused && this.allJudged(book, settled, now);
    // The first day of a new home has nothing to look back on.
    const digestDue = due && this.digestOf !== null;
    const policy = { nowMs: now.wallMs, paused, afterSleep, quiet, digestDue };
    if (!due) return { policy };
    this.digestOf = day;
    return { policy, done: () => this.options.store.facts.write(DIGEST, day) };
  }

  private endPause(book: AlertBook, now: Now): void {
    if (!this.paused) return;
    const leftMs = this.paused.untilMs - now.wallMs;
    // The clock was put back: a pause is never longer than it was meant.
    if (leftMs > this.paused.lengthMs) this.paused.untilMs = now.wallMs + this.paused.lengthMs;
    if (leftMs > 0) return;
    this.pause(null, now);
    book.revision += 1;
  }

  private minute(now: Now): { quiet: boolean; day: string } {
    const { quietHours, digestAt } = this.options.settings();
    const timeZone = this.options.timeZone();
    const minute = Math.floor(now.wallMs / MINUTE_MS);
    const { enabled, from, to } = quietHours;
    const key = `${minute} ${timeZone} ${enabled ? `${from}-${to}` : ''} ${digestAt}`;
    if (key !== this.shown.key) {
      const quiet = isQuiet(quietHours, now.wallMs, timeZone);
      this.shown = { key, quiet, day: digestDay(digestAt, now.wallMs, timeZone) };
    }
    return this.shown;
  }

  private allJudged(book: AlertBook, settled: Settled, now: Now): boolean {
    const since = Math.max(settled.startedMonoMs, settled.gapEndMonoMs);
    if (now.monoMs - since >= DIGEST_WAITS_MS) return true;
    for (const { record, confirmed } of book.live) if (isOpen(record) && !confirmed) return false;
    return true;
  }
}
