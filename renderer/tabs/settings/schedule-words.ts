/** Schedules in words. */
import { nextSimpleRun, readSimpleCron } from '@/format/cron';
import type { Texts } from '@/i18n';
import { nextInterval, readInterval } from './interval';

/** When a pattern runs and when it is next; only that it is one of its own when it cannot be said. */
export function cronWords(cron: string, now: number, { t, format }: Texts): string {
  const minutes = readInterval(cron);
  if (minutes !== null) {
    const next = format.stamp(nextInterval(minutes, now).toISOString(), now);
    return t(minutes === 60 ? 'settings.cron.hour' : 'settings.cron.interval', { minutes, next });
  }
  const simple = readSimpleCron(cron);
  if (!simple) return t('settings.cron.own');
  const time = `${String(simple.hour).padStart(2, '0')}:${String(simple.minute).padStart(2, '0')}`;
  const next = format.stamp(nextSimpleRun(simple, now).toISOString(), now);
  switch (simple.every) {
    case 'day':
      return t('settings.cron.day', { time, next });
    case 'week':
      return t('settings.cron.week', { time, next, weekday: format.weekday(simple.weekday) });
    case 'month':
      return t('settings.cron.month', { time, next, day: simple.day });
  }
}
