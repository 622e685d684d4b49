/** Rates out of counters that only grow. */

/** Shorter between two looks, a rate is mostly rounding. */
const SHORTEST_MS = 50;

/** Remembers the counters of the look before, by name. */
export class CounterRates {
  private before: { atMs: number; counters: ReadonlyMap<string, number> } | null = null;

  /**
   * Growth a second of each counter since the look before. A counter has no rate at its first look, and none when it
   * went back (it wrapped, its device was reset or replaced): no value is better than a peak that never was.
   * @param atMs on a clock that nobody can set
   */
  perSecond(counters: ReadonlyMap<string, number>, atMs: number): Map<string, number> {
    const rates = new Map<string, number>();
    const { before } = this;
    const passedMs = before ? atMs - before.atMs : 0;
    if (before && passedMs >= 0 && passedMs < SHORTEST_MS) return rates;
    this.before = { atMs, counters };
    if (!before || passedMs <= 0) return rates;
    for (const [name, value] of counters) {
      const grown = value - (before.counters.get(name) ?? Number.NaN);
      if (grown >= 0) rates.set(name, (grown * 1_000) / passedMs);
    }
    return rates;
  }

  /** After a gap: the next look is a first one. */
  restart(): void {
    this.before = null;
  }
}
