/** "Could I lose data today?" on Status: the figure, the proof behind it, and where the data is kept. */
import { describe, expect, it } from 'vitest';
import type { CopyPlace, CopyPlaces, DrillRecord, DrillResult } from '@shared/models';
import { nearDay } from '@/format/time';
import { lossOf, newestProof } from '@/tabs/status/loss';
import { isMet, shortfallOf } from '@/tabs/status/rule';

const NOW = new Date(2026, 10, 21, 12, 0).getTime();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (minutes: number): string => new Date(NOW + minutes * MINUTE).toISOString();
const next = (minutes: number) => ({ kind: 'incremental' as const, at: at(minutes) });

describe('what can be lost', () => {
  it('is everything before the first proof', () => {
    expect(lossOf({ coveredUntil: null, nextRun: next(5) }, false, NOW)).toBeNull();
  });
  it.each([
    ['the whole wait until the next backup, not only what has passed of it', -4, next(11), 15],
    ['the wait of a day', -10 * 60, next(14 * 60), 24 * 60],
    ['what has passed, when the next backup should have begun already', -40, next(-25), 40],
    ['what has passed, when nothing is scheduled', -40, null, 40],
    ['a minute at least', 0, null, 1],
    ['a minute at least, also when the clock was set back', 30, null, 1],
  ])('is %s', (_what, covered, nextRun, minutes) => {
    expect(lossOf({ coveredUntil: at(covered), nextRun }, false, NOW)?.worstMs).toBe(minutes * MINUTE);
  });
  it('grows without end only when nothing is scheduled and nothing runs', () => {
    const covered = { coveredUntil: at(-5) };
    expect(lossOf({ ...covered, nextRun: null }, false, NOW)?.grows).toBe(true);
    expect(lossOf({ ...covered, nextRun: null }, true, NOW)?.grows).toBe(false);
    expect(lossOf({ ...covered, nextRun: next(5) }, false, NOW)?.grows).toBe(false);
  });
  it('does not jump while a backup runs', () => {
    // begun on schedule: the next one is a whole interval away, the wait of the last one ends
    expect(lossOf({ coveredUntil: at(-15), nextRun: next(15) }, true, NOW)?.worstMs).toBe(15 * MINUTE);
    // begun by hand: from its end the wait is what is left
    expect(lossOf({ coveredUntil: at(-4), nextRun: next(11) }, true, NOW)?.worstMs).toBe(11 * MINUTE);
  });
});

describe('the newest proof', () => {
  const result = (destinationId: string | null, outcome: 'passed' | 'failed' = 'passed') =>
    ({ pointId: 'p', destinationId, outcome }) as DrillResult;
  const drill = (minutes: number, ...results: DrillResult[]): DrillRecord => ({
    id: 'd',
    databaseId: 'db',
    startedAt: at(minutes - 1),
    finishedAt: at(minutes),
    outcome: results.some(({ outcome }) => outcome === 'failed') ? 'failed' : 'passed',
    results,
  });
  it('is none while nothing was restored, or nothing that worked', () => {
    expect(newestProof({ lastProofAt: null, lastDrill: null })).toBeNull();
    expect(newestProof({ lastProofAt: null, lastDrill: drill(-5, result('s3', 'failed')) })).toBeNull();
  });
  it('is the newer of a proof in the backup folder and a drill', () => {
    const lastDrill = drill(-60, result('s3'));
    expect(newestProof({ lastProofAt: at(-90), lastDrill })).toEqual({ at: at(-60), destinationId: 's3' });
    expect(newestProof({ lastProofAt: at(-30), lastDrill })).toEqual({ at: at(-30), destinationId: null });
  });
  it('never is a drill that failed', () => {
    const lastDrill = drill(-5, result('s3', 'failed'));
    expect(newestProof({ lastProofAt: at(-90), lastDrill })).toEqual({ at: at(-90), destinationId: null });
  });
  it('names the place that is not this machine, and only one that worked', () => {
    expect(newestProof({ lastProofAt: null, lastDrill: drill(-5, result(null), result('s3')) })?.destinationId).toBe(
      's3',
    );
    const mixed = drill(-5, result('s3', 'failed'), result(null));
    expect(newestProof({ lastProofAt: null, lastDrill: mixed })).toEqual({ at: at(-5), destinationId: null });
  });
});

describe('three copies on two media, one offsite', () => {
  const place = (name: string, change: Partial<CopyPlace> = {}): CopyPlace => ({
    kind: 'folder',
    destinationId: name,
    name,
    medium: name,
    offsite: false,
    points: 3,
    newestAt: at(-60),
    verifiedAt: at(-50),
    behind: 0,
    counts: true,
    ...change,
  });
  const here = [place('live', { kind: 'live', destinationId: null }), place('folder', { kind: 'backup-folder' })];
  const places = (change: Partial<CopyPlaces>): CopyPlaces => ({
    places: here,
    copies: 2,
    media: 1,
    offsite: 0,
    missing: [],
    ...change,
  });
  it('is judged part by part', () => {
    const three = places({ copies: 3, media: 2, offsite: 0 });
    expect((['copies', 'media', 'offsite'] as const).map((part) => isMet(three, part))).toEqual([true, true, false]);
  });
  it('says first what costs most', () => {
    expect(shortfallOf(places({ missing: ['copy', 'medium', 'offsite'] }))).toEqual({
      kind: 'missing',
      part: 'offsite',
    });
    expect(shortfallOf(places({ missing: ['copy', 'medium'] }))).toEqual({ kind: 'missing', part: 'medium' });
    expect(shortfallOf(places({ missing: ['copy'] }))).toEqual({ kind: 'missing', part: 'copy' });
  });
  it('does not ask for another destination while one that is there has nothing yet', () => {
    const nas = place('NAS', { counts: false, points: 0, behind: 3 });
    expect(shortfallOf(places({ places: [...here, nas], missing: ['copy'] }))).toEqual({
      kind: 'not-yet',
      names: ['NAS'],
    });
  });
  it('tells of copies that wait only when the rule is met', () => {
    const behind = places({ places: [...here, place('NAS', { behind: 2 })] });
    expect(shortfallOf(behind)).toEqual({ kind: 'behind', name: 'NAS', count: 2 });
    expect(shortfallOf({ ...behind, missing: ['offsite'] })).toEqual({ kind: 'missing', part: 'offsite' });
    expect(shortfallOf(places({ places: [...here, place('NAS')] }))).toBeNull();
  });
  it('counts nothing that waits in the backup folder itself', () => {
    const folder = place('folder', { kind: 'backup-folder', behind: 5, counts: false });
    expect(shortfallOf(places({ places: [folder] }))).toBeNull();
  });
});

describe('the day of a proof', () => {
  it('is today or yesterday by the calendar, not by hours', () => {
    const morning = new Date(2026, 10, 21, 0, 5).getTime();
    expect(nearDay(new Date(morning - 10 * MINUTE).toISOString(), morning)).toBe('yesterday');
    expect(nearDay(new Date(morning + 23 * HOUR).toISOString(), morning)).toBe('today');
    expect(nearDay(new Date(morning - 25 * HOUR).toISOString(), morning)).toBeNull();
  });
});
