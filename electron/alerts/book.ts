/**
 * The alerts of all keys: turns what the machines say into alerts with a story. Knows neither store nor clock: the
 * engine writes down what is `dirty`, the simulation throws it away.
 */
import type { AlertEvent } from '@shared/alerting';
import { SEVERITIES, type Severity } from '@shared/errors';
import type { StoredAlert } from '../store/alerts';
import { changedAt, isUnstable, observed } from './flapping';
import { dropTimers, freshMemory, type MachineMemory, type MachineState, type Reading, stateOf, step } from './machine';
import { cooldownMs } from './policy';
import { type AlertRecord, freshTrack, fromStored, isoOf, isOpen, isOwed, type Now, rank, type Track } from './record';
import { type Signal, signalOfRecord, watchOfSignal } from './signals';
import type { Description, Watch } from './watch';

/** Looks that lie further apart are no course: nothing is known of the time between them. */
const LONGEST_STEP_MS = 90_000;
/** What was being waited for goes on after a restart that took no longer. */
const OUTAGE_MS = 600_000;
/** A span that is being waited for is written down so often. */
const SAVE_SPANS_MS = 60_000;
/** After a restart a signal that nobody raised again counts as it was after this. */
const UNHEARD_MS = 120_000;
/** Without values nothing can be worse than this. */
const WORST_TROUBLE: Severity = 'HIGH';

const raisedBy = (machine: MachineMemory | null): boolean =>
  machine !== null && (machine.trouble !== null || machine.levels.some(({ raised }) => raised));

export class AlertBook {
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

  constructor(private readonly newId: () => string) {}

  /** Goes on from what was written. What was waited for starts anew when that was long ago. */
  load(stored: readonly StoredAlert[], now: Now): void {
    this.loadedMonoMs = now.monoMs;
    for (const row of stored) {
      const loaded = fromStored(row);
      if (!loaded) continue;
      const { track, savedAtMs } = loaded;
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
    this.signals.set(signal.key, signal);
    this.look(track, watchOfSignal(signal), { kind: 'value', value: 1 }, signal.value, now);
    const { record } = track;
    if (!isOpen(record)) return;
    const said = JSON.stringify([record.titleKey, record.params, record.threshold, record.group, record.dependsOn]);
    describeRecord(record, watchOfSignal(signal).describe());
    record.threshold = signal.threshold;
    if (said !== JSON.stringify([record.titleKey, record.params, record.threshold, record.group, record.dependsOn])) {
      this.touch(track);
    }
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
    const { record } = track;
    track.machine = null;
    this.signals.delete(track.key);
    if (!isOpen(record)) return;
    if (record.state === 'pending') return this.forgetPending(track, record);
    for (const told of Object.values(record.told)) told.open = false;
    this.note(track, 'withdrawn', {}, now);
    this.end(track, record, now);
  }

  /** Forgets alerts that are over for good. */
  forgetOld(now: Now): void {
    for (const [key, track] of this.tracks) {
      const { record } = track;
      if (record === null || isOpen(record) || isOwed(record) || track.dirty) continue;
      if (this.isOver(record, now)) track.record = null;
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
    this.follow(track, watch, stateOf(track.machine), reading, value, now);
  }

  private follow(
    track: Track,
    watch: Watch,
    state: MachineState,
    reading: Reading,
    value: number | null,
    now: Now,
  ): void {
    const { record } = track;
    if (isOpen(record) && value !== null) record.value = value;
    if (state.phase === 'inactive') return this.well(track, now);
    if (state.phase === 'pending') return this.pending(track, watch, value, now);
    const severity = state.level === null ? troubleSeverity(watch) : (watch.severities[state.level] ?? SEVERITIES[0]);
    const shown = state.trouble ?? (state.phase === 'recovering' ? 'recovering' : 'firing');
    const open = isOpen(record) && record.state !== 'pending' ? record : this.fire(track, watch, value, now);
    const isNew = open !== record || open.state === 'pending';
    const threshold = watch.thresholds[state.level ?? 0] ?? null;
    const { titleKey, troubleTitles, evaluated, unit } = watch.describe();
    if (state.level !== null) open.titleKey = titleKey;
    else if (state.trouble) open.titleKey = troubleTitles[state.trouble];
    if (isNew || open.severity !== severity) {
      const kind = rank(severity) > rank(open.severity) ? 'upgraded' : 'downgraded';
      open.threshold = threshold;
      open.severity = severity;
      const figures = { severity, ...figuresOf(open.value, threshold, unit) };
      if (!isNew) this.note(track, kind, figures, now);
      else if (!state.trouble) this.note(track, 'fired', { ...figures, ...evaluated }, now);
    }
    this.show(track, open, shown, reading, now);
    this.settleFlaps(track, open, now);
    const recoversForMs = now.wallMs - (track.recoveringSinceMs ?? now.wallMs);
    if (recoversForMs >= SAVE_SPANS_MS && now.monoMs - track.savedMonoMs >= SAVE_SPANS_MS) this.touch(track);
  }

  /** Takes over a state. Going back and forth on the way to being well is shown, not written. */
  private show(track: Track, record: AlertRecord, shown: AlertRecord['state'], reading: Reading, now: Now): void {
    const before = record.state;
    if (before === shown) return;
    record.state = shown;
    this.revision += 1;
    track.recoveringSinceMs = shown === 'recovering' ? now.wallMs : null;
    if (shown === 'no-data') {
      const seconds = Math.round((track.machine?.missing?.ms ?? 0) / 1_000);
      this.note(track, 'no-data', { seconds }, now);
    } else if (shown === 'error') {
      this.note(track, 'evaluation-failed', reading.kind === 'error' ? { reason: reading.reason } : {}, now);
    } else if (before === 'no-data' || before === 'error') this.note(track, 'data-returned', {}, now);
  }

  private pending(track: Track, watch: Watch, value: number | null, now: Now): void {
    const { record } = track;
    if (isOpen(record)) {
      if (record.state === 'pending') {
        if (now.monoMs - track.savedMonoMs >= SAVE_SPANS_MS) this.touch(track);
      } else this.well(track, now);
      return;
    }
    // One that comes back soon is the same alert: it is opened again when it fires.
    if (record && !this.isOver(record, now)) return;
    const { evaluated, unit } = watch.describe();
    const pending = this.begin(track, watch, value, now);
    track.savedMonoMs = now.monoMs;
    this.note(track, 'pending', { ...figuresOf(value, pending.threshold, unit), ...evaluated }, now);
  }

  private well(track: Track, now: Now): void {
    const { record } = track;
    if (!isOpen(record)) return;
    if (record.state === 'pending') return this.forgetPending(track, record);
    this.settleFlaps(track, record, now);
    if (record.unstable) {
      if (record.state !== 'recovering') this.show(track, record, 'recovering', { kind: 'held' }, now);
      return;
    }
    const { unit, value, state } = record;
    const figures = figuresOf(value, null, unit);
    if (state === 'no-data' || state === 'error') this.note(track, 'data-returned', {}, now);
    if (track.recoveringSinceMs !== null && track.recoveringSinceMs < now.wallMs) {
      this.note(track, 'recovering', {}, { ...now, wallMs: track.recoveringSinceMs });
    }
    this.note(track, 'resolved', figures, now);
    this.end(track, record, now);
  }

  private end(track: Track, record: AlertRecord, now: Now): void {
    record.state = 'resolved';
    record.resolvedAtMs = now.wallMs;
    record.inhibitedBy = null;
    record.unstable = false;
    record.snoozedUntilMs = null;
    track.recoveringSinceMs = null;
    this.touch(track);
  }

  /** It never fired: it leaves no trace. */
  private forgetPending(track: Track, record: AlertRecord): void {
    if (track.stored) this.removed.add(record.id);
    track.record = null;
    track.events = [];
    track.dirty = false;
    this.dirty.delete(track);
    this.live.delete(track);
    this.revision += 1;
  }

  private fire(track: Track, watch: Watch, value: number | null, now: Now): AlertRecord {
    const { record } = track;
    if (record === null || (record.resolvedAtMs !== null && this.isOver(record, now))) {
      const created = this.begin(track, watch, value, now);
      created.firingSinceMs = now.wallMs;
      return created;
    }
    describeRecord(record, watch.describe());
    record.value = value ?? record.value;
    record.firingSinceMs = now.wallMs;
    record.resolvedAtMs = null;
    record.acknowledgedAtMs = null;
    record.ackSeverity = null;
    if (record.state === 'resolved') record.state = 'pending';
    this.live.add(track);
    return record;
  }

  private begin(track: Track, watch: Watch, value: number | null, now: Now): AlertRecord {
    const record: AlertRecord = {
      id: this.newId(),
      key: watch.key,
      severity: watch.severities[0] ?? SEVERITIES[0],
      state: 'pending',
      value,
      threshold: watch.thresholds[0] ?? null,
      startedAtMs: now.wallMs,
      ...{ firingSinceMs: null, resolvedAtMs: null, acknowledgedAtMs: null, snoozedUntilMs: null },
      ...{ unstable: false, inhibitedBy: null, notifications: 0, lastNotifiedAtMs: null },
      ...{ told: {}, withheld: {}, overnight: [], threadId: null, ackSeverity: null, snoozeMs: 0 },
      ...aboutOf(watch.describe()),
    };
    track.record = record;
    track.stored = false;
    track.events = [];
    this.live.add(track);
    return record;
  }

  private settleFlaps(track: Track, record: AlertRecord, now: Now): void {
    const unstable = isUnstable(track.flaps, record.unstable, now.wallMs);
    if (unstable === record.unstable) return;
    record.unstable = unstable;
    if (!unstable) for (const told of Object.values(record.told)) told.unstable = false;
    this.note(track, unstable ? 'unstable' : 'stable', {}, now);
  }

  /** So long ago that the next one is another incident. */
  private isOver(record: AlertRecord, now: Now): boolean {
    const lastMs = record.lastNotifiedAtMs ?? record.resolvedAtMs ?? record.startedAtMs;
    return Math.abs(now.wallMs - lastMs) >= cooldownMs(record);
  }
}

function troubleSeverity({ severities }: Watch): Severity {
  const worst = severities.at(-1) ?? WORST_TROUBLE;
  return rank(worst) > rank(WORST_TROUBLE) ? WORST_TROUBLE : worst;
}

const figuresOf = (value: number | null, threshold: number | null, unit: string): AlertEvent['params'] => ({
  ...(value === null ? {} : { value, unit }),
  ...(threshold === null ? {} : { threshold }),
});

const aboutOf = ({ source, titleKey, params, unit, group, place, dependsOn, channelIds }: Description) => ({
  ...{ source, titleKey, params, unit, group, place, dependsOn, channelIds },
});

function describeRecord(record: AlertRecord, description: Description): void {
  Object.assign(record, aboutOf(description));
}
