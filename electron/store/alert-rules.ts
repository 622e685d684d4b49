/** The rules that alerts follow from, each one JSON document. */
import { type AlertRule, RuleConfig } from '@shared/alerting';
import { z } from 'zod';
import { json } from './columns';
import type { Connection } from './connection';

const Row = z.object({ id: z.string(), config: json(RuleConfig) });

export class AlertRulesTable {
  private readonly all;
  private readonly put;
  private readonly drop;

  constructor(connection: Connection) {
    this.all = connection.query('SELECT id, config FROM alert_rules ORDER BY created_at, id', Row);
    this.put = connection.command(
      `INSERT INTO alert_rules (id, config, created_at) VALUES (@id, @config, @at)
       ON CONFLICT (id) DO UPDATE SET config = @config`,
    );
    this.drop = connection.command('DELETE FROM alert_rules WHERE id = @id');
  }

  /** Oldest first. */
  list(): AlertRule[] {
    return this.all.all();
  }

  /** Adds the rule or replaces its configuration. */
  save({ id, config }: AlertRule, at: string): void {
    this.put({ id, config: JSON.stringify(config), at });
  }

  /** False when there is no such rule. */
  remove(id: string): boolean {
    return this.drop({ id }) > 0;
  }
}
