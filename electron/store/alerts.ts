/** Alerts, open and over, and the story of each. */
import { ALERT_EVENTS, type AlertEvent, type AlertSource, type AlertState } from '@shared/alerting';
import { SEVERITIES, type Severity } from '@shared/errors';
import { METRIC_UNITS, type MetricUnit } from '@shared/metrics';
import { z } from 'zod';
import { flag, json } from './columns';
import type { Connection } from './connection';

const Params = z.record(z.string(), z.union([z.string(), z.number()]));
const Source: z.ZodType<AlertSource> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('rule'), ruleId: z.string(), metric: z.string() }),
  z.object({ type: z.literal('probe'), probeId: z.string() }),
  z.object({ type: z.literal('business'), metricId: z.string() }),
  z.object({ type: z.literal('data-rule'), ruleId: z.string(), databaseId: z.string() }),
  z.object({ type: z.literal('error-group'), groupId: z.string() }),
  z.object({ type: z.literal('log-pattern'), sourceId: z.string(), patternId: z.number() }),
  z.object({
    type: z.literal('problem'),
    problemId: z.string(),
    code: z.string(),
    databaseId: z.string().nullable(),
  }),
]);
const STATES = ['pending', 'firing', 'recovering', 'resolved', 'no-data', 'error'] as const satisfies AlertState[];

export interface StoredAlert {
  id: string;
  key: string;
  source: AlertSource;
  severity: Severity;
  state: AlertState;
  titleKey: string;
  params: Record<string, string | number>;
  value: number | null;
  threshold: number | null;
  unit: MetricUnit;
  startedAt: string;
  firingSince: string | null;
  resolvedAt: string | null;
  acknowledgedAt: string | null;
  snoozedUntil: string | null;
  unstable: boolean;
  inhibitedBy: string | null;
  notifications: number;
  lastNotifiedAt: string | null;
  /** JSON; the engine's own. */
  memory: string;
}

const Row = z
  .object({
    id: z.string(),
    key: z.string(),
    source: json(Source),
    severity: z.enum(SEVERITIES),
    state: z.enum(STATES),
    title_key: z.string(),
    params: json(Params),
    value: z.number().nullable(),
    threshold: z.number().nullable(),
    unit: z.enum(METRIC_UNITS),
    started_at: z.string(),
    firing_since: z.string().nullable(),
    resolved_at: z.string().nullable(),
    acknowledged_at: z.string().nullable(),
    snoozed_until: z.string().nullable(),
    unstable: flag,
    inhibited_by: z.string().nullable(),
    notifications: z.number(),
    last_notified_at: z.string().nullable(),
    memory: z.string(),
  })
  .transform(
    (row): StoredAlert => ({
      id: row.id,
      key: row.key,
      source: row.source,
      severity: row.severity,
      state: row.state,
      titleKey: row.title_key,
      params: row.params,
      value: row.value,
      threshold: row.threshold,
      unit: row.unit,
      startedAt: row.started_at,
      firingSince: row.firing_since,
      resolvedAt: row.resolved_at,
      acknowledgedAt: row.acknowledged_at,
      snoozedUntil: row.snoozed_until,
      unstable: row.unstable,
      inhibitedBy: row.inhibited_by,
      notifications: row.notifications,
      lastNotifiedAt: row.last_notified_at,
      memory: row.memory,
    }),
  );
const EventRow = z
  .object({ at: z.string(), kind: z.enum(ALERT_EVENTS), params: json(Params) })
  .transform((row): AlertEvent => row);

/** Rows that one call of `prune` deletes at most: more would hold up whoever writes next. */
const PRUNED_AT_ONCE = 200;
const LONGEST_STORY = 2_000;

export class AlertsTable {
  private readonly unresolved;
  private readonly owing;
  private readonly resolvedNewest;
  private readonly byId;
  private readonly put;
  private readonly addEventRow;
  private readonly events;
  private readonly delete;
  private readonly pruneOld;
  private readonly pruneMany;

  constructor(connection: Connection) {
    this.unresolved = connection.query('SELECT * FROM alerts WHERE resolved_at IS NULL ORDER BY started_at, id', Row);
    // Somebody still has to be told that it is over, or it may come back as the same incident.
    this.owing = connection.query(
      `SELECT * FROM alerts WHERE resolved_at IS NOT NULL
         AND (resolved_at >= @since OR json_extract(memory, '$.owed') = 1) ORDER BY resolved_at, id`,
      Row,
    );
    this.resolvedNewest = connection.query(
      'SELECT * FROM alerts WHERE resolved_at IS NOT NULL ORDER BY resolved_at DESC, id LIMIT @limit',
      Row,
    );
    this.byId = connection.query('SELECT * FROM alerts WHERE id = @id', Row);
    this.put = connection.command(
      `INSERT INTO alerts (id, key, source, severity, state, title_key, params, value, threshold, unit, started_at,
         firing_since, resolved_at, acknowledged_at, snoozed_until, unstable, inhibited_by, notifications,
         last_notified_at, memory)
       VALUES (@id, @key, @source, @severity, @state, @titleKey, @params, @value, @threshold, @unit, @startedAt,
         @firingSince, @resolvedAt, @acknowledgedAt, @snoozedUntil, @unstable, @inhibitedBy, @notifications,
         @lastNotifiedAt, @memory)
       ON CONFLICT (id) DO UPDATE SET source = @source, severity = @severity, state = @state, title_key = @titleKey,
         params = @params, value = @value, threshold = @threshold, unit = @unit, firing_since = @firingSince,
         resolved_at = @resolvedAt, acknowledged_at = @acknowledgedAt, snoozed_until = @snoozedUntil,
         unstable = @unstable, inhibited_by = @inhibitedBy, notifications = @notifications,
         last_notified_at = @lastNotifiedAt, memory = @memory`,
    );
    this.addEventRow = connection.command(
      'INSERT INTO alert_events (alert_id, at, kind, params) VALUES (@alertId, @at, @kind, @params)',
    );
    this.events = connection.query(
      `SELECT at, kind, params FROM (SELECT * FROM alert_events WHERE alert_id = @id ORDER BY id DESC
         LIMIT ${LONGEST_STORY}) ORDER BY id`,
      EventRow,
    );
    this.delete = connection.command('DELETE FROM alerts WHERE id = @id');
    this.pruneOld = connection.command(
      `DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE resolved_at < @before LIMIT ${PRUNED_AT_ONCE})`,
    );
    this.pruneMany = connection.command(
      `DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE resolved_at IS NOT NULL
         ORDER BY resolved_at DESC, id LIMIT ${PRUNED_AT_ONCE} OFFSET @kept)`,
    );
  }

  /** Those that are not over, oldest first. */
  open(): StoredAlert[] {
    return this.unresolved.all();
  }

  /** Those that ended since a moment, and those whose end was not told to everybody yet. */
  lately(since: string): StoredAlert[] {
    return this.owing.all({ since });
  }

  /** Those that are over, newest first. */
  resolved(limit: number): StoredAlert[] {
    return this.resolvedNewest.all({ limit });
  }

  get(id: string): StoredAlert | null {
    return this.byId.get({ id });
  }

  /** Adds the alert or replaces what is known of it. */
  save(alert: StoredAlert): void {
    this.put({
      ...alert,
      source: JSON.stringify(alert.source),
      params: JSON.stringify(alert.params),
      unstable: alert.unstable ? 1 : 0,
    });
  }

  /** With its story. */
  remove(id: string): void {
    this.delete({ id });
  }

  addEvent(alertId: string, { at, kind, params }: AlertEvent): void {
    this.addEventRow({ alertId, at, kind, params: JSON.stringify(params) });
  }

  /** Its story, oldest line first: at most the last 2 000 lines. */
  timeline(id: string): AlertEvent[] {
    return this.events.all({ id });
  }

  /** Deletes some of those that ended before a moment or are more than `kept`; gives how many. Zero: nothing is left. */
  prune(before: string, kept: number): number {
    return this.pruneOld({ before }) || this.pruneMany({ kept });
  }
}
