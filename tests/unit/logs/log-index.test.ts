import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANY_LOG_QUERY, type LogLevel, type LogQuery } from '@shared/logs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BLOCK_ENTRIES } from '../../../electron/logs/index/block';
import { LogIndex } from '../../../electron/logs/index/log-index';
import { compileRegex } from '../../../electron/logs/index/query';
import { matchRegex } from '../../../electron/logs/index/regex';
import { retainSome } from '../../../electron/logs/index/retention';
import type { StartRegex } from '../../../electron/logs/index/scan';
import { INDEX_FILE } from '../../../electron/logs/index/schema';
import { Searcher } from '../../../electron/logs/index/searcher';
import type { ParsedEntry } from '../../../electron/logs/types';

const NOW = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;
/** The same code as on a thread, without a limit of time. */
const regexHere: StartRegex = (source) => {
  const regex = compileRegex(source);
  return { match: (text, starts) => Promise.resolve(matchRegex(regex, text, starts)), end: () => undefined };
};

let folder: string;
let nowMs: number;
let index: LogIndex;
let searcher: Searcher;

function open(): string | null {
  const opened = LogIndex.open(folder, () => nowMs);
  index = opened.index;
  searcher = new Searcher(index, { startRegex: regexHere, limitMs: 5_000 }, () => nowMs);
  return opened.rebuilt;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-log-index-'));
  nowMs = NOW;
  open();
});

afterEach(() => {
  index.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  text: string;
  atMs?: number | null;
  level?: LogLevel | null;
}

let offset = 0;
function take(lines: readonly Line[], { sourceId = 'app', behindBytes = 0, alertFrom = null as LogLevel | null } = {}) {
  const entries = lines.map(({ text, atMs = nowMs, level = 'INFO' }): ParsedEntry => {
    const entry = { atMs, level, logger: 'app.db', text, offset, sizeBytes: text.length, lines: 1, isCut: false };
    offset += text.length + 1;
    return entry;
  });
  const position = { path: `/var/log/${sourceId}.log`, identity: sourceId, offset, check: '', isDone: false };
  index.take({ sourceId, format: 'python', position, entries, behindBytes }, alertFrom);
}

const ask = (query: Partial<LogQuery>) => searcher.search({ ...ANY_LOG_QUERY, ...query });
async function texts(query: Partial<LogQuery>): Promise<string[]> {
  const { resultId, total } = await ask(query);
  const found: string[] = [];
  for (let at = 0; at < total; at += 500) found.push(...searcher.rows(resultId, at, 500).map(({ text }) => text));
  expect(found).toHaveLength(total);
  return found;
}

/** What a search means, without any index. */
function means(line: Required<Line>, { levels, fromMs, toMs, text, isRegex }: LogQuery): boolean {
  const folded = (one: string): string => one.normalize('NFC').toLowerCase();
  return (
    (levels === null || levels.includes(line.level ?? 'NONE')) &&
    (fromMs === null || (line.atMs ?? 0) >= fromMs) &&
    (toMs === null || (line.atMs ?? 0) <= toMs) &&
    (text === null ||
      (isRegex
        ? new RegExp(text, 'imu').test(folded(line.text))
        : folded(text)
            .split(/\s+/)
            .every((word) => folded(line.text).includes(word))))
  );
}

describe('searching', () => {
  const WORDS = [
    ...[
      'Request',
      'timeout',
      'TIMEOUT',
      'user',
      '결제',
      '실패',
      '서버오류',
      'id=42',
      'ÄÖ',
      'naïve',
      '💥',
      'a',
      'Traceback',
    ],
    '\u1100\u1161',
  ];
  const EXPRESSIONS = [
    'time.ut',
    '^trace',
    '실패$',
    'user\\s+결제',
    '[^a]id=\\d+',
    'request (?=user)',
    'a|💥',
    'r.*t$',
    'ut u',
  ];
  const LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL', null] as const;

  test.each([1, 2, 3, 4])(
    'finds what a comparison of each entry finds, in a full block and among the newest (%i)',
    async (seed) => {
      let state = seed * 7_919;
      const below = (most: number): number => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
        return (state >>> 8) % most;
      };
      const one = <T>(of: readonly T[]): T => of[below(of.length)] as T;
      const some = (): string => Array.from({ length: 1 + below(5) }, () => one(WORDS)).join(' ');
      const piece = (): string => {
        const letters = Array.from(one(WORDS));
        const from = below(letters.length);
        return letters.slice(from, from + 1 + below(5)).join('');
      };
      const lines = Array.from({ length: 300 }, () => ({
        text: below(4) === 0 ? `${some()}\n${some()}` : some(),
        atMs: NOW + below(1_000),
        level: one(LEVELS),
      }));
      take(lines.slice(0, 200));
      // Fills the block; of another day.
      take(Array.from({ length: BLOCK_ENTRIES }, () => ({ text: 'x', atMs: NOW - DAY_MS })));
      take(lines.slice(200));
      let hits = 0;
      for (let round = 0; round < 60; round++) {
        const isRegex = below(3) === 0;
        const words = Array.from({ length: below(4) }, piece)
          .join(' ')
          .trim();
        const query: LogQuery = {
          ...ANY_LOG_QUERY,
          isRegex,
          text: isRegex ? one(EXPRESSIONS) : words || null,
          levels: below(3) === 0 ? ['ERROR', 'NONE'] : null,
          fromMs: NOW + (below(3) === 0 ? below(1_000) : 0),
          toMs: below(3) === 0 ? NOW + below(1_000) : null,
        };
        const wanted = lines.filter((line) => means(line, query)).sort((a, b) => a.atMs - b.atMs);
        hits += wanted.length;
        expect(await texts(query), JSON.stringify(query)).toEqual(wanted.map((line) => line.text));
      }
      expect(hits).toBeGreaterThan(500);
    },
  );

  test('says what is wrong with an expression', async () => {
    await expect(ask({ text: '(', isRegex: true })).rejects.toMatchObject({
      code: 'LOG_SEARCH_INVALID',
      params: { reason: expect.stringContaining('Unterminated group') as string },
    });
  });

  test('an expression that runs over lines does not run over entries', async () => {
    take([{ text: 'begin one' }, { text: 'two end' }, { text: 'begin end' }]);
    expect(await texts({ text: 'begin[\\s\\S]*end', isRegex: true })).toEqual(['begin end']);
    expect(await texts({ text: 'begin[\\t-~]*end', isRegex: true })).toEqual(['begin end']);
    expect(await texts({ text: 'one$', isRegex: true })).toEqual(['begin one']);
  });

  test('a result stays as it was while new entries come, and a new search finds them', async () => {
    take([{ text: 'first hit' }]);
    const before = await ask({ text: 'hit' });
    take([
      { text: 'second hit', atMs: NOW - 1_000 },
      ...Array.from({ length: BLOCK_ENTRIES }, () => ({ text: 'fill' })),
    ]);
    expect(searcher.rows(before.resultId, 0, 10).map(({ text: shown }) => shown)).toEqual(['first hit']);
    expect(await texts({ text: 'hit' })).toEqual(['second hit', 'first hit']);
  });

  test('five results are kept, and what is gone says so', async () => {
    take([{ text: 'hit' }]);
    const first = await ask({});
    for (let more = 0; more < 4; more++) await ask({});
    expect(searcher.rows(first.resultId, 0, 1)).toHaveLength(1);
    await ask({});
    expect(() => searcher.rows(first.resultId, 0, 1)).toThrow(expect.objectContaining({ code: 'LOG_RESULT_GONE' }));
  });

  test('entries of several sources come in the order of time', async () => {
    take(
      [0, 20, 40].map((ms) => ({ text: `a${ms}`, atMs: NOW + ms })),
      { sourceId: 'a' },
    );
    take(
      [10, 30, 50].map((ms) => ({ text: `b${ms}`, atMs: NOW + ms })),
      { sourceId: 'b' },
    );
    take(
      [5, 60].map((ms) => ({ text: `c${ms}`, atMs: NOW + ms })),
      { sourceId: 'c' },
    );
    expect(await texts({})).toEqual(['a0', 'c5', 'b10', 'a20', 'b30', 'a40', 'b50', 'c60']);
  });

  test('texts are shown as they came, whatever letters they have', async () => {
    const odd = [
      'İstanbul STRAẞE',
      'ΣΑΣ',
      'plain',
      'Ae\u0301 composed é',
      'ERROR: Ünïcödé ÀÉ',
      '\u1112\u1161\u11ab 한',
    ];
    take(odd.map((shown) => ({ text: shown })));
    expect(await texts({})).toEqual(odd);
    expect(await texts({ text: '한' })).toEqual([odd[5]]);
  });
});

test('a histogram and patterns count what the search finds', async () => {
  const lines = Array.from({ length: 3_000 }, (_, at) => ({
    text: at % 3 === 0 ? `cannot pay order ${at}` : `served request ${at}`,
    atMs: NOW + at * 1_000,
    level: at % 3 === 0 ? ('ERROR' as const) : ('INFO' as const),
  }));
  take(lines);
  const { bucketMs, buckets } = await searcher.histogram(ANY_LOG_QUERY, 50);
  expect(bucketMs).toBe(60_000);
  expect(buckets).toHaveLength(50);
  expect(buckets[0]).toEqual({
    fromMs: NOW,
    counts: { DEBUG: 0, INFO: 40, WARNING: 0, ERROR: 20, CRITICAL: 0, NONE: 0 },
  });
  expect(await searcher.patterns({ ...ANY_LOG_QUERY, fromMs: NOW + 1_500_000 }, 10)).toMatchObject([
    { text: 'served request <n>', count: 1_000, level: 'INFO', isNew: false, sample: 'served request 1' },
    { text: 'cannot pay order <n>', count: 500, level: 'ERROR', firstSeenMs: NOW, sourceId: 'app' },
  ]);
  const [{ id } = { id: 0 }] = await searcher.patterns({ ...ANY_LOG_QUERY, text: 'pay' }, 1);
  expect((await ask({ patternId: id })).total).toBe(1_000);
});

test('entries around one, or around a moment', async () => {
  take(Array.from({ length: 100 }, (_, at) => ({ text: `line ${at}`, atMs: NOW + at * 3_600_000 })));
  const shown = (await searcher.around({ atMs: NOW + 50 * 3_600_000 }, null, 4)).map((entry) => entry.text);
  expect(shown).toEqual(['line 48', 'line 49', 'line 50', 'line 51']);
  const { resultId } = await ask({ text: '99' });
  const [last] = searcher.rows(resultId, 0, 1);
  const end = await searcher.around({ entryId: last?.id ?? 0 }, 'app', 3);
  expect(end.map((entry) => entry.text)).toEqual(['line 97', 'line 98', 'line 99']);
});

describe('what is kept', () => {
  const many = (count: number, atMs: number) =>
    Array.from({ length: count }, (_, at) => ({ text: `line ${at} ${'y'.repeat(100)}`, atMs }));
  const retain = (settings: { keepDays: number; limitMegabytes: number }) => {
    while (retainSome(index, settings, nowMs)) expect(true).toBe(true);
  };

  test('entries and their position come together, in full blocks as well as newest ones', async () => {
    take(many(BLOCK_ENTRIES + 10, NOW));
    const positions = index.positions('app');
    index.close();
    open();
    expect(index.positions('app')).toEqual(positions);
    expect(index.summary('app')?.entries).toBe(BLOCK_ENTRIES + 10);
    expect((await ask({})).total).toBe(BLOCK_ENTRIES + 10);
  });

  test('what was not kept yet is undone with its position', async () => {
    take(many(10, NOW));
    const before = index.positions('app');
    take(many(10, NOW), { behindBytes: 1 });
    expect((await ask({})).total).toBe(20);
    index.close();
    open();
    expect(index.positions('app')).toEqual(before);
    expect((await ask({})).total).toBe(10);
  });

  test('what is old by its time and by when it was read goes, with the newest entries of a source that is silent', async () => {
    take(many(BLOCK_ENTRIES, NOW - 400 * DAY_MS));
    take(many(5, NOW), { sourceId: 'silent' });
    retain({ keepDays: 14, limitMegabytes: 1_000 });
    // Read today: somebody wants to look at it today.
    expect((await ask({})).total).toBe(BLOCK_ENTRIES + 5);
    nowMs += 15 * DAY_MS;
    take(many(3, nowMs), { sourceId: 'lively' });
    retain({ keepDays: 14, limitMegabytes: 1_000 });
    expect((await ask({})).total).toBe(3);
    expect(index.summary('app')?.entries).toBe(0);
  });

  test('the file stays below its limit, the oldest entries go first, and room is given back', async () => {
    for (let day = 0; day < 24; day++) take(many(BLOCK_ENTRIES, NOW + day * DAY_MS));
    index.close();
    open();
    const whole = statSync(join(folder, INDEX_FILE)).size;
    retain({ keepDays: 365, limitMegabytes: 3 });
    expect(index.usedBytes()).toBeLessThanOrEqual(3_000_000);
    index.close();
    open();
    expect(statSync(join(folder, INDEX_FILE)).size).toBeLessThan(whole);
    const { resultId, total } = await ask({});
    expect(total).toBeGreaterThan(BLOCK_ENTRIES);
    expect(searcher.rows(resultId, total - 1, 1)[0]?.atMs).toBe(NOW + 23 * DAY_MS);
    expect(searcher.rows(resultId, 0, 1)[0]?.atMs).toBeGreaterThan(NOW);
  });

  test('rows that went meanwhile are no other rows', async () => {
    take(many(BLOCK_ENTRIES, NOW));
    const { resultId } = await ask({});
    nowMs += 30 * DAY_MS;
    retain({ keepDays: 14, limitMegabytes: 1_000 });
    expect(() => searcher.rows(resultId, 0, 1)).toThrow(expect.objectContaining({ code: 'LOG_RESULT_GONE' }));
  });

  test('a source that is removed leaves nothing', async () => {
    take(many(BLOCK_ENTRIES * 2 + 1, NOW));
    take([{ text: 'stays' }], { sourceId: 'other' });
    while (index.removeSome('app')) expect(index.sourceIds()).toContain('app');
    expect(await texts({})).toEqual(['stays']);
    expect(index.positions('app')).toEqual([]);
  });

  test.each([
    ['no database at all', () => writeFileSync(join(folder, INDEX_FILE), 'x'.repeat(8_192))],
    ['cut off', () => truncateSync(join(folder, INDEX_FILE), 20_000)],
  ])('an index that is %s is made anew', (_how, damage) => {
    take(many(BLOCK_ENTRIES, NOW));
    index.close();
    damage();
    expect(open()).not.toBeNull();
    expect(index.positions('app')).toEqual([]);
    take([{ text: 'works' }]);
  });
});

describe('new patterns', () => {
  const news = () => index.source('app')?.patterns.news(nowMs);

  test('are those that come after the source was read up to its end', () => {
    take([{ text: 'old kind', level: 'ERROR' }], { behindBytes: 10, alertFrom: 'WARNING' });
    take([{ text: 'another old kind', level: 'ERROR' }], { alertFrom: 'WARNING' });
    expect(news()).toEqual({ own: [], more: [] });
    take(
      [
        { text: 'old kind', level: 'ERROR' },
        { text: 'disk 7 is gone', level: 'ERROR' },
        { text: 'chatter', level: 'INFO' },
      ],
      { alertFrom: 'WARNING' },
    );
    expect(news()).toMatchObject({ own: [{ pattern: { text: 'disk <n> is gone', isNew: true } }], more: [] });
    nowMs += DAY_MS + 1;
    expect(news()).toEqual({ own: [], more: [] });
  });

  test('beyond a handful a day they are summed up, and stay so', () => {
    take([{ text: 'begin' }]);
    const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
    take(
      words.map((word) => ({ text: `fault ${word}`, level: 'ERROR' })),
      { alertFrom: 'ERROR' },
    );
    expect(news()?.own.map(({ pattern }) => pattern.text)).toEqual(words.slice(0, 5).map((word) => `fault ${word}`));
    expect(news()?.more).toHaveLength(3);
    index.close();
    open();
    expect(news()?.own).toHaveLength(5);
  });

  test('that are told by nobody, or old by their own time, are none', () => {
    take([{ text: 'begin' }]);
    take([{ text: 'new kind', level: 'ERROR' }], { alertFrom: null });
    take([{ text: 'kind of last year', level: 'ERROR', atMs: NOW - 300 * DAY_MS }], { alertFrom: 'ERROR' });
    expect(news()).toEqual({ own: [], more: [] });
  });

  test('are bounded, however many kinds of lines there are', async () => {
    const letters = (at: number): string =>
      Array.from(at.toString(26), (digit) => String.fromCodePoint(97 + Number.parseInt(digit, 26))).join('');
    take(Array.from({ length: 5_000 }, (_, at) => ({ text: `kind ${letters(at)} of line` })));
    expect((await searcher.patterns(ANY_LOG_QUERY, 10_000)).length).toBeLessThanOrEqual(2_000);
    expect((await ask({})).total).toBe(5_000);
  });
});
