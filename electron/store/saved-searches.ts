/** Searches in logs that were given a name. */
import { LOG_LEVELS, type LogQuery, type SavedSearch } from '@shared/logs';
import { z } from 'zod';
import { json } from './columns';
import type { Connection } from './connection';

const Query: z.ZodType<LogQuery> = z.object({
  sourceIds: z.array(z.string()).nullable(),
  levels: z.array(z.enum([...LOG_LEVELS, 'NONE'])).nullable(),
  fromMs: z.number().nullable(),
  toMs: z.number().nullable(),
  text: z.string().nullable(),
  isRegex: z.boolean(),
  patternId: z.number().nullable(),
});

const Row = z
  .object({ id: z.string(), config: json(z.object({ name: z.string(), query: Query })) })
  .transform(({ id, config }): SavedSearch => ({ id, ...config }));

export class SavedSearchesTable {
  private readonly write;
  private readonly drop;
  private readonly all;

  constructor(connection: Connection) {
    this.write = connection.command(
      `INSERT INTO saved_searches (id, config, created_at) VALUES (@id, @config, @at)
       ON CONFLICT (id) DO UPDATE SET config = @config`,
    );
    this.drop = connection.command('DELETE FROM saved_searches WHERE id = @id');
    this.all = connection.query('SELECT id, config FROM saved_searches ORDER BY created_at, id', Row);
  }

  /** Adds a search, or changes the one with this id. `at` is an ISO time. */
  save({ id, ...config }: SavedSearch, at: string): void {
    this.write({ id, config: JSON.stringify(config), at });
  }

  /** False when it is not known. */
  delete(id: string): boolean {
    return this.drop({ id }) > 0;
  }

  /** In the order in which they were added. */
  list(): SavedSearch[] {
    return this.all.all();
  }
}
