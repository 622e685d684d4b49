/** Small facts that must outlive a restart, each one JSON value. */
import { z } from 'zod';
import { parseJson } from './columns';
import type { Connection } from './connection';

const Row = z.object({ value: z.string() });

export class FactsTable {
  private readonly byKey;
  private readonly byPrefix;
  private readonly put;
  private readonly drop;

  constructor(connection: Connection) {
    this.byKey = connection.query('SELECT value FROM facts WHERE key = @key', Row);
    this.byPrefix = connection.query(
      // All keys that begin with the prefix: the last character of Unicode comes after whatever follows it.
      'SELECT key, value FROM facts WHERE key >= @prefix AND key < @prefix || char(1114111) ORDER BY key',
      Row.extend({ key: z.string() }),
    );
    this.put = connection.command(
      'INSERT INTO facts (key, value) VALUES (@key, @value) ON CONFLICT DO UPDATE SET value = @value',
    );
    this.drop = connection.command('DELETE FROM facts WHERE key = @key');
  }

  /** Null when it is not known, and when what is written does not fit `schema`: a fact can be found out anew. */
  read<T>(key: string, schema: z.ZodType<T>): T | null {
    const row = this.byKey.get({ key });
    const parsed = row && schema.safeParse(parseJson(row.value));
    return parsed?.success ? parsed.data : null;
  }

  /** The facts whose keys begin with `prefix`, by the rest of their keys; those that do not fit `schema` are left out. */
  list<T>(prefix: string, schema: z.ZodType<T>): Map<string, T> {
    return new Map(
      this.byPrefix.all({ prefix }).flatMap(({ key, value }): [string, T][] => {
        const parsed = schema.safeParse(parseJson(value));
        return parsed.success ? [[key.slice(prefix.length), parsed.data]] : [];
      }),
    );
  }

  /** Null forgets it. */
  write(key: string, value: unknown): void {
    if (value === null) this.drop({ key });
    else this.put({ key, value: JSON.stringify(value) });
  }
}
