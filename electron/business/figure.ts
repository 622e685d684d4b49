/** What a query says about a figure, and what a figure says about its target. */
import type { Result } from '@shared/errors';
import type { BusinessConfig, BusinessStatus, QueryResult } from '@shared/monitoring';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import type { BusinessResult, StoredBusinessMetric } from '../store/business-metrics';

/** The result of a figure from that of its query. */
export function resultOf(outcome: Result<QueryResult>, atMs: number): BusinessResult {
  if (!outcome.ok) return { value: null, atMs, tookMs: null, error: outcome.error };
  const { tookMs } = outcome.value;
  const value = firstNumber(outcome.value);
  const error = value === null ? holdfastError('QUERY_NO_NUMBER').toView() : null;
  return { value, atMs, tookMs, error };
}

/** The same failure for every figure of a database. */
export const failureOf = (error: HoldfastError, atMs: number): BusinessResult => ({
  value: null,
  atMs,
  tookMs: null,
  error: error.toView(),
});

export function statusOf({ id, config, last }: StoredBusinessMetric): BusinessStatus {
  return {
    id,
    config,
    value: last?.value ?? null,
    atMs: last?.atMs ?? null,
    tookMs: last?.tookMs ?? null,
    targetMet: config.enabled ? isMet(config.target, last?.value ?? null) : null,
    error: last?.error ?? null,
  };
}

function firstNumber({ rows }: QueryResult): number | null {
  const cell = rows[0]?.[0] ?? null;
  // Whole numbers beyond 2^53 arrive as text, as do numbers that an application stored so.
  const value = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : cell;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function isMet(target: BusinessConfig['target'], value: number | null): boolean | null {
  if (!target || value === null) return null;
  return target.direction === 'at-least' ? value >= target.value : value <= target.value;
}
