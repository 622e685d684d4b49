import type { AppState } from '@shared/models';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStateFeed, type StateFeed } from '../../../electron/desktop/state-feed';
import type { Core } from '../../../electron/core/types';

/** Only the two methods that the feed is given; their clock is the test's. */
class ChangingCore {
  revision = 1;
  asked = 0;
  failing = false;
  #listeners = new Set<() => void>();

  on: Core['on'] = (_event, listener) => {
    const call = listener as () => void;
    this.#listeners.add(call);
    return () => this.#listeners.delete(call);
  };

  state = (): AppState => {
    this.asked += 1;
    if (this.failing) throw new Error('no state today');
    return { revision: this.revision } as AppState;
  };

  change(): void {
    this.revision += 1;
    this.fire();
  }

  fire(): void {
    for (const listener of this.#listeners) listener();
  }
}

let core: ChangingCore;
let seen: number[];
let failures: unknown[];
let feed: StateFeed;

beforeEach(() => {
  vi.useFakeTimers();
  core = new ChangingCore();
  seen = [];
  failures = [];
  feed = createStateFeed(core, 100, (error) => failures.push(error));
  feed.subscribe((state) => seen.push(state.revision));
});
afterEach(() => {
  feed.stop();
  vi.useRealTimers();
});

test('the first change is seen at once, a storm of changes ten times a second, and the last one always', () => {
  for (let time = 0; time < 1000; time += 1) {
    core.change();
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(100);
  expect(seen.length).toBeGreaterThanOrEqual(10);
  expect(seen.length).toBeLessThanOrEqual(12);
  expect(seen[0]).toBe(2);
  expect(seen.at(-1)).toBe(core.revision);
});

test('an event without a new revision is not passed on', () => {
  core.change();
  vi.advanceTimersByTime(100);
  core.fire();
  vi.advanceTimersByTime(100);
  expect(seen).toEqual([2]);
});

test('a state that cannot be built is told, and the next change is seen', () => {
  core.failing = true;
  core.change();
  vi.advanceTimersByTime(100);
  expect(failures).toEqual([new Error('no state today')]);
  core.failing = false;
  core.change();
  vi.advanceTimersByTime(100);
  expect(seen).toEqual([3]);
});

test('nothing comes after stop, and a listener that left hears nothing', () => {
  const other: number[] = [];
  const leave = feed.subscribe((state) => other.push(state.revision), true);
  expect(other).toEqual([1]);
  leave();
  core.change();
  vi.advanceTimersByTime(100);
  expect(other).toEqual([1]);
  core.change();
  feed.stop();
  vi.advanceTimersByTime(1000);
  core.change();
  vi.advanceTimersByTime(1000);
  expect(seen).toEqual([2]);
});
