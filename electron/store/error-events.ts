/** Samples of events: of each fingerprint the first and the newest. */
import { EVENT_LEVELS, KEPT_EVENTS, type NewEvent } from '@shared/error-groups';
import { z } from 'zod';
import { countRow, errorCode, flag, json } from './columns';
import type { Connection } from './connection';

const Strings = z.record(z.string(), z.string());
const Text = z.string().nullable();
const Frame = z.object({
  module: Text,
  function: Text,
  file: Text,
  line: z.number().nullable(),
  column: z.number().nullable(),
  inApp: z.boolean(),
  source: z.object({ before: z.array(z.string()), line: z.string(), after: z.array(z.string()) }).nullable(),
});
const Event = z.object({
  id: z.string(),
  at: z.string(),
  level: z.enum(EVENT_LEVELS),
  handled: z.boolean().nullable(),
  message: z.string(),
  thrown: z.array(z.object({ type: Text, value: z.string(), frames: z.array(Frame) })),
  breadcrumbs: z.array(z.object({ at: Text, category: z.string(), level: z.enum(EVENT_LEVELS), message: z.string() })),
  tags: Strings,
  contexts: z.record(z.string(), Strings),
  release: Text,
  environment: Text,
  serverName: Text,
  transaction: Text,
  code: errorCode.nullable(),
  fingerprint: z.array(z.string()).nullable(),
  isCut: z.boolean(),
}) satisfies z.ZodType<NewEvent>;

export interface StoredEvent {
  place: number;
  receivedAt: string;
  isFirst: boolean;
  event: NewEvent;
}

const Row = z
  .object({ place: z.number(), received_at: z.string(), is_first: flag, event: json(Event) })
  .transform(
    (row): StoredEvent => ({ place: row.place, receivedAt: row.received_at, isFirst: row.is_first, event: row.event }),
  );

const OF_GROUP = 'part IN (SELECT id FROM error_fingerprints WHERE group_id = @groupId)';

export class ErrorEventsTable {
  private readonly insert;
  private readonly prune;
  private readonly newest;
  private readonly first;
  private readonly dropGroups;
  private readonly counted;
  private readonly dropOldest;

  constructor(connection: Connection) {
    this.insert = connection.command(
      'INSERT INTO error_events (part, id, received_at, is_first, event) VALUES (@part, @id, @receivedAt, @isFirst, @event)',
    );
    this.prune = connection.command(
      `DELETE FROM error_events WHERE part = @part AND is_first = 0 AND place <= (SELECT place FROM error_events
         WHERE part = @part AND is_first = 0 ORDER BY place DESC LIMIT 1 OFFSET ${KEPT_EVENTS})`,
    );
    this.newest = connection.query(
      `SELECT place, received_at, is_first, event FROM error_events WHERE ${OF_GROUP} ORDER BY place DESC LIMIT @limit`,
      Row,
    );
    this.first = connection.query(
      `SELECT place, received_at, is_first, event FROM error_events WHERE ${OF_GROUP} ORDER BY place LIMIT 1`,
      Row,
    );
    this.dropGroups = connection.command(
      `DELETE FROM error_events WHERE place IN (SELECT e.place FROM error_events AS e
         JOIN error_fingerprints AS p ON p.id = e.part
         WHERE p.group_id IN (SELECT value FROM json_each(@ids)) LIMIT @limit)`,
    );
    this.counted = connection.query('SELECT count(*) AS n FROM error_events', countRow);
    this.dropOldest = connection.command(
      'DELETE FROM error_events WHERE place IN (SELECT place FROM error_events WHERE is_first = 0 ORDER BY place LIMIT @limit)',
    );
  }

  /** `json`: the event as text. */
  add(part: number, id: string, receivedAt: string, isFirst: boolean, json: string): void {
    this.insert({ part, id, receivedAt, isFirst: isFirst ? 1 : 0, event: json });
  }

  /** Keeps the first and the newest ones of a fingerprint. */
  keepNewest(part: number): void {
    this.prune({ part });
  }

  /** Newest first, the first one last: at most `limit` besides it. */
  of(groupId: string, limit: number = KEPT_EVENTS): StoredEvent[] {
    const newest = this.newest.all({ groupId, limit });
    const first = this.first.get({ groupId });
    return first === null || newest.some(({ place }) => place === first.place) ? newest : [...newest, first];
  }

  /** Deletes at most `limit` events of these groups; gives how many. */
  dropOf(groupIds: readonly string[], limit: number): number {
    return this.dropGroups({ ids: JSON.stringify(groupIds), limit });
  }

  count(): number {
    return this.counted.get() ?? 0;
  }

  /** Deletes the oldest ones that are not the first of their fingerprint; gives how many. */
  dropOld(limit: number): number {
    return this.dropOldest({ limit });
  }
}
