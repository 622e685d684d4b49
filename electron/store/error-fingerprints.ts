/** What events have in common, and the group that it leads to; each has counts of its own, so that groups can be merged and split. */
import { GROUP_STATES, GROUPED_BY, type GroupedBecause, type GroupState } from '@shared/error-groups';
import { SEVERITIES, type ErrorCode, type Severity } from '@shared/errors';
import { z } from 'zod';
import { json } from './columns';
import type { Connection } from './connection';

export const Params = z.record(z.string(), z.union([z.string(), z.number()]));
export const Because = z.object({
  by: z.enum(GROUPED_BY),
  algorithm: z.number(),
  parts: z.array(z.string()),
}) satisfies z.ZodType<GroupedBecause>;

/** What has to be known of a fingerprint, and of the group that it leads to, to count events. */
export interface KnownFingerprint {
  id: number;
  groupId: string;
  count: number;
  state: GroupState;
}

export interface StoredFingerprint {
  id: number;
  fingerprint: string;
  groupId: string;
  because: GroupedBecause;
  title: string;
  count: number;
  lastSeenAt: string;
}

/** What events of one fingerprint add to it. */
export interface FingerprintEvents {
  title: string;
  culprit: string | null;
  type: string | null;
  code: ErrorCode | null;
  params: Record<string, string | number>;
  databaseId: string | null;
  severity: Severity;
  count: number;
  firstSeenAt: string;
  lastSeenAt: string;
}

const Row = z
  .object({
    id: z.number(),
    fingerprint: z.string(),
    group_id: z.string(),
    because: json(Because),
    title: z.string(),
    count: z.number(),
    last_seen_at: z.string(),
  })
  .transform(
    (row): StoredFingerprint => ({
      id: row.id,
      fingerprint: row.fingerprint,
      groupId: row.group_id,
      because: row.because,
      title: row.title,
      count: row.count,
      lastSeenAt: row.last_seen_at,
    }),
  );

const Known = z
  .object({ id: z.number(), group_id: z.string(), count: z.number(), state: z.enum(GROUP_STATES) })
  .transform((row): KnownFingerprint => ({ id: row.id, groupId: row.group_id, count: row.count, state: row.state }));

export class ErrorFingerprintsTable {
  private readonly byName;
  private readonly ofOneGroup;
  private readonly insert;
  private readonly addEvents;
  private readonly moveAll;
  private readonly moveOne;
  private readonly calm;

  constructor(connection: Connection) {
    this.byName = connection.query(
      `SELECT p.id, p.group_id, p.count, g.state FROM error_fingerprints AS p JOIN error_groups AS g ON g.id = p.group_id
       WHERE p.application = @application AND p.fingerprint = @fingerprint`,
      Known,
    );
    this.ofOneGroup = connection.query(
      'SELECT * FROM error_fingerprints WHERE group_id = @groupId ORDER BY last_seen_at DESC, id DESC',
      Row,
    );
    this.insert = connection.command(
      `INSERT INTO error_fingerprints (application, fingerprint, group_id, because, title, params, severity, count,
         first_seen_at, last_seen_at)
       VALUES (@application, @fingerprint, @groupId, @because, '', '{}', 0, 0, @at, @at)`,
    );
    this.addEvents = connection.command(
      `UPDATE error_fingerprints SET title = @title, culprit = @culprit, type = @type, code = @code, params = @params,
         database_id = @databaseId, severity = max(severity, @severity), count = count + @count,
         last_seen_at = max(last_seen_at, @lastSeenAt)
       WHERE id = @id`,
    );
    this.moveAll = connection.command('UPDATE error_fingerprints SET group_id = @into WHERE group_id = @from');
    this.moveOne = connection.command('UPDATE error_fingerprints SET group_id = @into WHERE id = @id');
    this.calm = connection.command('UPDATE error_fingerprints SET severity = 0 WHERE group_id = @groupId');
  }

  /** `application`: its id, empty for Holdfast's own. */
  find(application: string, fingerprint: string): KnownFingerprint | null {
    return this.byName.get({ application, fingerprint });
  }

  /** The one seen last first. */
  of(groupId: string): StoredFingerprint[] {
    return this.ofOneGroup.all({ groupId });
  }

  add(application: string, fingerprint: string, groupId: string, because: GroupedBecause, at: string): void {
    this.insert({ application, fingerprint, groupId, because: JSON.stringify(because), at });
  }

  count(id: number, { severity, params, ...events }: FingerprintEvents): void {
    const { title, culprit, type, code, databaseId, count, lastSeenAt } = events;
    this.addEvents({
      ...{ id, title, culprit, type, code, databaseId, count, lastSeenAt },
      severity: SEVERITIES.indexOf(severity),
      params: JSON.stringify(params),
    });
  }

  /** All of one group lead to another one. */
  merge(from: string, into: string): void {
    this.moveAll({ from, into });
  }

  move(id: number, into: string): void {
    this.moveOne({ id, into });
  }

  /** A resolved group comes again: how bad it was before does not count any more. */
  forgetSeverity(groupId: string): void {
    this.calm({ groupId });
  }
}
