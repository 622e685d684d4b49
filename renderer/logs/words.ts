/** The state of a log that is followed, in shape and words. */
import type { LogSourceStatus } from '@shared/logs';
import type { Texts } from '@/i18n';
import type { Tone } from '@/tone';

export const SOURCE_TONE: Record<LogSourceStatus['state'], Tone> = {
  following: 'ok',
  reading: 'busy',
  'no-file': 'warn',
  failing: 'bad',
  disabled: 'muted',
};

/** Worst first: what is said when there is room for one. */
const RANK: readonly LogSourceStatus['state'][] = ['failing', 'no-file', 'reading', 'following', 'disabled'];

export function worstState(sources: readonly LogSourceStatus[]): LogSourceStatus['state'] {
  return RANK.find((state) => sources.some((source) => source.state === state)) ?? 'following';
}

/** "Following", or how far it was read. */
export function stateWords({ state, behindBytes }: LogSourceStatus, { t, format }: Texts): string {
  return state === 'reading' && behindBytes > 0
    ? t('logs.sources.progress', { size: format.bytes(behindBytes) })
    : t(`logs.sources.states.${state}`);
}

/** Files, entries, format, and when alerts are raised. */
export function sourceFacts({ files, entries, format: recognised, config }: LogSourceStatus, texts: Texts): string[] {
  const { t, format } = texts;
  return [
    ...(recognised ? [t(`logs.formats.${recognised}`)] : []),
    t('logs.sources.files', { count: files, files: format.number(files) }),
    t('logs.sources.entries', { count: entries, entries: format.number(entries) }),
    ...(config.alertFrom ? [t('logs.sources.alert', { level: t(`logs.levels.${config.alertFrom}`) })] : []),
  ];
}
