import { describe, expect, it } from 'vitest';
import type { KnownLog } from '../../../electron/continuous/coverage';
import { findMoment } from '../../../electron/continuous/find-moment';
import { timelineRanges } from '../../../electron/continuous/timeline-ranges';
import { at, known, type ShortGeneration, START } from './known-log';

/** One generation: bases p (usable from 12 s) and q (from 52 s), sealed to transaction 60, open to 75. */
const G: ShortGeneration = {
  ...{ id: 'g', from: 0, until: 80, last: 75 },
  segments: [
    [20, 20],
    [40, 40],
    [60, 60],
  ],
  bases: { p: [8, 12, 12], q: [48, 52, 52] },
};
const POINTS = { p: 10, q: 50 };

function find(log: KnownLog, second: number) {
  const openFile = (id: string, number: number) => `/log/open-${id}-${number}`;
  return findMoment(log, 'db', START + second * 1000, { pollMs: 1000, openFile });
}

/** `p`: as it is. `p+1-3@40`: files 1 to 3 replayed on it, up to the moment 40 s. `p+1-3#40`: up to transaction 40. */
function short(log: KnownLog, second: number): string | null {
  const found = find(log, second);
  if (!found) return null;
  const { moment, replay } = found;
  const age = second - (Date.parse(moment.contentAt) - START) / 1000;
  const late = age === 0 ? '' : ` ${age} s before`;
  if (!replay) return `${moment.pointId}${late}`;
  const files = replay.files.map(({ number }) => number);
  const span = files.length === 0 ? 'none' : `${files[0]}-${files.at(-1)}`;
  const end = replay.upToMs === null ? `#${replay.upTo}` : `@${(replay.upToMs - START) / 1000}`;
  return `${moment.pointId}+${span}${end}${late}`;
}

describe('findMoment', () => {
  it.each<[second: number, expected: string | null, what: string]>([
    [5, null, 'before everything'],
    [10, 'p', 'exactly a restore point'],
    [11, 'p 1 s before', 'after it, and not usable yet'],
    [15, 'p+1-1@15', 'in the midst of a file'],
    [20, 'p+1-1#20', 'when a file ends'],
    [35, 'p+1-2@35', 'the files from the base on, to the one with the moment'],
    [49, 'p+1-3@49', 'the base from before, not the nearer one from behind'],
    [50, 'q', 'a restore point again'],
    [51, 'p+1-3@51', 'the older base while the newer one is not usable yet'],
    [52, 'q+3-3@52', 'the nearest base before'],
    [60, 'q+3-3#60', 'the last sealed one to its end'],
    [70, 'q+3-4@70', 'in the one that is still written'],
    [80, 'q+3-4#75', 'all of it'],
    [95, 'q+3-4#75 15 s before', 'after the last look'],
  ])('%i s: %s (%s)', (second, expected) => {
    expect(short(known(POINTS, [G]), second)).toBe(expected);
  });

  it('says of each file where it is and what is known of it', () => {
    expect(find(known(POINTS, [G]), 70)).toEqual({
      moment: {
        ...{ databaseId: 'db', askedAt: at(70), contentAt: at(70), uncertaintyMs: 1000, pointId: 'q' },
        transaction: null,
      },
      replay: {
        ...{ generationId: 'g', replayFrom: 48, usableFrom: 52, upTo: 75, upToMs: START + 70_000 },
        files: [
          { file: '/log/g-3', number: 3, expected: { sizeBytes: 10, sha256: 'a' }, through: 60 },
          { file: '/log/open-g-4', number: 4, expected: null, through: 75 },
        ],
      },
    });
  });

  it('takes a base that has nothing behind it yet', () => {
    const idle = { ...G, segments: [], last: 8, bases: { p: [8, 8, 12] as [number, number, number] } };
    expect(short(known(POINTS, [idle]), 40)).toBe('p+none#8');
    const nothing = { ...idle, last: 0, bases: { p: [0, 0, 12] as [number, number, number] } };
    expect(short(known(POINTS, [nothing]), 80)).toBe('p+none#0');
  });

  it('goes round a file that is missing or damaged', () => {
    for (const state of ['missing', 'failed', 'elsewhere'] as const) {
      const log = known(POINTS, [
        {
          ...G,
          segments: [
            [20, 20],
            [40, 40, state],
            [60, 60],
          ],
        },
      ]);
      expect(short(log, 19)).toBe('p+1-1@19');
      expect(short(log, 35)).toBe('p+1-1#20 15 s before');
      expect(short(log, 51)).toBe('q 1 s before');
      expect(short(log, 55)).toBe('q+3-3@55');
      // One that a destination has can be fetched.
      expect(short({ ...log, isUsable: () => true }, 35)).toBe('p+1-2@35');
    }
  });

  it('leaves a base alone whose first usable transaction is in a file that is missing', () => {
    const bases: ShortGeneration['bases'] = { p: [18, 25, 25], q: [20, 20, 21] };
    const log = known(POINTS, [
      {
        ...G,
        bases,
        segments: [
          [20, 20],
          [40, 40, 'missing'],
          [60, 60],
        ],
      },
    ]);
    expect(short(log, 45)).toBe('p 35 s before');
    expect(timelineRanges(log).ranges).toEqual([]);
  });

  it('between two generations: whatever is nearest', () => {
    const H: ShortGeneration = { id: 'h', from: 100, until: 150, last: 30, bases: { r: [0, 2, 104] } };
    const log = known({ ...POINTS, s: 90, r: 101 }, [{ ...G, ended: 'interrupted' }, H]);
    expect(short(log, 85)).toBe('q+3-4#75 5 s before');
    expect(short(log, 92)).toBe('s 2 s before');
    expect(short(log, 103)).toBe('r 2 s before');
    expect(short(log, 104)).toBe('r+1-1@104');
  });

  it('a restore point that cannot be brought back is neither base nor moment', () => {
    expect(short(known({ q: 50 }, [G]), 49)).toBeNull();
    expect(short(known({ p: 10 }, [G]), 70)).toBe('p+1-4@70');
  });
});

describe('timelineRanges', () => {
  const ranges = (log: KnownLog) => {
    const seconds = (time: string | null) => (time === null ? null : (Date.parse(time) - START) / 1000);
    const found = timelineRanges(log);
    return [
      ...found.ranges.map((one) => [
        ...[one.generationId, seconds(one.fromAt), seconds(one.untilAt), one.transactions],
        one.open ? 'open' : one.endedBecause,
      ]),
      ...found.gaps.map((one) => ['gap', seconds(one.fromAt), seconds(one.untilAt), one.because]),
    ];
  };

  it('begin where the first base is usable', () => {
    expect(ranges(known(POINTS, [G]))).toEqual([['g', 12, 80, 63, 'open']]);
    expect(ranges(known({ q: 50 }, [G]))).toEqual([['g', 52, 80, 23, 'open']]);
    expect(ranges(known({}, [G]))).toEqual([]);
  });

  it('shrink when files were let go, and end before one that is missing', () => {
    const log = known(POINTS, [G]);
    expect(ranges({ ...log, segments: log.segments.slice(1) })).toEqual([['g', 52, 80, 23, 'open']]);
    const holed = known(POINTS, [
      {
        ...G,
        segments: [
          [20, 20],
          [40, 40, 'missing'],
          [60, 60],
        ],
      },
    ]);
    expect(ranges(holed)).toEqual([
      ['g', 12, 20, 8, 'failed'],
      ['g', 52, 80, 23, 'open'],
      ['gap', 20, 52, 'failed'],
    ]);
  });

  it('have gaps between them, and one that lasts after the end', () => {
    const ended: ShortGeneration = { ...G, ended: 'wal-restarted' };
    const H: ShortGeneration = {
      id: 'h',
      from: 100,
      until: 150,
      last: 30,
      ended: 'stopped',
      bases: { r: [0, 2, 104] },
    };
    expect(ranges(known({ ...POINTS, r: 101 }, [ended, H]))).toEqual([
      ['g', 12, 80, 63, 'wal-restarted'],
      ['h', 104, 150, 28, 'stopped'],
      ['gap', 80, 104, 'wal-restarted'],
      ['gap', 150, null, 'stopped'],
    ]);
    // A generation without a base that could be used covers nothing.
    expect(ranges(known(POINTS, [ended, H])).at(-1)).toEqual(['gap', 80, null, 'wal-restarted']);
  });

  it('cover exactly the moments that are found with the log', () => {
    const ended: ShortGeneration = {
      ...G,
      segments: [
        [20, 20],
        [40, 40, 'failed'],
        [60, 60],
      ],
      ended: 'disk-full',
    };
    const H: ShortGeneration = { id: 'h', from: 100, until: 150, last: 30, bases: { r: [0, 2, 104] } };
    const log = known({ ...POINTS, r: 101 }, [ended, H]);
    const found = timelineRanges(log).ranges.map((one) => [Date.parse(one.fromAt), Date.parse(one.untilAt)] as const);
    for (let second = 0; second < 170; second++) {
      const ms = START + second * 1000;
      const inside = found.some(([from, until]) => from <= ms && ms <= until);
      expect(find(log, second)?.moment.contentAt === at(second), `${second} s`).toBe(
        // Restore points are exact at their own moment.
        inside || [10, 50, 101].includes(second),
      );
    }
  });
});
