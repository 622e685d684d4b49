/** Events by clock hour, fingerprint and severity. */
import { SEVERITIES, type Severity } from '@shared/errors';
import type { ErrorFilter } from '@shared/ipc-diagnosis';
import { z } from 'zod';
import type { Connection } from './connection';
import { FILTERED, filterParams } from './error-filter';
import { severityRank } from './error-groups';

const GroupHour = z
  .object({ group_id: z.string(), hour: z.number(), n: z.number() })
  .transform((row) => ({ groupId: row.group_id, hour: row.hour, count: row.n }));
const CourseRow = z
  .object({ hour: z.number(), severity: severityRank, n: z.number() })
  .transform((row) => ({ hour: row.hour, severity: row.severity, count: row.n }));
const TypeRow = z.object({ type: z.string(), n: z.number() }).transform((row) => ({ type: row.type, count: row.n }));
const ApplicationRow = z
  .object({ application_id: z.string().nullable(), name: z.string().nullable(), n: z.number() })
  .transform((row) => ({ applicationId: row.application_id, name: row.name, count: row.n }));
const Oldest = z.object({ hour: z.number().nullable() }).transform(({ hour }) => hour);

const COUNTED = `FROM error_hours AS h JOIN error_fingerprints AS p ON p.id = h.part
  JOIN error_groups AS g ON g.id = p.group_id LEFT JOIN error_applications AS a ON a.id = g.application_id
  WHERE h.hour BETWEEN @fromHour AND @toHour AND ${FILTERED}`;

export class ErrorHoursTable {
  private readonly put;
  private readonly ofGroups;
  private readonly byHour;
  private readonly byType;
  private readonly byApplication;
  private readonly first;
  private readonly dropOld;
  private readonly dropGone;
  private readonly forgetGone;

  constructor(connection: Connection) {
    this.put = connection.command(
      `INSERT INTO error_hours (part, hour, severity, count) VALUES (@part, @hour, @severity, @count)
       ON CONFLICT (part, hour, severity) DO UPDATE SET count = count + @count`,
    );
    this.ofGroups = connection.query(
      `SELECT p.group_id, h.hour, sum(h.count) AS n FROM json_each(@ids) AS wanted
         CROSS JOIN error_fingerprints AS p ON p.group_id = wanted.value
         CROSS JOIN error_hours AS h ON h.part = p.id AND h.hour BETWEEN @fromHour AND @toHour
       GROUP BY p.group_id, h.hour`,
      GroupHour,
    );
    this.byHour = connection.query(
      `SELECT h.hour, h.severity, sum(h.count) AS n ${COUNTED} GROUP BY h.hour, h.severity`,
      CourseRow,
    );
    this.byType = connection.query(
      `SELECT coalesce(g.type, g.title) AS type, sum(h.count) AS n ${COUNTED} GROUP BY 1 ORDER BY n DESC, type LIMIT @limit`,
      TypeRow,
    );
    this.byApplication = connection.query(
      `SELECT g.application_id, a.name, sum(h.count) AS n ${COUNTED} GROUP BY g.application_id ORDER BY n DESC`,
      ApplicationRow,
    );
    this.first = connection.query(`SELECT min(h.hour) AS hour FROM error_hours AS h`, Oldest);
    const drop = (which: string): string => `DELETE FROM error_hours WHERE (part, hour, severity) IN
      (SELECT part, hour, severity FROM error_hours WHERE ${which} LIMIT @limit)`;
    this.dropOld = connection.command(drop('hour < @before'));
    this.dropGone = connection.command(drop('part IN (SELECT part FROM error_gone ORDER BY part LIMIT @parts)'));
    this.forgetGone = connection.command(
      'DELETE FROM error_gone WHERE part IN (SELECT part FROM error_gone ORDER BY part LIMIT @parts)',
    );
  }

  add(part: number, hour: number, severity: Severity, count: number): void {
    this.put({ part, hour, severity: SEVERITIES.indexOf(severity), count });
  }

  /** Hours in which there were any, of each group. */
  of(
    groupIds: readonly string[],
    fromHour: number,
    toHour: number,
  ): { groupId: string; hour: number; count: number }[] {
    return this.ofGroups.all({ ids: JSON.stringify(groupIds), fromHour, toHour });
  }

  course(filter: ErrorFilter, fromHour: number, toHour: number): { hour: number; severity: Severity; count: number }[] {
    return this.byHour.all({ ...filterParams(filter), fromHour, toHour });
  }

  /** The most frequent first. */
  types(filter: ErrorFilter, fromHour: number, toHour: number, limit: number): { type: string; count: number }[] {
    return this.byType.all({ ...filterParams(filter), fromHour, toHour, limit });
  }

  applications(
    filter: ErrorFilter,
    fromHour: number,
    toHour: number,
  ): { applicationId: string | null; name: string | null; count: number }[] {
    return this.byApplication.all({ ...filterParams(filter), fromHour, toHour });
  }

  /** Null when nothing is kept. */
  oldest(): number | null {
    return this.first.get() ?? null;
  }

  /** Deletes at most `limit` rows from before an hour; gives how many. */
  dropBefore(before: number, limit: number): number {
    return this.dropOld({ before, limit });
  }

  /** Deletes at most `limit` rows of fingerprints that are gone; gives how many there were of both. Zero: nothing is left. */
  dropOrphans(limit: number): number {
    const parts = 100;
    const dropped = this.dropGone({ limit, parts });
    return dropped > 0 ? dropped : this.forgetGone({ parts });
  }
}
