/** Who is told what now, and why not: one pure decision for each alert and channel. */
import type { ChannelConfig, Suppression } from '@shared/alerting';
import type { Severity } from '@shared/errors';
import type { Settings } from '@shared/settings';
import { BACKUP_FAILURES } from './problem-codes';
import { type AlertRecord, isBlind, type News, rank, type Told } from './record';

const HOUR_MS = 3_600_000;
const LONGEST_BACK_OFF_HOURS = 24;
/** A channel hears that an alert is unstable at most as the second message of an hour about it. */
const UNSTABLE_AFTER = { messages: 2, withinMs: HOUR_MS };

export interface PolicyNow {
  nowMs: number;
  paused: boolean;
  /** The machine has just woken up. */
  afterSleep: boolean;
  quiet: boolean;
  /** The daily digest is due. */
  digestDue: boolean;
  switches: Pick<Settings['notifications'], 'backupFailed' | 'backupOverdue'>;
}

export interface PolicyChannel {
  id: string;
  config: Pick<ChannelConfig, 'enabled' | 'minSeverity' | 'name'>;
}

/** `say` in a digest what waited for one; `withhold` what there is to say; null: nothing is to be said. */
export type Decision = { say: News; digest: boolean } | { withhold: Suppression } | null;

/**
 * How long after its `count`th message (from 1) an alert that still fires is told again; null: not by itself. CRITICAL
 * after 1, 2, 4 … 24 hours, HIGH after 4. MEDIUM is told again in the daily digest, LOW never.
 */
export function repeatAfterMs(severity: Severity, count: number): number | null {
  if (severity === 'CRITICAL') return Math.min(2 ** Math.max(0, count - 1), LONGEST_BACK_OFF_HOURS) * HOUR_MS;
  return severity === 'HIGH' ? 4 * HOUR_MS : null;
}

/**
 * While this lasts after the last message that it fires, an alert that comes back is the same incident, and not told
 * again: its first repeat interval. However long it fired before, once it was over the back-off begins anew.
 */
export function cooldownMs({ severity, told }: Pick<AlertRecord, 'severity' | 'told'>): number {
  if (Object.keys(told).length === 0) return HOUR_MS;
  return repeatAfterMs(severity, 1) ?? LONGEST_BACK_OFF_HOURS * HOUR_MS;
}

/** `confirmed`: judged since the start or the last sleep; what was true before is not repeated unseen. */
export function decide(record: AlertRecord, channel: PolicyChannel, confirmed: boolean, now: PolicyNow): Decision {
  if (record.channelIds && !record.channelIds.includes(channel.id)) return null;
  const told = record.told[channel.id] ?? null;
  const news = newsOf(record, told, now);
  if (news === null) return null;
  const reason = reasonAgainst(record, news, told, channel, confirmed, now);
  if (reason) return { withhold: reason };
  const daily = record.severity === 'MEDIUM' && news !== 'resolved' && now.digestDue;
  return { say: news, digest: daily || record.overnight.includes(channel.id) };
}

function newsOf(record: AlertRecord, told: Told | null, now: PolicyNow): News | null {
  if (record.state === 'pending') return null;
  if (record.resolvedAtMs !== null) return told?.open ? 'resolved' : null;
  if (record.unstable) return told?.unstable ? null : 'unstable';
  // On its way to being well: nothing new is said of it until that is decided.
  if (record.state === 'recovering') return null;
  if (!told?.open || rank(record.severity) > rank(told.severity)) return 'alert';
  if (told.remind) return 'repeat';
  if (isBlind(record)) return null;
  if (record.severity === 'MEDIUM') return now.digestDue ? 'repeat' : null;
  return isDue(record.severity, told, now.nowMs) ? 'repeat' : null;
}

function isDue(severity: Severity, told: Told, nowMs: number): boolean {
  const afterMs = repeatAfterMs(severity, told.count);
  // A time that lies far ahead was written by a clock that stood wrong: it silences nothing.
  return afterMs !== null && Math.abs(nowMs - told.atMs) >= afterMs;
}

/** The first reason that holds, the one that ends last in front. */
function reasonAgainst(
  record: AlertRecord,
  news: News,
  told: Told | null,
  { config }: PolicyChannel,
  confirmed: boolean,
  now: PolicyNow,
): Suppression | null {
  const { severity } = record;
  if (!config.enabled) return 'channel-disabled';
  const ends = news === 'resolved';
  if (!ends) {
    if (rank(severity) < rank(config.minSeverity)) return 'severity-too-low';
    if (isSwitchedOff(record, now.switches)) return 'switched-off';
    if (record.snoozedUntilMs !== null) return 'snoozed';
  }
  if (now.paused) return 'paused';
  if (!ends && record.inhibitedBy !== null) return 'inhibited';
  if (now.afterSleep || (!ends && !confirmed)) return 'after-sleep';
  if (!ends && isAcknowledged(record)) return 'acknowledged';
  if (news === 'unstable' && saidEnough(told, now.nowMs)) return 'not-yet-again';
  if (news === 'alert' && told && !told.open && !mayComeBack(record, told, now)) {
    return severity === 'MEDIUM' ? 'daily-digest' : 'not-yet-again';
  }
  if (now.quiet && severity !== 'CRITICAL') return 'quiet-hours';
  return null;
}

const isAcknowledged = ({ ackSeverity, severity }: AlertRecord): boolean =>
  ackSeverity !== null && rank(severity) <= rank(ackSeverity);

const saidEnough = (told: Told | null, nowMs: number): boolean =>
  (told?.latelyMs ?? []).filter((atMs) => Math.abs(nowMs - atMs) < UNSTABLE_AFTER.withinMs).length >=
  UNSTABLE_AFTER.messages;

/** It was over and fires again: told when it is worse than before, or when a reminder would be due. */
const mayComeBack = ({ severity }: AlertRecord, told: Told, { nowMs, digestDue }: PolicyNow): boolean =>
  rank(severity) > rank(told.severity) ||
  (severity === 'MEDIUM' && digestDue) ||
  isDue(severity, { ...told, count: 1 }, nowMs);

function isSwitchedOff({ source }: AlertRecord, switches: PolicyNow['switches']): boolean {
  if (source.type === 'rule') return !switches.backupOverdue && source.metric.startsWith('backup.age');
  if (source.type !== 'problem') return false;
  if (source.code === 'BACKUP_OVERDUE') return !switches.backupOverdue;
  const ofBackup = source.databaseId !== null || source.code === 'BACKUP_FOLDER_UNUSABLE';
  return !switches.backupFailed && ofBackup && BACKUP_FAILURES.has(source.code);
}

/** What a channel was told, after one more message. */
export function toldAfter(record: AlertRecord, before: Told | undefined, news: News, nowMs: number): Told {
  const same = before?.severity === record.severity && before.open;
  return {
    // Its end is told as what it was told at: when it comes back milder that is no news.
    severity: news === 'resolved' && before ? before.severity : record.severity,
    atMs: news === 'resolved' && before ? before.atMs : nowMs,
    count: news === 'resolved' ? (before?.count ?? 1) : same ? before.count + 1 : 1,
    messages: (before?.messages ?? 0) + 1,
    open: news !== 'resolved',
    unstable: news === 'unstable',
    remind: false,
    latelyMs: [...(before?.latelyMs ?? []), nowMs].slice(-UNSTABLE_AFTER.messages),
  };
}
