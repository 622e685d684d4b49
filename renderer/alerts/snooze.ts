/** For how long people are not told: the choices, and the minutes each of them means at a given moment. */

export const SNOOZE_CHOICES = ['30m', '1h', '4h', 'tomorrow', '1d', '1w'] as const;
export type SnoozeChoice = (typeof SNOOZE_CHOICES)[number];

export const PAUSE_CHOICES = ['30m', '1h', '4h', 'tomorrow'] as const satisfies readonly SnoozeChoice[];

const FIXED_MINUTES: Record<Exclude<SnoozeChoice, 'tomorrow'>, number> = {
  '30m': 30,
  '1h': 60,
  '4h': 240,
  '1d': 1_440,
  '1w': 10_080,
};

/** Local hour at which "tomorrow" ends. */
const MORNING_HOUR = 9;
export const MORNING = '09:00';
const MINUTE_MS = 60_000;

/** Whole minutes from `nowMs` to the end of a choice. Tomorrow is the next calendar day, whatever its length. */
export function snoozeMinutes(choice: SnoozeChoice, nowMs: number): number {
  if (choice !== 'tomorrow') return FIXED_MINUTES[choice];
  const now = new Date(nowMs);
  const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING_HOUR);
  return Math.ceil((morning.getTime() - nowMs) / MINUTE_MS);
}

/** The moment a choice ends. */
export function snoozeEndMs(choice: SnoozeChoice, nowMs: number): number {
  return nowMs + snoozeMinutes(choice, nowMs) * MINUTE_MS;
}
