/** The outbox: what is to be told is written down with the decision to tell it, and sent until it has arrived. */
import { randomUUID } from 'node:crypto';
import type { ChannelConfig, ChannelInput, ChannelStatus, Delivery } from '@shared/alerting';
import type { ErrorCode, ErrorView } from '@shared/errors';
import type { Translate } from '@shared/text';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { Vault } from '../secrets/vault';
import type { ChannelsTable, StoredChannel } from '../store/channels';
import type { OutboxRow, OutboxTable } from '../store/outbox';
import { channelSecret } from './carriers';
import { deliveryOf } from './deliveries';
import { refuseOpenCredentials } from './email';
import { allowanceOf, monotonic, type OutboxClock } from './lane';
import { Sender } from './sender';
import type { Carriers, DeliveryOutcome, Message, Outbox } from './types';

/** Where lasting failures go: `ProblemLog`. */
export interface ProblemSink {
  reportOnce(error: ErrorView, databaseId: string | null): unknown;
  settle(databaseId: string | null, codes: readonly ErrorCode[]): void;
}

export interface OutboxOptions {
  store: { outbox: OutboxTable; channels: ChannelsTable; atomically<T>(work: () => T): T };
  vault: Vault;
  carriers: Carriers;
  /** False for a channel that cannot be used where this runs: its messages wait. All can, when left out. */
  canCarry?: (config: ChannelConfig) => boolean;
  translate(): Translate;
  clock: OutboxClock;
  /** 0…1. */
  random(): number;
  /** A channel or a message changed. */
  onChange(): void;
  onOutcome(outcome: DeliveryOutcome): void;
  /** Takes errors that belong to no message. */
  report(error: HoldfastError): void;
  problems: ProblemSink;
}

/** Id of the channel that a new store begins with: the desktop's notifications. */
export const NATIVE_CHANNEL = 'native';
const MOST_DELIVERIES = 100;
const KEPT_MS = 30 * 86_400_000;
const PRUNE_EVERY_MS = 86_400_000;
const PRUNED_AT_ONCE = 500;

/** Opens the outbox; a store that never had a channel gets the desktop's notifications as the first one. */
export function createOutbox(options: OutboxOptions): Outbox {
  return new StoredOutbox(options);
}

class StoredOutbox implements Outbox {
  private readonly sender: Sender;
  private prunedAtMs = Number.NEGATIVE_INFINITY;
  private stopped = false;

  constructor(private readonly options: OutboxOptions) {
    this.sender = new Sender(options, (channelId, message) => this.enqueue(channelId, message));
    const name = options.translate()('message.desktop');
    const first: ChannelConfig = { kind: 'native', name, enabled: true, minSeverity: 'MEDIUM' };
    options.store.channels.makeFirst(NATIVE_CHANNEL, first, this.now());
  }

  /** @throws ITEM_UNKNOWN for a channel that is not there */
  enqueue(channelId: string, message: Message): void {
    this.require(channelId);
    if (!this.options.store.outbox.add(randomUUID(), channelId, message, this.now())) return;
    this.sender.touch(channelId);
    this.prune();
  }

  wake(): void {
    this.sender.touchAll();
  }

  start(): void {
    this.sender.start();
    this.prune();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.sender.stop();
  }

  deliveries(channelId?: string): Delivery[] {
    const translate = this.options.translate();
    return this.options.store.outbox.newest(channelId, MOST_DELIVERIES).map((row) => {
      const delivery = deliveryOf(translate, row);
      if (row.state !== 'waiting' || row.nextAttemptAt === null) return delivery;
      // A message waits for its channel: what is stored with it is for a restart.
      const now = this.now();
      const due = row.nextAttemptAt < now ? row.nextAttemptAt : now;
      return { ...delivery, nextAttemptAt: this.heldUntil(row.channelId) ?? due };
    });
  }

  channels(): ChannelStatus[] {
    return this.options.store.channels.list().map((channel) => this.status(channel));
  }

  channelConfigs(): StoredChannel[] {
    return this.options.store.channels.list();
  }

  failing(): { id: string; name: string }[] {
    return this.sender.failing().map(({ id, config }) => ({ id, name: config.name }));
  }

  /** @throws ITEM_UNKNOWN; INVALID_INPUT for a login that would be sent in the open; NOT_AVAILABLE from the keyring */
  saveChannel({ id: given, config, secret }: ChannelInput): ChannelStatus {
    const { store, vault, clock } = this.options;
    const before = given === undefined ? null : this.require(given);
    if (config.kind === 'email') refuseOpenCredentials(config);
    const id = given ?? randomUUID();
    store.atomically(() => {
      store.channels.save(id, config, this.now());
      // A password for mail is not for a webhook.
      const otherKind = before !== null && before.config.kind !== config.kind;
      if (typeof secret === 'string') vault.set(channelSecret(id), secret);
      else if (secret === null || otherKind) vault.remove(channelSecret(id));
    });
    const lane = this.sender.lane(id);
    if (before?.config.kind !== config.kind) lane.allowance = allowanceOf(id, config.kind, store.outbox, clock);
    // What was wrong may be right now.
    lane.holdUntilMs = Number.NEGATIVE_INFINITY;
    this.sender.touch(id);
    this.sender.settleWhenWell();
    this.options.onChange();
    return this.status({ id, config });
  }

  /** Its messages and its secret go with it. @throws ITEM_UNKNOWN */
  removeChannel(id: string): void {
    const { store, vault } = this.options;
    this.require(id);
    store.atomically(() => {
      store.channels.remove(id);
      vault.remove(channelSecret(id));
    });
    this.sender.forget(id);
    this.options.onChange();
  }

  /** @throws ITEM_UNKNOWN */
  async test(id: string): Promise<Delivery> {
    const { outbox } = this.options.store;
    const channel = this.require(id);
    const rowId = randomUUID();
    outbox.add(rowId, id, testMessage(rowId), this.now());
    try {
      const partly = await this.sender.attempt(channel, this.row(rowId), new AbortController());
      if (outbox.sent(rowId, this.now(), partly?.toView() ?? null)) {
        this.sender.worked(this.sender.lane(id), partly?.toView() ?? null);
        this.sender.touch(id);
      }
    } catch (thrown) {
      const error = wrapError(thrown).toView();
      if (outbox.giveUp(rowId, error)) this.sender.lane(id).lastError = error;
    }
    const delivery = deliveryOf(this.options.translate(), this.row(rowId));
    this.sender.ended(rowId);
    return delivery;
  }

  /** Until when a channel sends nothing, because of a failure or of its limits; null when it may send now. */
  private heldUntil(channelId: string): string | null {
    const { clock } = this.options;
    const { nextTryMs } = this.sender.lane(channelId);
    const leftMs = nextTryMs === null ? 0 : nextTryMs - monotonic(clock);
    return leftMs > 0 ? new Date(clock.nowMs() + leftMs).toISOString() : null;
  }

  private now(): string {
    return new Date(this.options.clock.nowMs()).toISOString();
  }

  private require(id: string): StoredChannel {
    const channel = this.options.store.channels.get(id);
    if (!channel) throw holdfastError('ITEM_UNKNOWN', { detail: `channel ${id}` });
    return channel;
  }

  private row(id: string): OutboxRow {
    const row = this.options.store.outbox.get(id);
    // Its channel was removed meanwhile.
    if (!row) throw holdfastError('ITEM_UNKNOWN', { detail: `message ${id}` });
    return row;
  }

  private status({ id, config }: StoredChannel): ChannelStatus {
    const { lastSentAt, lastError, failures } = this.sender.lane(id);
    const used = lastSentAt === null ? 'unused' : 'working';
    const secretIn = this.options.vault.protection(channelSecret(id));
    return {
      id,
      config,
      hasSecret: secretIn !== null,
      ...(secretIn === null ? {} : { secretIn }),
      state: !config.enabled ? 'disabled' : failures > 0 ? 'failing' : used,
      lastSentAt,
      lastError,
      waiting: this.options.store.outbox.countWaiting(id),
    };
  }

  /** Once a day, a few at a time: nothing waits for it. */
  private prune(): void {
    const nowMs = monotonic(this.options.clock);
    if (nowMs - this.prunedAtMs < PRUNE_EVERY_MS) return;
    this.prunedAtMs = nowMs;
    const before = new Date(this.options.clock.nowMs() - KEPT_MS).toISOString();
    const some = (): void => {
      if (this.stopped) return;
      try {
        const deleted = this.options.store.outbox.prune(before, PRUNED_AT_ONCE);
        if (deleted === PRUNED_AT_ONCE) setImmediate(some);
      } catch (thrown) {
        this.options.report(wrapError(thrown));
      }
    };
    setImmediate(some);
  }
}

const testMessage = (id: string): Message => ({
  kind: 'test',
  severity: 'LOW',
  alerts: [],
  threadId: `test:${id}`,
  idempotencyKey: `test:${id}`,
  place: { tab: 'settings' },
});
