/** What is wrong now, one row for each code and database, and what was wrong before. */
import { randomUUID } from 'node:crypto';
import { SEVERITIES, type ErrorCode, type Severity } from '@shared/errors';
import type { Problem } from '@shared/models';
import { z } from 'zod';
import { holdfastError } from '../errors/holdfast-error';
import { countRow, errorCode, json } from './columns';
import type { Connection } from './connection';

export interface StoredProblem extends Problem {
  /** When a notification last spoke of it; null when none has. */
  notifiedAt: string | null;
}
export interface ProblemReport {
  code: ErrorCode;
  severity: Severity;
  databaseId: string | null;
  params: Record<string, string | number>;
  detail: string;
  at: string;
}

const Row = z
  .object({
    id: z.string(),
    code: errorCode,
    severity: z.enum(SEVERITIES),
    database_id: z.string().nullable(),
    params: json(z.record(z.string(), z.union([z.string(), z.number()]))),
    detail: z.string(),
    first_seen_at: z.string(),
    last_seen_at: z.string(),
    count: z.number(),
    state: z.enum(['open', 'resolved']),
    resolved_at: z.string().nullable(),
    notified_at: z.string().nullable(),
  })
  .transform(
    (row): StoredProblem => ({
      id: row.id,
      code: row.code,
      severity: row.severity,
      databaseId: row.database_id,
      params: row.params,
      detail: row.detail,
      firstSeenAt: row.first_seen_at,
      lastSeenAt: row.last_seen_at,
      count: row.count,
      state: row.state,
      resolvedAt: row.resolved_at,
      notifiedAt: row.notified_at,
    }),
  );

const KEPT_RESOLVED = 1_000;
// A stack is a few thousand characters; anything longer is a payload that found its way into an error.
const LONGEST_DETAIL = 20_000;
const RANK = `CASE severity ${SEVERITIES.map((name, rank) => `WHEN '${name}' THEN ${rank}`).join(' ')} END`;
const WORST_FIRST = `ORDER BY state = 'resolved', ${RANK} DESC, last_seen_at DESC, id`;
const OPEN = "database_id IS @databaseId AND state = 'open'";

export class ProblemsTable {
  private readonly connection: Connection;
  private readonly byId;
  private readonly openOf;
  private readonly open;
  private readonly all;
  private readonly insert;
  private readonly again;
  private readonly close;
  private readonly closeCode;
  private readonly prune;
  private readonly writeNotified;
  private readonly counted;

  constructor(connection: Connection) {
    this.connection = connection;
    this.byId = connection.query('SELECT * FROM problems WHERE id = @id', Row);
    this.openOf = connection.query(`SELECT * FROM problems WHERE code = @code AND ${OPEN}`, Row);
    this.open = connection.query(`SELECT * FROM problems WHERE state = 'open' ${WORST_FIRST}`, Row);
    this.all = connection.query(`SELECT * FROM problems ${WORST_FIRST}`, Row);
    this.insert = connection.command(
      `INSERT INTO problems (id, code, severity, database_id, params, detail, first_seen_at, last_seen_at, count, state)
       VALUES (@id, @code, @severity, @databaseId, @params, @detail, @at, @at, 1, 'open')`,
    );
    this.again = connection.command(
      `UPDATE problems SET severity = @severity, params = @params, detail = @detail, last_seen_at = @at, count = count + 1
       WHERE id = @id`,
    );
    const resolved = "UPDATE problems SET state = 'resolved', resolved_at = @at";
    this.close = connection.command(`${resolved} WHERE id = @id AND state = 'open'`);
    this.closeCode = connection.command(`${resolved} WHERE code = @code AND ${OPEN}`);
    this.prune = connection.command(
      `DELETE FROM problems WHERE id IN (SELECT id FROM problems WHERE state = 'resolved'
         ORDER BY resolved_at DESC, id LIMIT -1 OFFSET ${KEPT_RESOLVED})`,
    );
    this.writeNotified = connection.command('UPDATE problems SET notified_at = @at WHERE id = @id');
    this.counted = connection.query("SELECT count(*) AS n FROM problems WHERE state = 'open'", countRow);
  }

  /** Counts it to the open problem of the same code and database, or opens a new one (`count` is 1 then). */
  record(report: ProblemReport): StoredProblem {
    const { code, severity, databaseId, at } = report;
    const params = JSON.stringify(report.params);
    const detail = report.detail.slice(0, LONGEST_DETAIL);
    return this.connection.atomically(() => {
      const before = this.openOf.get({ code, databaseId });
      const id = before?.id ?? randomUUID();
      if (before) this.again({ id, severity, params, detail, at });
      else this.insert({ id, code, severity, databaseId, params, detail, at });
      return this.mustGet(id);
    });
  }

  /** Null when the id is not known. */
  get(id: string): StoredProblem | null {
    return this.byId.get({ id });
  }

  /** The open problem of a code and a database. */
  find(code: ErrorCode, databaseId: string | null): StoredProblem | null {
    return this.openOf.get({ code, databaseId });
  }

  /** Worst first, then the one seen last; with `includeResolved` the resolved ones after the open ones. */
  list(includeResolved: boolean): StoredProblem[] {
    return (includeResolved ? this.all : this.open).all();
  }

  countOpen(): number {
    return this.counted.get() ?? 0;
  }

  /** False when there is no such open problem. */
  resolve(id: string, at: string): boolean {
    return this.ending(() => this.close({ id, at })) > 0;
  }

  /** Resolves the open problems of these codes and this database (null: of no database); gives how many. */
  resolveFor(databaseId: string | null, codes: readonly ErrorCode[], at: string): number {
    return this.ending(() => codes.reduce((sum, code) => sum + this.closeCode({ databaseId, code, at }), 0));
  }

  /** Remembers that a notification spoke of it. */
  setNotified(id: string, at: string): void {
    this.writeNotified({ id, at });
  }

  private mustGet(id: string): StoredProblem {
    const found = this.get(id);
    if (!found) throw holdfastError('INTERNAL', { detail: `problem ${id} was written and is not there` });
    return found;
  }

  private ending(work: () => number): number {
    return this.connection.atomically(() => {
      const changed = work();
      if (changed > 0) this.prune();
      return changed;
    });
  }
}
