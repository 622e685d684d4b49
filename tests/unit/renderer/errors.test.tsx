/** The Errors tab: what is wrong now, figures of the budget, stacks, filters, ways back, and where a place leads. */
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorEvent, ErrorGroup, GroupPart, StackFrame } from '@shared/error-groups';
import type { Problem } from '@shared/models';
import { currentTexts, startTexts, type Texts } from '@/i18n';
import { navigate, place } from '@/navigation';
import type { DoneOptions } from '@/notify';
import { acknowledge, merge, mute, reopen, resolve, split } from '@/tabs/errors/actions';
import { nodeCode, pythonCode } from '@/tabs/errors/applications/setup';
import { budgetFigures, dayOf, shareText } from '@/tabs/errors/budget';
import { barsOf, isHourly, totalsOf } from '@/tabs/errors/course';
import { eventText } from '@/tabs/errors/event-text';
import { FIRST_FILTER, isFirst, requestOf } from '@/tabs/errors/filter';
import { groupTitle, stateWords } from '@/tabs/errors/group-words';
import { needsSomebody, nowOf } from '@/tabs/errors/now';
import { actOnKey } from '@/tabs/errors/row-keys';
import { placeOf, runsOf } from '@/tabs/errors/stack';
import { fakeMain } from './fake-main';

const toasts: { title: string; options: DoneOptions }[] = [];
vi.mock('@/notify', async (original) => ({
  ...(await original<object>()),
  notifyDone: (title: string, options: DoneOptions = {}) => void toasts.push({ title, options }),
}));

const NOW = Date.parse('2026-11-23T12:00:00Z');
let en: Texts;
beforeAll(async () => {
  vi.stubGlobal('navigator', { language: 'en-GB' });
  await startTexts('en');
  en = currentTexts();
});

const group = (change: Partial<ErrorGroup>): ErrorGroup => ({
  ...{
    id: 'g',
    applicationId: 'a',
    applicationName: 'shop',
    title: 'ValueError: no',
    culprit: null,
    type: 'ValueError',
  },
  ...{ severity: 'HIGH', state: 'open', code: null, params: {}, databaseId: null, count: 1, hours: [], trend: 'new' },
  ...{ firstSeenAt: '2026-11-23T10:00:00Z', lastSeenAt: '2026-11-23T11:00:00Z', acknowledgedAt: null },
  ...{ mutedUntil: null, mutedUntilPerHour: null, resolvedAt: null, returnedAt: null, fingerprints: 1 },
  groupedBecause: { by: 'stack', algorithm: 1, parts: [] },
  ...change,
});

const problem = (change: Partial<Problem>): Problem => ({
  ...{ id: 'p', code: 'DATABASE_LOCKED', severity: 'HIGH', databaseId: 'd', params: {}, detail: '', count: 1 },
  ...{ firstSeenAt: '2026-11-23T09:00:00Z', lastSeenAt: '2026-11-23T11:00:00Z', state: 'open', resolvedAt: null },
  ...change,
});

describe('is something wrong now', () => {
  it('is not while nothing is open and nobody is needed', () => {
    expect(nowOf([problem({ state: 'resolved' })], [group({ trend: 'steady' }), group({ state: 'muted' })])).toBeNull();
  });

  it.each([
    ['open', 'new', true],
    ['open', 'returned', true],
    ['open', 'growing', true],
    ['open', 'steady', false],
    ['open', 'quiet', false],
    ['acknowledged', 'growing', false],
    ['muted', 'new', false],
    ['resolved', 'returned', false],
  ] as const)('an error that is %s and %s needs somebody: %s', (state, trend, needs) => {
    expect(needsSomebody({ state, trend })).toBe(needs);
  });

  it('counts an error of Holdfast whose problem is open once', () => {
    const own = { applicationId: null, code: 'DATABASE_LOCKED' } as const;
    const now = nowOf([problem({})], [group({ ...own, databaseId: 'd' })]);
    expect(now).toMatchObject({ problems: 1, groups: 0 });
    // of another database it is another error
    expect(nowOf([problem({})], [group({ ...own, databaseId: 'e' })])).toMatchObject({ problems: 1, groups: 1 });
  });

  it('names the most severe first, and the earliest time of all', () => {
    const worst = group({ id: 'bad', severity: 'CRITICAL', firstSeenAt: '2026-11-23T11:30:00Z' });
    const now = nowOf([problem({})], [group({}), worst]);
    expect(now).toMatchObject({ problems: 1, groups: 2, since: '2026-11-23T09:00:00Z' });
    expect(now?.worst).toEqual({ kind: 'group', group: worst });
  });

  it('takes an error that came back from when it did', () => {
    const back = group({ firstSeenAt: '2026-01-01T00:00:00Z', returnedAt: '2026-11-23T11:00:00Z', trend: 'returned' });
    expect(nowOf([], [back])?.since).toBe('2026-11-23T11:00:00Z');
  });
});

describe('the error budget', () => {
  const budget = {
    objective: 0.01,
    days: [
      { day: '2026-11-21', total: 1_000, failed: 30 },
      { day: '2026-11-23', total: 200, failed: 1 },
    ],
    operations: [],
  };

  it('gives 30 days to today, those without operations too', () => {
    const { days, today } = budgetFigures(budget, '2026-11-23');
    expect(days).toHaveLength(30);
    expect([days[0]?.day, days[27]?.day, days[28]?.rate]).toEqual(['2026-10-25', '2026-11-21', null]);
    expect(today).toMatchObject({ day: '2026-11-23', rate: 0.005, isOver: false });
  });

  it('measures what failed against what may', () => {
    expect(budgetFigures(budget, '2026-11-23')).toMatchObject({
      ...{ total: 1_200, failed: 31, allowed: 12, daysOver: 1, top: 0.03 },
      used: 31 / 12,
    });
  });

  it('holds at the objective and not above it', () => {
    const at = (failed: number) =>
      budgetFigures({ ...budget, days: [{ day: '2026-11-23', total: 100, failed }] }, '2026-11-23').today.isOver;
    expect([at(1), at(2)]).toEqual([false, true]);
  });

  it('is empty when nothing was done', () => {
    expect(budgetFigures({ ...budget, days: [] }, '2026-11-23')).toMatchObject({ used: 0, rate: 0, top: 0.02 });
  });

  it('never says 0 % of something that failed', () => {
    expect([0, 1 / 5_000, 0.0123, 0.5].map((share) => shareText(share, en.format))).toEqual([
      '0%',
      '0.02%',
      '1.2%',
      '50%',
    ]);
  });

  it('takes the day of this place', () => {
    expect(dayOf(new Date(2026, 0, 5, 23, 59).getTime())).toBe('2026-01-05');
  });
});

describe('a stack', () => {
  const frame = (name: string, inApp: boolean): StackFrame => ({
    ...{ module: null, function: name, file: 'x.py', line: 3, column: null, source: null },
    inApp,
  });

  it('has its newest call on top and neighbours of libraries folded', () => {
    const runs = runsOf([frame('lib-a', false), frame('lib-b', false), frame('main', true), frame('pay', true)]);
    expect(runs.map(({ inApp, frames }) => [inApp, frames.map((one) => one.function)])).toEqual([
      [true, ['pay', 'main']],
      [false, ['lib-b', 'lib-a']],
    ]);
  });

  it('is shown whole when all of it is of libraries', () => {
    expect(runsOf([frame('a', false), frame('b', false)])).toMatchObject([{ inApp: true }]);
    expect(runsOf([])).toEqual([]);
  });

  it('names places as editors take them', () => {
    expect(placeOf({ ...frame('f', true), column: 7 })).toBe('x.py:3:7');
    expect(placeOf({ ...frame('f', true), file: null, module: 'app.pay', line: null })).toBe('app.pay');
  });
});

it('an event as a text has the thrown error before its cause, and what it was sent with', () => {
  const event: ErrorEvent = {
    ...{ id: 'e', groupId: 'g', at: '2026-11-23T11:00:00Z', receivedAt: '', level: 'error', severity: 'HIGH' },
    ...{ handled: null, message: 'm', code: null, fingerprint: null, isCut: false, serverName: null },
    ...{ release: 'shop@2', environment: null, transaction: null, tags: { plan: 'pro' }, contexts: {} },
    breadcrumbs: [{ at: null, category: 'http', level: 'info', message: 'GET /' }],
    thrown: [
      { type: 'KeyError', value: 'price', frames: [] },
      { type: null, value: 'no', frames: [] },
    ],
  };
  expect(eventText(event)).toBe(
    'at: 2026-11-23T11:00:00Z\nlevel: error\nrelease: shop@2\n\nno\n\nCaused by:\nKeyError: price\n\n' +
      'Breadcrumbs:\n  http GET /\n\nTags:\n  plan: pro',
  );
});

describe('the list', () => {
  it('asks for what is not resolved at first, and for everything when told to', () => {
    expect(requestOf(FIRST_FILTER)).toMatchObject({ states: ['open', 'acknowledged', 'muted'], search: null });
    expect(requestOf({ ...FIRST_FILTER, state: 'all', severity: 'LOW', search: ' x ' })).toMatchObject({
      ...{ states: null, severities: ['LOW'], search: 'x' },
    });
    expect(isFirst({ ...FIRST_FILTER, search: ' ' })).toBe(true);
    expect(isFirst({ ...FIRST_FILTER, type: 'ValueError' })).toBe(false);
  });

  it("names Holdfast's own errors in the words of their code", () => {
    expect(groupTitle(group({ code: 'DATABASE_LOCKED', params: { name: 'orders' } }), en)).toContain('orders');
    expect(groupTitle(group({}), en)).toBe('ValueError: no');
  });

  it('says what ends a mute', () => {
    const muted = { state: 'muted', mutedUntilPerHour: 50 } as const;
    expect(stateWords(group(muted), NOW, en)).toBe('Muted until more than 50 an hour');
    const both = stateWords(group({ ...muted, mutedUntil: '2026-11-24T12:00:00Z' }), NOW, en);
    expect(both).toContain('24 Nov');
    expect(both).toContain('50 an hour');
  });
});

it('the course is stacked from the worst, and knows hours from days', () => {
  const at = (fromMs: number, HIGH: number) => ({ fromMs, bySeverity: { LOW: 1, MEDIUM: 0, HIGH, CRITICAL: 0 } });
  const course = [at(0, 2), at(3_600_000, 0)];
  expect(barsOf(course)[0]).toEqual({
    ...{ fromMs: 0, total: 3 },
    parts: [
      { severity: 'HIGH', count: 2 },
      { severity: 'LOW', count: 1 },
    ],
  });
  expect(totalsOf(course)).toContainEqual({ severity: 'LOW', count: 2 });
  expect([isHourly(course), isHourly([at(0, 1), at(86_400_000, 1)])]).toEqual([true, false]);
});

describe('what is done can be taken back', () => {
  beforeEach(() => void toasts.splice(0));
  const undo = async (): Promise<void> => {
    toasts.at(-1)?.options.action?.run();
    await vi.waitFor(() => expect(toasts.at(-1)?.title).toBe('Taken back.'));
  };

  it.each([
    ['acknowledge', (of: ErrorGroup) => acknowledge(of), {}],
    ['resolve', (of: ErrorGroup) => resolve(of), {}],
    ['reopen', (of: ErrorGroup) => reopen(of), {}],
    ['mute', (of: ErrorGroup) => mute(of, { minutes: null, untilPerHour: 40 }), { minutes: null, untilPerHour: 40 }],
  ] as const)('%s', async (name, act, more) => {
    const main = fakeMain({ [`errors:${name}`]: {}, 'errors:undo': {} });
    await act(group({ id: 'one' }));
    expect(main.asked(`errors:${name}`)).toEqual([{ groupId: 'one', ...more }]);
    await undo();
    expect(main.asked('errors:undo')).toEqual([{ groupId: 'one' }]);
  });

  it('but what failed offers nothing to take back', async () => {
    const main = fakeMain({});
    main.fail('errors:resolve', 'ITEM_UNKNOWN', {});
    expect(await resolve(group({}))).toBe(false);
    expect(toasts).toEqual([]);
  });

  it('a merge: into the oldest, and each apart again with all that led to it', async () => {
    const old = group({ id: 'old', firstSeenAt: '2026-01-01T00:00:00Z' });
    const others = [group({ id: 'b' }), group({ id: 'c' })];
    const parts: Record<string, Partial<GroupPart>[]> = {
      b: [{ fingerprint: 'b1' }, { fingerprint: 'b2' }],
      c: [{ fingerprint: 'c1' }],
    };
    const main = fakeMain({
      'errors:group': ({ groupId }: { groupId: string }) => ({ parts: parts[groupId] }),
      'errors:merge': {},
      'errors:split': ({ fingerprint }: { fingerprint: string }) => ({ id: `of-${fingerprint}` }),
    });
    expect(await merge([...others, old])).toBe('old');
    expect(main.asked('errors:merge')).toEqual([{ intoId: 'old', groupIds: ['b', 'c'] }]);
    await undo();
    expect(main.asked('errors:split')).toEqual(
      ['b1', 'b2', 'c1'].map((fingerprint) => ({ groupId: 'old', fingerprint })),
    );
    expect(main.asked('errors:merge').slice(1)).toEqual([{ intoId: 'of-b1', groupIds: ['of-b2'] }]);
  });

  it('a split', async () => {
    const main = fakeMain({ 'errors:split': { id: 'new' }, 'errors:merge': {} });
    await split(group({}), 'f2');
    await undo();
    expect(main.asked('errors:merge')).toEqual([{ intoId: 'g', groupIds: ['new'] }]);
  });
});

describe('keys of a row', () => {
  const press = (key: string, change: Partial<ErrorGroup>, ctrlKey = false) => {
    const main = fakeMain({ 'errors:acknowledge': {}, 'errors:resolve': {} });
    const taken = actOnKey({ key, ctrlKey, metaKey: false, altKey: false }, group(change));
    return { taken, asked: [main.asked('errors:acknowledge').length, main.asked('errors:resolve').length] };
  };

  it('acknowledge and resolve what is not so yet', () => {
    expect(press('e', {})).toEqual({ taken: true, asked: [1, 0] });
    expect(press('R', { state: 'muted' })).toEqual({ taken: true, asked: [0, 1] });
    expect(press('e', { state: 'acknowledged' })).toEqual({ taken: false, asked: [0, 0] });
    expect(press('r', { state: 'resolved' })).toEqual({ taken: false, asked: [0, 0] });
  });

  it('leave the keys of the system alone', () => {
    expect(press('r', {}, true)).toEqual({ taken: false, asked: [0, 0] });
  });
});

it('a place leads to the part of Errors that fits it, else to the one that was looked at', () => {
  const shownAfter = (target: Parameters<typeof navigate>[0]) => {
    navigate(target);
    return place.get().errorsView;
  };
  expect(shownAfter({ tab: 'errors', logsAt: { atMs: 5 } })).toBe('logs');
  expect(shownAfter({ tab: 'status' })).toBeUndefined();
  expect(shownAfter({ tab: 'errors' })).toBe('logs');
  expect(shownAfter({ tab: 'errors', errorGroupId: 'g' })).toBe('errors');
  expect(shownAfter({ tab: 'errors', logPattern: { sourceId: 's', patternId: 1 } })).toBe('logs');
  expect(shownAfter({ tab: 'errors', problemId: 'p' })).toBe('errors');
  expect(shownAfter({ tab: 'errors', errorsView: 'applications' })).toBe('applications');
});

it('what is to be pasted holds the address as a string of its language', () => {
  const dsn = 'http://key@127.0.0.1:47600/1';
  expect(pythonCode(dsn)).toContain(`sentry_sdk.init(dsn="${dsn}")`);
  expect(nodeCode(dsn)).toContain(`Sentry.init({ dsn: "${dsn}" });`);
});
