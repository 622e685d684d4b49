/** How Holdfast's operations ended, by local day. */
import { z } from 'zod';
import type { Connection } from './connection';

export interface OperationDay {
  /** `2026-11-23`. */
  day: string;
  operation: string;
  total: number;
  failed: number;
}

const Row = z.object({ day: z.string(), operation: z.string(), total: z.number(), failed: z.number() });

export class OperationDaysTable {
  private readonly put;
  private readonly ofNewest;
  private readonly prune;

  constructor(connection: Connection) {
    this.put = connection.command(
      `INSERT INTO operation_days (day, operation, total, failed) VALUES (@day, @operation, @total, @failed)
       ON CONFLICT (day, operation) DO UPDATE SET total = total + @total, failed = failed + @failed`,
    );
    this.ofNewest = connection.query(
      `SELECT * FROM operation_days WHERE day IN (SELECT DISTINCT day FROM operation_days ORDER BY day DESC LIMIT @days)
       ORDER BY day, operation`,
      Row,
    );
    this.prune = connection.command('DELETE FROM operation_days WHERE day < @before');
  }

  add({ day, operation, total, failed }: OperationDay): void {
    this.put({ day, operation, total, failed });
  }

  /** Of the newest days on which there were operations, oldest first. */
  newest(days: number): OperationDay[] {
    return this.ofNewest.all({ days });
  }

  /** Deletes the days before one. */
  dropBefore(day: string): void {
    this.prune({ before: day });
  }
}
