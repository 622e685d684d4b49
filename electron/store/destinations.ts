/** Destinations that were set up, and what is known of each beside that. */
import type { ErrorView } from '@shared/errors';
import { DestinationConfig } from '@shared/destinations';
import { z } from 'zod';
import { errorView, json } from './columns';
import type { Connection } from './connection';

/** What was found out about a destination; all of it can be found out anew. */
export interface DestinationFacts {
  /** Id in the marker of a folder, as it was last seen; null until then and after the destination was edited. */
  marker: string | null;
  /** What a folder lies on, as it was last seen. */
  medium: string | null;
  lastUsedAt: string | null;
  /** Why it could not be used the last time. */
  error: ErrorView | null;
  /** How often in a row. */
  failures: number;
  /** Nothing is tried there before. */
  nextTryAt: string | null;
  /** When a copy was last read back in rotation. */
  rereadRoundAt: string | null;
  /** What lies there is to be compared with what is known before anything is copied. */
  lookFirst: boolean;
}

export interface StoredDestination {
  id: string;
  config: DestinationConfig;
  facts: DestinationFacts;
}

export const NO_FACTS: DestinationFacts = {
  marker: null,
  medium: null,
  lastUsedAt: null,
  error: null,
  failures: 0,
  nextTryAt: null,
  rereadRoundAt: null,
  lookFirst: false,
};

const Facts = z
  .object({
    marker: z.string().nullable(),
    medium: z.string().nullable(),
    lastUsedAt: z.string().nullable(),
    error: errorView.nullable(),
    failures: z.number(),
    nextTryAt: z.string().nullable(),
    rereadRoundAt: z.string().nullable(),
    lookFirst: z.boolean(),
  })
  .partial()
  .transform((facts): DestinationFacts => ({ ...NO_FACTS, ...defined(facts) }));

/** Without the keys whose value is undefined. */
const defined = (facts: object): Partial<DestinationFacts> =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));

const Row = z
  .object({ id: z.string(), config: json(DestinationConfig), facts: json(Facts) })
  .transform((row): StoredDestination => row);

export class DestinationsTable {
  private readonly connection: Connection;
  private readonly all;
  private readonly byId;
  private readonly put;
  private readonly drop;
  private readonly writeFacts;
  /** Asked for with every restore point that is shown. One process owns the store: nobody else writes. */
  private cached: readonly StoredDestination[] | null = null;

  constructor(connection: Connection) {
    this.connection = connection;
    this.all = connection.query('SELECT id, config, facts FROM destinations ORDER BY created_at, id', Row);
    this.byId = connection.query('SELECT id, config, facts FROM destinations WHERE id = @id', Row);
    this.put = connection.command(
      `INSERT INTO destinations (id, config, created_at) VALUES (@id, @config, @at)
       ON CONFLICT (id) DO UPDATE SET config = @config`,
    );
    this.drop = connection.command('DELETE FROM destinations WHERE id = @id');
    this.writeFacts = connection.command('UPDATE destinations SET facts = @facts WHERE id = @id');
  }

  /** In the order they were added. */
  list(): readonly StoredDestination[] {
    this.cached ??= this.all.all();
    return this.cached;
  }

  /** Null when the id is not known. */
  get(id: string): StoredDestination | null {
    return this.list().find((one) => one.id === id) ?? null;
  }

  /** Adds it, or replaces the configuration of the one of that id; its facts stay. */
  save(id: string, config: DestinationConfig, at: string): void {
    this.cached = null;
    this.put({ id, config: JSON.stringify(config), at });
  }

  /** Changes some facts. Does nothing for a destination that is gone. */
  note(id: string, change: Partial<DestinationFacts>): void {
    this.cached = null;
    this.connection.atomically(() => {
      const before = this.byId.get({ id });
      if (before) this.writeFacts({ id, facts: JSON.stringify({ ...before.facts, ...change }) });
    });
  }

  /** Forgets it and its copies. False when there is none. */
  remove(id: string): boolean {
    this.cached = null;
    return this.drop({ id }) > 0;
  }
}
