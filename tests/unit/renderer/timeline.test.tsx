/** The timeline: what is at a moment, where keys lead, what is drawn where, and what comes back, in words. */
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ResolvedMoment, Timeline, TimelineEvent, TimelinePoint } from '@shared/recovery';
import { currentTexts, startTexts, type Texts } from '@/i18n';
import { hasMore, numericColumns, PAGE, shownRows } from '@/moments/cells';
import { continuousLoss } from '@/tabs/status/loss';
import { comesBack, sourceOf } from '@/timeline/come-back';
import { comesBackAt, courseOf, newest, nextCovered, placeAt } from '@/timeline/course';
import { choosable, moveFrom, stepFor } from '@/timeline/cursor';
import { localInput, readLocal } from '@/timeline/local-time';
import { draw, gather, markAt, msAt, windowAround, xOf } from '@/timeline/marks';
import { Scene } from '@/timeline/Scene';
import { showing, spanFor, windowOf, within } from '@/timeline/window';
import { eventWords, placeWords, spokenMoment } from '@/timeline/words';

vi.stubGlobal('navigator', { language: 'en' });

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A moment, minutes from now. */
const ms = (minutes: number): number => NOW + minutes * MINUTE;
const at = (minutes: number): string => new Date(ms(minutes)).toISOString();

const point = (id: string, minutes: number, change: Partial<TimelinePoint> = {}): TimelinePoint => ({
  id,
  at: at(minutes),
  kind: 'daily',
  form: 'full',
  state: 'proved',
  ...change,
});
const event = (minutes: number, change: Partial<TimelineEvent> = {}): TimelineEvent => ({
  kind: 'drill',
  at: at(minutes),
  untilAt: null,
  outcome: 'ok',
  id: `e${minutes}`,
  alert: null,
  ...change,
});

/** Points 5 and 3 hours old; every transaction of an hour 150 minutes ago and of the last 30 minutes; a gap between. */
const TIMELINE: Timeline = {
  databaseId: 'db',
  firstAt: at(-300),
  points: [point('old', -300), point('new', -180), point('broken', -100, { state: 'failed' })],
  ranges: [
    {
      generationId: 'g1',
      fromAt: at(-180),
      untilAt: at(-120),
      transactions: 40,
      open: false,
      endedBecause: 'interrupted',
    },
    { generationId: 'g2', fromAt: at(-30), untilAt: at(-1), transactions: 7, open: true, endedBecause: null },
  ],
  gaps: [{ fromAt: at(-120), untilAt: at(-30), because: 'interrupted' }],
  events: [event(-60)],
};
const COURSE = courseOf(TIMELINE, null);
const EMPTY = courseOf({ databaseId: 'db', firstAt: null, points: [], ranges: [], gaps: [], events: [] }, null);

describe('what is at a moment', () => {
  it.each([
    [-400, 'before'],
    [-300, 'point'],
    [-250, 'between'],
    [-150, 'range'],
    [-110, 'gap'],
    [-10, 'range'],
    [-0.5, 'between'],
  ])('%d minutes from now is %s', (minutes, kind) => {
    expect(placeAt(COURSE, ms(minutes)).kind).toBe(kind);
  });
  it('is nothing while there is nothing', () => {
    expect(placeAt(EMPTY, NOW)).toEqual({ kind: 'none' });
    expect(newest(EMPTY)).toBeNull();
  });
  it('says which earlier state comes back where nothing was captured', () => {
    expect(placeAt(COURSE, ms(-110))).toMatchObject({ kind: 'gap', comesBackMs: ms(-120) });
    expect(placeAt(COURSE, ms(-250))).toMatchObject({ kind: 'between', comesBackMs: ms(-300) });
    expect(placeAt(COURSE, ms(-0.5))).toMatchObject({ comesBackMs: ms(-1) });
  });
  it('is the moment itself that comes back inside a range', () => {
    expect(comesBackAt(COURSE, ms(-150))).toBe(ms(-150));
    expect(comesBackAt(COURSE, ms(-180))).toBe(ms(-180));
  });
  it('never promises what a damaged restore point would have to bring back', () => {
    const damaged = courseOf({ ...TIMELINE, ranges: [], gaps: [] }, null);
    expect(comesBackAt(damaged, ms(-50))).toBe(ms(-180));
    expect(nextCovered(damaged, ms(-150))).toBeNull();
  });
  it('names the next moment that comes back', () => {
    expect(nextCovered(COURSE, ms(-110))).toBe(ms(-30));
    expect(nextCovered(COURSE, ms(-400))).toBe(ms(-300));
    expect(nextCovered(COURSE, ms(-10))).toBeNull();
  });
});

describe('a range that grows', () => {
  const live = (state: 'running' | 'waiting', minutes: number) => ({ state, coveredUntil: at(minutes) });
  it('reaches as far as the log that is on the disk, whenever the timeline was fetched', () => {
    const course = courseOf(TIMELINE, live('running', -0.01));
    expect(placeAt(course, ms(-0.5)).kind).toBe('range');
    expect(newest(course)).toBe(ms(-0.01));
  });
  it('does not grow while nothing is captured, and one that ended never grows', () => {
    expect(newest(courseOf(TIMELINE, live('waiting', -0.01)))).toBe(ms(-1));
    expect(placeAt(courseOf(TIMELINE, live('running', -0.01)), ms(-110)).kind).toBe('gap');
  });
  it('never shrinks to an older figure of the state', () => {
    expect(newest(courseOf(TIMELINE, live('running', -5)))).toBe(ms(-1));
  });
});

describe('keys', () => {
  const shown = { shownMs: HOUR, bigger: false };
  const go = (minutes: number | null, move: Parameters<typeof moveFrom>[2], how = shown): number | null => {
    const to = moveFrom(COURSE, minutes === null ? null : ms(minutes), move, how);
    return to === null ? null : (to - NOW) / MINUTE;
  };
  it('choose the newest moment first; Home and End lead to the ends', () => {
    expect(go(null, 'back')).toBe(-1);
    expect(go(-150, 'oldest')).toBe(-300);
    expect(go(-150, 'newest')).toBe(-1);
  });
  it('lead from restore point to restore point outside of ranges', () => {
    expect(go(-300, 'on')).toBe(-180);
    expect(go(-400, 'on')).toBe(-300);
    expect(go(-180, 'point-back')).toBe(-300);
  });
  it('lead by round steps inside a range, by zoom, ten times as far with Shift', () => {
    expect(stepFor(HOUR, false)).toBe(30 * SECOND);
    expect(go(-150, 'on')).toBe(-149.5);
    expect(go(-150, 'back')).toBe(-150.5);
    expect(go(-150, 'on', { shownMs: HOUR, bigger: true })).toBe(-145);
    expect(go(-150, 'on', { shownMs: MINUTE, bigger: false })).toBeCloseTo(-150 + 1 / 60, 6);
    // round times of day, wherever the step began
    expect(moveFrom(COURSE, ms(-150) + 417, 'on', { shownMs: MINUTE, bigger: false })).toBe(ms(-150) + SECOND);
    expect(moveFrom(COURSE, ms(-150) + 417, 'back', { shownMs: MINUTE, bigger: false })).toBe(ms(-150));
  });
  it('stop at the end of a range, then go on to the next stop behind the gap', () => {
    expect(go(-120.1, 'on')).toBe(-120);
    expect(go(-120, 'on')).toBe(-30);
    expect(go(-30, 'back')).toBe(-120);
    expect(go(-1, 'on')).toBeNull();
    const live = courseOf(TIMELINE, { state: 'running', coveredUntil: at(-0.37) });
    expect(moveFrom(live, ms(-0.9), 'on', shown)).toBe(ms(-0.5));
    expect(moveFrom(live, ms(-0.5), 'on', shown)).toBe(ms(-0.37));
  });
  it('pass restore points that bring nothing back', () => {
    expect(go(-110, 'point-on')).toBeNull();
    expect(moveFrom(EMPTY, null, 'back', shown)).toBeNull();
  });
  it('never choose a moment that has not come yet', () => {
    expect(choosable(COURSE, ms(30), NOW)).toBe(NOW);
    expect(choosable(COURSE, ms(-30), NOW)).toBe(ms(-30));
  });
});

describe('what is shown', () => {
  it('is at first the smallest span that holds everything, a week at most', () => {
    expect(spanFor(ms(-30), NOW)).toBe('1h');
    expect(spanFor(NOW - 3 * HOUR, NOW)).toBe('24h');
    expect(spanFor(NOW - 90 * DAY, NOW)).toBe('7d');
  });
  it('ends now; "all" begins at the oldest moment', () => {
    const all = windowOf({ span: 'all', window: null }, NOW - 90 * DAY, NOW);
    expect(all.fromMs).toBeLessThan(NOW - 90 * DAY);
    expect(all.fromMs).toBeGreaterThan(NOW - 95 * DAY);
    expect(all.toMs).toBeGreaterThanOrEqual(NOW);
    expect(windowOf({ span: '1h', window: null }, null, NOW).fromMs).toBe(NOW - HOUR);
  });
  it('stays where something can be seen, however far it is moved or zoomed', () => {
    const first = NOW - 10 * DAY;
    const far = within({ fromMs: NOW + DAY, toMs: NOW + 2 * DAY }, first, NOW);
    expect(far.toMs).toBeLessThan(NOW + 2 * HOUR);
    expect(far.toMs - far.fromMs).toBeCloseTo(DAY, 3);
    const before = within({ fromMs: NOW - 900 * DAY, toMs: NOW - 899 * DAY }, first, NOW);
    expect(before.toMs).toBeGreaterThanOrEqual(first);
    const point = within({ fromMs: NOW - HOUR, toMs: NOW - HOUR + 1 }, first, NOW);
    expect(point.toMs - point.fromMs).toBe(10 * SECOND);
    const whole = within({ fromMs: NOW - 1e13, toMs: NOW + 1e13 }, first, NOW);
    expect(whole.fromMs).toBeLessThanOrEqual(first);
    expect(whole.toMs - whole.fromMs).toBeLessThanOrEqual(31 * DAY);
  });
  it('follows a moment that was chosen beyond its edge', () => {
    const window = { fromMs: ms(-60), toMs: NOW };
    expect(showing(window, ms(-30))).toBe(window);
    expect(showing(window, ms(-100))).toEqual({ fromMs: ms(-130), toMs: ms(-70) });
  });
});

describe('marks', () => {
  const WIDTH = 800;
  const window = { fromMs: ms(-800), toMs: NOW };
  const times = (list: number[]) => list.map((minutes) => ({ atMs: ms(minutes), item: minutes }));
  it('stand where their moment is, and a pixel is that moment again', () => {
    const [mark] = gather(times([-400]), window, WIDTH);
    expect(mark?.x).toBeCloseTo(400, 6);
    expect(msAt(xOf(ms(-123), window, WIDTH), window, WIDTH)).toBeCloseTo(ms(-123), 3);
  });
  it('become one with a number when they would touch, and only then', () => {
    const counts = (list: number[]) => gather(times(list), window, WIDTH).map(({ items }) => items.length);
    expect(counts([-400, -380, -360])).toEqual([1, 1, 1]);
    expect(counts([-400, -398, -396])).toEqual([3]);
    expect(counts([-400, -399, -100])).toEqual([2, 1]);
    expect(counts([-400, -399, -378])).toEqual([3]);
  });
  it('become one wherever they are, also on both sides of where buckets meet', () => {
    for (let minute = -750; minute < -50; minute += 1) {
      expect(gather(times([minute, minute + 3]), window, WIDTH), String(minute)).toHaveLength(1);
    }
  });
  it('never touch each other, and lose none, with 5 000 restore points', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => ({
      atMs: NOW - 90 * DAY + index * 26 * MINUTE,
      item: index,
    }));
    for (const days of [0.5, 7, 30, 91]) {
      const shown = { fromMs: NOW - days * DAY, toMs: NOW };
      const marks = gather(many, shown, WIDTH);
      expect(marks.length).toBeLessThan(WIDTH / 14);
      const half = (mark: (typeof marks)[number]): number => (mark.items.length > 1 ? 14 : 6);
      for (const [index, mark] of marks.entries()) {
        const before = marks[index - 1];
        // at the edges a mark stands for what is beyond them too
        if (before && before.x > 0 && mark.x < WIDTH)
          expect(mark.x - before.x).toBeGreaterThan(half(mark) + half(before));
      }
      const inside = many.filter(({ atMs }) => atMs > shown.fromMs && atMs < shown.toMs).length;
      expect(marks.reduce((sum, { items }) => sum + items.length, 0)).toBeGreaterThanOrEqual(inside);
    }
  });
  it('neither fall apart nor jump while the track is moved', () => {
    const many = Array.from({ length: 300 }, (_, index) => ({ atMs: ms((index - 300) * 7), item: index }));
    const groups = (moved: number) => {
      const by = moved * MINUTE;
      return gather(many, { fromMs: window.fromMs + by, toMs: window.toMs + by }, WIDTH)
        .filter(({ x }) => x > 60 && x < WIDTH - 60)
        .map(({ items, x }) => ({ items: items.map(({ item }) => item).join(), atMs: Math.round(x + moved) }));
    };
    const still = new Map(groups(0).map(({ items, atMs }) => [items, atMs]));
    const moved = groups(13);
    expect(moved.length).toBeGreaterThan(8);
    const same = moved.filter(({ items, atMs }) => still.get(items) === atMs);
    // those that came in at one edge are new, and the like went at the other
    expect(same.length).toBeGreaterThanOrEqual(moved.length - 2);
  });
  it('are found below the pointer, the nearest first', () => {
    const marks = gather(times([-400, -370]), window, WIDTH);
    expect(markAt(marks, 404, 11)?.items[0]?.item).toBe(-400);
    expect(markAt(marks, 424, 11)?.items[0]?.item).toBe(-370);
    expect(markAt(marks, 415, 5)).toBeNull();
  });
  it('are told apart in the window that a click on them leads to', () => {
    const close = times([-400, -399, -398]);
    expect(gather(close, window, WIDTH)).toHaveLength(1);
    expect(gather(close, windowAround(close), WIDTH)).toHaveLength(3);
  });
  it('bars are cut at the edges; a gap that lasts reaches until now', () => {
    const lasting = courseOf({ ...TIMELINE, gaps: [{ fromAt: at(-10), untilAt: null, because: 'stopped' }] }, null);
    const drawing = draw(lasting, { fromMs: ms(-90), toMs: ms(10) }, WIDTH, NOW);
    expect(drawing.ranges.map(({ x, width }) => [Math.round(x), Math.round(width)])).toEqual([[480, 232]]);
    expect(drawing.gaps.map(({ x, width }) => [Math.round(x), Math.round(width)])).toEqual([[640, 80]]);
  });
});

describe('what is drawn', () => {
  beforeAll(() => startTexts('en'));
  const scene = (timeline: Timeline, window = { fromMs: ms(-330), toMs: NOW }): string =>
    renderToStaticMarkup(
      <Scene
        drawing={draw(courseOf(timeline, null), window, 900, NOW)}
        window={window}
        width={900}
        nowMs={NOW}
        chosenMs={null}
        hoverX={null}
        span={null}
        selectedPointId={null}
      />,
    );
  it('marks a damaged restore point, hatches a gap and shows what grows', () => {
    const svg = scene(TIMELINE);
    expect(svg.match(/data-state="proved"/g)).toHaveLength(2);
    expect(svg).toContain('data-state="failed"');
    expect(svg).toMatch(/<rect[^>]*fill="url\(#[^)]+\)"[^>]*data-gap="interrupted"/);
    expect(svg.match(/data-range="(open|closed)"/g)).toEqual(['data-range="closed"', 'data-range="open"']);
  });
  it('keeps the page light with 5 000 restore points', () => {
    const points = Array.from({ length: 5_000 }, (_, index) => point(`p${index}`, -index * 26));
    const window = { fromMs: NOW - 91 * DAY, toMs: NOW };
    const svg = scene({ ...TIMELINE, firstAt: points.at(-1)!.at, points }, window);
    expect(svg.match(/<[a-z]/g)!.length).toBeLessThan(600);
  });
});

describe('what comes back', () => {
  const resolved = (asked: number, content: number, uncertaintyMs: number): ResolvedMoment => ({
    databaseId: 'db',
    askedAt: at(asked),
    contentAt: at(content),
    uncertaintyMs,
    pointId: 'new',
    transaction: null,
  });
  it('is the chosen moment itself where the log covers it', () => {
    expect(comesBack(resolved(-10, -10, 300), COURSE)).toEqual({ kind: 'log-exact' });
  });
  it('is never called exact when the log ends before it, by however little', () => {
    expect(comesBack(resolved(-10, -10.001, 300), COURSE)).toMatchObject({ kind: 'log-before', at: at(-10.001) });
  });
  it('is an earlier state in a gap, with the next moment that comes back', () => {
    expect(comesBack(resolved(-110, -120, 300), COURSE)).toEqual({
      kind: 'log-before',
      at: at(-120),
      nextMs: ms(-30),
    });
    expect(comesBack(resolved(-250, -300, 0), COURSE)).toMatchObject({ kind: 'point-before', nextMs: ms(-180) });
  });
  it('is the restore point when its second was chosen', () => {
    expect(comesBack(resolved(-299.99, -300, 0), COURSE)).toEqual({ kind: 'point-exact' });
    expect(comesBack(resolved(-299.98, -300, 0), COURSE)).toMatchObject({ kind: 'point-before' });
  });
  it('is opened by its restore point, or by its moment', () => {
    expect(sourceOf(resolved(-250, -300, 0))).toEqual({ pointId: 'new' });
    expect(sourceOf(resolved(-10, -25, 300))).toEqual({ databaseId: 'db', at: at(-25) });
  });
});

describe('in words', () => {
  let texts: Texts;
  const say = (minutes: number, chosen = true): string =>
    spokenMoment(chosen, ms(minutes), placeAt(COURSE, ms(minutes)), texts);
  describe.each(['en', 'ko'] as const)('%s', (language) => {
    beforeAll(async () => {
      await startTexts(language);
      texts = currentTexts();
    });
    it('every kind of moment has words, with no value left open', () => {
      for (const minutes of [-400, -300, -250, -150, -110, -10]) {
        const words = say(minutes);
        expect(words).not.toMatch(/\{\{|\}\}|timeline\.|undefined/);
        expect(words).toContain(texts.format.exact(at(minutes)));
      }
      expect(placeWords(placeAt(EMPTY, NOW), texts)).not.toMatch(/timeline\./);
    });
    it('a gap says its reason and what comes back instead', () => {
      expect(say(-110)).toContain(texts.t('timeline.end.interrupted'));
      expect(say(-110)).toContain(texts.format.exact(at(-120)));
    });
    it('says that nothing is chosen yet', () => {
      expect(say(-300, false)).not.toBe(say(-300));
    });
    it('events say how they ended; an alert its title', () => {
      expect(eventWords(event(-1, { outcome: 'failed' }), texts)).toContain(texts.t('timeline.outcome.failed'));
      const alert = { id: 'a', severity: 'HIGH' as const, titleKey: 'backup-overdue', params: { name: 'orders' } };
      expect(eventWords(event(-1, { kind: 'alert', alert }), texts)).not.toContain(texts.t('timeline.mark.alert'));
    });
  });
});

describe('what can be lost while every transaction is kept', () => {
  const running = (secondsAgo: number) => ({
    state: 'running' as const,
    coveredUntil: new Date(NOW - secondsAgo * SECOND).toISOString(),
  });
  it.each([
    [0.2, 2],
    [2, 2],
    [2.1, 5],
    [7, 10],
    [45, 60],
    [600, 600],
  ])('%d seconds behind: at most %d seconds', (behind, seconds) => {
    expect(continuousLoss(running(behind), NOW)).toBe(seconds * SECOND);
  });
  it('is never less than how far the log is behind', () => {
    for (let behind = 0; behind < 200; behind += 0.5) {
      expect(continuousLoss(running(behind), NOW)).toBeGreaterThanOrEqual(behind * SECOND);
    }
  });
  it('counts for nothing unless it runs', () => {
    for (const state of ['off', 'starting', 'waiting'] as const) {
      expect(continuousLoss({ ...running(0), state }, NOW)).toBeNull();
    }
    expect(continuousLoss({ state: 'running', coveredUntil: null }, NOW)).toBeNull();
  });
});

describe('a moment that is typed', () => {
  it('is local time to the second, there and back', () => {
    const local = new Date(2026, 10, 21, 14, 3, 10).getTime();
    expect(localInput(local + 417)).toBe('2026-11-21T14:03:10');
    expect(readLocal('2026-11-21T14:03:10')).toBe(local);
  });
  it('may leave the seconds out, as the field does when they are 0', () => {
    expect(readLocal('2026-11-21T14:03')).toBe(new Date(2026, 10, 21, 14, 3).getTime());
  });
  it.each(['', '2026-11-21', 'yesterday', '2026-13-41T99:00'])('is nothing when it is "%s"', (text) => {
    expect(readLocal(text)).toBeNull();
  });
});

describe('rows of a table', () => {
  const page = (offset: number, count: number, total: number | null) => ({
    offset,
    rows: Array.from({ length: count }, () => [1]),
    total,
  });
  it('say which they are', () => {
    expect(shownRows(page(100, 50, 150), String)).toEqual({
      key: 'shown',
      values: { from: '101', to: '150', total: '150' },
    });
    expect(shownRows(page(0, 3, null), String)).toEqual({ key: 'shownUnknown', values: { from: '1', to: '3' } });
    expect(shownRows(page(0, 0, 0), String)).toBeNull();
  });
  it('have more behind them until the last is shown', () => {
    expect(hasMore(page(0, PAGE, 101))).toBe(true);
    expect(hasMore(page(100, 1, 101))).toBe(false);
    expect(hasMore(page(0, PAGE, null))).toBe(true);
    expect(hasMore(page(0, 12, null))).toBe(false);
  });
  it('stand at the right when a column holds numbers only', () => {
    const columns = ['id', 'name', 'sum', 'nothing'];
    const rows = [
      [1, 'a', null, null],
      [2, 3, 4.5, null],
    ];
    expect(numericColumns({ columns, rows })).toEqual([true, false, true, false]);
  });
});
