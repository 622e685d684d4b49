/**
 * A record as a year of measuring leaves it: hours of a year and minutes of the last weeks, of metrics that move as a
 * machine's do. Every number follows from metric and time alone, so that answers can be checked against it.
 */
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** The same number in 0…1 for the same two numbers. */
function chance(a, b) {
  let x = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 7, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return ((x ^ (x >>> 15)) >>> 0) / 4_294_967_296;
}

/** As the record keeps it: whole numbers, and fractions with five digits. */
const kept = (value) => (Number.isInteger(value) ? value : Math.round(value * 1e5) / 1e5);

/** How a metric moves: `of(place, bucket)` gives the numbers of one minute or one hour. */
const KINDS = {
  busy: (place, bucket) => {
    const min = 0.1 + chance(place, bucket) * 0.1;
    return [min, min + 0.05 + chance(place + 1_000, bucket) * 0.1, min + 0.2 + chance(place + 2_000, bucket) * 0.5];
  },
  traffic: (place, bucket) => {
    const avg = Math.round(chance(place, bucket) * 90_000);
    return [Math.round(avg / 3), avg, avg * 4];
  },
  slow: (place, bucket) => {
    const value = 0.4 + (bucket % 1_440) / 20_000 + place / 1_000;
    return [value, value, value];
  },
  constant: (place) => [place * 1e9, place * 1e9, place * 1e9],
};
const KIND_OF = ['busy', 'traffic', 'slow', 'constant'];

export const yearKeys = (count) =>
  Array.from({ length: count }, (_, place) => {
    const kind = KIND_OF[place % KIND_OF.length];
    return (
      { busy: 'pressure.cpu', traffic: 'disk.read', slow: 'disk.used', constant: 'disk.total' }[kind] + `:${place}`
    );
  });

const sampleOf = (place, bucket, n) => {
  const [min, avg, max] = KINDS[KIND_OF[place % KIND_OF.length]](place, bucket).map(kept);
  return { n, min, avg, max };
};

/** What one metric has in one minute, as the record has it. The minutes of all days are alike. */
export const minuteOf = (place, atMs) => sampleOf(place, Math.floor((atMs % DAY) / MINUTE), 12);

/** What one metric has in one hour: of the time from `minutesFromMs` on that is made from its minutes. */
export function hourOf(place, atMs, minutesFromMs) {
  if (atMs < minutesFromMs) return sampleOf(place, Math.floor(atMs / HOUR), 720);
  const minutes = Array.from({ length: 60 }, (_, minute) => minuteOf(place, atMs + minute * MINUTE));
  return {
    n: 720,
    min: Math.min(...minutes.map(({ min }) => min)),
    avg: Number((minutes.reduce((sum, { avg }) => sum + avg, 0) / 60).toPrecision(5)),
    max: Math.max(...minutes.map(({ max }) => max)),
  };
}

/**
 * @param {object} parts `RecordFiles`, `recordName`, `keysLine` and `snapshotLine` of the sources or of a build
 * `endMs` must be the begin of a UTC day.
 * @param {{ folder: string, endMs: number, days: number, minuteDays: number, keys: string[] }} wish
 */
export function writeYear(
  { RecordFiles, recordName, keysLine, snapshotLine },
  { folder, endMs, days, minuteDays, keys },
) {
  const files = new RecordFiles(folder);
  const minutesFromMs = endMs - minuteDays * DAY;
  const line = (atMs, sample) => snapshotLine(atMs, keys, new Map(keys.map((key, place) => [key, sample(place)])));
  const hours = new Map();
  for (let atMs = endMs - days * DAY; atMs < endMs; atMs += HOUR) {
    const name = recordName('1h', atMs);
    const text = line(atMs, (place) => hourOf(place, atMs, minutesFromMs));
    hours.set(name, (hours.get(name) ?? keysLine(keys)) + text);
  }
  for (const [name, text] of hours) files.append(name, text);
  const aDay = Array.from({ length: DAY / MINUTE }, (_, minute) =>
    line(minute * MINUTE, (place) => minuteOf(place, minute * MINUTE)).replace(/^\{"t":\d+/, ''),
  );
  for (let start = minutesFromMs; start < endMs; start += DAY) {
    const lines = aDay.map((rest, minute) => `{"t":${start + minute * MINUTE}${rest}`);
    files.append(recordName('1m', start), keysLine(keys) + lines.join(''));
  }
}
