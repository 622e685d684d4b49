/**
 * Steps through the wall times that a cron expression names. cron-parser reads the expression; its own stepping takes
 * milliseconds for each time, too long for the main process, which asks for many.
 */
import cronParser from 'cron-parser';
import { holdfastError } from '../errors/holdfast-error';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** 29 February comes after eight years at the latest. */
const MOST_DAYS = 9 * 366;
const KEPT = 200;

/** What an expression names, ascending. */
export interface CronFields {
  /** Minutes of a day. */
  times: readonly number[];
  /** True when it falls due on that day; the day as wall milliseconds of its midnight. */
  dueOn: (dayMs: number) => boolean;
}

const known = new Map<string, CronFields>();

/** Throws `SETTING_INVALID` for what cannot be read. */
export function cronFields(cron: string): CronFields {
  const before = known.get(cron);
  if (before) return before;
  const { hour, minute, dayOfMonth, month, dayOfWeek } = parse(cron);
  const times = hour.flatMap((at) => minute.map((past) => at * 60 + past));
  const fields = { times, dueOn: dayRule(cron, dayOfMonth, month, dayOfWeek) };
  // Expressions are few; what people try out in the window must not add up.
  if (known.size >= KEPT) known.clear();
  known.set(cron, fields);
  return fields;
}

/** The first wall time after `wallMs`. Throws `SETTING_INVALID` for what cannot be read, or never comes. */
export function nextWall(cron: string, wallMs: number): number {
  const { times, dueOn } = cronFields(cron);
  for (let dayMs = dayOf(wallMs), left = MOST_DAYS; left > 0; dayMs += DAY_MS, left--) {
    if (!dueOn(dayMs)) continue;
    const time = times.find((minute) => dayMs + minute * MINUTE_MS > wallMs);
    if (time !== undefined) return dayMs + time * MINUTE_MS;
  }
  throw invalid(cron, NEVER);
}

/** The last wall time before `wallMs`. Throws as `nextWall` does. */
export function previousWall(cron: string, wallMs: number): number {
  const { times, dueOn } = cronFields(cron);
  for (let dayMs = dayOf(wallMs), left = MOST_DAYS; left > 0; dayMs -= DAY_MS, left--) {
    if (!dueOn(dayMs)) continue;
    const time = times.findLast((minute) => dayMs + minute * MINUTE_MS < wallMs);
    if (time !== undefined) return dayMs + time * MINUTE_MS;
  }
  throw invalid(cron, NEVER);
}

const NEVER = 'no such day ever comes';
const dayOf = (wallMs: number): number => Math.floor(wallMs / DAY_MS) * DAY_MS;

/** As cron does: with both a day of the month and a day of the week given, either is enough. */
function dayRule(
  cron: string,
  daysOfMonth: readonly (number | string)[],
  months: readonly number[],
  daysOfWeek: readonly (number | string)[],
): (dayMs: number) => boolean {
  // Sunday is named by 0 and by 7.
  const anyWeekday = daysOfWeek.length === 8;
  const weekdays = new Set(daysOfWeek.map((day) => (typeof day === 'number' ? day % 7 : day)));
  const dates = new Set(daysOfMonth);
  const nth = Number(/#([1-5])/.exec(cron)?.[1] ?? 0);
  return (dayMs) => {
    const day = new Date(dayMs);
    const [date, weekday, month] = [day.getUTCDate(), day.getUTCDay(), day.getUTCMonth()];
    if (!months.includes(month + 1)) return false;
    if (nth > 0 && Math.ceil(date / 7) !== nth) return false;
    const lastDate = new Date(Date.UTC(day.getUTCFullYear(), month + 1, 0)).getUTCDate();
    const dateFits = dates.has(date) || (dates.has('L') && date === lastDate);
    const weekdayFits = weekdays.has(weekday) || (date + 7 > lastDate && isLast(weekdays, weekday));
    const anyDate = daysOfMonth.length >= lastDate;
    if (anyDate) return anyWeekday || weekdayFits;
    return anyWeekday ? dateFits : dateFits || weekdayFits;
  };
}

const isLast = (weekdays: ReadonlySet<number | string>, weekday: number): boolean =>
  weekdays.has(`${weekday}L`) || (weekday === 0 && weekdays.has('7L'));

type Fields = ReturnType<typeof cronParser.parseExpression>['fields'];

function parse(cron: string): Fields {
  try {
    return cronParser.parseExpression(cron, { currentDate: new Date(0), tz: 'UTC' }).fields;
  } catch (thrown) {
    throw invalid(cron, thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
}

const invalid = (cron: string, detail: string, cause?: unknown) =>
  holdfastError('SETTING_INVALID', { params: { setting: 'schedule', reason: `${cron}: ${detail}` }, detail, cause });
