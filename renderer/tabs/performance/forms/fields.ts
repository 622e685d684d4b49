/** Reading what was typed. Each gives null for what cannot be taken. */

/** A whole number within limits. */
export function wholeNumber(text: string, least: number, most: number): number | null {
  const trimmed = text.trim();
  if (!/^\d{1,9}$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return value >= least && value <= most ? value : null;
}

/** A number, with a point or a comma before its decimals. */
export function plainNumber(text: string): number | null {
  const trimmed = text.trim().replace('−', '-').replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(trimmed) ? Number(trimmed) : null;
}

/** An http or https address without user and password. */
export function httpUrl(text: string): string | null {
  const trimmed = text.trim();
  return trimmed.length <= 2_048 && URL.canParse(trimmed) && /^https?:\/\/[^/?#@]+([/?#]|$)/i.test(trimmed)
    ? trimmed
    : null;
}

/** A host name or an address. */
export function hostName(text: string): string | null {
  const trimmed = text.trim();
  return trimmed.length <= 253 && /^[^\s/@]+$/.test(trimmed) ? trimmed : null;
}

/** `200`, `2xx`, `200-299`, several with commas. */
export function statusList(text: string): string | null {
  const trimmed = text.trim();
  return /^[1-5](\d\d|xx)(-[1-5]\d\d)?(\s*,\s*[1-5](\d\d|xx)(-[1-5]\d\d)?)*$/.test(trimmed) ? trimmed : null;
}

/** A name of at most 80 characters. */
export function shortName(text: string): string | null {
  const trimmed = text.trim();
  return trimmed.length > 0 && trimmed.length <= 80 ? trimmed : null;
}
