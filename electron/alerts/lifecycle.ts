/** The course of one alert: what follows from what its machine says. Every step is a line of its story. */
import type { AlertEvent } from '@shared/alerting';
import { SEVERITIES, type Severity } from '@shared/errors';
import { isUnstable } from './flapping';
import { type MachineState, type Reading, stateOf } from './machine';
import { cooldownMs } from './policy';
import { type AlertRecord, isOpen, isOwed, type Now, rank, type Track } from './record';
import type { Description, Watch } from './watch';

/** A span that is being waited for is written down so often. */
const SAVE_SPANS_MS = 60_000;
/** Without values nothing can be worse than this. */
const WORST_TROUBLE: Severity = 'HIGH';

/** What a course needs of the book that it is in. */
export interface CourseBook {
  readonly live: Set<Track>;
  newId(): string;
  note(track: Track, kind: AlertEvent['kind'], params: AlertEvent['params'], now: Now): void;
  touch(track: Track): void;
  /** People see it, but it is not written. */
  shown(): void;
  /** It never fired: it leaves no trace. */
  forgetPending(track: Track, record: AlertRecord): void;
}
export interface Look {
  reading: Reading;
  /** What is shown as the value; null when nothing new is known. */
  value: number | null;
  now: Now;
}

/** Makes of the track's alert what its machine says. */
export function follow(book: CourseBook, track: Track, watch: Watch, look: Look): void {
  const { record, machine } = track;
  if (!machine) return;
  const state = stateOf(machine);
  if (isOpen(record) && look.value !== null) record.value = look.value;
  if (state.phase === 'inactive') becomeWell(book, track, look.now);
  else if (state.phase === 'pending') bePending(book, track, watch, look);
  else beRaised(book, track, watch, state, look);
}

/** It is no longer judged. Nobody is told. */
export function withdraw(book: CourseBook, track: Track, now: Now): void {
  const { record } = track;
  if (!isOpen(record)) return;
  if (record.state === 'pending') return book.forgetPending(track, record);
  for (const told of Object.values(record.told)) told.open = false;
  book.note(track, 'withdrawn', {}, now);
  end(book, track, record, now);
}

/** So long ago that the next one is another incident. */
export function isPast(record: AlertRecord, now: Now): boolean {
  if (record.resolvedAtMs === null || isOwed(record)) return false;
  const lastMs = record.lastNotifiedAtMs ?? record.resolvedAtMs ?? record.startedAtMs;
  return Math.abs(now.wallMs - lastMs) >= cooldownMs(record);
}

export function describeRecord(record: AlertRecord, description: Description): void {
  Object.assign(record, aboutOf(description));
}

function beRaised(book: CourseBook, track: Track, watch: Watch, state: MachineState, look: Look): void {
  const { record } = track;
  const { now } = look;
  const severity = state.level === null ? troubleSeverity(watch) : (watch.severities[state.level] ?? SEVERITIES[0]);
  const isNew = !isOpen(record) || record.state === 'pending';
  const open = isNew ? fire(book, track, watch, look) : record;
  const threshold = state.level === null ? null : (watch.thresholds[state.level] ?? null);
  const { titleKey, troubleTitles, evaluated, unit } = watch.describe();
  open.threshold = threshold;
  if (state.level !== null) open.titleKey = titleKey;
  else if (state.trouble) open.titleKey = troubleTitles[state.trouble];
  if (isNew || open.severity !== severity) {
    const kind = rank(severity) > rank(open.severity) ? 'upgraded' : 'downgraded';
    open.severity = severity;
    const figures = { severity, ...figuresOf(open.value, threshold, unit) };
    if (!isNew) book.note(track, kind, figures, now);
    else if (!state.trouble) book.note(track, 'fired', { ...figures, ...evaluated }, now);
  }
  show(book, track, open, state.trouble ?? (state.phase === 'recovering' ? 'recovering' : 'firing'), look);
  settleFlaps(book, track, open, now);
  const recoversForMs = now.wallMs - (track.recoveringSinceMs ?? now.wallMs);
  if (recoversForMs >= SAVE_SPANS_MS && now.monoMs - track.savedMonoMs >= SAVE_SPANS_MS) book.touch(track);
}

/** Takes over a state. Going back and forth on the way to being well is shown, not written. */
function show(book: CourseBook, track: Track, record: AlertRecord, state: AlertRecord['state'], look: Look): void {
  const before = record.state;
  if (before === state) return;
  const { reading, now } = look;
  record.state = state;
  book.shown();
  track.recoveringSinceMs = state === 'recovering' ? now.wallMs : null;
  track.blindSinceMonoMs = state === 'no-data' || state === 'error' ? now.monoMs : null;
  if (state === 'no-data') {
    const seconds = Math.round((track.machine?.missing?.ms ?? 0) / 1_000);
    book.note(track, 'no-data', { seconds }, now);
  } else if (state === 'error') {
    book.note(track, 'evaluation-failed', reading.kind === 'error' ? { reason: reading.reason } : {}, now);
  } else if (before === 'no-data' || before === 'error') book.note(track, 'data-returned', {}, now);
}

function bePending(book: CourseBook, track: Track, watch: Watch, { value, now }: Look): void {
  const { record } = track;
  if (isOpen(record)) {
    if (record.state !== 'pending') becomeWell(book, track, now);
    else if (now.monoMs - track.savedMonoMs >= SAVE_SPANS_MS) book.touch(track);
    return;
  }
  // One that comes back soon is the same alert: it is opened again when it fires.
  if (record && !isPast(record, now)) return;
  const { evaluated, unit } = watch.describe();
  const pending = begin(book, track, watch, value, now);
  track.savedMonoMs = now.monoMs;
  book.note(track, 'pending', { ...figuresOf(value, pending.threshold, unit), ...evaluated }, now);
}

function becomeWell(book: CourseBook, track: Track, now: Now): void {
  const { record } = track;
  if (!isOpen(record)) return;
  if (record.state === 'pending') return book.forgetPending(track, record);
  settleFlaps(book, track, record, now);
  if (record.unstable) return show(book, track, record, 'recovering', { reading: { kind: 'held' }, value: null, now });
  const { unit, value, state } = record;
  if (state === 'no-data' || state === 'error') book.note(track, 'data-returned', {}, now);
  const { recoveringSinceMs } = track;
  if (recoveringSinceMs !== null && recoveringSinceMs < now.wallMs) {
    book.note(track, 'recovering', {}, { ...now, wallMs: recoveringSinceMs });
  }
  book.note(track, 'resolved', figuresOf(value, null, unit), now);
  end(book, track, record, now);
}

function end(book: CourseBook, track: Track, record: AlertRecord, now: Now): void {
  record.state = 'resolved';
  record.resolvedAtMs = now.wallMs;
  record.inhibitedBy = null;
  record.unstable = false;
  record.snoozedUntilMs = null;
  track.recoveringSinceMs = null;
  book.touch(track);
}

/** Opens the alert: one that was pending, one that is back soon, or a new one. */
function fire(book: CourseBook, track: Track, watch: Watch, { value, now }: Look): AlertRecord {
  const { record } = track;
  if (record === null || isPast(record, now)) {
    const created = begin(book, track, watch, value, now);
    created.firingSinceMs = now.wallMs;
    return created;
  }
  describeRecord(record, watch.describe());
  record.value = value ?? record.value;
  record.firingSinceMs = now.wallMs;
  record.resolvedAtMs = null;
  record.acknowledgedAtMs = null;
  record.ackSeverity = null;
  book.live.add(track);
  return record;
}

function begin(book: CourseBook, track: Track, watch: Watch, value: number | null, now: Now): AlertRecord {
  const record: AlertRecord = {
    id: book.newId(),
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
  book.live.add(track);
  return record;
}

function settleFlaps(book: CourseBook, track: Track, record: AlertRecord, now: Now): void {
  const unstable = isUnstable(track.flaps, record.unstable, now.wallMs);
  if (unstable === record.unstable) return;
  record.unstable = unstable;
  if (!unstable) for (const told of Object.values(record.told)) told.unstable = false;
  book.note(track, unstable ? 'unstable' : 'stable', {}, now);
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
