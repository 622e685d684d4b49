/** The choices of how long, in words. */
import type { Texts } from '@/i18n';
import { timeOfDay } from './moment';
import { MORNING, type SnoozeChoice } from './snooze';

export const choiceWords = (choice: SnoozeChoice, { t, format }: Texts): string =>
  t(`alerts.choice.${choice}`, { time: timeOfDay(MORNING, format.locale) });
