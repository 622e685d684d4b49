/** Counts of rules over time: what a small chart shows, remembered until it changes, and what is let go. */
import type { DataRuleCount, DataRulesTable } from '../store/data-rules';

const HOUR_MS = 3_600_000;
const SHOWN_MS = 7 * 24 * HOUR_MS;
/** A small chart is hardly wider. */
const MOST_POINTS = 120;
/** Finer than this nothing is shown. */
const FINEST_MS = 5 * 60_000;
const THIN_EVERY_MS = HOUR_MS;

export class Courses {
  private readonly remembered = new Map<string, readonly DataRuleCount[]>();
  private readonly thinnedAtMs = new Map<string, number>();

  constructor(private readonly table: Pick<DataRulesTable, 'course' | 'thin'>) {}

  /** Of the last seven days, oldest first: as they are while they are few, else the highest of each span. */
  of(ruleId: string, nowMs: number): readonly DataRuleCount[] {
    const known = this.remembered.get(ruleId);
    if (known) return known;
    const fromMs = nowMs - SHOWN_MS;
    const few = this.table.course(ruleId, fromMs, FINEST_MS);
    const counts = few.length <= MOST_POINTS ? few : this.table.course(ruleId, fromMs, SHOWN_MS / MOST_POINTS);
    this.remembered.set(ruleId, counts);
    return counts;
  }

  /** There is a new count, or the rule is gone. */
  forget(ruleId: string): void {
    this.remembered.delete(ruleId);
  }

  /** Thins the one that waits longest for it, at most one a call: a large record is not gone through all at once. */
  thinOne(ruleIds: readonly string[], nowMs: number): void {
    const waits = (id: string): number => nowMs - (this.thinnedAtMs.get(id) ?? Number.NEGATIVE_INFINITY);
    const next = ruleIds.toSorted((a, b) => waits(b) - waits(a))[0];
    if (next === undefined || waits(next) < THIN_EVERY_MS) return;
    this.thinnedAtMs.set(next, nowMs);
    this.table.thin(next, nowMs);
  }
}
