/** One line of an alert's story in words. */
import type { AlertEvent, AlertView, ChannelStatus } from '@shared/alerting';
import { ERRORS, type ErrorCode, SEVERITIES } from '@shared/errors';
import { METRIC_UNITS } from '@shared/metrics';
import type { TextKey } from '@shared/text';
import type { Texts } from '@/i18n';
import { channelName } from './channel-words';
import { limitWords, valueWords } from './values';

/** What happened, with values in the alert's unit, channels by name and reasons in words. */
export function eventWords(
  { kind, params }: AlertEvent,
  alert: Pick<AlertView, 'unit'>,
  channels: readonly ChannelStatus[],
  texts: Texts,
): string {
  const { shared } = texts;
  const words = { ...params };
  const unit = METRIC_UNITS.find((one) => one === params['unit']) ?? alert.unit;
  for (const name of ['value', 'threshold']) {
    const value = words[name];
    if (typeof value === 'number') words[name] = (name === 'value' ? valueWords : limitWords)(value, unit, texts);
  }
  const severity = SEVERITIES.find((one) => one === params['severity']);
  if (severity) words['severity'] = shared(`severity.${severity}`);
  const channel = channels.find(({ id }) => id === params['channel']);
  if (channel) words['channel'] = channelName(channel.config, texts);
  const { reason, code } = params;
  if (kind === 'suppressed' && typeof reason === 'string') words['reason'] = suppressionWords(reason, texts);
  else if (reason === undefined && isErrorCode(code)) words['reason'] = shared(`errors.${code}.what`, params);
  return shared(`alertEvent.${kind}`, words);
}

/** Why nobody was told; a reason that has no words here (written by a newer Holdfast) stays as it is. */
function suppressionWords(reason: string, { shared }: Texts): string {
  const key = `suppression.${reason}`;
  const words = shared(key as TextKey);
  return words === key ? reason : words;
}

const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERRORS, code);
