/** A list that is longer than a browser can draw is shown in pages. */

/** Chromium ends elements at 33 million pixels: a million rows of 24 stay well below, also with a few unfolded. */
export const PAGE_ROWS = 1_000_000;

export interface Page {
  number: number;
  of: number;
  /** Place of its first row. */
  from: number;
  /** One after its last row. */
  to: number;
}

/** A page of `total` rows, the nearest there is; the last one when `number` is null. */
export function pageOf(total: number, number: number | null, size = PAGE_ROWS): Page {
  const of = Math.max(1, Math.ceil(total / size));
  const shown = Math.min(Math.max(0, number ?? of - 1), of - 1);
  return { number: shown, of, from: shown * size, to: Math.min(total, (shown + 1) * size) };
}
