/**
 * Starts backups when they are due. It pulls: it looks at the clock and at what was served, runs what is due, and arms
 * one timer for the next look; nothing is queued ahead, so sleep, clock changes and edits only need another look.
 */
import { SCHEDULED_KINDS, type ScheduledKind } from '@shared/models';
import nodeSchedule from 'node-schedule';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { KnownDatabase } from '../store/databases';
import type { Occurrence, RunOutcome, ScheduleRunsTable } from '../store/schedule-runs';
import { systemTimeZone } from './local-time';
import { latestOccurrence, nextOccurrence } from './schedule';

const MINUTE_MS = 60_000;
// Timers stand still while a machine sleeps and know nothing of a clock that is set: never wait longer than this.
const LONGEST_WAIT_MS = 15 * MINUTE_MS;
const RETRY_AFTER_MS = [1, 5, 15].map((minutes) => minutes * MINUTE_MS);
const LAST_RETRY_MS = 15 * MINUTE_MS;
/** Highest first: a backup of a higher kind serves the lower ones that are due at the same time. */
const HIGHEST_FIRST = SCHEDULED_KINDS.toReversed();

export type ScheduledDatabase = Pick<KnownDatabase, 'id' | 'schedules' | 'schedulesSince'>;
export interface NextRun {
  kind: ScheduledKind;
  atMs: number;
}

export interface SchedulerParts {
  clock: { now(): number };
  /** Calls `fire` once at `atMs`; the returned function calls it off. */
  arm?: (atMs: number, fire: () => void) => () => void;
  /** The machine's when it is left out. */
  timeZone?: string;
  databases(): readonly ScheduledDatabase[];
  /** Remembers which periods were served, over restarts. */
  ledger: Pick<ScheduleRunsTable, 'latest' | 'isServed' | 'record'>;
  /**
   * Takes the backup; rejects when it failed, after reporting why, and with NOTHING_CHANGED when the newest restore point
   * holds everything.
   */
  run(databaseId: string, kind: ScheduledKind, occurrence: Occurrence): Promise<void>;
  /**
   * Until when the newest state of a database is known to be kept, milliseconds since 1970: an interval that any backup
   * served since needs none of its own. Null when nothing is known.
   */
  coveredUntilMs?(databaseId: string): number | null;
  /** While it says `on-battery`, runs that are due wait; asked again within 15 minutes. Nothing waits without it. */
  mayRun?(): 'yes' | 'on-battery';
  /** Hears of what is no run's failure: a schedule that cannot be read, a ledger that cannot be written. */
  report(error: HoldfastError, databaseId: string | null): void;
}

export interface Scheduler {
  /** Looks at the clock again: at the start, after sleep, after the clock was set, after schedules were edited. */
  wake(): void;
  /** Starts nothing more; resolves when the runs in hand have ended and are recorded. */
  stop(): Promise<void>;
  /** When the next backup of a database starts by itself; null when none does. */
  next(databaseId: string): NextRun | null;
}

interface DueRun {
  kind: ScheduledKind;
  occurrence: Occurrence;
}
interface Entry {
  running: Promise<void> | null;
  next: NextRun | null;
  /** The periods that failed, how often, when the last try ended and when the next may begin. */
  failed: { periods: string; times: number; atMs: number; retryAtMs: number } | null;
}

export function createScheduler(parts: SchedulerParts): Scheduler {
  const arm = parts.arm ?? armNodeSchedule;
  const entries = new Map<string, Entry>();
  const upcoming = new Upcoming();
  let stopped = false;
  let disarm: (() => void) | null = null;

  function look(): void {
    if (stopped) return;
    disarm?.();
    const nowMs = parts.clock.now();
    const timeZone = parts.timeZone ?? systemTimeZone();
    let wakeAtMs = nowMs + LONGEST_WAIT_MS;
    const databases = attempt(null, () => parts.databases()) ?? [];
    forget(databases);
    for (const database of databases) {
      // What is wrong with one database must not keep the others from being looked at.
      const atMs = attempt(database.id, () => consider(database, nowMs, timeZone));
      wakeAtMs = Math.min(wakeAtMs, atMs ?? wakeAtMs);
    }
    disarm = attempt(null, () => arm(wakeAtMs, look));
  }

  function attempt<T>(databaseId: string | null, work: () => T): T | null {
    try {
      return work();
    } catch (thrown) {
      parts.report(wrapError(thrown), databaseId);
      return null;
    }
  }

  function forget(databases: readonly ScheduledDatabase[]): void {
    const known = new Set(databases.map((database) => database.id));
    for (const [id, entry] of entries) if (!known.has(id) && !entry.running) entries.delete(id);
  }

  /** Starts what is due; gives the moment at which this database must be looked at again. */
  function consider(database: ScheduledDatabase, nowMs: number, timeZone: string): number {
    const entry = entryOf(database.id);
    const kinds = HIGHEST_FIRST.filter((kind) => database.schedules[kind].enabled).flatMap((kind) => {
      const { cron } = database.schedules[kind];
      // An expression that cannot be read is told, and takes no other schedule with it.
      const next = attempt(database.id, () => upcoming.after(cron, nowMs, timeZone));
      return next ? [{ kind, cron, atMs: next.atMs }] : [];
    });
    // Of equal times the highest kind: the sort is stable.
    const coming = kinds.toSorted((a, b) => a.atMs - b.atMs)[0] ?? null;
    entry.next = coming && { kind: coming.kind, atMs: coming.atMs };
    if (entry.running) return Number.POSITIVE_INFINITY;
    const found = kinds.flatMap(({ kind, cron }) => dueOf(database, kind, cron, nowMs, timeZone) ?? []);
    const due = found.filter((run) => !isCovered(database.id, run, nowMs));
    const [highest] = due;
    // It waits for power as it waits for its time: nothing failed, and one run makes up for all that was missed.
    if (!highest || parts.mayRun?.() === 'on-battery') return coming?.atMs ?? Number.POSITIVE_INFINITY;
    const { failed } = entry;
    if (failed?.periods === periodsOf(due)) {
      const waitMs = failed.retryAtMs - nowMs;
      // A wait longer than the longest one: the clock was set back since. Infinite: given up until something changes.
      if (waitMs > 0 && (waitMs <= LAST_RETRY_MS || waitMs === Number.POSITIVE_INFINITY)) {
        if (failed.retryAtMs < (coming?.atMs ?? Number.POSITIVE_INFINITY)) {
          entry.next = { kind: highest.kind, atMs: failed.retryAtMs };
        }
        return entry.next?.atMs ?? Number.POSITIVE_INFINITY;
      }
    }
    entry.running = serve(database.id, entry, highest, due).finally(() => {
      entry.running = null;
      look();
    });
    return Number.POSITIVE_INFINITY;
  }

  /** The newest period of a kind when it is due and not served. */
  function dueOf(
    database: ScheduledDatabase,
    kind: ScheduledKind,
    cron: string,
    nowMs: number,
    timeZone: string,
  ): DueRun | null {
    const servedMs = parts.ledger.latest(database.id, kind, nowMs)?.atMs ?? 0;
    const sinceMs = Date.parse(database.schedulesSince[kind]);
    // Set while the clock stood ahead: unknown since when, so one backup too many rather than none for years.
    const afterMs = Math.max(servedMs, sinceMs > nowMs ? 0 : sinceMs);
    if (upcoming.after(cron, afterMs, timeZone).atMs > nowMs) return null;
    const occurrence = latestOccurrence(cron, nowMs, timeZone);
    return parts.ledger.isServed(database.id, kind, occurrence.key) ? null : { kind, occurrence };
  }

  /** True for an interval that a backup of any kind has served since; that is recorded. */
  function isCovered(databaseId: string, { kind, occurrence }: DueRun, nowMs: number): boolean {
    if (kind !== 'incremental') return false;
    const untilMs = parts.coveredUntilMs?.(databaseId) ?? null;
    // What a clock that stood ahead has dated says nothing about today.
    if (untilMs === null || untilMs < occurrence.atMs || untilMs > nowMs) return false;
    parts.ledger.record({ databaseId, kind, occurrence, atMs: nowMs, outcome: 'covered' });
    return true;
  }

  async function serve(databaseId: string, entry: Entry, highest: DueRun, due: DueRun[]): Promise<void> {
    const record = (outcomeOf: (run: DueRun) => RunOutcome) => {
      for (const run of due) {
        const { kind, occurrence } = run;
        parts.ledger.record({ databaseId, kind, occurrence, atMs: parts.clock.now(), outcome: outcomeOf(run) });
      }
    };
    let served: RunOutcome = 'done';
    try {
      await parts.run(databaseId, highest.kind, highest.occurrence);
    } catch (thrown) {
      const code = thrown instanceof HoldfastError ? thrown.code : null;
      if (code === 'NOTHING_CHANGED') served = 'unchanged';
      else {
        // `run` has reported it. A run that ended because everything ends is not a failed one.
        if (stopped) return;
        countFailure(entry, due, code === 'CANCELLED');
        attempt(databaseId, () => record(() => 'failed'));
        return;
      }
    }
    const recorded = attempt(databaseId, () => {
      record((run) => (run === highest || served === 'unchanged' ? served : 'covered'));
      return true;
    });
    // Not recorded, it would be due again at once, and again: wait as after a failure.
    if (recorded) entry.failed = null;
    else countFailure(entry, due, false);
  }

  function countFailure(entry: Entry, due: DueRun[], giveUp: boolean): void {
    const periods = periodsOf(due);
    const times = entry.failed?.periods === periods ? entry.failed.times + 1 : 1;
    const atMs = parts.clock.now();
    const waitMs = giveUp ? undefined : RETRY_AFTER_MS[times - 1];
    entry.failed = { periods, times, atMs, retryAtMs: waitMs === undefined ? Number.POSITIVE_INFINITY : atMs + waitMs };
  }

  function entryOf(databaseId: string): Entry {
    const known = entries.get(databaseId);
    if (known) return known;
    const entry: Entry = { running: null, next: null, failed: null };
    entries.set(databaseId, entry);
    return entry;
  }

  return {
    wake: () => {
      // What was given up gets one more try (a disk that is back), at most one in the time of the longest wait.
      for (const { failed } of entries.values()) {
        if (!failed || Number.isFinite(failed.retryAtMs)) continue;
        if (Math.abs(parts.clock.now() - failed.atMs) >= LAST_RETRY_MS) failed.retryAtMs = failed.atMs;
      }
      look();
    },
    stop: async () => {
      stopped = true;
      disarm?.();
      await Promise.all([...entries.values()].flatMap((entry) => entry.running ?? []));
    },
    next: (databaseId) => entries.get(databaseId)?.next ?? null,
  };
}

/** The next occurrence of each expression: right until it comes, so it is worked out once and not at every look. */
class Upcoming {
  private readonly known = new Map<string, { fromMs: number; occurrence: Occurrence }>();

  after(cron: string, afterMs: number, timeZone: string): Occurrence {
    const key = `${timeZone} ${cron}`;
    const known = this.known.get(key);
    if (known && known.fromMs <= afterMs && afterMs < known.occurrence.atMs) return known.occurrence;
    const occurrence = nextOccurrence(cron, afterMs, timeZone);
    const same = known?.occurrence.atMs === occurrence.atMs;
    this.known.set(key, { fromMs: same ? Math.min(known.fromMs, afterMs) : afterMs, occurrence });
    return occurrence;
  }
}

const periodsOf = (due: DueRun[]) => due.map(({ kind, occurrence }) => `${kind} ${occurrence.key}`).join(', ');

function armNodeSchedule(atMs: number, fire: () => void): () => void {
  // A moment that has just passed would never fire.
  const job = nodeSchedule.scheduleJob(new Date(Math.max(atMs, Date.now() + 1_000)), fire);
  if (!job) throw holdfastError('INTERNAL', { detail: `no timer could be set for ${new Date(atMs).toISOString()}` });
  return () => {
    job.cancel();
  };
}
