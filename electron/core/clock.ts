/** The clocks that the parts of the core run on; tests give their own. */
export const SYSTEM_CLOCK = {
  /** Milliseconds since 1970. */
  nowMs: () => Date.now(),
  /** Milliseconds on a clock that nobody can set. */
  monotonicMs: () => performance.now(),
};
