/** Groups and their events as a file: JSON for programs, CSV for spreadsheets. */
import type { ErrorEvent, ErrorGroup } from '@shared/error-groups';

export interface ExportedGroup extends ErrorGroup {
  events: ErrorEvent[];
}

/** `complete`: false when there were more groups or events than one file holds. */
export function toJson(groups: readonly ExportedGroup[], exportedAt: string, complete: boolean): string {
  return `${JSON.stringify({ exportedAt, complete, groups }, null, 2)}\n`;
}

const COLUMNS = {
  application: ({ applicationName }) => applicationName,
  title: ({ title }) => title,
  type: ({ type }) => type,
  culprit: ({ culprit }) => culprit,
  severity: ({ severity }) => severity,
  state: ({ state }) => state,
  trend: ({ trend }) => trend,
  count: ({ count }) => count,
  'first seen': ({ firstSeenAt }) => firstSeenAt,
  'last seen': ({ lastSeenAt }) => lastSeenAt,
  code: ({ code }) => code,
  'grouped by': ({ groupedBecause }) => groupedBecause.by,
  id: ({ id }) => id,
} satisfies Record<string, (group: ErrorGroup) => string | number | null>;

/** One row a group, as RFC 4180 has it. */
export function toCsv(groups: readonly ErrorGroup[]): string {
  const rows = groups.map((group) => Object.values(COLUMNS).map((value) => cell(value(group))));
  return [Object.keys(COLUMNS), ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  // A spreadsheet takes such a text for a formula; what an application sent must not run in one.
  const harmless = /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
