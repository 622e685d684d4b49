/** What restoring an image into a live database would change: tables, row counts, schema. Runs in a job process. */
import fs from 'node:fs/promises';
import type Database from 'better-sqlite3';
import type { RestorePreview, TableChange } from '@shared/models';
import { openForReading } from '../backup/snapshot';
import { quoted } from '../database/names';
import { wrapError } from '../errors/wrap';

/** Counting rows reads whole indexes; what is not counted by then stays unknown, and the preview says so. */
const COUNT_BUDGET_MS = 20_000;
const LOCK_TIMEOUT_MS = 5_000;

export type PreviewFacts = Omit<RestorePreview, 'databaseId' | 'contentAt'>;

interface SchemaObject {
  type: string;
  name: string;
  sql: string;
}

export interface DatabaseShape {
  objects: SchemaObject[];
  /** Null where a table could not be counted: a missing module, or out of time. */
  rows: Map<string, number | null>;
  applicationId: number;
  userVersion: number;
  pageSizeBytes: number;
}

/**
 * Compares `contentFile` (a proved image) with `liveFile`. A live database that cannot be read is a warning, not an
 * error: that is when people restore.
 */
export async function previewRestore(contentFile: string, liveFile: string): Promise<PreviewFacts> {
  const then = readShape(contentFile);
  let now: DatabaseShape | null = null;
  try {
    now = readShape(liveFile);
  } catch (thrown) {
    if (wrapError(thrown).code === 'INTERNAL') throw thrown;
  }
  return {
    ...compareShapes(now, then),
    liveBytes: now ? await statSize(liveFile) : null,
    contentBytes: await statSize(contentFile),
  };
}

/** What tells a database from others. */
export interface DatabaseIdentity {
  /** Names of its tables, without those that belong to virtual ones. */
  tables: string[];
  /** 0 where the application sets none. */
  applicationId: number;
}

/** Null when it cannot be read. */
export function readIdentity(file: string): DatabaseIdentity | null {
  try {
    const connection = openForReading(file, LOCK_TIMEOUT_MS);
    try {
      const listed = connection.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'");
      return {
        tables: (listed.pluck().all() as string[]).filter((name) => !name.startsWith('sqlite_')),
        applicationId: Number(connection.pragma('application_id', { simple: true })),
      };
    } finally {
      connection.close();
    }
  } catch (thrown) {
    if (wrapError(thrown).code === 'INTERNAL') throw thrown;
    return null;
  }
}

/** Schema and row counts of a database. Throws what SQLite throws. */
export function readShape(file: string): DatabaseShape {
  const connection = openForReading(file, LOCK_TIMEOUT_MS);
  try {
    // In WAL mode one snapshot for all counts costs nobody anything. With a rollback journal it would keep applications
    // from writing until the last table is counted: there each count stands for its own moment.
    if (connection.pragma('journal_mode', { simple: true }) === 'wal') connection.exec('BEGIN');
    const number = (name: string) => Number(connection.pragma(name, { simple: true }));
    const objects = connection
      .prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
      )
      .all() as SchemaObject[];
    const shadows = shadowTables(connection);
    return {
      objects: objects.filter((object) => !shadows.has(object.name)),
      rows: countRows(connection, objects, shadows),
      applicationId: number('application_id'),
      userVersion: number('user_version'),
      pageSizeBytes: number('page_size'),
    };
  } finally {
    connection.close();
  }
}

/** Tables that belong to a virtual table: nobody restores or counts them by themselves. */
function shadowTables(connection: Database.Database): Set<string> {
  const rows = connection.prepare("SELECT name FROM pragma_table_list WHERE type = 'shadow'").pluck().all();
  return new Set(rows as string[]);
}

function countRows(
  connection: Database.Database,
  objects: readonly SchemaObject[],
  shadows: ReadonlySet<string>,
): Map<string, number | null> {
  const deadline = performance.now() + COUNT_BUDGET_MS;
  const rows = new Map<string, number | null>();
  for (const { type, name } of objects) {
    if (type !== 'table' || shadows.has(name)) continue;
    rows.set(name, performance.now() < deadline ? countTable(connection, name) : null);
  }
  return rows;
}

/** Null for a virtual table whose module this SQLite does not have. Throws what SQLite throws. */
export function countTable(connection: Database.Database, name: string): number | null {
  try {
    return Number(
      connection
        .prepare(`SELECT count(*) FROM ${quoted(name)}`)
        .pluck()
        .get(),
    );
  } catch (thrown) {
    // A virtual table whose module this SQLite does not have cannot be counted; the rest of the preview still helps.
    if ((thrown as { code?: unknown }).code === 'SQLITE_ERROR') return null;
    throw thrown;
  }
}

/** Pure: what changes when `now` becomes `then`. `now` is null when the live database cannot be read. */
export function compareShapes(
  now: DatabaseShape | null,
  then: DatabaseShape,
): Pick<RestorePreview, 'tables' | 'otherSchemaChanges' | 'warnings'> {
  const names = new Set([...(now?.rows.keys() ?? []), ...then.rows.keys()]);
  const sqlNow = schemaTexts(now);
  const sqlThen = schemaTexts(then);
  const tables = [...names]
    .toSorted((a, b) => a.localeCompare(b))
    .map(
      (table): TableChange => ({
        table,
        rowsNow: now?.rows.get(table) ?? null,
        rowsThen: then.rows.get(table) ?? null,
        schemaChanged: now !== null && sqlNow.get(`table ${table}`) !== sqlThen.get(`table ${table}`),
      }),
    );
  const warnings: RestorePreview['warnings'] = [];
  if (!now) warnings.push('live-unreadable');
  else {
    if (now.applicationId !== then.applicationId) warnings.push('application-id-differs');
    if (now.userVersion !== then.userVersion) warnings.push('user-version-differs');
    if (now.pageSizeBytes !== then.pageSizeBytes) warnings.push('page-size-differs');
    const shared = [...then.rows.keys()].filter((table) => now.rows.has(table));
    if (now.rows.size > 0 && then.rows.size > 0 && shared.length === 0) warnings.push('other-database');
  }
  return { tables, otherSchemaChanges: otherChanges(now, sqlNow, sqlThen), warnings };
}

/** Schema text by "type name", white space folded: how a statement is laid out changes nothing. */
function schemaTexts(shape: DatabaseShape | null): Map<string, string> {
  const objects = shape?.objects ?? [];
  return new Map(objects.map(({ type, name, sql }) => [`${type} ${name}`, sql.replace(/\s+/g, ' ').trim()]));
}

function otherChanges(
  now: DatabaseShape | null,
  sqlNow: ReadonlyMap<string, string>,
  sqlThen: ReadonlyMap<string, string>,
): RestorePreview['otherSchemaChanges'] {
  if (!now) return [];
  const changes: RestorePreview['otherSchemaChanges'] = [];
  for (const key of new Set([...sqlNow.keys(), ...sqlThen.keys()])) {
    const [type = '', ...rest] = key.split(' ');
    if (type === 'table' || sqlNow.get(key) === sqlThen.get(key)) continue;
    const change = !sqlNow.has(key) ? 'added' : !sqlThen.has(key) ? 'removed' : 'changed';
    changes.push({ type, name: rest.join(' '), change });
  }
  return changes;
}

export async function statSize(file: string): Promise<number> {
  return (await fs.stat(file)).size;
}
