import { timeFormat } from './held';

/** How the time of day is written: `06:00`, or `6:00 AM` where people count to twelve. */
export function clockOptions(locale: string): Pick<Intl.DateTimeFormatOptions, 'hour' | 'minute'> {
  const { hour12 } = timeFormat(locale, { hour: 'numeric' }).resolvedOptions();
  return { hour: hour12 ? 'numeric' : '2-digit', minute: '2-digit' };
}
