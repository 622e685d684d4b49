/** What is told to people, and the outbox that tells it. */
import type { ChannelConfig, ChannelInput, ChannelStatus, Delivery } from '@shared/alerting';
import type { Severity } from '@shared/errors';
import type { Place } from '@shared/ipc';
import type { MetricUnit } from '@shared/metrics';
import type { HoldfastError } from '../errors/holdfast-error';

/** An alert as it was when a message about it was written. */
export interface MessageAlert {
  alertId: string;
  titleKey: string;
  params: Record<string, string | number>;
  severity: Severity;
  state: string;
  value: number | null;
  threshold: number | null;
  unit: MetricUnit;
  firingSince: string | null;
  resolvedAt: string | null;
}

/** One message. Words are made when it is sent, in the language of the settings. */
export interface Message {
  kind: Delivery['kind'];
  severity: Severity;
  /** Worst first; empty for a test or a notice. */
  alerts: MessageAlert[];
  /** Messages with the same thread are about the same incident. */
  threadId: string;
  /** Two messages with the same key are one: it is sent once. */
  idempotencyKey: string;
  /** Where a click leads. */
  place: Place;
  /** For `notice`. */
  notice?: MessageNotice;
  /** For a digest that the outbox made of messages that waited. */
  merged?: {
    /** Messages in it. */
    count: number;
    /** When the oldest of them was written. */
    since: string;
    notices: MessageNotice[];
  };
}

/** Something told in fixed words: `notify.<key>.title` and `.body`, or the words of an error when `key` is its code. */
export interface MessageNotice {
  key: string;
  params: Record<string, string | number>;
}

/** What became of a message; told once for each message that ends. */
export interface DeliveryOutcome {
  delivery: Delivery;
  alertIds: string[];
}

/**
 * A channel that can carry a message now. Resolves with an error when only a part of the recipients got it. Rejects
 * with a `HoldfastError`; `retryable` says whether trying again helps. Two values of its `params` are for the outbox:
 * `uncertain` 1 when the message may have arrived all the same, `retryAfterSeconds` when the service said when to come
 * again. The same message comes with the same key, also after a crash, so that receivers can drop what they have had.
 */
export interface Carrier {
  send(message: Message, options: { signal: AbortSignal; idempotencyKey: string }): Promise<HoldfastError | null>;
}

/** Makes the carrier of a channel as it is configured now. */
export type Carriers = (channel: { id: string; config: ChannelConfig }) => Carrier;

/** Shows a native notification; rejects with `NOTIFICATION_NOT_SHOWN`. */
export type ShowNative = (notification: {
  title: string;
  body: string;
  critical: boolean;
  place: Place;
}) => Promise<void>;

export interface Outbox {
  /** Writes the message down for a channel; sending follows. Does nothing when its key was written before. */
  enqueue(channelId: string, message: Message): void;
  /** Sends what is due now: after wake, after a channel was changed. */
  wake(): void;
  start(): void;
  /** Waits for what is being sent. */
  stop(): Promise<void>;
  /** Newest first, at most 100. */
  deliveries(channelId?: string): Delivery[];
  channels(): ChannelStatus[];
  /** Channels through which messages do not arrive: three failures in a row, or ten minutes of them. */
  failing(): { id: string; name: string }[];
  channelConfigs(): { id: string; config: ChannelConfig }[];
  saveChannel(input: ChannelInput): ChannelStatus;
  removeChannel(id: string): void;
  /** Sends a test message past all limits; gives the delivery, also when it failed. */
  test(id: string): Promise<Delivery>;
}
