/** Closed minutes of the last 26 hours of one metric, in 37 kB. */
import { MINUTE_MS, restoreSample } from './samples';

// The longest local day has 25 hours, and the hour in hand is not whole: today is always in memory.
export const KEPT_MINUTES = 26 * 60;

/** The numbers are as 32-bit floats hold them: `restoreSample` gives back what was kept. */
export type MinuteVisit = (atMs: number, n: number, min: number, avg: number, max: number, last: number) => void;

export class MinuteMemory {
  // The minute that a place holds, since 1970; a minute's place is its number modulo the length.
  private readonly minute = new Int32Array(KEPT_MINUTES).fill(-1);
  private readonly n = new Uint32Array(KEPT_MINUTES);
  private readonly min = new Float32Array(KEPT_MINUTES);
  private readonly avg = new Float32Array(KEPT_MINUTES);
  private readonly max = new Float32Array(KEPT_MINUTES);
  private readonly last = new Float32Array(KEPT_MINUTES);

  /** Adds measurements to a minute: to those it has already, when it has some. */
  add(minute: number, n: number, min: number, avg: number, max: number, last: number): void {
    const place = minute % KEPT_MINUTES;
    if (this.minute[place] !== minute) {
      this.minute[place] = minute;
      this.n[place] = n;
      this.min[place] = min;
      this.avg[place] = avg;
      this.max[place] = max;
    } else {
      const before = this.n[place] ?? 0;
      const average = restoreSample(this.avg[place] ?? 0);
      this.n[place] = before + n;
      this.avg[place] = (average * before + avg * n) / (before + n);
      this.min[place] = Math.min(this.min[place] ?? min, min);
      this.max[place] = Math.max(this.max[place] ?? max, max);
    }
    this.last[place] = last;
  }

  /** Adds what was measured before all that is here: the last measurement stays the last. */
  addOlder(minute: number, n: number, min: number, avg: number, max: number): void {
    const place = minute % KEPT_MINUTES;
    if ((this.minute[place] ?? -1) > minute) return;
    const last = this.minute[place] === minute ? (this.last[place] ?? avg) : avg;
    this.add(minute, n, min, avg, max, last);
  }

  /** Visits the minutes that begin in `fromMs` up to, not including, `toMs`, oldest first. */
  each(fromMs: number, toMs: number, visit: MinuteVisit): void {
    const end = Math.ceil(toMs / MINUTE_MS);
    const start = Math.max(Math.ceil(fromMs / MINUTE_MS), 0);
    // A longer range holds every place at most once all the same.
    if (end - start > KEPT_MINUTES) return this.eachOfMany(start, end, visit);
    for (let minute = start; minute < end; minute++) this.visitIfHeld(minute, visit);
  }

  private eachOfMany(start: number, end: number, visit: MinuteVisit): void {
    const held = this.minute.filter((minute) => minute >= start && minute < end).toSorted();
    for (const minute of held) this.visitIfHeld(minute, visit);
  }

  private visitIfHeld(minute: number, visit: MinuteVisit): void {
    const place = minute % KEPT_MINUTES;
    if (this.minute[place] !== minute) return;
    visit(
      minute * MINUTE_MS,
      this.n[place] ?? 0,
      this.min[place] ?? 0,
      this.avg[place] ?? 0,
      this.max[place] ?? 0,
      this.last[place] ?? 0,
    );
  }
}
