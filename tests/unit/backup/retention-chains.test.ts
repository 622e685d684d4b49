/** What must hold of every decision, over random chains; what goes, in which order, and why. */
import { BACKUP_KINDS, type ProofState } from '@shared/models';
import { expect, test } from 'vitest';
import { inDeletionOrder } from '../../../electron/backup/retention-chains';
import {
  decideRetention,
  deletionsOf,
  type RetentionOptions,
  type RetentionPoint,
} from '../../../electron/backup/retention';

/** What a run would delete, in its order, and why. */
const nextDeletions = (...scene: Parameters<typeof decideRetention>) => {
  const decisions = decideRetention(...scene);
  return deletionsOf(scene[0], decisions).map(({ id }) => ({
    id,
    because: decisions.find((decision) => decision.id === id)?.letGo ?? [],
  }));
};

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-06-15T12:00:00Z');
const SEOUL = 'Asia/Seoul';

/** Numbers that are the same in each run: a failure can be found again by its seed. */
function dice(seed: number): { below: (n: number) => number; chance: (fraction: number) => boolean } {
  let state = seed * 2_654_435_761 + 1;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { below: (n) => Math.floor(next() * n), chance: (fraction) => next() < fraction };
}

interface Scene {
  points: RetentionPoint[];
  policy: Parameters<typeof decideRetention>[1];
  options: RetentionOptions;
}

/** Two databases with points of all kinds and states over two months; chains as they are made: on the newest proved. */
function scene(seed: number): Scene {
  const { below, chance } = dice(seed);
  const points: RetentionPoint[] = [];
  const some = (fraction: number) => new Set(points.flatMap(({ id }) => (chance(fraction) ? [id] : [])));
  for (const databaseId of ['a', 'b']) {
    let parent: RetentionPoint | null = null;
    let length = 0;
    let atMs = NOW_MS - 60 * 24 * HOUR_MS;
    for (let n = below(60); n >= 0; n--) {
      atMs += below(50) * HOUR_MS;
      const kind = BACKUP_KINDS[below(BACKUP_KINDS.length)] ?? 'daily';
      const changes: boolean = parent !== null && length < 7 && chance(0.7);
      length = changes ? length + 1 : 0;
      const state: ProofState = chance(0.85)
        ? 'proved'
        : ((['unproved', 'failed', 'missing', 'elsewhere'] as const)[below(4)] ?? 'failed');
      const point: RetentionPoint = {
        id: `${databaseId}${n}`,
        databaseId,
        kind,
        createdAt: new Date(atMs).toISOString(),
        state,
        form: changes ? 'changes' : 'full',
        parentId: changes && parent ? parent.id : null,
      };
      points.push(point);
      if (state === 'proved') parent = point;
    }
  }
  return {
    points,
    policy: { incremental: below(20), daily: below(8), weekly: below(5), monthly: below(3) },
    options: {
      undoPointIds: some(0.1),
      notCopied: some(0.1),
      otherHome: some(chance(0.3) ? 0.1 : 0),
      timeZone: SEOUL,
      nowMs: NOW_MS - below(20) * 24 * HOUR_MS,
    },
  };
}

const SEEDS = Array.from({ length: 300 }, (_none, seed) => seed + 1);
const keptIds = ({ points, policy, options }: Scene) =>
  new Set(decideRetention(points, policy, options).flatMap(({ id, keep }) => (keep ? [id] : [])));
const newestFirst = (a: RetentionPoint, b: RetentionPoint) =>
  Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1);

test('enough of the random scenes let something go, and hold something for its children, to mean anything', () => {
  const decisions = SEEDS.flatMap((seed) => {
    const { points, policy, options } = scene(seed);
    return decideRetention(points, policy, options);
  });
  expect(decisions.filter(({ keep }) => !keep).length).toBeGreaterThan(1_000);
  expect(decisions.filter(({ reasons }) => reasons.some(({ reason }) => reason === 'base')).length).toBeGreaterThan(
    500,
  );
});

test('every point that stays here has its whole chain', () => {
  for (const seed of SEEDS) {
    const it = scene(seed);
    const kept = keptIds(it);
    const byId = new Map(it.points.map((point) => [point.id, point]));
    for (const point of it.points) {
      if (!kept.has(point.id) || point.state === 'elsewhere') continue;
      for (let link = point.parentId; link; link = byId.get(link)?.parentId ?? null) {
        expect(kept.has(link), `seed ${seed}: ${link}, which ${point.id} needs`).toBe(true);
      }
    }
  }
});

test('the newest proved point of each database stays, and nothing goes that is not proved or somebody else’s', () => {
  for (const seed of SEEDS) {
    const it = scene(seed);
    const kept = keptIds(it);
    for (const databaseId of ['a', 'b']) {
      const own = it.points.filter((point) => point.databaseId === databaseId && !it.options.otherHome?.has(point.id));
      const last = own.filter(({ state }) => state === 'proved').toSorted(newestFirst)[0];
      if (last) expect(kept.has(last.id), `seed ${seed}`).toBe(true);
      const newest = own.filter(({ state }) => !['missing', 'elsewhere'].includes(state)).toSorted(newestFirst)[0];
      const gone = own.filter(({ id }) => !kept.has(id));
      if (newest?.state !== 'proved') expect(gone, `seed ${seed}`).toEqual([]);
      for (const point of gone) {
        expect(point.state, `seed ${seed}`).toBe('proved');
        expect(Date.parse(point.createdAt)).toBeLessThanOrEqual(Date.parse(last?.createdAt ?? ''));
      }
    }
    for (const id of it.options.otherHome ?? []) expect(kept.has(id), `seed ${seed}`).toBe(true);
  }
});

test('what was decided is decided for good: after the deletions nothing more goes', () => {
  for (const seed of SEEDS) {
    const it = scene(seed);
    const kept = keptIds(it);
    const left = it.points.filter(({ id }) => kept.has(id));
    expect(nextDeletions(left, it.policy, it.options), `seed ${seed}`).toEqual([]);
  }
});

test('a crash between any two deletions leaves whole chains, and the next run ends what was begun', () => {
  for (const seed of SEEDS.slice(0, 60)) {
    const it = scene(seed);
    const order = nextDeletions(it.points, it.policy, it.options).map(({ id }) => id);
    const wanted = keptIds(it);
    for (let done = 0; done <= order.length; done++) {
      const gone = new Set(order.slice(0, done));
      const left = it.points.filter(({ id }) => !gone.has(id));
      for (const point of left) {
        if (point.state !== 'elsewhere') expect(gone.has(point.parentId ?? ''), `seed ${seed}`).toBe(false);
      }
      expect(keptIds({ ...it, points: left }), `seed ${seed}, after ${done}`).toEqual(wanted);
    }
  }
});

test('a newer point that is not proved never makes a proved one go', () => {
  for (const seed of SEEDS) {
    const it = scene(seed);
    const kept = keptIds(it);
    for (const state of ['unproved', 'failed', 'missing'] as const) {
      const newer: RetentionPoint = {
        id: 'newer',
        databaseId: 'a',
        kind: 'daily',
        createdAt: new Date(NOW_MS + HOUR_MS).toISOString(),
        state,
        form: 'full',
        parentId: null,
      };
      const after = keptIds({ ...it, points: [...it.points, newer] });
      for (const id of kept) expect(after.has(id), `seed ${seed}: ${id} beside a ${state} one`).toBe(true);
    }
  }
});

const line = (id: string, parentId: string | null) => ({ id, parentId });
test('children are deleted before what they are built on, whatever the order they are given in', () => {
  const chain = [line('a', null), line('b', 'a'), line('c', 'b'), line('x', null), line('y', 'x')];
  for (const given of [chain, chain.toReversed(), [chain[2], chain[0], chain[4], chain[1], chain[3]]]) {
    const order = inDeletionOrder(given.flatMap((one) => one ?? [])).map(({ id }) => id);
    expect(order.indexOf('c')).toBeLessThan(order.indexOf('b'));
    expect(order.indexOf('b')).toBeLessThan(order.indexOf('a'));
    expect(order.indexOf('y')).toBeLessThan(order.indexOf('x'));
    expect(order).toHaveLength(5);
  }
});

test('each deletion says what every rule says of it', () => {
  const point = (id: string, createdAt: string, more: Partial<RetentionPoint> = {}): RetentionPoint => ({
    ...{ id, databaseId: 'db', kind: 'daily', createdAt, state: 'proved', form: 'full', parentId: null },
    ...more,
  });
  const points = [
    point('past', '2026-03-01T02:00:00Z'),
    point('early', '2026-05-01T02:00:00Z', { kind: 'incremental', form: 'changes', parentId: 'past' }),
    point('late', '2026-05-01T12:00:00Z'),
    point('safe', '2026-05-01T13:00:00Z', { kind: 'safety' }),
    point('last', '2026-05-20T12:00:00Z'),
  ];
  const policy = { incremental: 0, daily: 2, weekly: 1, monthly: 1 };
  expect(nextDeletions(points, policy, { undoPointIds: new Set(), timeZone: SEOUL })).toEqual([
    {
      id: 'early',
      because: [
        { rule: 'newest-incrementals' },
        { rule: 'daily-period', period: '2026-05-01', by: 'late' },
        { rule: 'weekly-period', period: '2026-W18' },
        { rule: 'monthly-period', period: '2026-05', by: 'last' },
      ],
    },
    {
      id: 'past',
      because: [
        { rule: 'daily-period', period: '2026-03-01' },
        { rule: 'weekly-period', period: '2026-W09' },
        { rule: 'monthly-period', period: '2026-03' },
      ],
    },
    { id: 'safe', because: [{ rule: 'undo' }] },
  ]);
});
