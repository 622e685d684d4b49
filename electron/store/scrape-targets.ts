/** The addresses whose metrics are fetched, and how. Their tokens are in the vault. */
import { ScrapeConfig } from '@shared/monitoring';
import { z } from 'zod';
import { json } from './columns';
import type { Connection } from './connection';

export interface ScrapeTarget {
  id: string;
  config: ScrapeConfig;
}

const Row = z.object({ id: z.string(), config: json(ScrapeConfig) });

export class ScrapeTargetsTable {
  private readonly all;
  private readonly write;
  private readonly drop;

  constructor(connection: Connection) {
    this.all = connection.query('SELECT id, config FROM scrape_targets ORDER BY created_at, id', Row);
    this.write = connection.command(
      `INSERT INTO scrape_targets (id, config, created_at) VALUES (@id, @config, @at)
       ON CONFLICT (id) DO UPDATE SET config = @config`,
    );
    this.drop = connection.command('DELETE FROM scrape_targets WHERE id = @id');
  }

  /** In the order in which they were set up. */
  list(): ScrapeTarget[] {
    return this.all.all();
  }

  /** Adds it, or changes the one of the same id. */
  save({ id, config }: ScrapeTarget, at: string): void {
    this.write({ id, config: JSON.stringify(config), at });
  }

  /** False when there is none. */
  remove(id: string): boolean {
    return this.drop({ id }) > 0;
  }
}
