/** A moment as short as it is clear: the time of day, with the day when it is another one. */
export function shortMoment(atMs: number, nowMs: number, locale: string): string {
  const sameDay = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return new Intl.DateTimeFormat(locale, {
    ...(sameDay ? {} : { weekday: 'short', month: 'short', day: 'numeric' }),
    hour: 'numeric',
    minute: '2-digit',
  }).format(atMs);
}
