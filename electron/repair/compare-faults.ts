/** Whether a database is better than before, by what its check says. Pure. */

/** Numbers of rows, pages and cells move when an index is written anew; names do not. */
const kindOf = (fault: string): string => fault.replaceAll(/(?<![\w"])-?\d+/g, '#');

/**
 * Why `after` is no improvement on `before`; null when it is one: fewer faults, or none where there were none, and no
 * fault of a kind that was not there.
 * @param limit how many faults were looked for: of more than that it is not known which they are
 */
export function whyNotBetter(before: readonly string[], after: readonly string[], limit: number): string | null {
  const fresh = before.length < limit ? newFaults(before, after)[0] : undefined;
  if (fresh !== undefined) return `a fault that was not there: ${fresh}`;
  if (before.length === 0 && after.length === 0) return null;
  if (after.length >= before.length) return `${after.length} faults instead of ${before.length}: ${after[0] ?? ''}`;
  return null;
}

function newFaults(before: readonly string[], after: readonly string[]): string[] {
  const known = new Set(before.map(kindOf));
  return after.filter((fault) => !known.has(kindOf(fault)));
}
