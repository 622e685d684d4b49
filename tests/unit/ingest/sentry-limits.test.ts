/** How many errors are taken, and what is told of those that are not. */
import { beforeEach, expect, it } from 'vitest';
import { Floods } from '../../../electron/ingest/sentry-limits';

let nowMs = 1_000;
let told: unknown[] = [];
let settled = 0;
let floods: Floods;
beforeEach(() => {
  nowMs = 1_000;
  told = [];
  settled = 0;
  floods = new Floods({
    clock: { monotonicMs: () => nowMs },
    limits: { eventsPerSecond: 10, burst: 20 },
    report: ({ code, params }) => told.push([code, params]),
    settle: () => settled++,
  });
});

const send = (count: number, id = 'a') =>
  Array.from({ length: count }, () => floods.mayTake(id, id)).filter(Boolean).length;

it('takes a burst, then so many a second, of each application by itself', () => {
  expect([send(100), send(100)]).toEqual([20, 0]);
  expect(send(100, 'b')).toBe(20);
  nowMs += 500;
  expect(send(100)).toBe(5);
  nowMs += 3_600_000;
  expect(send(100)).toBe(20);
});

it('tells senders to wait the longer the flood lasts, at most a minute', () => {
  send(21);
  const waits = [0, 1_500, 5_000, 60_000, 100_000].map((stepMs) => {
    nowMs += stepMs;
    return floods.refused('a', 1);
  });
  expect(waits).toEqual([1, 2, 7, 60, 60]);
});

it('is one problem with a name and a count, told again while it goes on, and over when it was quiet', () => {
  floods.tick();
  expect([told, settled]).toEqual([[], 1]); // what was open before the start is over
  send(21);
  floods.refused('a', 80);
  floods.tick();
  floods.tick();
  expect(told).toEqual([['ERROR_FLOOD', { name: 'a', count: 80 }]]);
  send(21, 'b');
  floods.refused('b', 5);
  nowMs += 60_000;
  floods.refused('a', 1);
  floods.tick();
  expect(told.slice(1)).toEqual([['ERROR_FLOOD', { name: 'a, b', count: 86 }]]);
  nowMs += 60_000;
  floods.tick();
  expect([told.length, settled]).toEqual([2, 1]); // nothing more was refused: nothing more is told
  nowMs += 60_000;
  floods.tick();
  floods.tick();
  expect([told.length, settled]).toEqual([2, 2]);
  send(1_000);
  floods.refused('a', 7);
  floods.tick();
  expect(told.at(-1)).toEqual(['ERROR_FLOOD', { name: 'a', count: 7 }]);
});
