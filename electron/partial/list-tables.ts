/** Which tables of a live database can have rows restored, and what is to know of each. Runs in a job process. */
import type { PartialTable, PartialTableInfo } from '@shared/recovery';
import { readShape } from '../restore/preview';
import { type Databases, readPlans, requireLive, withBoth, withRows } from './read-plans';
import { readSchema } from './schema';

const everything = (table: string): PartialTable => ({ table, insert: true, update: true, remove: true });

/** All tables of both, by name. @throws DATABASE_MISSING, DATABASE_LOCKED, DATABASE_CORRUPT */
export async function listTables(request: Databases, { signal }: { signal: AbortSignal }): Promise<PartialTableInfo[]> {
  await requireLive(request.liveFile);
  const found = await withBoth(request, signal, (now, then) => {
    const names = new Map([...readSchema(then).tables, ...readSchema(now).tables]);
    const tables = [...names.values()].map(({ name }) => everything(name));
    const read = readPlans(now, then, tables);
    return { ...read, plans: read.plans.map((plan) => withRows(plan, now, then)) };
  });
  const [rowsNow, rowsThen] = [readShape(request.liveFile).rows, readShape(request.contentFile).rows];
  return found.plans
    .map(
      ({ table, obstacle, obstacleDetail, columns, key, notes, created }): PartialTableInfo => ({
        ...{ table, obstacle, obstacleDetail },
        columns: columns.map(({ name }) => name),
        keyColumns: key.columns,
        rowsNow: created ? null : (rowsNow.get(table) ?? null),
        rowsThen: rowsThen.get(table) ?? null,
        notes,
      }),
    )
    .toSorted((a, b) => a.table.localeCompare(b.table));
}
