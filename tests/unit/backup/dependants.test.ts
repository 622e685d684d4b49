import { describe, expect, it } from 'vitest';
import { brokenBy, type ChainPoint, dependantsOf, freedBy } from '../../../electron/backup/dependants';
import type { ProofCheck, ProofState } from '../../../shared/models';

const CHAIN: ProofCheck[] = [{ step: 'chain', outcome: 'failed', detail: 'a file before it' }];
const OWN: ProofCheck[] = [{ step: 'file-sha256', outcome: 'failed', detail: 'its own file' }];

const point = (
  id: string,
  parentId: string | null,
  state: ProofState = 'proved',
  checks: ProofCheck[] = [],
): ChainPoint => ({
  ...{ id, parentId, state, checks },
});
const ids = (points: readonly { id: string }[]): string[] => points.map(({ id }) => id);

describe('what depends on a restore point', () => {
  it('is what is made of it, directly or not, in any order of the list; nothing of another chain', () => {
    const points = [point('c', 'b'), point('z', 'y'), point('b', 'a'), point('y', null), point('a', null)];
    expect(ids(dependantsOf(points, 'a')).toSorted()).toEqual(['b', 'c']);
    expect(ids(dependantsOf(points, 'b'))).toEqual(['c']);
    expect(dependantsOf(points, 'c')).toEqual([]);
  });

  it('ends where a catalogue says that a chain leads back to itself', () => {
    expect(ids(dependantsOf([point('a', 'b'), point('b', 'a')], 'a'))).toEqual(['b']);
  });

  it('can no longer be brought back when the file is damaged, unless it says so already or is kept elsewhere', () => {
    const points = [
      point('base', null),
      ...(['proved', 'unproved', 'failed', 'missing', 'elsewhere'] as const).map((state) =>
        point(state, 'base', state),
      ),
      point('after-elsewhere', 'elsewhere'),
    ];
    expect(ids(brokenBy(points, 'base'))).toEqual(['proved', 'unproved', 'after-elsewhere']);
  });
});

describe('after a restore point was proved again', () => {
  it('those that failed only because of it are to be proved anew, down the chain', () => {
    const points = [point('a', null), point('b', 'a', 'failed', CHAIN), point('c', 'b', 'failed', CHAIN)];
    expect(ids(freedBy(points, 'a'))).toEqual(['b', 'c']);
  });

  it('one whose own file is damaged stays failed, and what needs it too', () => {
    const points = [point('a', null), point('b', 'a', 'failed', OWN), point('c', 'b', 'failed', CHAIN)];
    expect(freedBy(points, 'a')).toEqual([]);
  });

  it('one after a file that is missing stays failed; one that never failed is left alone', () => {
    const points = [point('a', null), point('b', 'a', 'missing'), point('c', 'b', 'failed', CHAIN), point('d', 'a')];
    expect(freedBy(points, 'a')).toEqual([]);
  });

  it('one after a whole link is freed by that one as well', () => {
    const points = [
      point('a', null),
      point('b', 'a'),
      point('c', 'b', 'failed', CHAIN),
      point('d', 'c', 'failed', CHAIN),
    ];
    expect(ids(freedBy(points, 'a'))).toEqual(['c', 'd']);
    expect(ids(freedBy(points, 'b'))).toEqual(['c', 'd']);
    expect(ids(freedBy(points, 'c'))).toEqual(['d']);
  });
});
