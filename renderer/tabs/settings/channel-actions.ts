/** What the buttons about channels do. */
import type { ChannelConfig, ChannelInput, ChannelStatus, Delivery } from '@shared/alerting';
import { channelName, NATIVE_CHANNEL } from '@/alerts/channel-words';
import { call } from '@/api';
import { confirm } from '@/dialogs';
import { currentTexts } from '@/i18n';
import { attempt, notifyDone } from '@/notify';
import { queryClient } from '@/queries';

const toastOf = (id: string): string => `channel-${id}`;

export const refreshChannels = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['channels'] });

/**
 * Saves a channel; `secret` as the contract says: undefined leaves the stored one.
 * @throws RequestError when the main process refuses it.
 */
export async function saveChannel(
  config: ChannelConfig,
  id: string | null,
  secret: string | null | undefined,
): Promise<ChannelStatus> {
  const input: ChannelInput = { ...(id === null ? {} : { id }), config, ...(secret === undefined ? {} : { secret }) };
  const saved = await call('channels:save', input);
  await refreshChannels();
  return saved;
}

/** Switches a channel on or off, with a way back. */
export async function switchChannel({ id, config }: ChannelStatus, enabled: boolean): Promise<void> {
  const texts = currentTexts();
  const { t } = texts;
  const saved = await attempt(() => saveChannel({ ...config, enabled }, id, undefined));
  if (!saved) return;
  const takeBack = (): void => {
    void attempt(async () => {
      await saveChannel(config, id, undefined);
      notifyDone(t('settings.takenBack'), { id: toastOf(id) });
    });
  };
  notifyDone(t(enabled ? 'channels.switchedOn' : 'channels.switchedOff', { name: channelName(config, texts) }), {
    id: toastOf(id),
    action: { label: t('common.undo'), run: takeBack },
  });
}

/** Sends a test message; the answer is shown where it was asked for. Undefined when even that could not be asked. */
export async function testChannel(id: string): Promise<Delivery | undefined> {
  const delivery = await attempt(() => call('channels:test', { id }));
  await refreshChannels();
  return delivery;
}

/** Asks, naming what goes with it, then deletes a channel. True when it is gone. */
export async function removeChannel(channel: ChannelStatus, all: readonly ChannelStatus[]): Promise<boolean> {
  const texts = currentTexts();
  const { t } = texts;
  const name = channelName(channel.config, texts);
  const others = all.filter(({ id }) => id !== channel.id && id !== NATIVE_CHANNEL);
  const confirmed = await confirm({
    title: t('channels.removeTitle', { name }),
    lines: [
      t('channels.removeEffect'),
      ...(channel.waiting > 0 ? [t('channels.removeWaiting', { count: channel.waiting })] : []),
      ...(others.length === 0 ? [t('channels.removeLast')] : []),
    ],
    confirmLabel: t('channels.removeConfirm'),
    danger: true,
  });
  if (!confirmed) return false;
  const removed = await attempt(() => call('channels:remove', { id: channel.id }));
  if (removed === undefined) return false;
  await refreshChannels();
  notifyDone(t('channels.removed', { name }), { id: toastOf(channel.id) });
  return true;
}
