/** Small facts that must outlive a restart, each one JSON value. */
import { z } from 'zod';
import { parseJson } from './columns';
import type { Connection } from './connection';

const Row = z.object({ value: z.string() });

export class FactsTable {
  private readonly byKey;
  private readonly put;
  private readonly drop;

  constructor(connection: Connection) {
    this.byKey = connection.query('SELECT value FROM facts WHERE key = @key', Row);
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

  /** Null forgets it. */
  write(key: string, value: unknown): void {
    if (value === null) this.drop({ key });
    else this.put({ key, value: JSON.stringify(value) });
  }
}
