/** Log files that are followed. What was read of them is in an index of its own, which can be made anew. */
import { LOG_FORMATS, LOG_LEVELS, type LogSourceConfig } from '@shared/logs';
import { z } from 'zod';
import { json } from './columns';
import type { Connection } from './connection';

const Config: z.ZodType<LogSourceConfig> = z.object({
  name: z.string(),
  path: z.string(),
  format: z.enum(LOG_FORMATS).nullable(),
  enabled: z.boolean(),
  alertFrom: z.enum(LOG_LEVELS).nullable(),
});

export interface StoredLogSource {
  id: string;
  config: LogSourceConfig;
}

const Row = z
  .object({ id: z.string(), config: json(Config) })
  .transform(({ id, config }): StoredLogSource => ({ id, config }));

export class LogSourcesTable {
  private readonly write;
  private readonly drop;
  private readonly all;

  constructor(connection: Connection) {
    this.write = connection.command(
      `INSERT INTO log_sources (id, config, created_at) VALUES (@id, @config, @at)
       ON CONFLICT (id) DO UPDATE SET config = @config`,
    );
    this.drop = connection.command('DELETE FROM log_sources WHERE id = @id');
    this.all = connection.query('SELECT id, config FROM log_sources ORDER BY created_at, id', Row);
  }

  /** Adds a source, or changes the one with this id. `at` is an ISO time. */
  save({ id, config }: StoredLogSource, at: string): void {
    this.write({ id, config: JSON.stringify(config), at });
  }

  /** False when it is not known. */
  delete(id: string): boolean {
    return this.drop({ id }) > 0;
  }

  /** In the order in which they were added. */
  list(): StoredLogSource[] {
    return this.all.all();
  }
}
