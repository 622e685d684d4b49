/** The ways by which people are told: one row each. */
import { ChannelConfig } from '@shared/alerting';
import { z } from 'zod';
import { json } from './columns';
import type { Connection } from './connection';

export interface StoredChannel {
  id: string;
  config: ChannelConfig;
}

const Row = z.object({ id: z.string(), config: json(ChannelConfig) });

export class ChannelsTable {
  private readonly connection: Connection;
  private readonly byId;
  private readonly rows;
  private readonly put;
  private readonly remember;
  private readonly delete;

  constructor(connection: Connection) {
    this.connection = connection;
    this.byId = connection.query('SELECT id, config FROM channels WHERE id = @id', Row);
    this.rows = connection.query('SELECT id, config FROM channels ORDER BY created_at, rowid', Row);
    this.put = connection.command(
      `INSERT INTO channels (id, config, created_at) VALUES (@id, @config, @at)
       ON CONFLICT DO UPDATE SET config = @config`,
    );
    this.remember = connection.command(
      `INSERT INTO facts (key, value) VALUES ('channels.first-made', 'true') ON CONFLICT DO NOTHING`,
    );
    this.delete = connection.command('DELETE FROM channels WHERE id = @id');
  }

  /** Puts the first channel there in a store that never had one; one that was removed does not come back. */
  makeFirst(id: string, config: ChannelConfig, at: string): void {
    this.connection.atomically(() => {
      if (this.remember() > 0 && this.list().length === 0) this.save(id, config, at);
    });
  }

  /** Oldest first. */
  list(): StoredChannel[] {
    return this.rows.all();
  }

  /** Null when the id is not known. */
  get(id: string): StoredChannel | null {
    return this.byId.get({ id });
  }

  save(id: string, config: ChannelConfig, at: string): void {
    this.put({ id, config: JSON.stringify(config), at });
  }

  /** Its messages go with it. False when the id is not known. */
  remove(id: string): boolean {
    return this.delete({ id }) > 0;
  }
}
