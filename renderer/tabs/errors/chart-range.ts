/** The time that the charts of errors show. */
import { createValue } from '@/value';

export const CHART_RANGES = ['day', 'week', 'month'] as const;
export type ChartRange = (typeof CHART_RANGES)[number];

const DAY_MS = 86_400_000;
export const SPAN_MS: Record<ChartRange, number> = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS };

/** Kept while the window is open. */
export const shownRange = createValue<ChartRange>('day');
