/** Groups of errors that are the same. What they add up to stands in their fingerprints: a group is brought up from these. */
import { GROUP_STATES, type GroupedBecause, type GroupState } from '@shared/error-groups';
import { SEVERITIES, type ErrorCode, type Severity } from '@shared/errors';
import type { ErrorFilter } from '@shared/ipc-diagnosis';
import { z } from 'zod';
import { countRow, errorCode, json } from './columns';
import type { Connection } from './connection';
import { FILTERED, filterParams, IS_SHOWN, SHOWN_GROUPS } from './error-filter';
import { Because, Params } from './error-fingerprints';

/** What somebody decided about a group, and what became of that. */
export interface GroupStanding {
  state: GroupState;
  lookedAt: string | null;
  acknowledgedAt: string | null;
  mutedUntil: string | null;
  mutedUntilPerHour: number | null;
  /** The hour in which it was muted, and its events in that hour until then. */
  mutedHour: number | null;
  mutedCount: number | null;
  resolvedAt: string | null;
  returnedAt: string | null;
  growingAt: string | null;
}

export interface StoredGroup extends GroupStanding {
  id: string;
  applicationId: string | null;
  applicationName: string | null;
  title: string;
  culprit: string | null;
  type: string | null;
  severity: Severity;
  code: ErrorCode | null;
  params: Record<string, string | number>;
  databaseId: string | null;
  firstSeenAt: string;
  lastSeenAt: string;
  count: number;
  because: GroupedBecause;
  fingerprints: number;
}

export const severityRank = z
  .number()
  .int()
  .min(0)
  .max(SEVERITIES.length - 1)
  .transform((rank): Severity => SEVERITIES[rank] ?? 'LOW');

const Row = z
  .object({
    id: z.string(),
    application_id: z.string().nullable(),
    application_name: z.string().nullable(),
    title: z.string(),
    culprit: z.string().nullable(),
    type: z.string().nullable(),
    severity: severityRank,
    state: z.enum(GROUP_STATES),
    code: errorCode.nullable(),
    params: json(Params),
    database_id: z.string().nullable(),
    first_seen_at: z.string(),
    last_seen_at: z.string(),
    count: z.number(),
    looked_at: z.string().nullable(),
    acknowledged_at: z.string().nullable(),
    muted_until: z.string().nullable(),
    muted_until_per_hour: z.number().nullable(),
    muted_hour: z.number().nullable(),
    muted_count: z.number().nullable(),
    resolved_at: z.string().nullable(),
    returned_at: z.string().nullable(),
    growing_at: z.string().nullable(),
    because: json(Because),
    fingerprints: z.number(),
  })
  .transform(
    (row): StoredGroup => ({
      id: row.id,
      applicationId: row.application_id,
      applicationName: row.application_name,
      title: row.title,
      culprit: row.culprit,
      type: row.type,
      severity: row.severity,
      state: row.state,
      code: row.code,
      params: row.params,
      databaseId: row.database_id,
      firstSeenAt: row.first_seen_at,
      lastSeenAt: row.last_seen_at,
      count: row.count,
      lookedAt: row.looked_at,
      acknowledgedAt: row.acknowledged_at,
      mutedUntil: row.muted_until,
      mutedUntilPerHour: row.muted_until_per_hour,
      mutedHour: row.muted_hour,
      mutedCount: row.muted_count,
      resolvedAt: row.resolved_at,
      returnedAt: row.returned_at,
      growingAt: row.growing_at,
      because: row.because,
      fingerprints: row.fingerprints,
    }),
  );
const IdRow = z.object({ id: z.string() }).transform(({ id }) => id);

const GROUPS = `SELECT g.*, a.name AS application_name,
  (SELECT count(*) FROM error_fingerprints AS p WHERE p.group_id = g.id) AS fingerprints FROM ${SHOWN_GROUPS}`;
/** See `trendOf`: new, returned or growing, and nobody has looked at it. */
const NEEDS = `(g.state = 'open' AND g.last_seen_at >= @dayAgo AND (g.returned_at IS NOT NULL
  OR g.growing_at IS NOT NULL OR (g.looked_at IS NULL AND g.first_seen_at >= @dayAgo)))`;

const NEEDY_FIRST = `ORDER BY ${NEEDS} DESC, g.last_seen_at DESC, g.id`;

export class ErrorGroupsTable {
  private readonly byId;
  private readonly filtered;
  private readonly counted;
  private readonly needy;
  private readonly insert;
  private readonly bringUp;
  private readonly stand;
  private readonly unmute;
  private readonly growers;
  private readonly drop;
  private readonly unseen;
  private readonly ofNobody;
  private readonly crowded;

  constructor(connection: Connection) {
    this.byId = connection.query(`${GROUPS} WHERE g.id = @id AND ${IS_SHOWN}`, Row);
    this.filtered = connection.query(
      // First which, then what they are: a sort of thousands carries no more than their ids.
      `WITH wanted AS (SELECT g.id FROM ${SHOWN_GROUPS} WHERE ${FILTERED} ${NEEDY_FIRST} LIMIT @limit)
       ${GROUPS} WHERE g.id IN (SELECT id FROM wanted) ${NEEDY_FIRST}`,
      Row,
    );
    this.counted = connection.query(`SELECT count(*) AS n FROM ${SHOWN_GROUPS} WHERE ${FILTERED}`, countRow);
    this.needy = connection.query(
      `WITH wanted AS (SELECT g.id, row_number() OVER (PARTITION BY g.application_id
           ORDER BY g.severity DESC, g.first_seen_at, g.id) AS rank
         FROM ${SHOWN_GROUPS} WHERE ${IS_SHOWN} AND g.last_seen_at >= @dayAgo AND ${NEEDS})
       ${GROUPS} WHERE g.id IN (SELECT id FROM wanted WHERE rank <= @ofEach) ORDER BY g.last_seen_at DESC, g.id`,
      Row,
    );
    this.insert = connection.command(
      `INSERT INTO error_groups (id, application_id, title, severity, state, params, first_seen_at, last_seen_at, count, because)
       VALUES (@id, @applicationId, '', 0, 'open', '{}', @at, @at, 0, 'null')`,
    );
    this.bringUp = connection.command(
      `UPDATE error_groups SET
         (count, first_seen_at, last_seen_at, severity) =
           (SELECT sum(count), min(first_seen_at), max(last_seen_at), max(severity) FROM error_fingerprints
            WHERE group_id = @id),
         (title, culprit, type, code, params, database_id, because) =
           (SELECT title, culprit, type, code, params, database_id, because FROM error_fingerprints
            WHERE group_id = @id ORDER BY last_seen_at DESC, id DESC LIMIT 1)
       WHERE id = @id`,
    );
    this.stand = connection.command(
      `UPDATE error_groups SET state = @state, looked_at = @lookedAt, acknowledged_at = @acknowledgedAt,
         muted_until = @mutedUntil, muted_until_per_hour = @mutedUntilPerHour, muted_hour = @mutedHour,
         muted_count = @mutedCount, resolved_at = @resolvedAt, returned_at = @returnedAt, growing_at = @growingAt
       WHERE id = @id`,
    );
    this.unmute = connection.query(`${GROUPS} WHERE g.state = 'muted' AND g.muted_until <= @now AND ${IS_SHOWN}`, Row);
    this.growers = connection.query(`${GROUPS} WHERE g.growing_at IS NOT NULL AND ${IS_SHOWN}`, Row);
    this.drop = connection.command('DELETE FROM error_groups WHERE id IN (SELECT value FROM json_each(@ids))');
    this.unseen = connection.query(
      'SELECT id FROM error_groups WHERE last_seen_at < @before ORDER BY last_seen_at LIMIT @limit',
      IdRow,
    );
    this.ofNobody = connection.query(
      `SELECT id FROM error_groups WHERE application_id IS NOT NULL
         AND application_id NOT IN (SELECT id FROM error_applications) LIMIT @limit`,
      IdRow,
    );
    // Of the half that was not seen for longest, those with the fewest events: what is new, and what comes often, stays.
    this.crowded = connection.query(
      `WITH many AS (SELECT application_id AS application, count(*) AS n FROM error_groups
           GROUP BY application_id HAVING n > @most LIMIT 1),
         old AS (SELECT g.id, g.count, g.last_seen_at FROM error_groups AS g JOIN many ON g.application_id IS many.application
           ORDER BY g.last_seen_at LIMIT coalesce((SELECT n / 2 FROM many), 0))
       SELECT id FROM old ORDER BY count, last_seen_at LIMIT coalesce((SELECT min(@limit, n - @kept) FROM many), 0)`,
      IdRow,
    );
  }

  /** Null for an unknown one, and for one of an application that is gone. */
  get(id: string): StoredGroup | null {
    return this.byId.get({ id });
  }

  /** Those that need somebody first, then the one seen last. */
  list(filter: ErrorFilter, dayAgo: string, limit: number): StoredGroup[] {
    return this.filtered.all({ ...filterParams(filter), dayAgo, limit });
  }

  total(filter: ErrorFilter): number {
    return this.counted.get(filterParams(filter)) ?? 0;
  }

  /**
   * New, returned and growing ones that nobody has looked at, the one seen last first; of each application at most `ofEach`,
   * the worst and of these the oldest.
   */
  needing(dayAgo: string, ofEach: number): StoredGroup[] {
    return this.needy.all({ dayAgo, ofEach });
  }

  /** An open one without anything in it: `refresh` follows, when a fingerprint leads to it. */
  add(id: string, applicationId: string | null, at: string): void {
    this.insert({ id, applicationId, at });
  }

  /** Brings it up from its fingerprints: counts and times add up, what is shown is of the newest event. */
  refresh(id: string): void {
    this.bringUp({ id });
  }

  setStanding(id: string, standing: GroupStanding): void {
    this.stand({
      id,
      state: standing.state,
      lookedAt: standing.lookedAt,
      acknowledgedAt: standing.acknowledgedAt,
      mutedUntil: standing.mutedUntil,
      mutedUntilPerHour: standing.mutedUntilPerHour,
      mutedHour: standing.mutedHour,
      mutedCount: standing.mutedCount,
      resolvedAt: standing.resolvedAt,
      returnedAt: standing.returnedAt,
      growingAt: standing.growingAt,
    });
  }

  /** Muted ones whose time is over. */
  muteOver(now: string): StoredGroup[] {
    return this.unmute.all({ now });
  }

  growing(): StoredGroup[] {
    return this.growers.all();
  }

  /** With their fingerprints; their events should be gone before, see `ErrorEventsTable.dropOf`. */
  remove(ids: readonly string[]): number {
    return this.drop({ ids: JSON.stringify(ids) });
  }

  /** Not seen since a moment. */
  unseenSince(before: string, limit: number): string[] {
    return this.unseen.all({ before, limit });
  }

  /** Of applications that are gone. */
  orphans(limit: number): string[] {
    return this.ofNobody.all({ limit });
  }

  /** Those to let go of one application that has more than `most` groups, until it has `kept`. */
  surplus(most: number, kept: number, limit: number): string[] {
    return this.crowded.all({ most, kept, limit });
  }
}
