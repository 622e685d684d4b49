import type { ChartEvent } from '@shared/metrics';
import type { TextKey } from '@shared/text';
import type { Texts } from '@/i18n';

/** An event in words: what it was, of what, and when. */
export function eventText({ kind, params, atMs, untilMs }: ChartEvent, { shared, format }: Texts): string {
  const titleKey = params['titleKey'];
  // an alert has a title of its own; everything else is named by its database
  const name =
    kind === 'alert' && titleKey !== undefined
      ? shared(`alertTitle.${titleKey}` as TextKey, params)
      : String(params['name'] ?? '');
  const took = untilMs !== null && untilMs > atMs ? `, ${format.shortDuration(untilMs - atMs)}` : '';
  return `${shared(`chartEvent.${kind}`, { ...params, name })} (${format.clock(atMs)}${took})`;
}
