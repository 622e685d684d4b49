/** Logs: what is asked, which entries are held, how they are shown. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { LogEntry, LogHistogram, LogSourceStatus } from '@shared/logs';
import { currentTexts, startTexts } from '@/i18n';
import { placeOf } from '@/logs/AroundView';
import { ALL_ENTRIES, choosesEverything, filtersOf, LEVEL_NAMES, queryOf, queryToSave, toggled } from '@/logs/filters';
import { firstLine, markable, partsOf, visible } from '@/logs/highlight';
import { bars, countOf, spanBetween } from '@/logs/histogram-shape';
import { target } from '@/logs/LogList';
import { PAGE_ROWS, pageOf } from '@/logs/pages';
import { RowCache, WINDOW_ROWS } from '@/logs/row-cache';
import { nameOf, NEW_SOURCE, readSourceDraft } from '@/logs/source-draft';
import { logFilters, logsAround, showPattern, takePlace } from '@/logs/store';
import { sourceFacts, stateWords, worstState } from '@/logs/words';

beforeAll(async () => {
  vi.stubGlobal('navigator', { language: 'en-GB' });
  await startTexts('en');
});

const NOW = Date.parse('2026-11-23T12:00:00Z');
const entry = (id: number, change: Partial<LogEntry> = {}): LogEntry => ({
  ...{ id, sourceId: 's', file: '/a.log', atMs: id * 1_000, hasOwnTime: true, level: 'INFO', logger: null },
  ...{ text: `line ${id}`, lines: 1, isCut: false, patternId: 1 },
  ...change,
});

describe('the query of what is chosen', () => {
  it('is everything when nothing is chosen', () => {
    expect(Object.values(queryOf(ALL_ENTRIES, NOW)).every((value) => value === null || value === false)).toBe(true);
    expect(choosesEverything({ ...ALL_ENTRIES, text: '  ' })).toBe(true);
    expect(choosesEverything({ ...ALL_ENTRIES, levels: ['ERROR'] })).toBe(false);
  });
  it('counts a time that ends now from now, and takes one of its own as it is', () => {
    expect(queryOf({ ...ALL_ENTRIES, range: '24h' }, NOW)).toMatchObject({ fromMs: NOW - 86_400_000, toMs: null });
    expect(queryOf({ ...ALL_ENTRIES, range: 'own', fromMs: 5, toMs: 9 }, NOW)).toMatchObject({ fromMs: 5, toMs: 9 });
    expect(queryOf({ ...ALL_ENTRIES, range: '7d', fromMs: 5, toMs: 9 }, NOW).toMs).toBeNull();
  });
  it('leaves blanks of an expression alone; an empty one is none', () => {
    expect(queryOf({ ...ALL_ENTRIES, text: ' a b ' }, NOW).text).toBe('a b');
    expect(queryOf({ ...ALL_ENTRIES, text: ' a$', isRegex: true }, NOW)).toMatchObject({ text: ' a$', isRegex: true });
    expect(queryOf({ ...ALL_ENTRIES, text: '', isRegex: true }, NOW)).toMatchObject({ text: null, isRegex: false });
  });
  it('is kept without a time that ends now, and comes back with what is looked at', () => {
    const filters = { ...ALL_ENTRIES, text: 'timeout', levels: ['ERROR' as const], range: '24h' as const };
    const kept = queryToSave(filters);
    expect(kept).toMatchObject({ text: 'timeout', levels: ['ERROR'], fromMs: null, toMs: null });
    expect(filtersOf(kept, { ...ALL_ENTRIES, range: '7d' })).toEqual({ ...filters, range: '7d' });
    const own = { ...filters, range: 'own' as const, fromMs: 1, toMs: 2 };
    expect(filtersOf(queryToSave(own), ALL_ENTRIES)).toEqual(own);
  });
  it('all chosen is none chosen', () => {
    expect(toggled(['ERROR'], 'ERROR', LEVEL_NAMES)).toEqual([]);
    expect(toggled(LEVEL_NAMES.slice(1), 'CRITICAL', LEVEL_NAMES)).toEqual([]);
  });
});

describe('entries that are held', () => {
  /** Answers each window when it is told to. */
  const slow = (total: number) => {
    const asked: number[] = [];
    const answers = new Map<number, (entries: LogEntry[]) => void>();
    const failures: unknown[] = [];
    const load = vi.fn((offset: number) => {
      asked.push(offset / WINDOW_ROWS);
      return new Promise<LogEntry[]>((resolve) => answers.set(offset / WINDOW_ROWS, resolve));
    });
    const rows = new RowCache({ total, load, onFailure: (thrown) => failures.push(thrown) });
    const answer = async (window: number): Promise<void> => {
      const count = Math.min(WINDOW_ROWS, total - window * WINDOW_ROWS);
      answers.get(window)?.(Array.from({ length: count }, (_, index) => entry(window * WINDOW_ROWS + index)));
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { rows, asked, answer, load, failures };
  };
  it('are fetched in windows, each once, and tell of their arrival', async () => {
    const { rows, asked, answer } = slow(1_000);
    const told = vi.fn();
    rows.subscribe(told);
    rows.want(190, 210);
    rows.want(190, 210);
    expect(asked).toEqual([0, 1]);
    expect(rows.get(195)).toBeUndefined();
    await answer(0);
    expect(rows.get(195)?.id).toBe(195);
    expect(told).toHaveBeenCalledTimes(1);
    await answer(1);
    rows.want(190, 210);
    expect(asked).toEqual([0, 1]);
    expect([rows.get(399)?.id, rows.get(400), rows.get(1_000)]).toEqual([399, undefined, undefined]);
  });
  it('what was scrolled past is not asked for: a long way costs two windows', async () => {
    const { rows, asked, answer } = slow(1_000_000);
    for (let at = 0; at < 900_000; at += 1_000) rows.want(at, at + 40);
    expect(asked).toEqual([0, 5]);
    await answer(0);
    expect(asked).toEqual([0, 5, 4_495]);
  });
  it('the last window is as long as the rest', async () => {
    const { rows, load, answer } = slow(250);
    rows.want(240, 400);
    expect(load).toHaveBeenCalledWith(200, 50);
    await answer(1);
    expect(rows.get(249)?.id).toBe(249);
  });
  it('are let go when there are too many, the oldest first', async () => {
    const { rows, answer } = slow(100 * WINDOW_ROWS);
    for (let window = 0; window < 60; window += 1) {
      rows.want(window * WINDOW_ROWS, window * WINDOW_ROWS + 1);
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what is tested
      await answer(window);
    }
    const held = Array.from({ length: 60 }, (_, window) => rows.get(window * WINDOW_ROWS) !== undefined);
    expect(held.filter(Boolean)).toHaveLength(40);
    expect(held.slice(20).every(Boolean)).toBe(true);
  });
  it('a failure is told, and the window asked for again when it is looked at', async () => {
    const failures: unknown[] = [];
    const load = vi.fn(() => Promise.reject(new Error('gone')));
    const rows = new RowCache({ total: 10, load, onFailure: (thrown) => failures.push(thrown) });
    rows.want(0, 10);
    await new Promise((resolve) => setImmediate(resolve));
    expect(failures).toHaveLength(1);
    rows.want(0, 10);
    expect(load).toHaveBeenCalledTimes(2);
  });
  it('those of the search before are shown until the new ones are there', async () => {
    const before = slow(200);
    before.rows.want(0, 200);
    await before.answer(0);
    let give: ((entries: LogEntry[]) => void) | undefined;
    const load = () => new Promise<LogEntry[]>((resolve) => (give = resolve));
    const rows = new RowCache({ total: 200, load, onFailure: () => undefined, before: before.rows });
    rows.want(0, 200);
    expect(rows.get(7)?.id).toBe(7);
    give?.(Array.from({ length: 200 }, (_, index) => entry(index + 1)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(rows.get(7)?.id).toBe(8);
  });
});

describe('pages', () => {
  it('a million rows are one page, the next one begins another', () => {
    expect(pageOf(PAGE_ROWS, null)).toEqual({ number: 0, of: 1, from: 0, to: PAGE_ROWS });
    expect(pageOf(PAGE_ROWS + 1, null)).toEqual({ number: 1, of: 2, from: PAGE_ROWS, to: PAGE_ROWS + 1 });
    expect(pageOf(25, 9, 10)).toEqual({ number: 2, of: 3, from: 20, to: 25 });
    expect(pageOf(0, null)).toEqual({ number: 0, of: 1, from: 0, to: 0 });
    // below the height at which Chromium ends an element
    expect(PAGE_ROWS * 24).toBeLessThan(33_000_000);
  });
});

describe('text', () => {
  const hits = (text: string, wanted: string, isRegex = false): string[] =>
    partsOf(text, { text: wanted, isRegex }).flatMap((part) => (part.isHit ? [part.text] : []));
  it('marks all of the words, whatever their case and order, and loses nothing', () => {
    expect(hits('Timeout in gateway: TIMEOUT', 'gateway timeout')).toEqual(['Timeout', 'gateway', 'TIMEOUT']);
    expect(hits('errors', 'err errors')).toEqual(['errors']);
    expect(hits('a.b axb (x)', 'a.b (x)')).toEqual(['a.b', '(x)']);
    expect(hits('오류가 났습니다', '오류')).toEqual(['오류']);
    const parts = partsOf('one two one', { text: 'one', isRegex: false });
    expect(parts.map(({ text }) => text).join('')).toBe('one two one');
  });
  it('marks what an expression finds, but only one that cannot take long', () => {
    expect(hits('order 4711 failed', String.raw`order \d+`, true)).toEqual(['order 4711']);
    for (const trap of ['(a+)+$', '(a|a)*b', '.*.*x', String.raw`(a)\1`, 'a?a?a?a?a', '(', '(?:ab){2,}']) {
      expect(markable(trap), trap).toBeNull();
    }
    expect(hits('aaaa', '(a+)+$', true)).toEqual([]);
  });
  it('shows control characters, and takes their effect from those that turn or hide text', () => {
    expect(visible('\u001B[31mred\u0000\u007F\u009B')).toBe('␛[31mred␀␡⟨009b⟩');
    expect(visible('a\u202Eb\u200Bc\uFEFF')).toBe('a⟨202e⟩b⟨200b⟩c⟨feff⟩');
    expect(visible('tab\tand\nline <b>')).toBe('tab\tand\nline <b>');
  });
  it('takes the first line of an entry', () => {
    expect([firstLine('a\nb', 9), firstLine('a\r\nb', 9), firstLine('abc', 2), firstLine('', 2)]).toEqual([
      ...['a', 'a', 'ab', ''],
    ]);
  });
});

describe('the histogram', () => {
  const counts = { DEBUG: 0, INFO: 0, WARNING: 0, ERROR: 0, CRITICAL: 0, NONE: 0 };
  const histogram: LogHistogram = {
    bucketMs: 10,
    buckets: [
      { fromMs: 100, counts: { ...counts, INFO: 996, ERROR: 4 } },
      { fromMs: 110, counts },
      { fromMs: 120, counts: { ...counts, ERROR: 500 } },
    ],
  };
  it('stacks the levels, the worst at the bottom, and keeps one of a thousand in sight', () => {
    expect(bars(histogram, 'ERROR', 1_000)).toBe('M0.08 100v-4h0.84v4zM2.08 100v-50h0.84v50z');
    expect(bars(histogram, 'INFO', 1_000)).toBe('M0.08 96v-96h0.84v96z');
    expect(bars(histogram, 'DEBUG', 1_000)).toBe('');
    expect(countOf(histogram, 'ERROR')).toBe(504);
  });
  it('gives the time of what was dragged over, in either direction', () => {
    expect(spanBetween(histogram, { from: 2, to: 1 })).toEqual({ fromMs: 110, toMs: 130 });
    expect(spanBetween({ bucketMs: 1, buckets: [] }, { from: 0, to: 0 })).toBeNull();
  });
});

describe('keys of the list', () => {
  const where = { active: 50, first: 0, last: 99, screen: 10, shown: 40 };
  it.each([
    ...([['ArrowDown', 51] as const, ['ArrowUp', 49] as const, ['PageDown', 60] as const] as const),
    ...([['PageUp', 40] as const, ['Home', 0] as const, ['End', 99] as const, ['x', null] as const] as const),
  ])('%s goes to %s', (key, to) => {
    expect(target(key, where)).toBe(to);
  });
  it('the first arrow begins where somebody looks', () => {
    expect(target('ArrowDown', { ...where, active: null })).toBe(40);
  });
});

describe('places that lead here', () => {
  it('a moment shows the lines around it, with the way back', () => {
    takePlace({ tab: 'errors', errorGroupId: 'g', logsAt: { atMs: 5, sourceId: 's' } });
    expect(logsAround.get()).toMatchObject({ at: { atMs: 5 }, sourceId: 's', back: { errorGroupId: 'g' } });
  });
  it('a pattern shows its entries, whenever they were', () => {
    logFilters.set({ ...ALL_ENTRIES, text: 'other', range: '1h' });
    takePlace({ tab: 'errors', logPattern: { sourceId: 's', patternId: 7 } });
    expect(logFilters.get()).toEqual({ ...ALL_ENTRIES, sourceIds: ['s'], patternId: 7 });
    expect(logsAround.get()).toBeNull();
    showPattern(8, 't');
    takePlace({ tab: 'errors' });
    expect(logFilters.get().patternId).toBe(8);
  });
  it('marks the entry itself, else the first that is not before the moment, else the last', () => {
    const entries = [entry(1), entry(2), entry(4)];
    expect(placeOf(entries, { at: { entryId: 2 }, atMs: 0 })).toBe(1);
    expect(placeOf(entries, { at: { atMs: 3_000 }, atMs: 3_000 })).toBe(2);
    expect(placeOf(entries, { at: { atMs: 9_000 }, atMs: 9_000 })).toBe(2);
    expect(placeOf([], { at: { atMs: 1 }, atMs: 1 })).toBeNull();
  });
});

describe('logs that are followed', () => {
  const source = (change: Partial<LogSourceStatus>): LogSourceStatus => ({
    ...{ id: 's', format: 'python', state: 'following', files: 1, entries: 1_482, behindBytes: 0 },
    ...{ lastEntryAt: null, error: null },
    config: { name: 'orders', path: '/srv/orders.log', format: null, enabled: true, alertFrom: 'ERROR' },
    ...change,
  });
  it('say how far they are read, and the worst first', () => {
    expect(stateWords(source({ state: 'reading', behindBytes: 123e6 }), currentTexts())).toBe('Reading… 123 MB to go');
    expect(stateWords(source({}), currentTexts())).toBe('Following');
    expect(worstState([source({}), source({ state: 'failing' }), source({ state: 'reading' })])).toBe('failing');
    expect(sourceFacts(source({}), currentTexts())).toEqual([
      ...['Python logging', '1 file', '1,482 entries', 'alert on new patterns from Error'],
    ]);
  });
  it('need a whole path; a name is found when none is given', () => {
    const faults = (path: string, name = ''): string[] => [
      ...readSourceDraft({ ...NEW_SOURCE, path, name }, true).faults,
    ];
    expect(faults('logs/a.log')).toEqual(['path']);
    expect(faults('/var/log/')).toEqual(['path']);
    expect(faults('/var/log/app.log')).toEqual([]);
    expect(faults('/**/*')).toEqual(['name']);
    expect(readSourceDraft({ ...NEW_SOURCE, path: ' /var/log/app.log ' }, true).config).toMatchObject({
      path: '/var/log/app.log',
      name: 'app.log',
      alertFrom: 'ERROR',
    });
    expect(nameOf('/srv/orders/logs/*.log')).toBe('orders');
    expect(nameOf('/srv/orders/worker-*.log')).toBe('worker-*.log');
  });
});
