import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Loop } from '../../../electron/alerts/loop';
import { scratchStore } from '../store/fixture';
import { Bench, probe } from './fixture';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('turns come as late as they are asked for, and not after the end', () => {
  const turn = vi.fn(() => 4_000);
  const loop = new Loop(turn, 10_000);
  loop.soon();
  vi.advanceTimersByTime(60_000);
  expect(turn).toHaveBeenCalledTimes(0);
  loop.start();
  loop.start();
  expect(turn).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(8_000);
  expect(turn).toHaveBeenCalledTimes(3);
  // many things at once cost one turn, and the next comes after that one
  for (let count = 0; count < 50; count += 1) loop.soon();
  vi.advanceTimersByTime(1);
  expect(turn).toHaveBeenCalledTimes(4);
  vi.advanceTimersByTime(3_900);
  expect(turn).toHaveBeenCalledTimes(4);
  loop.soon();
  loop.stop();
  vi.advanceTimersByTime(60_000);
  expect(turn).toHaveBeenCalledTimes(4);
});

test('a turn that throws is not the last', () => {
  const turn = vi.fn(() => {
    throw new Error('the disk is gone');
  });
  const loop = new Loop(turn, 10_000);
  expect(() => loop.start()).toThrow('the disk is gone');
  expect(() => vi.advanceTimersByTime(10_000)).toThrow('the disk is gone');
  expect(turn).toHaveBeenCalledTimes(2);
  loop.stop();
});

test('the engine looks every ten seconds, tells when messages are collected, and is silent after its end', () => {
  const b = new Bench(scratchStore());
  const run = (spanMs: number) => {
    for (let passed = 0; passed < spanMs; passed += 100) {
      b.wallMs += 100;
      b.monoMs += 100;
      vi.advanceTimersByTime(100);
    }
  };
  b.engine.start();
  run(3_000);
  b.engine.raise(probe('a', { severity: 'CRITICAL' }));
  run(9_900);
  expect(b.said()).toEqual([]);
  // told when it is due, not at the look after that
  run(300);
  expect(b.said()).toEqual(['alert 1']);
  b.engine.clear('probe:a');
  run(200);
  expect(b.said()).toEqual(['alert 1', 'resolved 1']);
  b.rule();
  b.keeper.put('cpu.busy', b.wallMs, 0.9);
  b.engine.stop();
  run(120_000);
  expect(b.engine.alerts(false)).toEqual([]);
});
