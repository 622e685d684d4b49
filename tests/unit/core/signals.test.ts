import type { ErrorGroup } from '@shared/error-groups';
import type { Problem } from '@shared/models';
import type { BusinessStatus, ProbeStatus } from '@shared/monitoring';
import { createTranslator, sentenceText } from '@shared/text';
import { describe, expect, test } from 'vitest';
import { currentSignals, type SignalInputs } from '../../../electron/core/signals';

const NOW_MS = Date.parse('2026-05-04T12:00:00Z');
const NOTHING: SignalInputs = {
  problems: [],
  probes: [],
  business: [],
  dataRules: [],
  errorGroups: [],
  nowMs: NOW_MS,
  databaseName: () => null,
};

const problem = (change: Partial<Problem>): Problem =>
  ({
    id: 'p1',
    code: 'DISK_FULL',
    severity: 'CRITICAL',
    databaseId: null,
    params: { path: '/srv' },
    ...change,
  }) as Problem;

const probe = (change: object, config: object = {}): ProbeStatus =>
  ({
    id: 'web',
    config: { kind: 'http', name: 'Shop', severity: 'HIGH', certificateDays: 14, enabled: true, ...config },
    state: 'up',
    last: null,
    availability: { day: 0.5, week: null, month: null },
    ...change,
  }) as ProbeStatus;

const figure = (change: object, config: object = {}): BusinessStatus =>
  ({
    id: 'rate',
    config: {
      databaseId: 'db',
      name: 'Approval rate',
      enabled: true,
      severity: 'HIGH',
      unit: 'fraction',
      target: { direction: 'at-least', value: 0.8 },
      ...config,
    },
    value: 0.5,
    targetMet: false,
    ...change,
  }) as BusinessStatus;

const keys = (inputs: Partial<SignalInputs>) => currentSignals({ ...NOTHING, ...inputs }).map(({ key }) => key);

test('an open problem is told with its database, in the group of that database', () => {
  const [signal] = currentSignals({
    ...NOTHING,
    problems: [problem({ databaseId: 'db' })],
    databaseName: (id) => (id === 'db' ? 'orders' : null),
  });
  expect(signal).toMatchObject({
    key: 'problem:DISK_FULL:db',
    titleKey: 'problem-of',
    params: { name: 'orders', path: '/srv', code: 'DISK_FULL' },
    group: 'database:db',
    place: { tab: 'errors', problemId: 'p1', databaseId: 'db' },
  });
  expect(currentSignals({ ...NOTHING, problems: [problem({})] })[0]).toMatchObject({
    titleKey: 'problem',
    group: 'problems',
  });
});

test('what is told in another way is no alert besides', () => {
  expect(keys({ problems: [problem({ code: 'RESTORE_ROLLED_BACK' }), problem({ code: 'CHANNEL_FAILING' })] })).toEqual(
    [],
  );
});

test('a probe that is down; one that is up, unknown or paused says nothing', () => {
  expect(keys({ probes: [probe({ state: 'down' })] })).toEqual(['probe:web']);
  for (const state of ['up', 'unknown', 'paused']) expect(keys({ probes: [probe({ state })] }), state).toEqual([]);
});

test('a certificate that ends soon, worse in its last days, and not where it is not to be watched', () => {
  const ends = (certificateDays: number) => ({ last: { certificateDays } });
  const severityOf = (days: number) => currentSignals({ ...NOTHING, probes: [probe(ends(days))] })[0]?.severity;
  expect([20, 14, 4, 3, -1].map(severityOf)).toEqual([undefined, 'MEDIUM', 'MEDIUM', 'HIGH', 'HIGH']);
  expect(keys({ probes: [probe(ends(1), { certificateDays: 0 })] })).toEqual([]);
  expect(keys({ probes: [probe({ ...ends(1), state: 'paused' })] })).toEqual([]);
  expect(currentSignals({ ...NOTHING, probes: [probe(ends(1))] })[0]?.dependsOn).toEqual(['probe:web']);
});

test('a target that is missed, when somebody wants to hear of it', () => {
  expect(keys({ business: [figure({})] })).toEqual(['business:rate']);
  expect(keys({ business: [figure({ targetMet: true })] })).toEqual([]);
  expect(keys({ business: [figure({ targetMet: null, value: null })] })).toEqual([]);
  expect(keys({ business: [figure({}, { severity: null })] })).toEqual([]);
  expect(keys({ business: [figure({}, { enabled: false })] })).toEqual([]);
});

describe('groups of errors', () => {
  const group = (change: Partial<ErrorGroup> = {}): ErrorGroup =>
    ({
      ...{
        id: 'g1',
        applicationId: 'shop',
        applicationName: 'Shop',
        title: 'KeyError: a',
        severity: 'HIGH',
        trend: 'new',
      },
      ...{ firstSeenAt: '2026-05-04T11:00:00.000Z', lastSeenAt: '2026-05-04T11:59:00.000Z' },
      ...change,
    }) as ErrorGroup;
  const signals = (...errorGroups: ErrorGroup[]) => currentSignals({ ...NOTHING, errorGroups });

  test('the header says in which application', () => {
    const [signal] = signals(group());
    const params = { ...signal?.params, titleKey: signal?.titleKey ?? '' };
    expect(sentenceText(createTranslator('en'), { key: 'alert', params })).toBe('New error in Shop: KeyError: a');
  });

  test('a group that needs somebody is told with its application, and leads to the group', () => {
    expect(signals(group())).toEqual([
      {
        key: 'error-group:g1',
        source: { type: 'error-group', groupId: 'g1' },
        severity: 'HIGH',
        titleKey: 'error-new',
        params: { name: 'Shop', error: 'KeyError: a' },
        ...{ value: null, threshold: null, unit: 'count' },
        group: 'errors:shop',
        place: { tab: 'errors', errorGroupId: 'g1' },
      },
    ]);
    expect(
      signals(group({ trend: 'returned' }), group({ id: 'g2', trend: 'growing' })).map(({ titleKey }) => titleKey),
    ).toEqual(['error-returned', 'error-growing']);
  });

  test("one that is silent for an hour is no alert, and Holdfast's own are told as problems", () => {
    expect(signals(group({ lastSeenAt: '2026-05-04T11:00:00.001Z' }))).toHaveLength(1);
    expect(signals(group({ lastSeenAt: '2026-05-04T11:00:00.000Z' }))).toEqual([]);
    expect(signals(group({ applicationId: null }))).toEqual([]);
  });

  test('of very many of an application the worst are told, and of those the ones known longest', () => {
    const many = Array.from({ length: 100 }, (_, i) =>
      group({
        id: `g${i}`,
        firstSeenAt: new Date(NOW_MS - i * 1_000).toISOString(),
        severity: i === 50 ? 'CRITICAL' : 'MEDIUM',
      }),
    );
    const told = signals(...many, group({ id: 'other', applicationId: 'b' })).map(({ source }) => source);
    const ids = [50, ...Array.from({ length: 19 }, (_, i) => 99 - i)].map((i) => ({
      type: 'error-group',
      groupId: `g${i}`,
    }));
    // Those of the other application do not count against it.
    expect(new Set(told)).toEqual(new Set([...ids, { type: 'error-group', groupId: 'other' }]));
  });
});
