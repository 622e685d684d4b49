/** Recognises an alert that changes so often that telling of each change tells nothing. */

/** Evaluations that are looked at, and the shares of changes among them that begin and end it. */
const EVALUATIONS = 21;
const BEGINS_OVER = 0.3;
const ENDS_UNDER = 0.2;
/** Transitions in a time, for what changes slowly; it ends in the same proportion. */
const TRANSITIONS = 6;
const TRANSITIONS_WITHIN_MS = 30 * 60_000;
const TRANSITIONS_CALM = 4;

export interface FlapMemory {
  /** One bit an evaluation, the last one lowest: whether the alert was raised. */
  bits: number;
  /** When it was raised or lowered, milliseconds since 1970; the last few. */
  transitionsMs: readonly number[];
}
export const CALM_FLAPS: FlapMemory = { bits: 0, transitionsMs: [] };

const MASK = 2 ** EVALUATIONS - 1;

/** Takes in one evaluation. Gives the same object when nothing changed, as for an alert that rests. */
export function observed(memory: FlapMemory, raised: boolean): FlapMemory {
  const bits = ((memory.bits << 1) | (raised ? 1 : 0)) & MASK;
  return bits === memory.bits ? memory : { ...memory, bits };
}

/** Takes in that the alert was raised or lowered. */
export function changedAt(memory: FlapMemory, nowMs: number): FlapMemory {
  return { ...memory, transitionsMs: [...memory.transitionsMs, nowMs].slice(-TRANSITIONS) };
}

/** Share of the steps between the last evaluations that were changes, 0…1. */
export function changeShare({ bits }: FlapMemory): number {
  let changes = (bits ^ (bits >> 1)) & (MASK >> 1);
  let count = 0;
  for (; changes !== 0; changes &= changes - 1) count += 1;
  return count / (EVALUATIONS - 1);
}

/** Whether it is unstable now, given that it `was`: it takes less to stay so than to become so. */
export function isUnstable(memory: FlapMemory, was: boolean, nowMs: number): boolean {
  const { transitionsMs } = memory;
  if (!was && memory.bits === 0 && transitionsMs.length === 0) return false;
  const lately = transitionsMs.filter((atMs) => Math.abs(nowMs - atMs) <= TRANSITIONS_WITHIN_MS).length;
  const share = changeShare(memory);
  return was ? share >= ENDS_UNDER || lately >= TRANSITIONS_CALM : share > BEGINS_OVER || lately >= TRANSITIONS;
}
