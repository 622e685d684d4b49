/** Schedules in Settings: spans to choose from, and what a pattern means in words. */
import { describe, expect, it } from 'vitest';
import { parseExpression } from 'cron-parser';
import type { Texts } from '@/i18n';
import { INTERVALS, intervalCron, nextInterval, readInterval } from '@/tabs/settings/interval';
import { cronWords } from '@/tabs/settings/schedule-words';

const now = new Date(2026, 10, 21, 12, 44, 30).getTime();

describe('a span between interval points', () => {
  it.each(INTERVALS)('of %i minutes is read back from its pattern, and runs when the scheduler runs it', (minutes) => {
    const cron = intervalCron(minutes);
    expect(readInterval(` ${cron.replaceAll(' ', '  ')} `)).toBe(minutes);
    for (const at of [now, new Date(2026, 10, 21, 12, 45).getTime(), new Date(2026, 11, 31, 23, 59, 59).getTime()]) {
      const expected = parseExpression(cron, { currentDate: new Date(at) })
        .next()
        .toDate();
      expect(nextInterval(minutes, at)).toEqual(expected);
    }
  });
  it.each(['*/7 * * * *', '*/15 8-18 * * *', '0 2 * * *', ''])('is not read from %j', (cron) =>
    expect(readInterval(cron)).toBeNull(),
  );
});

describe('in words', () => {
  const texts = {
    t: (key: string, values: Record<string, unknown> = {}) => `${key} ${JSON.stringify(values)}`,
    format: { stamp: (iso: string) => new Date(iso).toTimeString().slice(0, 5) },
  } as unknown as Texts;
  it.each([
    ['*/15 * * * *', 'settings.cron.interval {"minutes":15,"next":"12:45"}'],
    ['0 * * * *', 'settings.cron.hour {"minutes":60,"next":"13:00"}'],
    ['0 2 * * *', 'settings.cron.day {"time":"02:00","next":"02:00"}'],
    ['*/20 8-18 * * 1-5', 'settings.cron.own {}'],
  ])('%s', (cron, words) => expect(cronWords(cron, now, texts)).toBe(words));
});
