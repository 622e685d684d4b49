import { describe, expect, it } from 'vitest';
import type { KnownLog } from '../../../electron/continuous/coverage';
import { findMoment } from '../../../electron/continuous/find-moment';
import { decideSegments } from '../../../electron/continuous/log-retention';
import { known, type ShortGeneration, START } from './known-log';

const HOUR = 3600;
const HOURS_KEPT = 10;

/** A segment an hour, 10 transactions each; until and bases in hours. */
function hourly(id: string, from: number, until: number, more: Partial<ShortGeneration> = {}): ShortGeneration {
  const hours = until - from;
  return {
    ...{ id, from: from * HOUR, until: until * HOUR, last: hours * 10 },
    segments: Array.from({ length: hours }, (_, hour) => [(hour + 1) * 10, (from + hour + 1) * HOUR]),
    ...more,
  };
}

function decide(log: KnownLog, nowHour: number) {
  const decided = decideSegments(log, HOURS_KEPT, START + nowHour * HOUR * 1000);
  return {
    kept: decided.segments.flatMap(({ id, keep, reason }) => (keep ? [`${id} ${reason}`] : [])),
    gone: decided.segments.flatMap(({ id, keep, reason }) => (keep ? [] : [`${id} ${reason}`])),
    needed: [...decided.neededBases].toSorted(),
    empty: decided.emptyGenerations,
  };
}

describe('decideSegments', () => {
  it('lets go what is older than the time that is kept and before the base that reaches over its begin', () => {
    // Window from hour 10 on. Bases at hours 2, 7.5 and 15.
    const bases: ShortGeneration['bases'] = {
      ...{ a: [20, 20, 2 * HOUR], b: [75, 76, 7.5 * HOUR], c: [150, 150, 15 * HOUR] },
    };
    const log = known({ a: 2 * HOUR, b: 7.5 * HOUR, c: 15 * HOUR }, [hourly('g', 0, 20, { bases })]);
    const { kept, gone, needed } = decide(log, 20);
    expect(gone).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `g-${number} not-needed`));
    expect(kept.slice(0, 3)).toEqual(['g-8 base', 'g-9 base', 'g-10 window']);
    // `c` is the last base of the newest span.
    expect(needed).toEqual(['b', 'c']);
    // Without `b`, `a` has to do it.
    const older = known({ a: 2 * HOUR, c: 15 * HOUR }, [hourly('g', 0, 20, { bases })]);
    expect(decide(older, 20).gone).toEqual(['g-1 not-needed', 'g-2 not-needed']);
    expect(decide(older, 20).needed).toEqual(['a', 'c']);
  });

  it('keeps what an older base may come to need while none reaches over the begin', () => {
    const bases: ShortGeneration['bases'] = { a: [20, 20, 2 * HOUR], c: [150, 150, 15 * HOUR] };
    const log = known({ c: 15 * HOUR }, [hourly('g', 0, 20, { bases })]);
    const { kept, gone } = decide(log, 20);
    expect(gone).toEqual(['g-1 not-needed', 'g-2 not-needed']);
    expect(kept[0]).toBe('g-3 may-be-needed');
    // Nobody will ever replay what lies before all bases.
    const { bases: none, ...without } = log;
    expect(none).toHaveLength(2);
    expect(decide({ ...without, bases: [] }, 20).gone).toHaveLength(9);
  });

  it('lets a generation go that ended before the time that is kept, when there is a newer one', () => {
    const log = known({ a: HOUR, b: 30 * HOUR }, [
      hourly('g', 0, 8, { ended: 'interrupted', bases: { a: [10, 10, HOUR] } }),
      hourly('h', 29, 32, { bases: { b: [10, 10, 30 * HOUR] } }),
    ]);
    const { kept, gone, needed, empty } = decide(log, 32);
    expect(gone).toHaveLength(8);
    expect(gone[0]).toBe('g-1 past');
    expect(kept).toEqual(['h-1 window', 'h-2 window', 'h-3 window']);
    expect(needed).toEqual(['b']);
    expect(empty).toEqual(['g']);
  });

  it('keeps the newest span from its last base on, however old', () => {
    const bases: ShortGeneration['bases'] = { a: [10, 10, HOUR], b: [50, 50, 5 * HOUR] };
    const log = known({ a: HOUR, b: 5 * HOUR }, [hourly('g', 0, 8, { ended: 'stopped', bases })]);
    const { kept, gone, needed, empty } = decide(log, 1000);
    expect(kept).toEqual(['g-6 newest', 'g-7 newest', 'g-8 newest']);
    expect(gone).toHaveLength(5);
    expect(needed).toEqual(['b']);
    expect(empty).toEqual([]);
  });

  it('leaves what another Holdfast made to that one', () => {
    const log = known({ a: HOUR }, [hourly('g', 0, 8, { ended: 'stopped', otherHome: '12345678' })]);
    expect(decide(log, 1000)).toMatchObject({ gone: [], empty: [] });
  });

  it('never takes a moment of the time that is kept, over random logs', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % below;
    };
    let gone = 0;
    for (let round = 0; round < 120; round++) {
      const points: Record<string, number> = {};
      const generations = [0, 1].map((index): ShortGeneration => {
        const from = index * 20;
        const hours = 6 + random(14);
        const bases: NonNullable<ShortGeneration['bases']> = {};
        for (let base = 0; base < random(6); base++) {
          const first = random(hours * 10);
          const usable = Math.min(hours * 10, first + random(12));
          const second = from * HOUR + usable * 360 + random(300);
          bases[`${index}-${base}`] = [first, usable, second];
          if (random(5) > 0) points[`${index}-${base}`] = second - random(400);
        }
        const made = hourly(String(index), from, from + hours, { bases, ...(index === 0 ? { ended: 'stopped' } : {}) });
        const states = ['proved', 'proved', 'proved', 'proved', 'replayed', 'missing'] as const;
        const segments = made.segments?.map(([last, until]) => [last, until, states[random(6)]] as const);
        return { ...made, segments: segments?.map(([last, until, state = 'proved']) => [last, until, state]) ?? [] };
      });
      const log = known(points, generations);
      const nowHour = 20 + random(40);
      const decided = decideSegments(log, HOURS_KEPT, START + nowHour * HOUR * 1000);
      const kept = new Set(decided.segments.flatMap(({ id, keep }) => (keep ? [id] : [])));
      gone += log.segments.length - kept.size;
      const after: KnownLog = {
        ...log,
        segments: log.segments.filter(({ id }) => kept.has(id)),
        generations: log.generations.filter(({ id }) => !decided.emptyGenerations.includes(id)),
        // What nothing else keeps goes too.
        points: log.points.filter(({ id }) => decided.neededBases.has(id)),
      };
      for (let minute = (nowHour - HOURS_KEPT) * 60; minute <= nowHour * 60; minute += 17) {
        const wanted = START + minute * 60_000;
        const contentOf = (one: KnownLog) => {
          // Restore points as they are stay by rules of their own.
          const found = findMoment(one, 'db', wanted, { pollMs: 0, openFile: () => 'open' });
          return found?.replay ? found.moment.contentAt : null;
        };
        const before = contentOf(log);
        if (before === new Date(wanted).toISOString()) expect(contentOf(after), `${round}, ${minute}`).toBe(before);
      }
    }
    expect(gone).toBeGreaterThan(500);
  });
});
