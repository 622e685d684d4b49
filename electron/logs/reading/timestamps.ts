/**
 * Time stamps at a place of a line, read character by character: no pattern, so that no line takes long.
 *
 * A stamp without a zone is in the zone of this machine. Of the hour that comes twice when daylight saving ends the
 * first one is taken; a time in the hour that is left out in spring is moved on by it, as `Date` does.
 */

/** A stamp and where it ends. */
export interface Stamp {
  atMs: number;
  end: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86_400_000;

/** The number of `digits` digits at `at`; -1 when there are none. */
function number(line: string, at: number, digits: number): number {
  let value = 0;
  for (let index = at; index < at + digits; index += 1) {
    const digit = line.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Lines beside each other share their minute: only the first of them asks the calendar. */
let minuteKey = -1;
let minuteMs = 0;

function localMinute(year: number, month: number, day: number, hour: number, minute: number): number {
  const key = (((year * 13 + month) * 32 + day) * 24 + hour) * 60 + minute;
  if (key !== minuteKey) {
    minuteKey = key;
    minuteMs = new Date(year, month - 1, day, hour, minute).getTime();
  }
  return minuteMs;
}

let utcKey = -1;
let utcMs = 0;

function utcMinute(year: number, month: number, day: number, hour: number, minute: number): number {
  const key = (((year * 13 + month) * 32 + day) * 24 + hour) * 60 + minute;
  if (key !== utcKey) {
    utcKey = key;
    utcMs = Date.UTC(year, month - 1, day, hour, minute);
  }
  return utcMs;
}

/** Time of day, `03:04:05`, with a fraction after `.` or `,`. */
interface Clock {
  hour: number;
  minute: number;
  ms: number;
  end: number;
}

function clockAt(line: string, at: number): Clock | null {
  if (line.charCodeAt(at + 2) !== 58 || line.charCodeAt(at + 5) !== 58) return null;
  const hour = number(line, at, 2);
  const minute = number(line, at + 3, 2);
  const second = number(line, at + 6, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return null;
  let end = at + 8;
  let fraction = 0;
  const mark = line.charCodeAt(end);
  if (mark === 46 || mark === 44) {
    let scale = 100;
    let index = end + 1;
    for (; index < end + 10; index += 1) {
      const digit = line.charCodeAt(index) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      fraction += digit * scale;
      scale /= 10;
    }
    if (index > end + 1) end = index;
  }
  return { hour, minute, ms: second * 1_000 + Math.floor(fraction + 1e-6), end };
}

/** Offset from UTC, minutes, of `Z`, `+09:00`, `+0900`, `+09`, `UTC`; null without one. */
function zoneAt(line: string, at: number): { minutes: number; end: number } | null {
  let start = at;
  if (line.charCodeAt(start) === 32) start += 1;
  const code = line.charCodeAt(start);
  if (code === 90 && start === at) return { minutes: 0, end: start + 1 };
  if (code === 85 && line.startsWith('UTC', start)) return { minutes: 0, end: start + 3 };
  if (code === 71 && line.startsWith('GMT', start)) return { minutes: 0, end: start + 3 };
  if (code !== 43 && code !== 45) return null;
  const hours = number(line, start + 1, 2);
  if (hours < 0 || hours > 23) return null;
  const colon = line.charCodeAt(start + 3) === 58 ? 1 : 0;
  let minutes = number(line, start + 3 + colon, 2);
  let end = start + 5 + colon;
  if (minutes < 0 || minutes > 59) {
    // `+09` alone, but not the ` -12` of a message.
    if (start !== at || colon === 1) return null;
    minutes = 0;
    end = start + 3;
  }
  const total = hours * 60 + minutes;
  return { minutes: code === 45 ? -total : total, end };
}

function isDate(year: number, month: number, day: number): boolean {
  return year >= 1970 && year <= 9_998 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

function at(year: number, month: number, day: number, clock: Clock, line: string): Stamp {
  const zone = zoneAt(line, clock.end);
  if (zone === null) {
    return { atMs: localMinute(year, month, day, clock.hour, clock.minute) + clock.ms, end: clock.end };
  }
  const utc = utcMinute(year, month, day, clock.hour, clock.minute) + clock.ms;
  return { atMs: utc - zone.minutes * 60_000, end: zone.end };
}

/** `2026-01-02 03:04:05,678`, `2026-01-02T03:04:05.678901Z`, `2026/01/02 03:04:05 +0900`. */
export function isoStamp(line: string, start: number): Stamp | null {
  const dash = line.charCodeAt(start + 4);
  if ((dash !== 45 && dash !== 47) || line.charCodeAt(start + 7) !== dash) return null;
  const separator = line.charCodeAt(start + 10);
  if (separator !== 32 && separator !== 84 && separator !== 116) return null;
  const year = number(line, start, 4);
  const month = number(line, start + 5, 2);
  const day = number(line, start + 8, 2);
  if (!isDate(year, month, day)) return null;
  const clock = clockAt(line, start + 11);
  return clock === null ? null : at(year, month, day, clock, line);
}

/** Month 1 to 12 of its English short name at a place; 0 when there is none. */
function monthAt(line: string, start: number): number {
  const code = line.charCodeAt(start);
  if (code < 65 || code > 83) return 0;
  return MONTHS.indexOf(line.slice(start, start + 3)) + 1;
}

/** `02/Jan/2026:03:04:05 +0000`, `02/Jan/2026 03:04:05`: web servers, Django's own server. */
export function webStamp(line: string, start: number): Stamp | null {
  if (line.charCodeAt(start + 2) !== 47 || line.charCodeAt(start + 6) !== 47) return null;
  const separator = line.charCodeAt(start + 11);
  if (separator !== 58 && separator !== 32) return null;
  const month = monthAt(line, start + 3);
  const year = number(line, start + 7, 4);
  const day = number(line, start, 2);
  if (!isDate(year, month, day)) return null;
  const clock = clockAt(line, start + 12);
  return clock === null ? null : at(year, month, day, clock, line);
}

/** `Fri Jan 02 03:04:05.123456 2026`: Apache's error log. */
export function apacheStamp(line: string, start: number): Stamp | null {
  if (line.charCodeAt(start + 3) !== 32) return null;
  const month = monthAt(line, start + 4);
  if (month === 0 || line.charCodeAt(start + 7) !== 32) return null;
  const day = number(
    line,
    line.charCodeAt(start + 8) === 32 ? start + 9 : start + 8,
    line.charCodeAt(start + 8) === 32 ? 1 : 2,
  );
  const clock = clockAt(line, start + 11);
  if (clock === null || line.charCodeAt(clock.end) !== 32) return null;
  const year = number(line, clock.end + 1, 4);
  if (!isDate(year, month, day)) return null;
  return { atMs: localMinute(year, month, day, clock.hour, clock.minute) + clock.ms, end: clock.end + 5 };
}

/** `Jan  2 03:04:05`, syslog of old and journald: it has no year, so it is of the last one in which it is not in the future. */
export function syslogStamp(line: string, start: number, nowMs: number): Stamp | null {
  const month = monthAt(line, start);
  if (month === 0 || line.charCodeAt(start + 3) !== 32) return null;
  const padded = line.charCodeAt(start + 4) === 32;
  const day = number(line, padded ? start + 5 : start + 4, padded ? 1 : 2);
  if (day < 1 || day > 31 || line.charCodeAt(start + 6) !== 32) return null;
  const clock = clockAt(line, start + 7);
  if (clock === null) return null;
  return { atMs: inThePast(month, day, clock, nowMs), end: clock.end };
}

function inThePast(month: number, day: number, clock: Clock, nowMs: number): number {
  // Clocks of other machines may be ahead, and written in another zone.
  const limit = nowMs + DAY_MS;
  const thisYear = new Date(nowMs).getFullYear() + 1;
  for (let year = thisYear; year > thisYear - 10; year -= 1) {
    // 29 February is of a leap year.
    if (day > new Date(year, month, 0).getDate()) continue;
    const atMs = localMinute(year, month, day, clock.hour, clock.minute) + clock.ms;
    if (atMs <= limit) return atMs;
  }
  return localMinute(thisYear - 1, month, day, clock.hour, clock.minute) + clock.ms;
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size; null for other numbers. */
export function epochMs(value: number): number | null {
  if (!Number.isFinite(value) || value <= 0) return null;
  if (value < 1e8) return null;
  if (value < 1e11) return Math.floor(value * 1_000);
  if (value < 1e14) return Math.floor(value);
  return Math.floor(value < 1e17 ? value / 1_000 : value / 1_000_000);
}
