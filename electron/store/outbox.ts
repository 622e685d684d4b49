/** Messages to channels: written in the transaction that decides on them, sent afterwards; also the delivery log. */
import { SEVERITIES, type ErrorView, type Severity } from '@shared/errors';
import { TABS } from '@shared/ipc';
import { METRIC_UNITS } from '@shared/metrics';
import { z } from 'zod';
import type { Message } from '../notify/types';
import { countRow, errorCode, json } from './columns';
import type { Connection } from './connection';

const severity = z.enum(SEVERITIES);
const params = z.record(z.string(), z.union([z.string(), z.number()]));
const kind = z.enum(['alert', 'resolved', 'digest', 'unstable', 'notice', 'test']);
const Notice = z.object({ key: z.string(), params });

const StoredMessage = z.object({
  kind,
  severity,
  alerts: z.array(
    z.object({
      alertId: z.string(),
      titleKey: z.string(),
      params,
      severity,
      state: z.string(),
      value: z.number().nullable(),
      threshold: z.number().nullable(),
      unit: z.enum(METRIC_UNITS),
      firingSince: z.string().nullable(),
      resolvedAt: z.string().nullable(),
    }),
  ),
  threadId: z.string(),
  idempotencyKey: z.string(),
  place: z.object({
    tab: z.enum(TABS),
    databaseId: z.string().exactOptional(),
    problemId: z.string().exactOptional(),
    alertId: z.string().exactOptional(),
  }),
  notice: Notice.exactOptional(),
  merged: z.object({ count: z.number(), since: z.string(), notices: z.array(Notice) }).exactOptional(),
}) satisfies z.ZodType<Message>;

const StoredError = z.object({
  code: errorCode,
  severity,
  retryable: z.boolean(),
  params,
  detail: z.string(),
}) satisfies z.ZodType<ErrorView>;

export type OutboxState = 'waiting' | 'sent' | 'given-up' | 'merged';

export interface OutboxRow {
  id: string;
  channelId: string;
  message: Message;
  createdAt: string;
  state: OutboxState;
  attempts: number;
  /** Null while it is being sent, and when it is over. */
  nextAttemptAt: string | null;
  sentAt: string | null;
  error: ErrorView | null;
  mergedInto: string | null;
}

/** What is needed of a waiting message to decide what comes next. */
export interface WaitingRow {
  id: string;
  severity: Severity;
  attempts: number;
  createdAt: string;
  nextAttemptAt: string | null;
  /** True when it may have arrived: it must go out as it is, so that the receiver can drop the repetition. */
  sealed: boolean;
}

const Row = z
  .object({
    id: z.string(),
    channel_id: z.string(),
    message: json(StoredMessage),
    created_at: z.string(),
    state: z.enum(['waiting', 'sent', 'given-up', 'merged']),
    attempts: z.number(),
    next_attempt_at: z.string().nullable(),
    sent_at: z.string().nullable(),
    error: z.union([z.null(), json(StoredError)]),
    merged_into: z.string().nullable(),
  })
  .transform(
    (row): OutboxRow => ({
      id: row.id,
      channelId: row.channel_id,
      message: row.message,
      createdAt: row.created_at,
      state: row.state,
      attempts: row.attempts,
      nextAttemptAt: row.next_attempt_at,
      sentAt: row.sent_at,
      error: row.error,
      mergedInto: row.merged_into,
    }),
  );

const Waiting = z
  .object({
    id: z.string(),
    severity,
    attempts: z.number(),
    created_at: z.string(),
    next_attempt_at: z.string().nullable(),
    uncertain: z.number().nullable(),
  })
  .transform(
    (row): WaitingRow => ({
      id: row.id,
      severity: row.severity,
      attempts: row.attempts,
      createdAt: row.created_at,
      nextAttemptAt: row.next_attempt_at,
      sealed: row.uncertain === 1,
    }),
  );

const SentRow = z.object({ sent_at: z.string() }).transform((row) => row.sent_at);
const Columns =
  'id, channel_id, message, created_at, state, attempts, next_attempt_at, sent_at, error, merged_into FROM outbox';
const DAY_MS = 86_400_000;

export class OutboxTable {
  private readonly insert;
  private readonly byId;
  private readonly waitingOf;
  private readonly waitingCount;
  private readonly sentAfter;
  private readonly newestOf;
  private readonly newestOfAll;
  private readonly lastEnded;
  private readonly update;
  private readonly join;
  private readonly rewriteMessage;
  private readonly markBegun;
  private readonly markInterrupted;
  private readonly deleteEnded;

  constructor(connection: Connection) {
    this.insert = connection.command(
      `INSERT INTO outbox (id, channel_id, idempotency_key, thread_id, kind, severity, message, created_at, state,
         attempts, next_attempt_at)
       VALUES (@id, @channelId, @key, @threadId, @kind, @severity, @message, @at, 'waiting', 0, @at)
       ON CONFLICT (channel_id, idempotency_key) DO NOTHING`,
    );
    this.byId = connection.query(`SELECT ${Columns} WHERE id = @id`, Row);
    this.waitingOf = connection.query(
      `SELECT id, severity, attempts, created_at, next_attempt_at, json_extract(error, '$.params.uncertain') AS uncertain
       FROM outbox WHERE channel_id = @channelId AND state = 'waiting' AND kind <> 'test' ORDER BY rowid LIMIT @limit`,
      Waiting,
    );
    this.waitingCount = connection.query(
      "SELECT count(*) AS n FROM outbox WHERE channel_id = @channelId AND state = 'waiting'",
      countRow,
    );
    // The index on created_at bounds the search: what is sent now was written within the last days.
    this.sentAfter = connection.query(
      `SELECT sent_at FROM outbox INDEXED BY outbox_newest WHERE created_at > @createdAfter AND channel_id = @channelId
         AND state = 'sent' AND kind <> 'test' AND sent_at > @after ORDER BY sent_at`,
      SentRow,
    );
    const newest = 'ORDER BY created_at DESC, rowid DESC LIMIT @limit';
    this.newestOf = connection.query(`SELECT ${Columns} WHERE channel_id = @channelId ${newest}`, Row);
    this.newestOfAll = connection.query(`SELECT ${Columns} ${newest}`, Row);
    this.lastEnded = connection.query(
      `SELECT ${Columns} WHERE channel_id = @channelId AND state = @state AND kind <> 'test'
       ORDER BY created_at DESC, rowid DESC LIMIT 1`,
      Row,
    );
    this.update = connection.command(
      `UPDATE outbox SET state = @state, next_attempt_at = @next, sent_at = @sentAt, error = @error
       WHERE id = @id AND state = 'waiting'`,
    );
    this.join = connection.command(
      `UPDATE outbox SET state = 'merged', merged_into = @into, next_attempt_at = NULL WHERE id = @id AND state = 'waiting'`,
    );
    this.rewriteMessage = connection.command(
      `UPDATE outbox SET message = @message, severity = @severity WHERE id = @id AND state = 'waiting'`,
    );
    this.markBegun = connection.command(
      `UPDATE outbox SET attempts = attempts + 1, next_attempt_at = NULL WHERE id = @id AND state = 'waiting'`,
    );
    // Nobody waits for the outcome of a test any more.
    this.markInterrupted = connection.command(
      `UPDATE outbox SET next_attempt_at = iif(kind = 'test', NULL, @at), error = @error,
         state = iif(kind = 'test', 'given-up', 'waiting') WHERE state = 'waiting' AND next_attempt_at IS NULL`,
    );
    this.deleteEnded = connection.command(
      `DELETE FROM outbox WHERE rowid IN (SELECT rowid FROM outbox INDEXED BY outbox_newest
         WHERE created_at < @before AND state <> 'waiting' LIMIT @limit)`,
    );
  }

  /** False when the message's key was written before. */
  add(id: string, channelId: string, message: Message, at: string): boolean {
    const { idempotencyKey: key, threadId, kind, severity } = message;
    const row = { id, channelId, key, threadId, kind, severity, message: JSON.stringify(message), at };
    return this.insert(row) > 0;
  }

  /** Null when the id is not known. */
  get(id: string): OutboxRow | null {
    return this.byId.get({ id });
  }

  /** Oldest first, tests apart. */
  waiting(channelId: string, limit: number): WaitingRow[] {
    return this.waitingOf.all({ channelId, limit });
  }

  countWaiting(channelId: string): number {
    return this.waitingCount.get({ channelId }) ?? 0;
  }

  /** When messages, tests apart, were sent through a channel after a moment; oldest first. */
  sentSince(channelId: string, after: string): string[] {
    // A message waits for a day, and its digest for another one.
    const createdAfter = new Date(Date.parse(after) - 3 * DAY_MS).toISOString();
    return this.sentAfter.all({ channelId, after, createdAfter });
  }

  /** Newest first; of one channel or of all. */
  newest(channelId: string | undefined, limit: number): OutboxRow[] {
    return channelId === undefined ? this.newestOfAll.all({ limit }) : this.newestOf.all({ channelId, limit });
  }

  /** The newest message of a channel, tests apart, that ended so; null when there is none. */
  last(channelId: string, state: 'sent' | 'given-up'): OutboxRow | null {
    return this.lastEnded.get({ channelId, state });
  }

  /** Counts a try and marks it as begun: found so after a crash, the message may have arrived. */
  begin(id: string): boolean {
    return this.markBegun({ id }) > 0;
  }

  /** What was being sent when the process ended waits anew; tests are given up. Gives how many. */
  interrupted(error: ErrorView, at: string): number {
    return this.markInterrupted({ error: JSON.stringify(error), at });
  }

  /** `error`: recipients that were left out. */
  sent(id: string, at: string, error: ErrorView | null): boolean {
    return this.end(id, 'sent', { sentAt: at, error });
  }

  /** A try failed; another follows. */
  retry(id: string, next: string, error: ErrorView): boolean {
    return this.end(id, 'waiting', { next, error });
  }

  giveUp(id: string, error: ErrorView | null): boolean {
    return this.end(id, 'given-up', { error });
  }

  merge(id: string, into: string): boolean {
    return this.join({ id, into }) > 0;
  }

  /** A digest that waits takes more in. */
  rewrite(id: string, message: Message): void {
    this.rewriteMessage({ id, message: JSON.stringify(message), severity: message.severity });
  }

  /** Deletes at most `limit` ended messages that were written before a moment; gives how many. */
  prune(before: string, limit: number): number {
    return this.deleteEnded({ before, limit });
  }

  private end(
    id: string,
    state: OutboxState,
    { next = null, sentAt = null, error }: { next?: string | null; sentAt?: string | null; error: ErrorView | null },
  ): boolean {
    return this.update({ id, state, next, sentAt, error: error ? JSON.stringify(error) : null }) > 0;
  }
}
