/** Figures of the error budget: what failed against what may fail. */
import type { ErrorBudget } from '@shared/error-groups';
import { numberFormat } from '@/format/held';
import type { Format } from '@/format/format';

export interface BudgetDay {
  /** Local day, `2026-11-23`. */
  day: string;
  total: number;
  failed: number;
  /** Share that failed; null when nothing was done. */
  rate: number | null;
  isOver: boolean;
}

export interface BudgetFigures {
  /** The last 30 days, oldest first; those on which nothing was done, too. */
  days: BudgetDay[];
  today: BudgetDay;
  total: number;
  failed: number;
  rate: number;
  /** Failures that the objective allows for as many operations. */
  allowed: number;
  /** Share of the allowed failures that happened; above 1 when there were more. */
  used: number;
  daysOver: number;
  /** Top of the bars: the highest rate, and at least twice the objective. */
  top: number;
}

export const DAYS = 30;

/** @param today the local day, as in `ErrorBudget`. */
export function budgetFigures({ objective, days }: ErrorBudget, today: string): BudgetFigures {
  const known = new Map(days.map((day) => [day.day, day]));
  const all = lastDays(today).map((day): BudgetDay => {
    const { total, failed } = known.get(day) ?? { total: 0, failed: 0 };
    const rate = total === 0 ? null : failed / total;
    return { day, total, failed, rate, isOver: rate !== null && rate > objective };
  });
  const total = sum(all.map((day) => day.total));
  const failed = sum(all.map((day) => day.failed));
  const allowed = total * objective;
  return {
    days: all,
    today: all.at(-1) ?? { day: today, total: 0, failed: 0, rate: null, isOver: false },
    total,
    failed,
    rate: total === 0 ? 0 : failed / total,
    allowed,
    used: allowed === 0 ? 0 : failed / allowed,
    daysOver: all.filter(({ isOver }) => isOver).length,
    top: Math.max(2 * objective, ...all.map(({ rate }) => rate ?? 0)),
  };
}

/** A local day as `ErrorBudget` names it. */
export function dayOf(ms: number): string {
  const at = new Date(ms);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Calendar days, whatever the clocks did in between. */
function lastDays(today: string): string[] {
  const end = Date.parse(`${today}T00:00:00Z`);
  return Array.from({ length: DAYS }, (_, index) =>
    new Date(end - (DAYS - 1 - index) * 86_400_000).toISOString().slice(0, 10),
  );
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** A share as a percentage; of a small one two digits that say something, where `1 of 5,000` would read 0 %. */
export function shareText(fraction: number, format: Pick<Format, 'locale' | 'percent'>): string {
  if (fraction === 0 || fraction >= 0.01) return format.percent(fraction);
  return numberFormat(format.locale, { style: 'percent', maximumSignificantDigits: 2 }).format(fraction);
}
