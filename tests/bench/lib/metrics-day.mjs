/**
 * Measures as Holdfast does with 40 metrics every five seconds, two simulated days as fast as it can, and prints how many
 * bytes the second day wrote: record, index, its log and what is packed. Started with built keeper, built thread, folder.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { yearKeys } from './metrics-year.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const [keeperFile, workerFile, folder] = process.argv.slice(2);
const { openMetricKeeper } = await import(keeperFile);
const written = () => Number(/^wchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))[1]);

const startMs = Date.UTC(2026, 10, 21);
let nowMs = startMs;
const keeper = await openMetricKeeper({
  folder,
  nowMs: () => nowMs,
  elapsedMs: () => nowMs,
  timeZone: () => 'Europe/Berlin',
  report: (error) => console.error(error.message),
  queries: 'worker',
  workerFile,
  // As in life the thread ends, and closes the index, between two hours.
  workerIdleMs: 0,
});
await keeper.start();
const keys = yearKeys(40);
const values = {
  'pressure.cpu': () => Math.random() ** 3,
  'disk.read': () => (Math.random() < 0.3 ? Math.random() * 4e6 : 0),
  'disk.used': (place) => 0.5 + place / 1e3 + (nowMs - startMs) / 1e11,
  'disk.total': (place) => place * 1e10,
};
const movers = keys.map((key, place) => ({ key, place, value: values[key.split(':')[0]] }));

let before = 0;
let recorded = 0;
for (; nowMs < startMs + 2 * DAY; nowMs += 5_000) {
  if (nowMs === startMs + DAY) before = written();
  for (const { key, place, value } of movers) keeper.record(key, value(place), nowMs);
  if (nowMs % (HOUR / 4) === 0) keeper.observe('operation.time:backup', 500 + Math.random() * 4_000, nowMs);
  keeper.endTick(nowMs);
  recorded += movers.length;
  // As in life, what the first tick of an hour closes is taken in long before the next, and the thread has ended by then.
  if (nowMs % HOUR === 0) {
    await keeper.settled();
    await pause(20);
  }
}
await keeper.settled();
await pause(20);
const bytes = written() - before;
await keeper.stop();
console.log(JSON.stringify({ bytes, recorded }));
