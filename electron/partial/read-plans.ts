/** Reads both schemas and plans from them what becomes of each table. */
import type Database from 'better-sqlite3';
import type { PartialTable } from '@shared/recovery';
import { openForReading } from '../backup/snapshot';
import { examineFile } from '../database/examine';
import { waitForLock } from '../database/wait-for-lock';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { hasAmbiguousRows } from './compare';
import { planTable, type TablePlan } from './plan';
import { ofFilter } from './refusals';
import { emptyKey } from './restore-rows';
import { readSchema, type Schema } from './schema';
import { quoted } from '../database/names';
import { folded, requireOneExpression } from './sql-text';

export interface Databases {
  contentFile: string;
  liveFile: string;
  lockTimeoutMs: number;
}

export interface Plans {
  now: Schema;
  then: Schema;
  plans: TablePlan[];
}

/**
 * Looks at the live file before SQLite does; nobody may have it open in this process.
 * @throws DATABASE_MISSING, and what else `examineFile` throws
 */
export async function requireLive(liveFile: string): Promise<void> {
  try {
    const { content } = await examineFile(liveFile);
    if (content.format !== 'sqlite') throw holdfastError('NOT_A_DATABASE', { params: { path: liveFile } });
  } catch (thrown) {
    const error = wrapError(thrown, { path: liveFile });
    if (error.code !== 'FILE_NOT_FOUND') throw error;
    throw holdfastError('DATABASE_MISSING', { params: { path: liveFile }, cause: thrown });
  }
}

/** Does something with both databases, opened only to be read. @throws DATABASE_LOCKED; what SQLite throws, wrapped */
export async function withBoth<T>(
  { contentFile, liveFile, lockTimeoutMs }: Databases,
  signal: AbortSignal,
  use: (now: Database.Database, then: Database.Database) => T,
): Promise<T> {
  const then = openForReading(contentFile, lockTimeoutMs);
  try {
    return await waitForLock({ path: liveFile, lockTimeoutMs, signal }, () => {
      const now = openForReading(liveFile, 250);
      try {
        return use(now, then);
      } finally {
        now.close();
      }
    });
  } finally {
    then.close();
  }
}

/**
 * Plans each table that is asked for.
 * @throws INVALID_INPUT for a table that is named twice; QUERY_INVALID for a condition that SQLite does not take
 */
export function readPlans(now: Database.Database, then: Database.Database, tables: readonly PartialTable[]): Plans {
  const names = tables.map(({ table }) => folded(table));
  const twice = tables.find(({ table }, at) => names.indexOf(folded(table)) !== at);
  if (twice) throw holdfastError('INVALID_INPUT', { params: { reason: `the table ${twice.table} is named twice` } });
  const schemas = { now: readSchema(now), then: readSchema(then) };
  const plans = tables.map((table, index) => planTable(schemas.now, schemas.then, table, index));
  for (const plan of plans) {
    if (plan.obstacle !== null || plan.request.filter === undefined) continue;
    if (!plan.created) tryFilter(now, plan.table, plan.request.filter);
    tryFilter(then, plan.table, plan.request.filter);
  }
  return { ...schemas, plans };
}

/** One that could not be prepared, or that could write, never comes near the live database's own connection. */
function tryFilter(connection: Database.Database, table: string, filter: string): void {
  ofFilter({ table }, () => {
    requireOneExpression(filter);
    connection.prepare(`SELECT 1 FROM main.${quoted(table)} WHERE (${filter}\n) LIMIT 0`).get();
  });
}

/** The plan, with the obstacle that only its rows show: some that cannot be told apart. */
export function withRows(plan: TablePlan, now: Database.Database, then: Database.Database): TablePlan {
  if (plan.obstacle !== null || !plan.key.nullable) return plan;
  const table = `main.${quoted(plan.table)}`;
  const isAmbiguous = (!plan.created && hasAmbiguousRows(now, plan, table)) || hasAmbiguousRows(then, plan, table);
  return isAmbiguous ? { ...plan, obstacle: 'no-key', obstacleDetail: emptyKey(plan) } : plan;
}
