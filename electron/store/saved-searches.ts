/** Searches in logs that were given a name. */
import { LOG_LEVELS, type LogQuery, type SavedSearch } from '@shared/logs';
import { z } from 'zod';
import { ConfigTable } from './config-table';
import type { Connection } from './connection';

/** As it is kept, and given to the process that searches. */
export const StoredLogQuery: z.ZodType<LogQuery> = z.object({
  sourceIds: z.array(z.string()).nullable(),
  levels: z.array(z.enum([...LOG_LEVELS, 'NONE'])).nullable(),
  fromMs: z.number().nullable(),
  toMs: z.number().nullable(),
  text: z.string().nullable(),
  isRegex: z.boolean(),
  patternId: z.number().nullable(),
});

const Config: z.ZodType<Omit<SavedSearch, 'id'>> = z.object({ name: z.string(), query: StoredLogQuery });

export class SavedSearchesTable extends ConfigTable<Omit<SavedSearch, 'id'>> {
  constructor(connection: Connection) {
    super(connection, 'saved_searches', Config);
  }
}
