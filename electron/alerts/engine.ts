/**
 * Watches the rules, takes signals, and decides who is told what. All that one look changes (alerts, their stories, the
 * messages) is written in one transaction: an end of the process at any moment neither loses nor repeats a message.
 */
import { randomUUID } from 'node:crypto';
import type { AlertEvent, AlertRule, AlertView, RuleConfig, RuleInput, Simulation } from '@shared/alerting';
import type { Settings } from '@shared/settings';
import type { Alerting } from '../core/watch-types';
import { holdfastError, type HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { MetricKeeper } from '../metrics/types';
import type { DeliveryOutcome, Outbox } from '../notify/types';
import type { Store } from '../store/open';
import { AlertBook } from './book';
import { Calendar } from './calendar';
import { mountFinder } from './inhibition';
import { read, type Settled } from './judge';
import { isoOf, isOpen, messageOrder, type Now, type Track, toStored, viewOf, viewOfStored } from './record';
import { RuleBook } from './rule-book';
import type { Signal } from './signals';
import { simulateRule } from './simulate';
import { endSnooze, HOLD_AFTER_SLEEP_MS, type Round, tell } from './telling';

const LOOK_EVERY_MS = 10_000;
const MINUTE_MS = 60_000;
/** The wall clock ran so much further than the other: the machine slept, or the clock was set. */
const JUMP_MS = 30_000;
/** Looks that are so far apart are no course: the process stood still. */
const STOOD_STILL_MS = 90_000;
const COOLDOWN_AT_MOST_MS = 86_400_000;
/** Alerts that are over are kept so long, and so many. */
const KEPT_MS = 90 * 86_400_000;
const KEPT_COUNT = 5_000;
const PRUNE_EVERY_MS = 3_600_000;
const LISTED_RESOLVED = 500;

export interface AlertEngineOptions {
  store: {
    alerts: Store['alerts'];
    rules: Store['alertRules'];
    facts: Store['facts'];
    atomically: Store['atomically'];
  };
  keeper: Pick<MetricKeeper, 'window' | 'minutes' | 'known'>;
  outbox: Pick<Outbox, 'enqueue' | 'channelConfigs'>;
  settings(): Pick<Settings, 'notifications' | 'quietHours' | 'digestAt'>;
  clock: { nowMs(): number; monotonicMs(): number };
  /** How people call the subject of a metric's key; null when it has no name of its own. */
  subjectLabel(key: string): string | null;
  isOffline(): boolean;
  /** A restore of the database is running. None ever is when it is left out. */
  isRestoring?(databaseId: string): boolean;
  timeZone(): string;
  /** Something that people see has changed. */
  onChange(): void;
  report(error: HoldfastError): void;
}

export class AlertEngine implements Omit<Alerting, `${string}hannel${string}` | 'deliveries'> {
  private readonly signals = new Map<string, Signal>();
  private readonly ruleBook: RuleBook;
  private calendar: Calendar;
  private readonly settled: Settled;
  private book: AlertBook;
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Immediate | undefined;
  private state: 'new' | 'running' | 'stopped' = 'new';
  private lookedAt: Now | null = null;
  private nextLookMonoMs = Number.NEGATIVE_INFINITY;
  private nextTellMonoMs: number | null = null;
  private nextPruneMonoMs = Number.NEGATIVE_INFINITY;
  private shownRevision = 0;
  /** Rules whose evaluation failed and was reported; told once until it works again. */
  private readonly failing = new Set<string>();

  constructor(private readonly options: AlertEngineOptions) {
    const now = this.now();
    this.settled = {
      startedMonoMs: now.monoMs,
      gapEndMonoMs: Number.NEGATIVE_INFINITY,
      holdUntilMonoMs: Number.NEGATIVE_INFINITY,
    };
    this.ruleBook = new RuleBook(options);
    this.calendar = new Calendar(options);
    this.book = this.load(now);
  }

  /** Begins to look every ten seconds. */
  start(): void {
    if (this.state !== 'new') return;
    this.state = 'running';
    this.turn();
  }

  /** Writes down what is being waited for. Nothing is looked at or told afterwards. */
  stop(): void {
    if (this.state === 'stopped') return;
    this.state = 'stopped';
    clearTimeout(this.timer);
    clearImmediate(this.soon);
    const now = this.now();
    for (const track of this.book.tracks.values()) if (isOpen(track.record)) this.book.touch(track);
    this.commit({ sent: [], withheld: 0, nextMonoMs: null }, now, () => true);
  }

  /** Looks at every rule and signal once. */
  evaluate(): void {
    const now = this.now();
    this.noticeGap(now);
    this.lookedAt = now;
    this.nextLookMonoMs = now.monoMs + LOOK_EVERY_MS;
    for (const watch of this.ruleBook.watches(now)) {
      const reading = read(watch.config, watch.metric, this.options.keeper, this.settled, now, (thrown) =>
        this.reportOnce(watch.key, thrown),
      );
      if (reading.kind === 'value') this.failing.delete(watch.key);
      this.book.judge(watch, reading, now);
    }
    this.book.tick(now);
    this.tell(now);
    this.prune(now);
  }

  /**
   * The machine slept for `gapMs`: what was being waited for starts anew, windows that reach back into the gap are not
   * judged, and nobody is told of anything for a minute.
   */
  resumed(gapMs: number): void {
    const now = this.now();
    if (gapMs <= 0) return;
    this.settled.gapEndMonoMs = now.monoMs;
    this.settled.holdUntilMonoMs = now.monoMs + HOLD_AFTER_SLEEP_MS;
    this.book.gap();
    this.lookedAt = now;
  }

  /** Something is wrong that is judged elsewhere. May be called again while it is. */
  raise(signal: Signal): void {
    this.signals.set(signal.key, signal);
    this.book.raise(signal, this.now());
    this.tellSoon();
  }

  /** It is over. Nothing happens when it was not raised. */
  clear(key: string): void {
    this.signals.delete(key);
    this.book.clear(key, this.now());
    this.tellSoon();
  }

  /** All that is wrong now by those who judge elsewhere: raises each, clears what is not among them. */
  sync(signals: readonly Signal[]): void {
    const keys = new Set(signals.map(({ key }) => key));
    for (const signal of signals) this.raise(signal);
    for (const { key, record } of this.book.tracks.values()) {
      if (isOpen(record) && record.source.type !== 'rule' && !keys.has(key)) this.clear(key);
    }
  }

  /** What it is about is gone (a removed probe): its alert is withdrawn, and nobody is told. */
  forget(key: string): void {
    this.signals.delete(key);
    const track = this.book.tracks.get(key);
    if (track) this.book.withdraw(track, this.now());
    this.tellSoon();
  }

  /** Writes into the stories of its alerts what became of a message. */
  delivered({ delivery, alertIds }: DeliveryOutcome): void {
    const { state, channelId, error } = delivery;
    if (state === 'waiting') return;
    const at = isoOf(this.options.clock.nowMs());
    const event: AlertEvent =
      state === 'sent'
        ? { at, kind: 'delivered', params: { channel: channelId } }
        : state === 'merged'
          ? { at, kind: 'suppressed', params: { channel: channelId, reason: 'rate-limited' } }
          : {
              at,
              kind: 'delivery-failed',
              params: { ...error?.params, channel: channelId, code: error?.code ?? 'INTERNAL' },
            };
    const { alerts, atomically } = this.options.store;
    this.reporting(() =>
      atomically(() => {
        for (const id of alertIds) if (alerts.get(id)) alerts.addEvent(id, event);
      }),
    );
  }

  /** Open ones worst first, then those that are over, newest first. */
  alerts(includeResolved: boolean): AlertView[] {
    const open = [...this.book.live].flatMap(({ record }) => (isOpen(record) ? [record] : []));
    const views = open.toSorted(messageOrder).map(viewOf);
    if (!includeResolved) return views;
    return [...views, ...this.options.store.alerts.resolved(LISTED_RESOLVED).map(viewOfStored)];
  }

  /** @throws ITEM_UNKNOWN */
  timeline(alertId: string): AlertEvent[] {
    const track = this.book.byId(alertId);
    if (!track && !this.options.store.alerts.get(alertId)) throw unknown(alertId);
    return [...this.options.store.alerts.timeline(alertId), ...(track?.events ?? [])];
  }

  acknowledge(alertId: string): void {
    const track = this.openTrack(alertId);
    if (!track || !isOpen(track.record)) return;
    const now = this.now();
    track.record.acknowledgedAtMs = now.wallMs;
    track.record.ackSeverity = track.record.severity;
    this.book.note(track, 'acknowledged', {}, now);
    this.tell(now);
  }

  snooze(alertId: string, minutes: number | null): void {
    const track = this.openTrack(alertId);
    if (!track || !isOpen(track.record)) return;
    const now = this.now();
    if (minutes !== null) {
      track.record.snoozeMs = minutes * MINUTE_MS;
      track.record.snoozedUntilMs = now.wallMs + track.record.snoozeMs;
      this.book.note(track, 'snoozed', { until: isoOf(track.record.snoozedUntilMs) }, now);
    } else if (track.record.snoozedUntilMs !== null) endSnooze(track, track.record, this.book, now, false);
    this.tell(now);
  }

  pause(minutes: number | null): void {
    const now = this.now();
    this.calendar.pause(minutes === null ? null : minutes * MINUTE_MS, now);
    this.book.revision += 1;
    this.tell(now);
  }

  /** Until when nobody is told of anything; null while they are told. */
  pausedUntil(): string | null {
    const untilMs = this.calendar.pausedUntilMs();
    return untilMs === null ? null : isoOf(untilMs);
  }

  rules = (): AlertRule[] => this.ruleBook.list();

  /** @throws ITEM_UNKNOWN, INVALID_INPUT */
  saveRule(input: RuleInput): AlertRule {
    const { rule, judgedAnew } = this.ruleBook.save(input, this.now());
    if (judgedAnew) this.withdrawRule(rule.id);
    return rule;
  }

  /** @throws ITEM_UNKNOWN */
  removeRule(id: string): void {
    this.ruleBook.remove(id);
    this.withdrawRule(id);
  }

  /** What the rule would have done with what was measured in the last seven days. @throws INVALID_INPUT */
  simulate(config: RuleConfig): Promise<Simulation> {
    const { keeper, settings, timeZone, clock } = this.options;
    const keys = this.ruleBook.keysOf(config, this.now());
    return simulateRule(config, { keeper, keys, settings: settings(), timeZone: timeZone(), toMs: clock.nowMs() });
  }

  private withdrawRule(id: string): void {
    const now = this.now();
    for (const track of this.book.tracks.values()) {
      if (track.key.startsWith(`rule:${id}:`)) this.book.withdraw(track, now);
    }
    this.tell(now);
  }

  /** Null for one that is over. @throws ITEM_UNKNOWN */
  private openTrack(alertId: string): Track | null {
    const track = this.book.byId(alertId);
    if (!track && !this.options.store.alerts.get(alertId)) throw unknown(alertId);
    return track;
  }

  private now(): Now {
    const { clock } = this.options;
    return { wallMs: clock.nowMs(), monoMs: clock.monotonicMs() };
  }

  private noticeGap(now: Now): void {
    const before = this.lookedAt;
    if (!before) return;
    const ranMs = now.monoMs - before.monoMs;
    const jumpMs = now.wallMs - before.wallMs - ranMs;
    if (jumpMs > JUMP_MS || ranMs > STOOD_STILL_MS) this.resumed(Math.max(jumpMs, ranMs));
  }

  /** One timer, set after a look has ended. */
  private turn(): void {
    if (this.state !== 'running') return;
    clearTimeout(this.timer);
    this.reporting(() => {
      if (this.now().monoMs >= this.nextLookMonoMs) this.evaluate();
      else this.tell(this.now());
    });
    this.arm();
  }

  private arm(): void {
    if (this.state !== 'running') return;
    clearTimeout(this.timer);
    const { monoMs } = this.now();
    const atMs = Math.min(this.nextLookMonoMs, this.nextTellMonoMs ?? Number.POSITIVE_INFINITY);
    this.timer = setTimeout(() => this.turn(), Math.min(LOOK_EVERY_MS, Math.max(50, atMs - monoMs)));
    this.timer.unref();
  }

  /** Signals come in bursts: they are written together. */
  private tellSoon(): void {
    if (this.state !== 'running' || this.soon) return;
    this.soon = setImmediate(() => {
      this.soon = undefined;
      if (this.state !== 'running') return;
      this.reporting(() => this.tell(this.now()));
      this.arm();
    });
    this.soon.unref();
  }

  private tell(now: Now): void {
    const { outbox, settings, isOffline, isRestoring } = this.options;
    const { policy, done } = this.calendar.look(this.book, this.settled, now);
    const channels = this.book.live.size === 0 ? [] : outbox.channelConfigs();
    const round = tell(
      this.book,
      channels,
      { ...policy, switches: settings().notifications },
      {
        isOffline,
        isRestoring: (databaseId) => isRestoring?.(databaseId) ?? false,
        mountOf: mountFinder(this.options.keeper),
      },
      now,
    );
    this.nextTellMonoMs = round.nextMonoMs;
    this.commit(round, now, (track) => isWorthWriting(track, now), done);
    if (this.book.revision === this.shownRevision) return;
    this.shownRevision = this.book.revision;
    this.options.onChange();
  }

  private commit(round: Round, now: Now, wanted: (track: Track) => boolean, alsoWrite?: () => void): void {
    const tracks = [...this.book.dirty].filter(wanted);
    const { removed } = this.book;
    if (tracks.length === 0 && round.sent.length === 0 && removed.size === 0 && !alsoWrite) return;
    const { store, outbox } = this.options;
    const written = this.reporting(() =>
      store.atomically(() => {
        alsoWrite?.();
        for (const id of removed) store.alerts.remove(id);
        for (const track of tracks) {
          if (!track.record) continue;
          store.alerts.save(toStored(track, track.record, now.wallMs));
          for (const event of track.events) store.alerts.addEvent(track.record.id, event);
        }
        for (const { channelId, message } of round.sent) outbox.enqueue(channelId, message);
        return true;
      }),
    );
    // What could not be written has not happened: it is decided anew from what is written.
    if (!written) {
      this.calendar = new Calendar(this.options);
      this.book = this.load(now);
      return;
    }
    removed.clear();
    for (const track of tracks) this.book.written(track, now);
  }

  private load(now: Now): AlertBook {
    const book = new AlertBook(randomUUID);
    const { alerts } = this.options.store;
    this.reporting(() => {
      const since = isoOf(now.wallMs - COOLDOWN_AT_MOST_MS);
      book.load([...alerts.lately(since), ...alerts.open()], now);
      for (const signal of this.signals.values()) book.raise(signal, now);
    });
    return book;
  }

  private prune(now: Now): void {
    if (now.monoMs < this.nextPruneMonoMs) return;
    this.book.forgetOld(now);
    const deleted = this.reporting(() => this.options.store.alerts.prune(isoOf(now.wallMs - KEPT_MS), KEPT_COUNT)) ?? 0;
    // A batch each look, until nothing is left to delete.
    if (deleted === 0) this.nextPruneMonoMs = now.monoMs + PRUNE_EVERY_MS;
  }

  private reportOnce(key: string, thrown: unknown): void {
    if (this.failing.has(key)) return;
    this.failing.add(key);
    this.options.report(wrapError(thrown));
  }

  private reporting<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (thrown) {
      this.options.report(wrapError(thrown));
      return undefined;
    }
  }
}

const unknown = (id: string): HoldfastError => holdfastError('ITEM_UNKNOWN', { params: { id } });

/** One that only begins is written once it has lasted: values that touch a line every minute cost no writes. */
function isWorthWriting(track: Track, now: Now): boolean {
  return track.stored || track.record?.state !== 'pending' || now.monoMs - track.savedMonoMs >= MINUTE_MS;
}
