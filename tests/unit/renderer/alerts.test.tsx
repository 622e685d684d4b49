/** Alerts in the window: what is folded, counted and filtered, and how long a snooze is. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AlertView } from '@shared/alerting';
import { alertsSignature, badgeCount, filterAlerts, foldAlerts, needsAttention } from '@/alerts/select';
import { SNOOZE_CHOICES, snoozeEndMs, snoozeMinutes } from '@/alerts/snooze';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

function alert(id: string, change: Partial<AlertView> = {}): AlertView {
  return {
    id,
    source: { type: 'rule', ruleId: 'r', metric: 'cpu.busy' },
    severity: 'HIGH',
    state: 'firing',
    titleKey: 'cpu-busy',
    params: {},
    value: 0.9,
    threshold: 0.85,
    unit: 'fraction',
    startedAt: ago(20),
    firingSince: ago(15),
    resolvedAt: null,
    acknowledgedAt: null,
    snoozedUntil: null,
    unstable: false,
    inhibitedBy: null,
    notifications: 1,
    ...change,
  };
}

const ids = (alerts: readonly AlertView[]): string[] => alerts.map(({ id }) => id);
const shape = (alerts: AlertView[]) =>
  foldAlerts(alerts, NOW).map(({ alert: { id }, explained }) => [id, ids(explained)] as const);

describe('folding', () => {
  it('puts an alert under the one that explains it, over several steps', () => {
    const alerts = [
      alert('disk'),
      alert('backup', { inhibitedBy: 'disk' }),
      alert('overdue', { inhibitedBy: 'backup' }),
      alert('cpu'),
    ];
    expect(shape(alerts)).toEqual([
      ['disk', ['backup', 'overdue']],
      ['cpu', []],
    ]);
  });
  it('leaves one whose cause is not shown, or that explains itself, on its own', () => {
    expect(shape([alert('a', { inhibitedBy: 'gone' })])).toEqual([['a', []]]);
    expect(shape([alert('a', { inhibitedBy: 'a' })])).toEqual([['a', []]]);
  });
  it('loses none of two that explain each other', () => {
    const shown = foldAlerts([alert('a', { inhibitedBy: 'b' }), alert('b', { inhibitedBy: 'a' })], NOW);
    expect(shown.flatMap(({ alert: root, explained }) => [root.id, ...ids(explained)]).sort()).toEqual(['a', 'b']);
  });
  it('shows first what nobody looks after, in the order given', () => {
    const alerts = [alert('known', { acknowledgedAt: ago(5) }), alert('one'), alert('two')];
    expect(shape(alerts).map(([id]) => id)).toEqual(['one', 'two', 'known']);
  });
});

describe('the badge', () => {
  it.each<[string, Partial<AlertView>, number]>([
    ['high and firing', {}, 1],
    ['critical', { severity: 'CRITICAL' }, 1],
    ['medium', { severity: 'MEDIUM' }, 0],
    ['recovering', { state: 'recovering' }, 0],
    ['without data', { state: 'no-data' }, 0],
    ['acknowledged', { acknowledgedAt: ago(1) }, 0],
    ['snoozed', { snoozedUntil: ago(-10) }, 0],
    ['snoozed until a time that has passed', { snoozedUntil: ago(1) }, 1],
    ['explained by another', { inhibitedBy: 'x' }, 0],
  ])('%s', (_what, change, count) => {
    expect(badgeCount([alert('a', change)], NOW)).toBe(count);
    if (change.severity !== 'MEDIUM') expect(needsAttention(alert('a', change), NOW)).toBe(count === 1);
  });
});

describe('filtering', () => {
  const alerts = [
    alert('old', { state: 'resolved', startedAt: ago(500), severity: 'LOW' }),
    alert('new'),
    alert('newer', { startedAt: ago(1), severity: 'CRITICAL' }),
  ];
  const titleOf = ({ id }: AlertView): string => `Title ${id}`;
  it.each([
    [{ state: 'all', severity: null, search: '' }, ['newer', 'new', 'old']],
    [{ state: 'open', severity: null, search: '' }, ['newer', 'new']],
    [{ state: 'resolved', severity: null, search: '' }, ['old']],
    [{ state: 'all', severity: 'CRITICAL', search: '' }, ['newer']],
    [{ state: 'all', severity: null, search: ' TITLE NEW' }, ['newer', 'new']],
    [{ state: 'open', severity: 'LOW', search: '' }, []],
  ] as const)('%j', (filter, expected) => expect(ids(filterAlerts(alerts, filter, titleOf))).toEqual(expected));
});

describe('the signature of a list', () => {
  it('stays while only values change, and changes with what is done', () => {
    const before = alertsSignature([alert('a')]);
    expect(alertsSignature([alert('a', { value: 0.99 })])).toBe(before);
    for (const change of [
      { state: 'recovering' },
      { severity: 'LOW' },
      { acknowledgedAt: ago(0) },
      { notifications: 2 },
      { inhibitedBy: 'b' },
    ] as const)
      expect(alertsSignature([alert('a', change)])).not.toBe(before);
  });
});

describe('snoozing', () => {
  beforeAll(() => {
    vi.stubEnv('TZ', 'Europe/Berlin');
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });
  const tomorrow = (at: string): string => new Date(snoozeEndMs('tomorrow', Date.parse(at))).toISOString();

  it.each([
    ['an ordinary day', '2026-06-10T15:00:00+02:00', '2026-06-11T07:00:00.000Z'],
    ['the night before the clock goes forward', '2026-03-28T22:00:00+01:00', '2026-03-29T07:00:00.000Z'],
    ['the night before it goes back', '2026-10-24T22:00:00+02:00', '2026-10-25T08:00:00.000Z'],
    ['just after midnight', '2026-06-10T00:01:00+02:00', '2026-06-11T07:00:00.000Z'],
    ['the last day of a year', '2026-12-31T10:00:00+01:00', '2027-01-01T08:00:00.000Z'],
  ])('until tomorrow 09:00 by the local clock: %s', (_what, at, end) => expect(tomorrow(at)).toBe(end));

  it('counts the hours that the night really has', () => {
    expect(snoozeMinutes('tomorrow', Date.parse('2026-03-28T22:00:00+01:00'))).toBe(10 * 60);
    expect(snoozeMinutes('tomorrow', Date.parse('2026-10-24T22:00:00+02:00'))).toBe(12 * 60);
  });
  it('is a whole number of minutes that the contract takes, never too short', () => {
    const odd = Date.parse('2026-06-10T15:00:30.500+02:00');
    for (const choice of SNOOZE_CHOICES) {
      const minutes = snoozeMinutes(choice, odd);
      expect(Number.isInteger(minutes) && minutes >= 1 && minutes <= 43_200).toBe(true);
    }
    expect(snoozeEndMs('tomorrow', odd)).toBeGreaterThanOrEqual(Date.parse('2026-06-11T09:00:00+02:00'));
  });
});
