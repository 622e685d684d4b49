/** Log files that are followed. What was read of them is in an index of its own, which can be made anew. */
import { LOG_FORMATS, LOG_LEVELS, type LogSourceConfig } from '@shared/logs';
import { z } from 'zod';
import { ConfigTable, type Configured } from './config-table';
import type { Connection } from './connection';

/** As it is kept, and given to the process that reads. */
export const StoredLogConfig: z.ZodType<LogSourceConfig> = z.object({
  name: z.string(),
  path: z.string(),
  format: z.enum(LOG_FORMATS).nullable(),
  enabled: z.boolean(),
  alertFrom: z.enum(LOG_LEVELS).nullable(),
});

export type StoredLogSource = Configured<LogSourceConfig>;

export class LogSourcesTable extends ConfigTable<LogSourceConfig> {
  constructor(connection: Connection) {
    super(connection, 'log_sources', StoredLogConfig);
  }
}
