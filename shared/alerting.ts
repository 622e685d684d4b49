/** Alerts: rules, what an alert is, channels, and what was sent where. */
import { z } from 'zod';
import { SEVERITIES, type ErrorView, type Severity } from './errors';
import { HttpUrl } from './monitoring';
import type { MetricUnit } from './metrics';

const Id = z.string().min(1).max(64);
const Name = z.string().trim().min(1).max(80);

const Level = z.object({
  severity: z.enum(SEVERITIES),
  trigger: z.number(),
  /** Must lie on the well side of `trigger`: a value that swings around one line would never come to rest. */
  clear: z.number(),
  /** A second metric with the same subject that must also be under a value. */
  andBelow: z.object({ name: z.string().max(60), value: z.number() }).nullable(),
});
export type AlertLevel = z.infer<typeof Level>;

export const RuleConfig = z
  .object({
    /** For rules that came with Holdfast: names the text `alertRule.<preset>`; null for a rule of the user's own. */
    preset: z.string().max(60).nullable(),
    name: Name,
    enabled: z.boolean(),
    /** A metric's name, which stands for each of its subjects, or the full key of one. */
    metric: z.string().min(1).max(500),
    /** What of the window is compared. */
    aggregate: z.enum(['last', 'avg', 'min', 'max', 'p95', 'p99']),
    windowSeconds: z.number().int().min(0).max(86_400),
    direction: z.enum(['above', 'below']),
    /** Worst last; at most one for each severity. */
    levels: z.array(Level).min(1).max(4),
    /** How long the condition must hold before it fires. */
    forSeconds: z.number().int().min(0).max(86_400),
    /** How long it must be well again before it counts as resolved. */
    keepSeconds: z.number().int().min(0).max(86_400),
    /** Seconds without a value after which this is told; 0 never. */
    noDataSeconds: z.number().int().min(0).max(604_800),
    /** Channels that hear of it; null: all. */
    channelIds: z.array(Id).max(20).nullable(),
  })
  .superRefine(({ direction, levels }, context) => {
    for (const [index, { trigger, clear }] of levels.entries()) {
      const well = direction === 'above' ? clear < trigger : clear > trigger;
      if (!well)
        context.addIssue({ code: 'custom', path: ['levels', index, 'clear'], message: 'clear-equals-trigger' });
    }
  });
export type RuleConfig = z.infer<typeof RuleConfig>;
export const RuleInput = z.object({ id: Id.optional(), config: RuleConfig });
export type RuleInput = z.infer<typeof RuleInput>;
export interface AlertRule {
  id: string;
  config: RuleConfig;
  /** What a rule that came with Holdfast is without changes; not there for a rule of the user's own. */
  initialConfig?: RuleConfig;
}

export type AlertState = 'pending' | 'firing' | 'recovering' | 'resolved' | 'no-data' | 'error';

/** Where an alert comes from. */
export type AlertSource =
  | { type: 'rule'; ruleId: string; metric: string }
  | { type: 'probe'; probeId: string }
  | { type: 'business'; metricId: string }
  | { type: 'data-rule'; ruleId: string; databaseId: string }
  | { type: 'error-group'; groupId: string }
  | { type: 'log-pattern'; sourceId: string; patternId: number }
  | { type: 'problem'; problemId: string; code: string; databaseId: string | null };

/** One thing that is wrong, from its first sign until it is over. */
export interface AlertView {
  id: string;
  source: AlertSource;
  severity: Severity;
  state: AlertState;
  /** Title: `alertTitle.<titleKey>` with `params`. */
  titleKey: string;
  params: Record<string, string | number>;
  value: number | null;
  threshold: number | null;
  unit: MetricUnit;
  startedAt: string;
  /** When it fired; null while it is pending. */
  firingSince: string | null;
  resolvedAt: string | null;
  acknowledgedAt: string | null;
  snoozedUntil: string | null;
  /** True while it changes so often that it is told of once only. */
  unstable: boolean;
  /** The alert that explains this one, so that it is not told of. */
  inhibitedBy: string | null;
  /** Times somebody was told. */
  notifications: number;
}

export const ALERT_EVENTS = [
  'pending',
  'fired',
  'upgraded',
  'downgraded',
  'recovering',
  'resolved',
  'withdrawn',
  'no-data',
  'data-returned',
  'evaluation-failed',
  'unstable',
  'stable',
  'acknowledged',
  'snoozed',
  'snooze-ended',
  'notified',
  'repeated',
  'suppressed',
  'delivered',
  'delivery-failed',
  'held-after-sleep',
] as const;
/** One line of an alert's story. `params` has what was evaluated, the channel, or the reason. */
export interface AlertEvent {
  at: string;
  kind: (typeof ALERT_EVENTS)[number];
  params: Record<string, string | number>;
}

/** Why nobody was told, `suppression.<reason>` in the texts. */
export const SUPPRESSIONS = [
  'snoozed',
  'acknowledged',
  'paused',
  'quiet-hours',
  'inhibited',
  'unstable',
  'not-yet-again',
  'rate-limited',
  'after-sleep',
  'severity-too-low',
  'channel-disabled',
  'daily-digest',
  'switched-off',
] as const;
export type Suppression = (typeof SUPPRESSIONS)[number];

const channelCommon = { name: Name, enabled: z.boolean(), minSeverity: z.enum(SEVERITIES) };
export const ChannelConfig = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('native'), ...channelCommon }),
  z.object({
    kind: z.literal('email'),
    ...channelCommon,
    host: z.string().trim().min(1).max(253),
    port: z.number().int().min(1).max(65_535),
    /** `tls` from the first byte, `starttls` required, `none` for a server on this machine. */
    security: z.enum(['tls', 'starttls', 'none']),
    user: z.string().max(200),
    from: z.email().max(254),
    to: z.array(z.email().max(254)).min(1).max(20),
  }),
  z.object({
    kind: z.literal('webhook'),
    ...channelCommon,
    url: HttpUrl,
    format: z.enum(['json', 'slack']),
  }),
]);
export type ChannelConfig = z.infer<typeof ChannelConfig>;
export const ChannelInput = z.object({
  id: Id.optional(),
  config: ChannelConfig,
  /** SMTP password or a webhook's bearer token; undefined leaves the stored one, null removes it. */
  secret: z.string().min(1).max(4096).nullable().optional(),
});
export type ChannelInput = z.infer<typeof ChannelInput>;

export interface ChannelStatus {
  id: string;
  config: ChannelConfig;
  hasSecret: boolean;
  /** What protects the stored secret: the operating system's keyring, or the rights of a file. */
  secretIn?: 'keyring' | 'file';
  state: 'working' | 'failing' | 'unused' | 'disabled';
  lastSentAt: string | null;
  lastError: ErrorView | null;
  /** Messages that wait. */
  waiting: number;
}

/** One message to one channel, and what became of it. */
export interface Delivery {
  id: string;
  channelId: string;
  createdAt: string;
  kind: 'alert' | 'resolved' | 'digest' | 'unstable' | 'notice' | 'test';
  title: string;
  state: 'waiting' | 'sent' | 'given-up' | 'merged';
  attempts: number;
  nextAttemptAt: string | null;
  sentAt: string | null;
  error: ErrorView | null;
}

/** What a rule would have done with what was measured. */
export interface Simulation {
  fromMs: number;
  toMs: number;
  /** Share of the time of which there are measurements, 0…1. */
  covered: number;
  episodes: { metric: string; severity: Severity; firedAtMs: number; resolvedAtMs: number | null; peak: number }[];
  /** Messages that would have been sent, after grouping and suppression. */
  notifications: { atMs: number; kind: 'alert' | 'resolved' | 'repeat' | 'unstable' }[];
  suppressed: number;
}
