/** Asks one database how many rows break each of some rules. */
import type { Result } from '@shared/errors';
import { DATA_RULE_ROW_LIMIT, type DataRuleConfig } from '@shared/integrity';
import type { QueryResult } from '@shared/monitoring';
import type { QueryRunner } from '../database/query-runner';
import { errorFromView, type HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { DataRuleResult, StoredDataRule } from '../store/data-rules';
import { failed, resultOf } from './verdict';

export interface AskOptions {
  clock: { nowMs(): number };
  /** Hears what went wrong inside; a query that fails is no such thing. */
  report(error: HoldfastError): void;
}

/** Asks them together, in one process as long as none has to be killed. @throws CANCELLED when Holdfast ends */
export async function askRules(
  queries: Pick<QueryRunner, 'run'>,
  databaseId: string,
  rules: readonly StoredDataRule[],
  options: AskOptions,
): Promise<Map<StoredDataRule, DataRuleResult>> {
  const atMs = options.clock.nowMs();
  // One that was killed takes the answers of those before it along: the slow ones come last.
  const asked = rules.toSorted((a, b) => cost(a) - cost(b));
  let outcomes: Result<QueryResult>[];
  try {
    const statements = asked.map(({ config }) => ({
      ...{ sql: config.sql, rowLimit: DATA_RULE_ROW_LIMIT },
      as: 'count' as const,
    }));
    outcomes = await queries.run(databaseId, statements);
  } catch (thrown) {
    const error = wrapError(thrown);
    if (error.code === 'CANCELLED') throw error;
    if (error.code === 'INTERNAL' || error.code === 'CHILD_CRASHED') options.report(error);
    return new Map(asked.map((rule) => [rule, failed(error.toView(), rule.last, atMs)]));
  }
  return new Map(
    asked.flatMap((rule, index) => {
      const outcome = outcomes[index];
      return outcome ? [[rule, resultOf(outcome, rule.last, atMs)] as const] : [];
    }),
  );
}

/** Prepares query and fix of a rule on its database, without running them. @throws what is wrong with them */
export async function prepareRule(
  queries: Pick<QueryRunner, 'run'>,
  { databaseId, sql, fixSql }: DataRuleConfig,
): Promise<void> {
  const fix = fixSql === null ? [] : [{ sql: fixSql, rowLimit: 0, as: 'change' as const }];
  const checked = await queries.run(databaseId, [{ sql, rowLimit: 0 }, ...fix]);
  for (const result of checked) if (!result.ok) throw errorFromView(result.error);
}

/** How long a rule took; one that was killed took longest. */
const cost = ({ last }: StoredDataRule): number =>
  last?.error?.code === 'QUERY_TIMED_OUT' ? Number.POSITIVE_INFINITY : (last?.tookMs ?? 0);
