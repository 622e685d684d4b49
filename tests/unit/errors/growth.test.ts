import { describe, expect, test } from 'vitest';
import { growthOf } from '../../../electron/errors/growth';
import { HOUR_MS } from '../../../electron/errors/hours';

/** Half of the present hour is over. */
const NOW_MS = 500_000 * HOUR_MS + HOUR_MS / 2;
const flat = (each: number, hours: number) => Array.from({ length: hours }, () => each);

describe('growth', () => {
  test.each([
    ['one a day that becomes three is no alarm', [...flat(0, 40), 1, 0, 3], 'few'],
    ['nineteen are no alarm, even after none', [...flat(0, 40), 0, 19], 'few'],
    ['twenty after none for days', [...flat(0, 40), 0, 20], 'grows'],
    ['as many as ever', [...flat(50, 48), 50, 25], 'usual'],
    ['twice as many as ever', [...flat(50, 48), 75, 62], 'usual'],
    ['four times as many as ever', [...flat(50, 48), 50, 200], 'grows'],
    [
      'what happens at this time every day',
      [...flat(0, 23), 100, ...flat(0, 23), 100, ...flat(0, 23), 100, ...flat(0, 23), 100, ...flat(0, 23), 5, 110],
      'usual',
    ],
    ['what happened on one bad evening', [...flat(1, 80), 300, 400, 300, ...flat(1, 30), 0, 90], 'grows'],
    ['a group of an hour ago', [0, 500], 'too-young'],
    ['a group of five hours', [2, 3, 2, 2, 60], 'grows'],
    ['the first hour of all', [40], 'too-young'],
    ['nothing at all', [], 'few'],
  ] as const)('%s', (_name, hours, because) => {
    expect(growthOf(hours, NOW_MS)).toMatchObject({ because, isGrowing: because === 'grows' });
  });

  test('the last sixty minutes hold as much of the hour before as is in them', () => {
    expect(growthOf([0, 0, 0, 0, 40, 10], NOW_MS)).toMatchObject({ lastHour: 30, usual: 0, isGrowing: true });
  });
});
