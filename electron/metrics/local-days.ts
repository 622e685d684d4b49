/** Local calendar days: 23, 24 or 25 hours long. */
import { momentOf, wallOf } from '../backup/local-time';
import { DAY_MS, floorTo } from './samples';

/** First moment of the local day that holds `atMs`. */
export function dayStart(atMs: number, timeZone: string): number {
  return momentOf(floorTo(wallOf(atMs, timeZone), DAY_MS), timeZone);
}

/** First moment of the local day after the one that holds `atMs`. */
export function nextDay(atMs: number, timeZone: string): number {
  return momentOf(floorTo(wallOf(atMs, timeZone), DAY_MS) + DAY_MS, timeZone);
}

/** Number of the local day since 1970: groups of days keep their place while a chart is moved. */
export const dayNumber = (atMs: number, timeZone: string): number => Math.floor(wallOf(atMs, timeZone) / DAY_MS);

/** First moment of the local day with this number. */
export const startOfDayNumber = (day: number, timeZone: string): number => momentOf(day * DAY_MS, timeZone);
