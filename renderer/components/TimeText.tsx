import { Tooltip } from '@mantine/core';
import type { Rounding } from '@/format/duration';
import { useNow } from '@/format/now';
import { nearDay } from '@/format/time';
import { type Texts, useTexts } from '@/i18n';

/** A time as people say it, the exact one on hover. */
export function TimeText({ iso, rounding }: { iso: string; rounding?: Rounding }) {
  const { format } = useTexts();
  const now = useNow();
  return (
    <Tooltip label={format.exact(iso)}>
      <time dateTime={iso}>{format.relative(iso, now, rounding)}</time>
    </Tooltip>
  );
}

/** "03:12 today", "03:12 yesterday", else the day and the time of day. */
export function recentWords(iso: string, nowMs: number, { t, format }: Texts): string {
  const day = nearDay(iso, nowMs);
  return day ? t(`common.${day}`, { time: format.timeOfDay(iso) }) : format.stamp(iso, nowMs);
}

/** Day and time of day, with the exact time on hover. */
export function StampText({ iso }: { iso: string }) {
  const { format } = useTexts();
  const now = useNow();
  return (
    <Tooltip label={format.exact(iso)}>
      <time dateTime={iso}>{format.stamp(iso, now)}</time>
    </Tooltip>
  );
}
