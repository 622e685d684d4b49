/** The list of restore points: chains, what is seen of a long list, reasons in words, where a restore starts from. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { CopyState, CopyView, RestorePoint } from '@shared/models';
import { linesInView } from '@/components/window-of-lines';
import { createFormat } from '@/format/format';
import { currentTexts, startTexts, type Texts } from '@/i18n';
import { sourcesOf } from '@/restore/flow';
import { builtOn, chainsOf, linesOf, linksOf } from '@/tabs/backups/chains';
import { copyWords } from '@/tabs/backups/CopyMarks';
import { keepText, leaveText } from '@/tabs/backups/keep-text';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const POLICY = { incremental: 96, daily: 7, weekly: 4, monthly: 12 };

function point(id: string, hours: number, change: Partial<RestorePoint> = {}): RestorePoint {
  const createdAt = new Date(NOW + hours * 3_600_000).toISOString();
  const base = { form: 'full', parentId: null, chainId: id, chainLength: 0, changedPages: null } as const;
  return { id, createdAt, kind: 'daily', state: 'proved', copies: [], ...base, ...change } as RestorePoint;
}
/** A full point and `count` changes after it, an hour apart. */
function chain(id: string, hours: number, count: number): RestorePoint[] {
  const changes = Array.from({ length: count }, (_, index) =>
    point(`${id}${index + 1}`, hours + index + 1, {
      form: 'changes',
      parentId: index === 0 ? id : `${id}${index}`,
      chainId: id,
      chainLength: index + 1,
    }),
  );
  return [point(id, hours), ...changes];
}
const ids = (points: readonly RestorePoint[] | null): string[] | undefined => points?.map(({ id }) => id);
const shown = (points: RestorePoint[], opened: [string, boolean][] = []) =>
  linesOf(chainsOf(points), new Map(opened)).map(({ point: { id }, level }) => (level === 2 ? `  ${id}` : id));

describe('chains', () => {
  it('begin with the newest restore point; changes are below their full one, newest first', () => {
    const points = [...chain('a', -50, 2), point('safety', -10), ...chain('b', -8, 1)];
    expect(shown(points)).toEqual(['b', '  b1', 'safety', 'a', '  a2', '  a1']);
    expect(shown(points.toReversed())).toEqual(shown(points));
  });
  it('are closed and opened one by one', () => {
    const points = [...chain('a', -50, 2), ...chain('b', -8, 1)];
    expect(shown(points, [['b', false]])).toEqual(['b', 'a', '  a2', '  a1']);
    const [full] = linesOf(chainsOf(points), new Map([['b', false]]));
    expect(full).toMatchObject({ open: false, below: 1 });
    expect(linesOf(chainsOf([point('lone', -1)]), new Map())[0]).toMatchObject({ open: null, below: 0 });
  });
  it('of a long list only the newest is open from the start', () => {
    const many = Array.from({ length: 10 }, (_, index) => chain(`c${index}-`, -100 + 8 * index, 7)).flat();
    const lines = shown(many);
    expect(lines).toHaveLength(10 + 7);
    expect(lines.slice(0, 2)).toEqual(['c9-', '  c9-7']);
    expect(shown(many, [['c3-', true]])).toHaveLength(10 + 14);
  });
  it('without their full backup are still listed, each by itself', () => {
    const [, ...orphans] = chain('gone', -20, 2);
    const lines = linesOf(chainsOf([...orphans, point('b', -1)]), new Map());
    expect(lines.map(({ point: { id }, level, position, of }) => [id, level, position, of])).toEqual([
      ['b', 1, 1, 3],
      ['gone2', 1, 2, 3],
      ['gone1', 1, 3, 3],
    ]);
  });
  it('say which line is the last of its chain, and how many there are', () => {
    const lines = linesOf(chainsOf(chain('a', -5, 3)), new Map());
    expect(lines.map(({ last, position, of }) => [last, position, of])).toEqual([
      [false, 1, 1],
      [false, 1, 3],
      [false, 2, 3],
      [true, 3, 3],
    ]);
  });
});

describe('what a restore point needs, and what needs it', () => {
  const points = [...chain('a', -50, 3), ...chain('b', -8, 1)];
  const find = (id: string): RestorePoint => points.find((one) => one.id === id)!;
  it('all later points of its chain need it, no other', () => {
    expect(ids(builtOn(find('a'), points.toReversed()))).toEqual(['a1', 'a2', 'a3']);
    expect(ids(builtOn(find('a2'), points))).toEqual(['a3']);
    expect(builtOn(find('a3'), points)).toEqual([]);
  });
  it('it needs everything from the full backup on', () => {
    expect(ids(linksOf(find('a2'), points))).toEqual(['a', 'a1', 'a2']);
    expect(ids(linksOf(find('b'), points))).toEqual(['b']);
  });
  it('is not known when a link is missing, or when links go in a circle', () => {
    expect(
      linksOf(
        find('a2'),
        points.filter(({ id }) => id !== 'a1'),
      ),
    ).toBeNull();
    const circle = [point('x', -2, { parentId: 'y' }), point('y', -1, { parentId: 'x' })];
    expect(linksOf(circle[0]!, circle)).toBeNull();
  });
});

describe('a long list', () => {
  it('draws what is seen and a few lines around it', () => {
    const { from, to } = linesInView(46_000, 460, 46, 2_000);
    expect(from).toBeLessThanOrEqual(1_000);
    expect(to).toBeGreaterThanOrEqual(1_010);
    expect(to - from).toBeLessThan(40);
  });
  it('draws nothing that is not there', () => {
    expect(linesInView(0, 460, 46, 3)).toEqual({ from: 0, to: 3 });
    expect(linesInView(0, 460, 46, 0)).toEqual({ from: 0, to: 0 });
    // the list became shorter than where it was scrolled to
    const { from, to } = linesInView(90_000, 460, 46, 100);
    expect(to).toBe(100);
    expect(from).toBeLessThan(100 - 9);
  });
});

describe('in words', () => {
  let en: Texts;
  let ko: Texts;
  beforeAll(async () => {
    vi.stubGlobal('navigator', { language: 'en-GB' });
    await startTexts('en');
    en = currentTexts();
    const { default: i18next } = await import('i18next');
    await i18next.changeLanguage('ko');
    ko = currentTexts();
  });
  const kept = (texts: Texts, reason: object, points: RestorePoint[] = []): string =>
    keepText({ id: 'a', keep: true, reasons: [reason as never] }, texts, new Map(points.map((one) => [one.id, one])));
  it('a full backup names the restore point that is built on it', () => {
    const later = point('a3', -2);
    const time = createFormat('en-GB').stamp(later.createdAt, NOW);
    expect(kept(en, { reason: 'base', period: 'a3' }, [later])).toBe(`The restore point of ${time} is built on it`);
    expect(kept(ko, { reason: 'base', period: 'a3' }, [later])).toMatch(/복원 지점의 기반$/);
    // one that is not listed is not named by its id
    expect(kept(en, { reason: 'base', period: 'a3' })).toBe('A later restore point is built on it');
  });
  it('a restore point that goes says by which rule', () => {
    expect(leaveText({ kind: 'incremental' }, POLICY, en)).toContain('96');
    expect(leaveText({ kind: 'weekly' }, POLICY, en)).toMatch(/7 days, 4 weeks, 12 months/);
    expect(leaveText({ kind: 'safety' }, POLICY, en)).toMatch(/undone/);
    const korean = (['incremental', 'daily', 'safety'] as const).map((kind) => leaveText({ kind }, POLICY, ko));
    for (const words of korean) expect(words).toMatch(/[가-힣]/);
    expect(new Set(korean).size).toBe(3);
  });
  it('a copy is verified only when it was compared after it was made', () => {
    const copy = (state: CopyState, verifiedAt: string | null) => ({ state, verifiedAt }) as CopyView;
    expect(copyWords(copy('copied', null), en)).toBe('Copied');
    expect(copyWords(copy('copied', '2026-11-21T00:00:00Z'), en)).toBe('Copied and verified');
    expect(copyWords(copy('damaged', '2026-11-21T00:00:00Z'), en)).toBe('Damaged there');
  });
});

describe('where a restore can start from', () => {
  const copy = (destinationId: string, state: CopyState) => ({ destinationId, state }) as CopyView;
  const copies = [copy('nas', 'copied'), copy('s3', 'waiting'), copy('sftp', 'copied'), copy('usb', 'damaged')];
  it('is the backup folder first, then every copy that is whole', () => {
    expect(sourcesOf({ state: 'proved', copies })).toEqual([null, 'nas', 'sftp']);
    expect(sourcesOf({ state: 'proved', copies: [] })).toEqual([null]);
  });
  it.each(['elsewhere', 'missing'] as const)('is a copy only when the file is %s', (state) => {
    expect(sourcesOf({ state, copies })).toEqual(['nas', 'sftp']);
    expect(sourcesOf({ state, copies: [] })).toEqual([]);
  });
});
