/** The addresses whose metrics are fetched, and how. Their tokens are in the vault. */
import { ScrapeConfig } from '@shared/monitoring';
import { ConfigTable, type Configured } from './config-table';
import type { Connection } from './connection';

export type ScrapeTarget = Configured<ScrapeConfig>;

export class ScrapeTargetsTable extends ConfigTable<ScrapeConfig> {
  constructor(connection: Connection) {
    super(connection, 'scrape_targets', ScrapeConfig);
  }
}
