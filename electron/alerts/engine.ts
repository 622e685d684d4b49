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
import type { Logger } from '../logs/types';
import type { MetricKeeper } from '../metrics/types';
import type { DeliveryOutcome, Outbox } from '../notify/types';
import type { Store } from '../store/open';
import { Archive } from './archive';
import { AlertBook } from './book';
import { acknowledge, snooze } from './by-hand';
import { Calendar } from './calendar';
import { Gaps } from './gaps';
import { mountFinder, type Surroundings } from './inhibition';
import { read } from './judge';
import { Loop } from './loop';
import { isoOf, isOpen, messageOrder, type Now, type Track, viewOf, viewOfStored } from './record';
import { RuleBook } from './rule-book';
import type { RuleWatch } from './rules';
import type { Signal } from './signals';
import { simulateRule } from './simulate';
import { tell } from './telling';

const LOOK_EVERY_MS = 10_000;
const MINUTE_MS = 60_000;
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
  /** Hears which alerts fire and which are over. */
  log?: Logger;
}

export class AlertEngine implements Omit<Alerting, `${string}hannel${string}` | 'deliveries'> {
  private readonly signals = new Map<string, Signal>();
  private readonly ruleBook: RuleBook;
  private readonly archive: Archive;
  private calendar: Calendar;
  private readonly gaps: Gaps;
  private readonly surroundings: Surroundings;
  private book: AlertBook;
  private readonly loop = new Loop(() => this.turn(), LOOK_EVERY_MS);
  private stopped = false;
  private nextLookMonoMs = Number.NEGATIVE_INFINITY;
  private nextTellMonoMs: number | null = null;
  private shownRevision = 0;
  /** Rules whose evaluation failed and was reported; told once until it works again. */
  private readonly failing = new Set<string>();

  constructor(private readonly options: AlertEngineOptions) {
    const now = this.now();
    this.gaps = new Gaps(now);
    this.surroundings = {
      isOffline: () => options.isOffline(),
      isRestoring: (databaseId) => options.isRestoring?.(databaseId) ?? false,
      mountOf: mountFinder(options.keeper),
    };
    this.ruleBook = new RuleBook(options);
    this.calendar = new Calendar(options);
    this.archive = new Archive(options);
    this.book = this.load(now);
  }

  /** Begins to look every ten seconds. */
  start(): void {
    this.loop.start();
  }

  /** Writes down what is being waited for. Nothing is looked at or told afterwards. */
  stop(): void {
    this.loop.stop();
    if (!this.stopped) this.reporting(() => this.archive.commitAll(this.book, this.now()));
    this.stopped = true;
  }

  /** Looks at every rule and signal once. */
  evaluate(): void {
    const now = this.now();
    if (this.gaps.notice(now)) this.book.gap();
    this.nextLookMonoMs = now.monoMs + LOOK_EVERY_MS;
    const watches = this.ruleBook.watches(now);
    for (const watch of watches) {
      const reading = read(watch.config, watch.metric, this.options.keeper, this.gaps.settled, now, (thrown) =>
        this.reportOnce(watch.key, thrown),
      );
      if (reading.kind === 'value') this.failing.delete(watch.key);
      this.book.judge(watch, reading, now);
    }
    this.book.tick(now);
    this.withdrawLost(watches, now);
    this.tell(now);
    this.reporting(() => this.archive.prune(this.book, now));
  }

  /**
   * The machine slept for `gapMs`: what was being waited for starts anew, windows that reach back into the gap are not
   * judged, and nobody is told of anything for a minute.
   */
  resumed(gapMs: number): void {
    if (gapMs <= 0) return;
    this.gaps.ended(this.now());
    this.book.gap();
  }

  /** Something is wrong that is judged elsewhere. May be called again while it is. */
  raise(signal: Signal): void {
    this.signals.set(signal.key, signal);
    this.change(() => this.book.raise(signal, this.now()));
  }

  /** It is over. Nothing happens when it was not raised. */
  clear(key: string): void {
    this.signals.delete(key);
    this.change(() => this.book.clear(key, this.now()));
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
    if (track) this.change(() => this.book.withdraw(track, this.now()));
  }

  /** Writes into the stories of its alerts what became of a message. */
  delivered(outcome: DeliveryOutcome): void {
    this.reporting(() => this.archive.delivered(outcome, this.options.clock.nowMs()));
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

  /** @throws ITEM_UNKNOWN */
  acknowledge(alertId: string): void {
    this.byHand(alertId, (track, now) => acknowledge(this.book, track, now));
  }

  /** @throws ITEM_UNKNOWN */
  snooze(alertId: string, minutes: number | null): void {
    this.byHand(alertId, (track, now) => snooze(this.book, track, minutes, now));
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
    const { options } = this;
    const keys = this.ruleBook.keysOf(config, this.now());
    const [settings, timeZone, toMs] = [options.settings(), options.timeZone(), options.clock.nowMs()];
    return simulateRule(config, { keeper: options.keeper, keys, settings, timeZone, toMs });
  }

  private withdrawLost(watches: readonly RuleWatch[], now: Now): void {
    if (this.book.live.size === 0) return;
    this.book.withdrawLost(new Set(watches.map(({ key }) => key)), this.gaps.sinceMonoMs(), now);
  }

  /** What changes is written and told soon: signals come in bursts. */
  private change(work: () => void): void {
    const before = this.book.revision;
    work();
    if (this.book.revision !== before) this.loop.soon();
  }

  private withdrawRule(id: string): void {
    const now = this.now();
    for (const track of this.book.tracks.values()) {
      if (track.key.startsWith(`rule:${id}:`)) this.book.withdraw(track, now);
    }
    this.tell(now);
  }

  private byHand(alertId: string, work: (track: Track, now: Now) => void): void {
    const track = this.book.byId(alertId);
    if (!track && !this.options.store.alerts.get(alertId)) throw unknown(alertId);
    const now = this.now();
    if (track) work(track, now);
    this.tell(now);
  }

  private now(): Now {
    const { clock } = this.options;
    return { wallMs: clock.nowMs(), monoMs: clock.monotonicMs() };
  }

  /** What is due; gives the milliseconds until something is due again. */
  private turn(): number {
    this.reporting(() => {
      if (this.now().monoMs >= this.nextLookMonoMs) this.evaluate();
      else this.tell(this.now());
    });
    const { monoMs } = this.now();
    return Math.min(this.nextLookMonoMs, this.nextTellMonoMs ?? Number.POSITIVE_INFINITY) - monoMs;
  }

  private tell(now: Now): void {
    const { options, book } = this;
    const { policy, done } = this.calendar.look(book, this.gaps.settled, now);
    const channels = book.live.size === 0 ? [] : options.outbox.channelConfigs();
    const switches = options.settings().notifications;
    const round = tell(book, channels, { ...policy, switches }, this.surroundings, now);
    this.nextTellMonoMs = round.nextMonoMs;
    const written = this.reporting(() => {
      this.archive.commit(book, round, now, done);
      return true;
    });
    if (!written) this.takeBack(now);
    if (this.book.revision === this.shownRevision) return;
    this.shownRevision = this.book.revision;
    this.options.onChange();
  }

  /** What could not be written has not happened: it is decided anew from what is written. */
  private takeBack(now: Now): void {
    this.calendar = new Calendar(this.options);
    this.book = this.load(now);
  }

  private load(now: Now): AlertBook {
    const book = this.reporting(() => this.archive.load(now)) ?? new AlertBook(randomUUID);
    for (const signal of this.signals.values()) book.raise(signal, now);
    return book;
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
