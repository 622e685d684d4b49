/** What a damaged database is measured against, told by means of its own. */
import Database from 'better-sqlite3';

/** A number and its text are told alike: in a page of another table a column holds what it would not take. */
function told(value: string | number | bigint | Uint8Array | null): string {
  if (value === null) return 'null';
  return value instanceof Uint8Array ? `x${Buffer.from(value).toString('hex')}` : `= ${value}`;
}
const rowOf = (values: unknown[]): string => (values as Parameters<typeof told>[0][]).map(told).join('|');

/** Opens a copy as any application would. */
function open(file: string): Database.Database {
  return new Database(file, { readonly: true, fileMustExist: true });
}

function tablesOf(database: Database.Database): string[] {
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name");
  return names.pluck().all() as string[];
}

/**
 * Everything that a database says: rows of each table, what each index leads to, what a search finds. Throws where
 * something cannot be read.
 */
export function everything(file: string): string {
  const database = open(file);
  try {
    const lines: string[] = [];
    for (const table of tablesOf(database)) {
      const rows = database.prepare(`SELECT * FROM "${table}" NOT INDEXED`).raw().safeIntegers();
      if (!table.startsWith('search_'))
        for (const row of rows.iterate()) lines.push(`${table} ${rowOf(row as unknown[])}`);
    }
    const byIndex: Record<string, string> = {
      video_title: 'SELECT title, id FROM video INDEXED BY video_title ORDER BY title, id',
      video_author_score: 'SELECT author, score, id FROM video INDEXED BY video_author_score ORDER BY author, score',
      video_good: 'SELECT score, id FROM video INDEXED BY video_good WHERE score > 50 ORDER BY score',
      author: 'SELECT name, id FROM author INDEXED BY sqlite_autoindex_author_1 ORDER BY name',
    };
    for (const [name, sql] of Object.entries(byIndex)) {
      for (const row of database.prepare(sql).raw().safeIntegers().iterate())
        lines.push(`${name} ${rowOf(row as unknown[])}`);
    }
    const titles = database.prepare('SELECT title, id FROM video NOT INDEXED').raw().all() as [string, number][];
    const lookUp = database.prepare('SELECT id FROM video INDEXED BY video_title WHERE title = ?').pluck();
    for (const [title] of titles) lines.push(`by title ${rowOf(lookUp.all(title))}`);
    for (const word of [
      'lake',
      'mountain',
      'river',
      'street',
      'camera',
      'night',
      'review',
      'music',
      'dance',
      'ocean',
    ]) {
      lines.push(
        `${word} ${rowOf(database.prepare('SELECT rowid FROM search WHERE search MATCH ?').pluck().all(word))}`,
      );
    }
    for (const row of database.prepare('SELECT rowid, * FROM search').raw().iterate())
      lines.push(rowOf(row as unknown[]));
    return lines.join('\n');
  } finally {
    database.close();
  }
}

/** Rows that a plain scan of each table reads, up to where it ends. Nothing when the file cannot be opened. */
export function scannedRows(file: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let database: Database.Database | undefined;
  try {
    database = open(file);
    for (const table of tablesOf(database)) {
      const rows: string[] = [];
      found.set(table, rows);
      try {
        // The first column is the rowid, and may say so no more.
        const wanted = table === 'search_content' ? 'c0, c1' : '*';
        const scan = database.prepare(`SELECT ${wanted} FROM "${table}" NOT INDEXED`).raw().safeIntegers();
        for (const row of scan.iterate()) rows.push(rowOf(row as unknown[]));
      } catch {
        // What came before counts.
      }
    }
  } catch {
    // Then there is nothing to lose.
  } finally {
    database?.close();
  }
  return found;
}

/** Rows of `before` that are not in `after`. No two rows of the template are the same; damage may show one twice. */
export function missingRows(before: readonly string[], after: readonly string[]): string[] {
  const there = new Set(after);
  return before.filter((row) => !there.has(row));
}

/** Rows that a salvage put aside, by the table that they come from, as they would be told in it. */
export function putAside(file: string, table: string, columns: number): string[] {
  const database = open(file);
  try {
    if (!database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'lost_and_found'").get()) return [];
    const rows = database.prepare('SELECT * FROM lost_and_found WHERE table_name = ?').raw().safeIntegers().all(table);
    return (rows as unknown[][]).map((row) => rowOf(row.slice(2, 2 + columns)));
  } finally {
    database.close();
  }
}
