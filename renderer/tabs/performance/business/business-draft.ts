/** A business figure while it is being edited: text in every field. */
import type { Severity } from '@shared/errors';
import { METRIC_UNITS, type MetricUnit } from '@shared/metrics';
import type { BusinessConfig } from '@shared/monitoring';
import { plainNumber, shortName, wholeNumber } from '../forms/fields';

export const FIGURE_UNITS = METRIC_UNITS;

/** How many minutes each choice of an interval is. */
export const INTERVALS = { minute: 1, hour: 60, day: 1_440 } as const;
export type IntervalUnit = keyof typeof INTERVALS;
const LONGEST_MINUTES = 10_080;
const MOST_SQL = 20_000;

export interface BusinessDraft {
  databaseId: string;
  name: string;
  enabled: boolean;
  sql: string;
  rowsSql: string;
  unit: MetricUnit;
  unitLabel: string;
  every: string;
  everyUnit: IntervalUnit;
  direction: 'none' | 'at-least' | 'at-most';
  target: string;
  /** `none` raises no alert. */
  severity: Severity | 'none';
  preset: string | null;
}

export const newBusiness = (databaseId: string): BusinessDraft => ({
  databaseId,
  name: '',
  enabled: true,
  sql: '',
  rowsSql: '',
  unit: 'number',
  unitLabel: '',
  every: '1',
  everyUnit: 'hour',
  direction: 'none',
  target: '',
  severity: 'MEDIUM',
  preset: null,
});

export function businessDraftOf(config: BusinessConfig): BusinessDraft {
  const { databaseId, name, enabled, sql, rowsSql, unit, unitLabel, target, severity, preset } = config;
  const everyUnit = (['day', 'hour', 'minute'] as const).find((one) => config.intervalMinutes % INTERVALS[one] === 0);
  const interval = everyUnit ?? 'minute';
  return {
    databaseId,
    name,
    enabled,
    sql,
    rowsSql,
    unit,
    unitLabel,
    every: String(config.intervalMinutes / INTERVALS[interval]),
    everyUnit: interval,
    direction: target?.direction ?? 'none',
    target: target ? targetText(target.value, unit) : '',
    severity: severity ?? 'none',
    preset,
  };
}

/** A fraction is typed as a percentage. */
const factorOf = (unit: MetricUnit): number => (unit === 'fraction' ? 100 : 1);
// 0.07 × 100 must read 7; twelve digits are more than anybody types
const targetText = (value: number, unit: MetricUnit): string =>
  String(Number((value * factorOf(unit)).toPrecision(12)));

export type BusinessFault = 'name' | 'sql' | 'rowsSql' | 'every' | 'target';

/** The figure that a draft describes; null, and what is wrong, when it does not describe one. */
export function readBusinessDraft(draft: BusinessDraft): { config: BusinessConfig | null; faults: Set<BusinessFault> } {
  const faults = new Set<BusinessFault>();
  const name = shortName(draft.name);
  const sql = draft.sql.trim();
  const rowsSql = draft.rowsSql.trim();
  const most = LONGEST_MINUTES / INTERVALS[draft.everyUnit];
  const every = wholeNumber(draft.every, 1, most);
  const typed = draft.direction === 'none' ? null : plainNumber(draft.target);
  if (name === null) faults.add('name');
  if (sql === '' || sql.length > MOST_SQL) faults.add('sql');
  if (rowsSql.length > MOST_SQL) faults.add('rowsSql');
  if (every === null) faults.add('every');
  if (draft.direction !== 'none' && typed === null) faults.add('target');
  if (faults.size > 0 || name === null || every === null) return { config: null, faults };
  const target =
    draft.direction === 'none' || typed === null
      ? null
      : { direction: draft.direction, value: typed / factorOf(draft.unit) };
  const config: BusinessConfig = {
    databaseId: draft.databaseId,
    name,
    enabled: draft.enabled,
    sql,
    rowsSql,
    unit: draft.unit,
    unitLabel: draft.unitLabel.trim(),
    intervalMinutes: every * INTERVALS[draft.everyUnit],
    target,
    severity: target === null || draft.severity === 'none' ? null : draft.severity,
    preset: draft.preset,
  };
  return { config, faults };
}

/** The number that a result gives: the first cell of its first row. Null when that is none. */
export function figureOf(rows: readonly (readonly (string | number | null)[])[]): number | null {
  const cell = rows[0]?.[0];
  return typeof cell === 'number' && Number.isFinite(cell) ? cell : null;
}
