/** What is known of one alert: in memory, in the store, for the window and for messages. */
import {
  type AlertEvent,
  type AlertSource,
  type AlertState,
  type AlertView,
  SUPPRESSIONS,
  type Suppression,
} from '@shared/alerting';
import { SEVERITIES, type Severity } from '@shared/errors';
import { type Place, TABS } from '@shared/ipc';
import type { MetricUnit } from '@shared/metrics';
import { z } from 'zod';
import type { MessageAlert } from '../notify/types';
import { json } from '../store/columns';
import type { StoredAlert } from '../store/alerts';
import { CALM_FLAPS, type FlapMemory } from './flapping';
import type { MachineMemory } from './machine';

/** A moment on both clocks: spans are measured on the one that nobody can set. */
export interface Now {
  wallMs: number;
  monoMs: number;
}

/** What one channel was told of an alert. */
export interface Told {
  /** Severity of the last message. */
  severity: Severity;
  atMs: number;
  /** Messages since it has that severity: where the back-off stands. */
  count: number;
  /** All messages. */
  messages: number;
  /** True while the last that was said is that it fires. */
  open: boolean;
  /** It was said that it is unstable. */
  unstable: boolean;
  /** Say it again as soon as it may be said. */
  remind: boolean;
  /** When the last messages went out. */
  latelyMs: readonly number[];
}

export interface AlertRecord {
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
  startedAtMs: number;
  firingSinceMs: number | null;
  resolvedAtMs: number | null;
  acknowledgedAtMs: number | null;
  snoozedUntilMs: number | null;
  unstable: boolean;
  inhibitedBy: string | null;
  notifications: number;
  lastNotifiedAtMs: number | null;
  /** Alerts of one group are told in one message. */
  group: string;
  place: Place;
  /** Keys of alerts that explain this one. */
  dependsOn: readonly string[];
  /** Channels that hear of it; null: all. */
  channelIds: readonly string[] | null;
  told: Record<string, Told>;
  /** Why a channel that should hear of it has not, by channel. */
  withheld: Record<string, Suppression>;
  /** Channels that hear of it in the digest after quiet hours. */
  overnight: readonly string[];
  threadId: string | null;
  /** Severity that was acknowledged. */
  ackSeverity: Severity | null;
  /** Length of the snooze: no clock that is set makes it longer. */
  snoozeMs: number;
}

/** A key that is watched: its machine, and its alert when there is one. */
export interface Track {
  readonly key: string;
  machine: MachineMemory | null;
  flaps: FlapMemory;
  /** Open, or over but still remembered. */
  record: AlertRecord | null;
  lookedAtMonoMs: number | null;
  /** Judged since the start or the last sleep. */
  confirmed: boolean;
  /** Since when it has been on its way to being well. */
  recoveringSinceMs: number | null;
  /** Since when nothing is known of what it is about. */
  blindSinceMonoMs: number | null;
  inhibitedUntilMonoMs: number;
  /** What each channel is to be told, and since when. */
  readonly wants: Map<string, { news: News; sinceMonoMs: number }>;
  dirty: boolean;
  /** Its record is in the store. */
  stored: boolean;
  savedMonoMs: number;
  /** Lines of its story that are not written yet. */
  events: AlertEvent[];
}

/** What there is to say. */
export type News = 'alert' | 'repeat' | 'unstable' | 'resolved';

export const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);
export const isoOf = (atMs: number): string => new Date(atMs).toISOString();
const isoOrNull = (atMs: number | null): string | null => (atMs === null ? null : isoOf(atMs));
const msOrNull = (at: string | null): number | null => (at === null ? null : Date.parse(at));

export const isOpen = (record: AlertRecord | null): record is AlertRecord =>
  record !== null && record.resolvedAtMs === null;
/** Over, and a channel that heard of it has not been told so. */
export const isOwed = (record: AlertRecord): boolean =>
  record.resolvedAtMs !== null && Object.values(record.told).some(({ open }) => open);

/** A value raised it, and since then its values are missing: whether it still is so, nobody knows. */
export const isBlind = ({ state, threshold }: AlertRecord): boolean =>
  (state === 'no-data' || state === 'error') && threshold !== null;

export const freshTrack = (key: string): Track => ({
  key,
  machine: null,
  flaps: CALM_FLAPS,
  record: null,
  lookedAtMonoMs: null,
  confirmed: false,
  recoveringSinceMs: null,
  blindSinceMonoMs: null,
  inhibitedUntilMonoMs: Number.NEGATIVE_INFINITY,
  wants: new Map(),
  dirty: false,
  stored: false,
  savedMonoMs: Number.NEGATIVE_INFINITY,
  events: [],
});

const Level = z.object({ raised: z.boolean(), heldMs: z.number().nullable(), wellMs: z.number().nullable() });
const Trouble = z.enum(['no-data', 'error']);
const ToldRow = z.object({
  severity: z.enum(SEVERITIES),
  atMs: z.number(),
  count: z.number(),
  messages: z.number(),
  open: z.boolean(),
  unstable: z.boolean(),
  remind: z.boolean(),
  latelyMs: z.array(z.number()),
});
const PlaceRow: z.ZodType<Place> = z.object({
  tab: z.enum(TABS),
  databaseId: z.string().exactOptional(),
  problemId: z.string().exactOptional(),
  alertId: z.string().exactOptional(),
});
const Memory = json(
  z.object({
    machine: z
      .object({
        levels: z.array(Level),
        missing: z.object({ kind: Trouble, ms: z.number() }).nullable(),
        trouble: z.object({ kind: Trouble, backMs: z.number().nullable() }).nullable(),
      })
      .nullable(),
    flaps: z.object({ bits: z.number(), transitionsMs: z.array(z.number()) }),
    savedAtMs: z.number(),
    group: z.string(),
    place: PlaceRow,
    dependsOn: z.array(z.string()),
    channelIds: z.array(z.string()).nullable(),
    told: z.record(z.string(), ToldRow),
    withheld: z.record(z.string(), z.enum(SUPPRESSIONS)),
    overnight: z.array(z.string()),
    threadId: z.string().nullable(),
    ackSeverity: z.enum(SEVERITIES).nullable(),
    snoozeMs: z.number(),
    /** 1 while the end is still to be told; the store looks for it. */
    owed: z.number(),
  }),
);
type Memory = z.infer<typeof Memory>;

export function toStored(track: Pick<Track, 'machine' | 'flaps'>, record: AlertRecord, nowMs: number): StoredAlert {
  const { group, place, dependsOn, channelIds, told, withheld, overnight, threadId, ackSeverity, snoozeMs } = record;
  const memory = {
    machine: track.machine,
    flaps: track.flaps,
    savedAtMs: nowMs,
    ...{ group, place, dependsOn, channelIds, told, withheld, overnight, threadId, ackSeverity, snoozeMs },
    owed: isOwed(record) ? 1 : 0,
  };
  return {
    ...viewOf(record),
    key: record.key,
    lastNotifiedAt: isoOrNull(record.lastNotifiedAtMs),
    memory: JSON.stringify(memory),
  };
}

/** What an alert goes on with when what was remembered cannot be read: it is open, and nobody was told. */
const NOTHING_REMEMBERED: Memory = {
  ...{ machine: null, flaps: { ...CALM_FLAPS, transitionsMs: [] }, savedAtMs: 0, group: 'holdfast', owed: 0 },
  ...{ place: { tab: 'status' }, dependsOn: [], channelIds: null, told: {}, withheld: {}, overnight: [] },
  ...{ threadId: null, ackSeverity: null, snoozeMs: 0 },
};

/** The track as it was written, and when that was. */
export function fromStored(stored: StoredAlert): { track: Track; savedAtMs: number } {
  const parsed = Memory.safeParse(stored.memory);
  const { machine, flaps, savedAtMs, owed: _owed, ...kept } = parsed.success ? parsed.data : NOTHING_REMEMBERED;
  const {
    startedAt,
    firingSince,
    resolvedAt,
    acknowledgedAt,
    snoozedUntil,
    lastNotifiedAt,
    memory: _,
    ...plain
  } = stored;
  const record: AlertRecord = {
    ...plain,
    ...kept,
    startedAtMs: Date.parse(startedAt),
    firingSinceMs: msOrNull(firingSince),
    resolvedAtMs: msOrNull(resolvedAt),
    acknowledgedAtMs: msOrNull(acknowledgedAt),
    snoozedUntilMs: msOrNull(snoozedUntil),
    lastNotifiedAtMs: msOrNull(lastNotifiedAt),
  };
  return { track: { ...freshTrack(stored.key), machine, flaps, record, stored: true }, savedAtMs };
}

export function viewOf(record: AlertRecord): AlertView {
  return {
    id: record.id,
    source: record.source,
    severity: record.severity,
    state: record.state,
    titleKey: record.titleKey,
    params: record.params,
    value: record.value,
    threshold: record.threshold,
    unit: record.unit,
    startedAt: isoOf(record.startedAtMs),
    firingSince: isoOrNull(record.firingSinceMs),
    resolvedAt: isoOrNull(record.resolvedAtMs),
    acknowledgedAt: isoOrNull(record.acknowledgedAtMs),
    snoozedUntil: isoOrNull(record.snoozedUntilMs),
    unstable: record.unstable,
    inhibitedBy: record.inhibitedBy,
    notifications: record.notifications,
  };
}

/** The view of an alert that is only in the store. */
export function viewOfStored({ key: _key, lastNotifiedAt: _last, memory: _memory, ...view }: StoredAlert): AlertView {
  return view;
}

export function messageAlertOf(record: AlertRecord): MessageAlert {
  const { id: alertId, titleKey, params, severity, state, value, threshold, unit } = record;
  const firingSince = isoOrNull(record.firingSinceMs);
  const resolvedAt = isoOrNull(record.resolvedAtMs);
  return { alertId, titleKey, params, severity, state, value, threshold, unit, firingSince, resolvedAt };
}

/** Worst first, then oldest. */
export const messageOrder = (a: AlertRecord, b: AlertRecord): number =>
  rank(b.severity) - rank(a.severity) || a.startedAtMs - b.startedAtMs || (a.id < b.id ? -1 : 1);
