/**
 * Sends what waits, each channel for itself. A timer is set to the next moment at which something is due; nothing is
 * asked again and again while nothing waits.
 *
 * Each message arrives at least once. That a try began is written before it, that it ended after it; a message whose
 * try ended unknown (a crash, a lost connection) goes out again as it is, with the same key, so that the receiver can
 * drop it.
 */
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ErrorView, SEVERITIES } from '@shared/errors';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { StoredChannel } from '../store/channels';
import type { OutboxRow } from '../store/outbox';
import { deliveryOf, sendingKey } from './deliveries';
import { mergeMessages } from './digest';
import { type Lane, monotonic, openLane } from './lane';
import type { OutboxOptions } from './outbox';
import { MOST_AT_ONCE, nextStep, retryDelayMs, type Step, TRIED_FOR_MS } from './plan';
import type { Message } from './types';

/** For one try; the carriers' own limits are shorter. */
const TRY_MS = 90_000;
/** For what is being sent when Holdfast ends. */
const GRACE_MS = 2_000;
const AFTER_A_FAULT_MS = 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class Sender {
  private readonly lanes = new Map<string, Lane>();
  private readonly running = new Map<Lane, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private state: 'new' | 'running' | 'stopped' = 'new';

  constructor(
    private readonly options: OutboxOptions,
    private readonly enqueue: (channelId: string, message: Message) => void,
  ) {}

  start(): void {
    const { store, clock } = this.options;
    store.outbox.interrupted(interrupted().toView(), new Date(clock.nowMs()).toISOString());
    this.state = 'running';
    this.touchAll();
    this.settleWhenWell();
  }

  /** What is being sent gets a moment to end. */
  async stop(): Promise<void> {
    this.state = 'stopped';
    clearTimeout(this.timer);
    const grace = setTimeout(() => {
      for (const lane of this.running.keys()) lane.abort?.abort(interrupted());
    }, GRACE_MS);
    await Promise.all(this.running.values());
    clearTimeout(grace);
  }

  /** @throws ITEM_UNKNOWN */
  lane(channelId: string): Lane {
    const known = this.lanes.get(channelId);
    if (known) return known;
    const { store, clock } = this.options;
    const channel = store.channels.get(channelId);
    if (!channel) throw holdfastError('ITEM_UNKNOWN', { detail: `channel ${channelId}` });
    const lane = openLane(channel, store.outbox, clock);
    this.lanes.set(channelId, lane);
    return lane;
  }

  /** Looks at a channel after the work at hand: what was written in a transaction is there only when that has ended. */
  touch(channelId: string): void {
    const lane = this.lane(channelId);
    const channel = this.options.store.channels.get(channelId);
    if (channel && !this.canCarry(channel)) return;
    lane.wakeAtMs = this.nowMs();
    lane.nextTryMs = null;
    this.arm();
  }

  touchAll(): void {
    for (const { id } of this.options.store.channels.list()) this.touch(id);
  }

  /** Takes a channel out that was removed. */
  forget(channelId: string): void {
    this.lanes.get(channelId)?.abort?.abort(interrupted());
    this.lanes.delete(channelId);
    this.settleWhenWell();
  }

  failing(): StoredChannel[] {
    const nowMs = this.nowMs();
    return this.options.store.channels
      .list()
      .filter((channel) => channel.config.enabled && this.canCarry(channel) && this.lane(channel.id).isBroken(nowMs));
  }

  private canCarry({ config }: StoredChannel): boolean {
    return this.options.canCarry?.(config) ?? true;
  }

  /** One try, counted before it begins. Resolves with the error of recipients that were left out. */
  async attempt(channel: StoredChannel, row: OutboxRow, abort: AbortController): Promise<HoldfastError | null> {
    this.options.store.outbox.begin(row.id);
    const { signal } = abort;
    const limit = setTimeout(() => abort.abort(tooLong(channel.config.name)), TRY_MS);
    try {
      const ended = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(wrapError(signal.reason)), { once: true });
      });
      const idempotencyKey = sendingKey(row);
      const carrier = this.options.carriers(channel);
      return await Promise.race([carrier.send(row.message, { signal, idempotencyKey }), ended]);
    } catch (thrown) {
      throw wrapError(signal.aborted ? signal.reason : thrown);
    } finally {
      clearTimeout(limit);
    }
  }

  /** A message got through: a channel that did not work works again. */
  worked(lane: Lane, partly: ErrorView | null): void {
    lane.worked(new Date(this.options.clock.nowMs()).toISOString(), partly);
    this.settleWhenWell();
  }

  /** Tells what became of a message. */
  ended(id: string): void {
    const row = this.options.store.outbox.get(id);
    if (!row) return;
    const alertIds = row.message.alerts.map(({ alertId }) => alertId);
    try {
      this.options.onOutcome({ delivery: deliveryOf(this.options.translate(), row), alertIds });
    } catch (thrown) {
      this.options.report(wrapError(thrown));
    }
    this.options.onChange();
  }

  private nowMs(): number {
    return monotonic(this.options.clock);
  }

  private arm(): void {
    if (this.state !== 'running') return;
    clearTimeout(this.timer);
    const resting = [...this.lanes.values()].filter((lane) => !this.running.has(lane));
    const moments = resting.flatMap(({ wakeAtMs }) => (wakeAtMs === null ? [] : [wakeAtMs]));
    if (moments.length === 0) return;
    const delayMs = Math.min(LONGEST_TIMER_MS, Math.max(0, Math.min(...moments) - this.nowMs()));
    this.timer = setTimeout(() => this.fire(), delayMs);
    this.timer.unref();
  }

  private fire(): void {
    const nowMs = this.nowMs();
    for (const lane of this.lanes.values()) {
      if (this.running.has(lane) || lane.wakeAtMs === null || lane.wakeAtMs > nowMs) continue;
      const work = this.run(lane)
        .catch((thrown: unknown) => {
          this.options.report(wrapError(thrown));
          lane.wakeAtMs = this.nowMs() + AFTER_A_FAULT_MS;
        })
        .finally(() => {
          this.running.delete(lane);
          this.arm();
        });
      this.running.set(lane, work);
    }
    this.arm();
  }

  private async run(lane: Lane): Promise<void> {
    while (this.state === 'running') {
      lane.wakeAtMs = null;
      const channel = this.options.store.channels.get(lane.id);
      if (!channel) return;
      const step = channel.config.enabled ? this.decide(lane, channel) : this.expire(lane);
      if (step.do === 'rest') return;
      if (step.do === 'wait') {
        lane.wakeAtMs = this.nowMs() + step.ms;
        return;
      }
      // One after the other: the next decision needs to know how this one ended.
      await (step.do === 'merge' ? this.merge(lane, step.ids) : this.carry(lane, channel, step.id));
    }
  }

  private decide(lane: Lane, channel: StoredChannel): Step {
    const nowMs = this.nowMs();
    this.tellWhenBroken(lane, channel);
    const step = nextStep({
      waiting: this.options.store.outbox.waiting(lane.id, MOST_AT_ONCE + 1),
      tokens: lane.allowance.tokens(nowMs),
      failing: lane.failures > 0,
      holdMs: lane.holdUntilMs - nowMs,
    });
    lane.nextTryMs = step.do === 'wait' ? nowMs + step.ms : null;
    const brokenInMs = lane.told ? null : lane.brokenInMs(nowMs);
    if (step.do !== 'wait' || brokenInMs === null) return step;
    return { do: 'wait', ms: Math.min(step.ms, Math.max(1, brokenInMs)) };
  }

  /** Messages of a channel that is switched off wait for a day, in case it was a mistake. */
  private expire(lane: Lane): Step {
    const { store, clock } = this.options;
    const waiting = store.outbox.waiting(lane.id, MOST_AT_ONCE);
    const leftMs = (createdAt: string) => Date.parse(createdAt) + TRIED_FOR_MS - clock.nowMs();
    const over = waiting.filter(({ createdAt }) => leftMs(createdAt) <= 0);
    for (const { id } of over) if (store.outbox.giveUp(id, null)) this.ended(id);
    // There may be more than are looked at in one turn.
    if (over.length > 0) return { do: 'wait', ms: 0 };
    const next = waiting.map(({ createdAt }) => leftMs(createdAt));
    return next.length === 0 ? { do: 'rest' } : { do: 'wait', ms: Math.min(...next) };
  }

  private async carry(lane: Lane, channel: StoredChannel, id: string): Promise<void> {
    const { outbox } = this.options.store;
    const row = outbox.get(id);
    if (!row) return;
    const abort = new AbortController();
    lane.abort = abort;
    try {
      const partly = (await this.attempt(channel, row, abort))?.toView() ?? null;
      const at = new Date(this.options.clock.nowMs()).toISOString();
      if (!outbox.sent(id, at, partly)) return;
      lane.allowance.take(this.nowMs());
      this.worked(lane, partly);
      this.ended(id);
    } catch (thrown) {
      const error = wrapError(thrown).toView();
      if (abort.signal.aborted && this.state === 'stopped') outbox.retry(id, row.createdAt, error);
      else this.failed(lane, channel, row, error);
    } finally {
      lane.abort = null;
    }
  }

  private failed(lane: Lane, channel: StoredChannel, row: OutboxRow, error: ErrorView): void {
    const { store, clock } = this.options;
    // Removed meanwhile, and its messages with it.
    if (!store.channels.get(channel.id)) return;
    const delayMs = retryDelayMs(error, lane.failures + 1, this.options.random());
    lane.failed(error, delayMs, this.nowMs());
    if (clock.nowMs() - Date.parse(row.createdAt) >= TRIED_FOR_MS) {
      if (store.outbox.giveUp(row.id, error)) this.ended(row.id);
    } else {
      store.outbox.retry(row.id, new Date(clock.nowMs() + delayMs).toISOString(), error);
      this.options.onChange();
    }
  }

  /** Makes one digest; then others have their turn. */
  private merge(lane: Lane, ids: readonly string[]): Promise<void> {
    const { store, clock } = this.options;
    const joined = store.atomically(() => {
      const rows = ids.map((id) => store.outbox.get(id)).filter((row) => row !== null);
      const digest = rows.find(({ message }) => message.merged);
      const into = digest?.id ?? randomUUID();
      const message = mergeMessages(into, rows);
      if (digest) store.outbox.rewrite(into, message);
      else store.outbox.add(into, lane.id, message, new Date(clock.nowMs()).toISOString());
      return rows.filter(({ id }) => id !== into && store.outbox.merge(id, into));
    });
    for (const { id, message } of joined) if (!message.merged) this.ended(id);
    return nextTurn();
  }

  private tellWhenBroken(lane: Lane, { id, config }: StoredChannel): void {
    if (lane.told || !lane.isBroken(this.nowMs())) return;
    lane.told = true;
    const { problems, store, clock } = this.options;
    const params = { name: config.name };
    const { lastError } = lane;
    const detail = lastError ? `${lastError.code}: ${lastError.detail}` : '';
    problems.reportOnce(holdfastError('CHANNEL_FAILING', { params, detail }).toView(), null);
    const notice: Message = {
      kind: 'notice',
      severity: 'HIGH',
      alerts: [],
      threadId: `channel:${id}`,
      idempotencyKey: `channel-failing:${id}:${clock.nowMs()}`,
      place: { tab: 'settings' },
      notice: { key: 'CHANNEL_FAILING', params },
    };
    for (const other of store.channels.list()) {
      const hears = SEVERITIES.indexOf(other.config.minSeverity) <= SEVERITIES.indexOf(notice.severity);
      const works = other.id !== id && other.config.enabled && !this.lane(other.id).isBroken(this.nowMs());
      if (hears && works) this.enqueue(other.id, notice);
    }
  }

  /** Settles the problem when no channel is broken any more. */
  settleWhenWell(): void {
    for (const lane of this.lanes.values()) lane.told &&= lane.isBroken(this.nowMs());
    if (this.failing().length === 0) this.options.problems.settle(null, ['CHANNEL_FAILING']);
  }
}

const interrupted = (): HoldfastError =>
  holdfastError('CONNECTION_FAILED', {
    params: { reason: 'Holdfast ended while the message was sent', uncertain: 1 },
  });

const tooLong = (name: string): HoldfastError =>
  holdfastError('REQUEST_TIMED_OUT', { params: { host: name, seconds: TRY_MS / 1_000, uncertain: 1 } });
