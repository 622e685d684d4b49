/** Local times of day: when nobody is to be disturbed, and when the daily digest is due. */
import type { Settings } from '@shared/settings';
import { wallOf } from '../backup/local-time';

const DAY_MS = 86_400_000;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * True while the clocks on the wall show a time in quiet hours, over midnight too. What they show decides: an hour that
 * comes twice is quiet twice, one that is jumped over is not waited for. Equal ends are no quiet hours.
 */
export function isQuiet({ enabled, from, to }: Settings['quietHours'], nowMs: number, timeZone: string): boolean {
  if (!enabled || from === to) return false;
  const wall = new Date(wallOf(nowMs, timeZone));
  const minutes = wall.getUTCHours() * 60 + wall.getUTCMinutes();
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  return begin < end ? minutes >= begin && minutes < end : minutes >= begin || minutes < end;
}

/** The last local day, `YYYY-MM-DD`, whose digest is due: today from `digestAt` on, yesterday before. */
export function digestDay(digestAt: string, nowMs: number, timeZone: string): string {
  const wallMs = wallOf(nowMs, timeZone);
  const minutes = Math.floor((wallMs % DAY_MS) / 60_000);
  const dayMs = minutes >= minutesOf(digestAt) ? wallMs : wallMs - DAY_MS;
  return new Date(dayMs).toISOString().slice(0, 10);
}
