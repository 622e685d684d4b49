/** Messages of the outbox as the delivery log shows them, and the key that a receiver knows them by. */
import { createHash } from 'node:crypto';
import type { Delivery } from '@shared/alerting';
import type { Translate } from '@shared/text';
import type { OutboxRow } from '../store/outbox';
import { messageTitle } from './words';

export function deliveryOf(translate: Translate, row: OutboxRow): Delivery {
  return {
    id: row.id,
    channelId: row.channelId,
    createdAt: row.createdAt,
    kind: row.message.kind,
    title: messageTitle(translate, row.message),
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: row.nextAttemptAt,
    sentAt: row.sentAt,
    error: row.error,
  };
}

/** The same for every try of a message through one channel, and nothing that tells of its content. */
export const sendingKey = ({ channelId, message }: OutboxRow): string =>
  createHash('sha256').update(`${channelId}\n${message.idempotencyKey}`).digest('hex').slice(0, 40);
