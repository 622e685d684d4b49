/** Channels in words. */
import type { ChannelConfig, ChannelStatus } from '@shared/alerting';
import type { Texts } from '@/i18n';
import type { Tone } from '@/tone';

/** Id of the channel that is always there. */
export const NATIVE_CHANNEL = 'native';

export const CHANNEL_TONE: Record<ChannelStatus['state'], Tone> = {
  working: 'ok',
  failing: 'bad',
  unused: 'muted',
  disabled: 'muted',
};

export type ChannelKind = 'native' | 'email' | 'webhook' | 'slack';

/** Kinds as people tell them apart: a webhook in Slack's format is one of its own. */
export const kindOf = (config: ChannelConfig): ChannelKind =>
  config.kind === 'webhook' && config.format === 'slack' ? 'slack' : config.kind;

/** A channel's name; the desktop is named in the language of the window. */
export const channelName = (config: ChannelConfig, { t }: Texts): string =>
  config.kind === 'native' ? t('channels.nativeName') : config.name;

/** Where a channel leads: the recipients, or the host of a webhook. The rest of its address may be a secret. */
export function channelTarget(config: ChannelConfig): string {
  switch (config.kind) {
    case 'native':
      return '';
    case 'email':
      return config.to.join(', ');
    case 'webhook':
      return URL.canParse(config.url) ? new URL(config.url).host : config.url;
  }
}
