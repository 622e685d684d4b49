/**
 * The alerts of all keys: turns what the machines say into alerts with a story. Knows neither store nor clock: the
 * engine writes down what is `dirty`, the simulation throws it away.
 */
import type { AlertEvent } from '@shared/alerting';
import type { StoredAlert } from '../store/alerts';
import { changedAt, observed } from './flapping';
import { type CourseBook, describeRecord, follow, isPast, withdraw } from './lifecycle';
import { dropTimers, freshMemory, type MachineMemory, type Reading, step } from './machine';
import {
  type AlertRecord,
  freshTrack,
  fromStored,
  isBlind,
  isoOf,
  isOpen,
  isOwed,
  type Now,
  type Track,
} from './record';
import { type Signal, signalOfRecord, watchOfSignal } from './signals';
import type { Watch } from './watch';

/** Looks that lie further apart are no course: nothing is known of the time between them. */
const LONGEST_STEP_MS = 90_000;
/** What was being waited for goes on after a restart that took no longer. */
const OUTAGE_MS = 600_000;
/** After a restart a signal that nobody raised again counts as it was after this. */
const UNHEARD_MS = 120_000;
/** A metric that is not known for so long is gone; one that is known and has no value is, after a day. */
const UNKNOWN_MS = 900_000;
const BLIND_MS = 86_400_000;

const raisedBy = (machine: MachineMemory | null): boolean =>
  machine !== null && (machine.trouble !== null || machine.levels.some(({ raised }) => raised));

export class AlertBook implements CourseBook {
  readonly tracks = new Map<string, Track>();
  /** Those that fire, or whose end is still to be told. */
  readonly live = new Set<Track>();
  /** Those that differ from what is written. */
  readonly dirty = new Set<Track>();
  /** Ids of pending ones that were written and came to nothing. */
  readonly removed = new Set<string>();
  /** Grows with each change that people see. */
  revision = 0;
  private readonly signals = new Map<string, Signal>();
  private loadedMonoMs = 0;

  constructor(readonly newId: () => string) {}

  /** Goes on from what was written. What was waited for starts anew when that was long ago. */
  load(stored: readonly StoredAlert[], now: Now): void {
    this.loadedMonoMs = now.monoMs;
    for (const row of stored) {
      const { track, savedAtMs } = fromStored(row);
      const awayMs = now.wallMs - savedAtMs;
      if (track.machine && (awayMs < 0 || awayMs > OUTAGE_MS)) track.machine = dropTimers(track.machine);
      this.tracks.set(track.key, track);
      if (track.record && (isOpen(track.record) || isOwed(track.record))) this.live.add(track);
    }
  }

  /** Takes in one reading of a rule's key. Costs next to nothing while all is well. */
  judge(watch: Watch, reading: Reading, now: Now): void {
    const value = reading.kind === 'value' && Number.isFinite(reading.value) ? reading.value : null;
    this.look(this.trackOf(watch.key), watch, reading, value, now);
  }

  /** Something is wrong. Raised again it may say more, or be more or less severe. */
  raise(signal: Signal, now: Now): void {
    const track = this.trackOf(signal.key);
    const watch = watchOfSignal(signal);
    this.signals.set(signal.key, signal);
    track.confirmed = true;
    const { record: known } = track;
    const isNews = !raisedBy(track.machine) || known?.state !== 'firing' || known.severity !== signal.severity;
    // Said again it is no look of its own: how often somebody says so tells nothing of how often it changes.
    if (isNews) this.look(track, watch, { kind: 'value', value: 1 }, signal.value, now);
    const { record } = track;
    if (!isOpen(record)) return;
    const before = saidOf(record);
    describeRecord(record, watch.describe());
    record.value = signal.value;
    record.threshold = signal.threshold;
    if (saidOf(record) !== before) this.touch(track);
  }

  /** It is over. Nothing happens when it was not raised. */
  clear(key: string, now: Now): void {
    const track = this.tracks.get(key);
    const signal = this.signals.get(key) ?? (track?.record ? signalOfRecord(track.record) : null);
    this.signals.delete(key);
    if (track && signal) this.look(track, watchOfSignal(signal), { kind: 'value', value: 0 }, null, now);
  }

  /** Looks at the signals again, as at the rules: what changes often is seen by looking regularly. */
  tick(now: Now): void {
    for (const track of this.tracks.values()) {
      const { record, flaps } = track;
      if (!record || record.source.type === 'rule') continue;
      if (!isOpen(record) && flaps.bits === 0) continue;
      const signal = this.signals.get(track.key);
      // Nobody has said anything of it since the start: it counts as it was.
      if (now.monoMs - this.loadedMonoMs >= UNHEARD_MS) track.confirmed = true;
      const watch = watchOfSignal(signal ?? signalOfRecord(record));
      this.look(track, watch, { kind: 'held' }, signal?.value ?? record.value, now);
    }
  }

  /** Nothing was seen for a while: what was being waited for starts anew, and rules are judged anew. */
  gap(): void {
    for (const track of this.tracks.values()) {
      if (track.machine) track.machine = dropTimers(track.machine);
      track.lookedAtMonoMs = null;
      if (track.record?.source.type === 'rule') track.confirmed = false;
    }
  }

  /** It is no longer judged: its rule or its probe is gone. Nobody is told. */
  withdraw(track: Track, now: Now): void {
    track.machine = null;
    this.signals.delete(track.key);
    withdraw(this, track, now);
  }

  /**
   * Withdraws alerts of rules that nobody can judge any more: their metric is not known (`watched` has no such key), or
   * has had no value for a day. `sinceMonoMs`: since when what is known can be relied on.
   */
  withdrawLost(watched: ReadonlySet<string>, sinceMonoMs: number, now: Now): void {
    for (const track of this.live) {
      const { key, record, lookedAtMonoMs, blindSinceMonoMs } = track;
      if (!isOpen(record) || record.source.type !== 'rule') continue;
      const lastMonoMs = Math.max(lookedAtMonoMs ?? sinceMonoMs, sinceMonoMs);
      const unknown = !watched.has(key) && now.monoMs - lastMonoMs >= UNKNOWN_MS;
      const blind = isBlind(record) && blindSinceMonoMs !== null && now.monoMs - blindSinceMonoMs >= BLIND_MS;
      if (unknown || blind) this.withdraw(track, now);
    }
  }

  /** Forgets alerts that are over for good. */
  forgetOld(now: Now): void {
    for (const [key, track] of this.tracks) {
      const { record } = track;
      if (record !== null && !track.dirty && isPast(record, now)) track.record = null;
      if (track.record === null && !raisedBy(track.machine) && track.flaps.bits === 0) this.tracks.delete(key);
    }
  }

  note(track: Track, kind: AlertEvent['kind'], params: AlertEvent['params'], now: Now): void {
    track.events.push({ at: isoOf(now.wallMs), kind, params });
    this.touch(track);
  }

  touch(track: Track): void {
    track.dirty = true;
    this.dirty.add(track);
    this.revision += 1;
  }

  shown(): void {
    this.revision += 1;
  }

  forgetPending(track: Track, record: AlertRecord): void {
    if (track.stored) this.removed.add(record.id);
    track.record = null;
    track.events = [];
    track.dirty = false;
    this.dirty.delete(track);
    this.live.delete(track);
    this.revision += 1;
  }

  /** It is written as it is now. */
  written(track: Track, now: Now): void {
    track.dirty = false;
    track.stored = true;
    track.savedMonoMs = now.monoMs;
    track.events = [];
    this.dirty.delete(track);
  }

  byId(id: string): Track | null {
    for (const track of this.tracks.values()) if (track.record?.id === id) return track;
    return null;
  }

  private trackOf(key: string): Track {
    let track = this.tracks.get(key);
    if (!track) this.tracks.set(key, (track = freshTrack(key)));
    return track;
  }

  private look(track: Track, watch: Watch, reading: Reading, value: number | null, now: Now): void {
    // Nothing is known of its course, and nothing new is seen.
    if (track.machine === null && reading.kind === 'held') return;
    const before = track.machine ?? freshMemory(watch.machine);
    const awayMs = track.lookedAtMonoMs === null ? 0 : now.monoMs - track.lookedAtMonoMs;
    const from = awayMs > LONGEST_STEP_MS ? dropTimers(before) : before;
    track.lookedAtMonoMs = now.monoMs;
    track.machine = step(watch.machine, from, reading, awayMs > LONGEST_STEP_MS ? 0 : awayMs);
    if (reading.kind !== 'held') track.confirmed = true;
    const raised = raisedBy(track.machine);
    track.flaps = observed(track.flaps, raised);
    if (track.machine === before && !isOpen(track.record)) return;
    if (raised !== raisedBy(before)) track.flaps = changedAt(track.flaps, now.wallMs);
    follow(this, track, watch, { reading, value, now });
  }
}

/** What people read of an alert, apart from its value. */
const saidOf = ({ titleKey, params, threshold, group, dependsOn }: AlertRecord): string =>
  JSON.stringify([titleKey, params, threshold, group, dependsOn]);
