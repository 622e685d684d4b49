/** The carrier of each kind of channel. */
import { assertNever } from '@shared/errors';
import type { Translate } from '@shared/text';
import type { Vault } from '../secrets/vault';
import { createEmailCarrier } from './email';
import { createNativeCarrier } from './native';
import type { Carriers, ShowNative } from './types';
import { createWebhookCarrier, type Request } from './webhook';

export interface CarrierOptions {
  vault: Pick<Vault, 'get'>;
  showNative: ShowNative;
  /** `guardedRequest`. */
  request: Request;
  translate: () => Translate;
  /** Name of this machine, as people are told it. */
  host: string;
  nowMs: () => number;
  /** Authorities of mail servers to trust in place of the built-in ones, PEM. */
  authorities?: string;
}

/** Name under which the vault keeps the password or the token of a channel. */
export const channelSecret = (channelId: string): string => `channel:${channelId}`;

export function createCarriers(options: CarrierOptions): Carriers {
  const { vault, showNative, request, translate, host, nowMs, authorities } = options;
  return ({ id, config }) => {
    const secret = () => vault.get(channelSecret(id), config.name);
    switch (config.kind) {
      case 'native':
        return createNativeCarrier(showNative, translate);
      case 'email':
        return createEmailCarrier({
          config,
          secret,
          translate,
          host,
          ...(authorities === undefined ? {} : { authorities }),
        });
      case 'webhook':
        return createWebhookCarrier({ config, secret, translate, host, request, nowMs });
      default:
        return assertNever(config);
    }
  };
}
