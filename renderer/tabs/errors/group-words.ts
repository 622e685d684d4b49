/** How groups are named: their titles, states and trends. */
import { IconArrowBackUp, IconMinus, IconMoon, IconSparkles, IconTrendingUp } from '@tabler/icons-react';
import type { ErrorGroup, GroupState, GroupTrend } from '@shared/error-groups';
import { describeError } from '@shared/text';
import type { Texts } from '@/i18n';
import type { Tone } from '@/tone';

export const STATE_TONE: Record<GroupState, Tone> = {
  open: 'warn',
  acknowledged: 'busy',
  muted: 'muted',
  resolved: 'ok',
};

/** Each trend has a shape of its own. */
export const TREND_SHAPE = {
  new: IconSparkles,
  returned: IconArrowBackUp,
  growing: IconTrendingUp,
  steady: IconMinus,
  quiet: IconMoon,
} as const satisfies Record<GroupTrend, unknown>;

export const TREND_TONE: Record<GroupTrend, Tone> = {
  new: 'bad',
  returned: 'bad',
  growing: 'bad',
  steady: 'muted',
  quiet: 'muted',
};

/** What happened: in the words of its code for Holdfast's own errors, else as the application put it. */
export const groupTitle = ({ code, params, title }: ErrorGroup, { shared }: Texts): string =>
  code === null ? title : describeError(shared, { code, params }).what;

/** "Muted until …", with what ends it. */
export function stateWords({ state, mutedUntil, mutedUntilPerHour }: ErrorGroup, nowMs: number, texts: Texts): string {
  const { t, format } = texts;
  if (state !== 'muted') return t(`errors.state.${state}`);
  const time = mutedUntil === null ? null : format.stamp(mutedUntil, nowMs);
  const rate = mutedUntilPerHour === null ? null : format.number(mutedUntilPerHour);
  if (time !== null && rate !== null) return t('errors.mutedUntilBoth', { time, rate });
  if (time !== null) return t('errors.mutedUntil', { time });
  return rate === null ? t('errors.state.muted') : t('errors.mutedUntilRate', { rate });
}
