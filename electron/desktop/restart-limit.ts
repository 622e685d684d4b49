/** How often something that dies is started again. Pure. */

/** Allows `limit` starts within any `withinMs`; the caller gives the time. */
export class RestartLimit {
  readonly #limit: number;
  readonly #withinMs: number;
  #startedAtMs: number[] = [];

  constructor(limit: number, withinMs: number) {
    this.#limit = limit;
    this.#withinMs = withinMs;
  }

  /** True when one more start is allowed at `nowMs`; counts it. */
  allow(nowMs: number): boolean {
    this.#startedAtMs = this.#startedAtMs.filter((startedAtMs) => nowMs - startedAtMs < this.#withinMs);
    if (this.#startedAtMs.length >= this.#limit) return false;
    this.#startedAtMs.push(nowMs);
    return true;
  }
}
