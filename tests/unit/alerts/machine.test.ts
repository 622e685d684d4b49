import { describe, expect, test } from 'vitest';
import {
  dropTimers,
  freshMemory,
  type MachineConfig,
  type MachineMemory,
  type Reading,
  stateOf,
  step,
} from '../../../electron/alerts/machine';

const config: MachineConfig = {
  direction: 'above',
  levels: [
    { trigger: 85, clear: 75 },
    { trigger: 95, clear: 85 },
  ],
  forMs: 60_000,
  keepMs: 120_000,
  noDataMs: 300_000,
};
const value = (number: number): Reading => ({ kind: 'value', value: number });

/** What is shown after each reading, ten seconds apart. */
function course(readings: Reading[], using = config, from = freshMemory(using)): [string[], MachineMemory] {
  let memory = from;
  const shown = readings.map((reading, index) => {
    memory = step(using, memory, reading, index === 0 ? 0 : 10_000);
    const { phase, level, trouble } = stateOf(memory);
    return `${trouble ?? phase}${level ?? ''}`;
  });
  return [shown, memory];
}
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

describe('for and keep', () => {
  test('fires when the condition has held, resolves when it was well long enough', () => {
    const [shown] = course([...times(7, value(90)), ...times(13, value(70))]);
    expect(shown).toEqual([...times(6, 'pending'), 'firing0', ...times(12, 'recovering0'), 'inactive']);
  });

  test('the worse level waits for its own time, then it is raised; the milder one returns after keep', () => {
    const [shown] = course([...times(7, value(90)), ...times(7, value(96)), ...times(13, value(80))]);
    expect(shown.slice(6, 14)).toEqual([...times(7, 'firing0'), 'firing1']);
    // 80 clears the worse level and not the milder one
    expect(shown.slice(14)).toEqual([...times(12, 'firing1'), 'firing0']);
  });

  test('one value under the trigger starts a pending alert anew; one over clear starts recovery anew', () => {
    const [shown, memory] = course([...times(6, value(90)), value(84), ...times(6, value(90))]);
    expect(shown).not.toContain('firing0');
    const [after] = course([value(90), ...times(12, value(70)), value(76), ...times(12, value(70))], config, memory);
    expect(after[0]).toBe('pending');
    expect(after).not.toContain('inactive0');
  });

  test('with neither, one value is enough', () => {
    const quick = { ...config, forMs: 0, keepMs: 0 };
    expect(course([value(85), value(75), value(84), value(99)], quick)[0]).toEqual([
      'firing0',
      'inactive',
      'inactive',
      'firing1',
    ]);
  });

  test('below is the same, the other way round', () => {
    const low: MachineConfig = {
      ...config,
      direction: 'below',
      levels: [{ trigger: 8, clear: 12 }],
      forMs: 0,
      keepMs: 0,
    };
    expect(course([value(9), value(8), value(11), value(12)], low)[0]).toEqual([
      'inactive',
      'firing0',
      'firing0',
      'inactive',
    ]);
  });

  test('a second condition is needed to fire, and clears when it is well', () => {
    const quick = { ...config, levels: [{ trigger: 98, clear: 90 }], forMs: 0, keepMs: 0 };
    const gated = (gate: 'met' | 'between' | 'clear'): Reading => ({ kind: 'value', value: 99, gates: [gate] });
    expect(course([gated('between'), gated('met'), gated('between'), gated('clear')], quick)[0]).toEqual([
      'inactive',
      'firing0',
      'firing0',
      'inactive',
    ]);
  });

  test('a machine at rest gives the same object', () => {
    const memory = freshMemory(config);
    expect(step(config, memory, value(50), 10_000)).toBe(memory);
    expect(step(config, memory, { kind: 'held' }, 10_000)).toBe(memory);
    expect(step({ ...config, noDataMs: 0 }, memory, { kind: 'none' }, 10_000)).toBe(memory);
  });
});

describe('not knowing', () => {
  const none: Reading = { kind: 'none' };
  const failing: Reading = { kind: 'error', reason: 'no such metric' };

  test.each([
    ['no data', none, 'no-data0'],
    ['an error', failing, 'error0'],
  ])('%s never resolves what fires', (_what, reading, shown) => {
    const [, fired] = course(times(7, value(90)));
    const [after, memory] = course(times(500, reading), config, fired);
    expect(after.at(-1)).toBe(shown);
    expect(after).not.toContain('inactive');
    // and what returns bad fires still
    expect(course([value(90)], config, memory)[0]).toEqual(['firing0']);
  });

  test('recovery does not go on while nothing is known', () => {
    const [, recovering] = course([...times(7, value(90)), ...times(7, value(70))]);
    const [shown, memory] = course([...times(100, none), value(70)], config, recovering);
    expect(shown).not.toContain('inactive');
    const [after] = course(times(13, value(70)), config, memory);
    expect(after.at(-1)).toBe('inactive');
  });

  test('missing values are told after their time, and are over once values have been there for keep', () => {
    const [shown, memory] = course(times(31, none));
    expect(shown).toEqual([...times(30, 'inactive'), 'no-data']);
    const [after] = course([...times(5, value(50)), none, ...times(13, value(50))], config, memory);
    expect(after.slice(0, 5)).toEqual(times(5, 'recovering'));
    expect(after[5]).toBe('no-data');
    expect(after.at(-1)).toBe('inactive');
    expect(after.indexOf('inactive')).toBe(18);
  });

  test('with 0 they are told of only by an alert that fires, and that after minutes', () => {
    const silent = { ...config, noDataMs: 0 };
    expect(new Set(course(times(100, none), silent)[0])).toEqual(new Set(['inactive']));
    const [, fired] = course(times(7, value(90)), silent);
    const [shown] = course(times(40, none), silent, fired);
    expect([shown[29], shown[30]]).toEqual(['firing0', 'no-data0']);
  });

  test('one look without a value does not break what was being waited for; a minute of them does', () => {
    expect(course([...times(4, value(90)), none, ...times(4, value(90))])[0].at(-1)).toBe('firing0');
    expect(course([...times(5, value(90)), ...times(8, none), ...times(6, value(90))])[0].at(-1)).toBe('pending');
  });

  test('after a gap what was being waited for starts anew, what fires still does', () => {
    const [, pending] = course(times(6, value(90)));
    expect(course(times(6, value(90)), config, dropTimers(pending))[0]).toEqual(times(6, 'pending'));
    const [, recovering] = course([...times(7, value(90)), ...times(12, value(70))]);
    expect(stateOf(dropTimers(recovering)).phase).toBe('firing');
    expect(course(times(13, value(70)), config, dropTimers(recovering))[0].indexOf('inactive')).toBe(12);
  });
});

describe('random walks', () => {
  /** The same sequence for the same seed. */
  function random(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state * 1_664_525 + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
  }

  test.each(Array.from({ length: 30 }, (_, seed) => seed))('seed %i: every change has its reason', (seed) => {
    const next = random(seed);
    let memory = freshMemory(config);
    let level = 80;
    /** Time since each level's condition held without a break, and since every value was well. */
    const held = [0, 0];
    let wellMs = -1;
    let before = stateOf(memory);
    for (let look = 0; look < 1_500; look += 1) {
      level = Math.min(100, Math.max(60, level + (next() - 0.5) * 12));
      const chance = next();
      const reading: Reading =
        chance < 0.03 ? { kind: 'none' } : chance < 0.04 ? { kind: 'error', reason: 'x' } : value(level);
      const elapsedMs = look === 0 ? 0 : next() < 0.9 ? 10_000 : 23_000;
      memory = step(config, memory, reading, elapsedMs);
      const now = stateOf(memory);
      if (reading.kind === 'value') {
        for (const [index, { trigger }] of config.levels.entries()) {
          held[index] = level >= trigger ? (held[index]! < 0 ? 0 : held[index]! + elapsedMs) : -1;
        }
        wellMs = level <= 75 ? (wellMs < 0 ? 0 : wellMs + elapsedMs) : -1;
      }
      if (now.level !== null && (before.level === null || now.level > before.level)) {
        expect(held[now.level]).toBeGreaterThanOrEqual(config.forMs);
      }
      if (before.level !== null && now.level === null) {
        expect(reading.kind).toBe('value');
        expect(wellMs).toBeGreaterThanOrEqual(config.keepMs);
      }
      // every memory survives being written down
      if (look % 50 === 0) expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
      before = now;
    }
  });
});
