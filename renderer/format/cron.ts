/** Plain cron patterns that can be said in words; anything else is shown as it is written. */
export type SimpleCron = { hour: number; minute: number } & (
  | { every: 'day' }
  | { every: 'week'; weekday: number }
  | { every: 'month'; day: number }
);

const wholeNumber = (field: string | undefined, least: number, most: number): number | null => {
  if (!field || !/^\d{1,2}$/.test(field)) return null;
  const value = Number(field);
  return value >= least && value <= most ? value : null;
};

/** Reads a pattern of the forms `m h * * *`, `m h * * d` and `m h D * *`; null for any other. */
export function readSimpleCron(cron: string): SimpleCron | null {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5) return null;
  const [minuteField, hourField, dayField, monthField, weekdayField] = fields;
  const minute = wholeNumber(minuteField, 0, 59);
  const hour = wholeNumber(hourField, 0, 23);
  if (minute === null || hour === null || monthField !== '*') return null;
  if (dayField === '*' && weekdayField === '*') return { every: 'day', hour, minute };
  const weekday = wholeNumber(weekdayField, 0, 7);
  if (dayField === '*' && weekday !== null) return { every: 'week', weekday: weekday % 7, hour, minute };
  const day = wholeNumber(dayField, 1, 31);
  if (weekdayField === '*' && day !== null) return { every: 'month', day, hour, minute };
  return null;
}

/** Next local time that a simple pattern names, after `nowMs`. */
export function nextSimpleRun(cron: SimpleCron, nowMs: number): Date {
  const now = new Date(nowMs);
  // 31 days cover a week and most months; a day 31 may need two months
  for (let ahead = 0; ahead <= 62; ahead += 1) {
    const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead, cron.hour, cron.minute);
    if (at.getTime() <= nowMs) continue;
    if (cron.every === 'week' && at.getDay() !== cron.weekday) continue;
    if (cron.every === 'month' && at.getDate() !== cron.day) continue;
    return at;
  }
  throw new RangeError(`no day ${JSON.stringify(cron)} within two months`);
}
