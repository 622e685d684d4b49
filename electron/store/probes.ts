/** Services that are watched, and what was last found out about each. */
import { ProbeConfig, type ProbeResult } from '@shared/monitoring';
import { z } from 'zod';
import { errorView, json } from './columns';
import type { Connection } from './connection';

/** The verdict on a probe: written when it changes, so that a restart does not begin anew. */
export interface ProbeVerdict {
  state: 'up' | 'down';
  sinceMs: number;
  /** The try that led to it. */
  last: ProbeResult;
}

export interface StoredProbe {
  id: string;
  config: ProbeConfig;
  verdict: ProbeVerdict | null;
}

const Verdict = z.object({
  state: z.enum(['up', 'down']),
  sinceMs: z.number(),
  last: z.object({
    atMs: z.number(),
    ok: z.boolean(),
    timeMs: z.number(),
    certificateDays: z.number().nullable(),
    error: errorView.nullable(),
  }),
});

const Row = z
  .object({ id: z.string(), config: json(ProbeConfig), verdict: json(Verdict).nullable() })
  .transform((row): StoredProbe => row);

/** Key of the verdict among the store's small facts. */
const FACT = "'probe.verdict:' ||";

export class ProbesTable {
  private readonly connection: Connection;
  private readonly all;
  private readonly byId;
  private readonly upsert;
  private readonly erase;
  private readonly writeVerdict;
  private readonly eraseVerdict;

  constructor(connection: Connection) {
    this.connection = connection;
    const select = `SELECT id, config, facts.value AS verdict FROM probes LEFT JOIN facts ON facts.key = ${FACT} id`;
    this.all = connection.query(`${select} ORDER BY created_at, id`, Row);
    this.byId = connection.query(`${select} WHERE id = @id`, Row);
    this.upsert = connection.command(
      `INSERT INTO probes (id, config, created_at) VALUES (@id, @config, @at)
       ON CONFLICT (id) DO UPDATE SET config = excluded.config`,
    );
    this.erase = connection.command('DELETE FROM probes WHERE id = @id');
    this.writeVerdict = connection.command(
      `INSERT INTO facts (key, value) SELECT ${FACT} id, @value FROM probes WHERE id = @id
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    );
    this.eraseVerdict = connection.command(`DELETE FROM facts WHERE key = ${FACT} @id`);
  }

  /** In the order they were added. */
  list(): StoredProbe[] {
    return this.all.all();
  }

  /** Null when the id is not known. */
  get(id: string): StoredProbe | null {
    return this.byId.get({ id });
  }

  /** Adds a probe, or changes the one of that id; its verdict stays. */
  save(id: string, config: ProbeConfig, at: string): void {
    this.upsert({ id, config: JSON.stringify(config), at });
  }

  /** Null forgets it. Does nothing for a probe that is gone. */
  setVerdict(id: string, verdict: ProbeVerdict | null): void {
    if (verdict) this.writeVerdict({ id, value: JSON.stringify(verdict) });
    else this.eraseVerdict({ id });
  }

  /** False when there is no such probe. */
  remove(id: string): boolean {
    return this.connection.atomically(() => {
      this.eraseVerdict({ id });
      return this.erase({ id }) > 0;
    });
  }
}
