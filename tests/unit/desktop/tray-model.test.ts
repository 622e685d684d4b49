import type { AlertView } from '@shared/alerting';
import type { AppState, DatabaseStatus, JobView, Problem } from '@shared/models';
import { createTranslator } from '@shared/text';
import { describe, expect, test } from 'vitest';
import {
  minutesUntilTomorrow,
  type TrayEntry,
  type TrayModel,
  trayModel as modelAt,
} from '../../../electron/desktop/tray-model';

const NOW = Date.parse('2026-05-01T10:00:00.000Z');
const trayModel = (state: AppState, translate: typeof english): TrayModel => modelAt(state, translate, NOW);
const english = createTranslator('en');
const korean = createTranslator('ko');

function stateOf(part: Partial<AppState>): AppState {
  return {
    sentence: { key: 'no-databases', params: {}, severity: 'ok' },
    databases: [],
    problems: [],
    alerts: [],
    alertsPausedUntil: null,
    jobs: [],
    ...part,
  } as AppState;
}

const guarded = (...names: string[]): DatabaseStatus[] =>
  names.map((name) => ({ database: { id: `id-${name}`, name } }) as DatabaseStatus);

const diskFull = (id: string, databaseId: string | null): Problem =>
  ({ id, code: 'DISK_FULL', severity: 'CRITICAL', databaseId, params: { path: '/mnt/nas' } }) as unknown as Problem;

const labels = (entries: TrayEntry[]): string[] =>
  entries.map((entry) => (entry.type === 'separator' ? '-' : entry.label));

describe('trayModel', () => {
  test('without a database: the sentence, open, quit', () => {
    const model = trayModel(stateOf({}), english);
    expect(model.state).toBe('ok');
    expect(model.tooltip).toBe('Holdfast: No database is guarded yet.');
    expect(labels(model.entries)).toEqual([
      'No database is guarded yet.',
      '-',
      'Pause alerts',
      'Open Holdfast',
      '-',
      'Quit',
    ]);
    expect(model.entries[0]?.type).toBe('text');
  });

  test('one database: one entry backs it up', () => {
    const model = trayModel(stateOf({ databases: guarded('orders') }), english);
    expect(model.entries).toContainEqual({ type: 'back-up', label: 'Back up now', databaseIds: ['id-orders'] });
  });

  test('several databases: each alone, or all', () => {
    const model = trayModel(stateOf({ databases: guarded('orders', 'users') }), english);
    expect(model.entries).toContainEqual({
      type: 'submenu',
      label: 'Back up now',
      entries: [
        { type: 'back-up', label: 'Back up all databases', databaseIds: ['id-orders', 'id-users'] },
        { type: 'separator' },
        { type: 'back-up', label: 'orders', databaseIds: ['id-orders'] },
        { type: 'back-up', label: 'users', databaseIds: ['id-users'] },
      ],
    });
  });

  test('the three worst problems lead to themselves', () => {
    const problems = ['p1', 'p2', 'p3', 'p4'].map((id) => diskFull(id, id === 'p1' ? 'id-orders' : null));
    const model = trayModel(stateOf({ databases: guarded('orders'), problems }), english);
    const places = model.entries.filter((entry) => entry.type === 'place');
    expect(places.map((entry) => entry.place)).toEqual([
      { tab: 'errors', problemId: 'p1', databaseId: 'id-orders' },
      { tab: 'errors', problemId: 'p2' },
      { tab: 'errors', problemId: 'p3' },
    ]);
    expect(places[0]?.label).toMatch(/^orders: .*\/mnt\/nas/);
  });

  test('a problem that the sentence tells already is said once, in the entry that leads to it', () => {
    const state = stateOf({
      sentence: {
        key: 'problem',
        params: { name: 'orders', code: 'DISK_FULL', path: '/mnt/nas' },
        severity: 'critical',
      },
      databases: guarded('orders'),
      problems: [diskFull('p1', 'id-orders')],
    });
    const model = trayModel(state, english);
    expect(model.state).toBe('critical');
    expect(model.entries[0]?.type).toBe('place');
    expect(model.entries.filter((entry) => entry.type === 'text')).toEqual([]);
    expect(model.tooltip).toBe(`Holdfast: ${labels(model.entries)[0]}`);
  });

  test('a problem of no database is a problem of Holdfast, whose name is not said twice', () => {
    const params = { code: 'DISK_FULL', path: '/mnt/nas' };
    const state = stateOf({
      sentence: { key: 'own-problem', params, severity: 'critical' },
      problems: [diskFull('p1', null)],
    });
    const model = trayModel(state, english);
    expect(model.tooltip).toMatch(/^Holdfast: There is not enough/);
    expect(labels(model.entries)[0]).toBe(model.tooltip);
    expect(model.entries.filter((entry) => entry.type === 'text')).toEqual([]);
  });

  test('a long path does not make the menu as wide as the screen', () => {
    const problem = { ...diskFull('p1', null), params: { path: `/mnt/${'long/'.repeat(60)}` } };
    const [, label = ''] = labels(trayModel(stateOf({ problems: [problem] }), english).entries);
    expect(label.length).toBeLessThanOrEqual(90);
    expect(label.endsWith('…')).toBe(true);
  });

  test('an alert that needs somebody leads to its story; one that is a problem already is not said twice', () => {
    const alert = (id: string, change: object) =>
      ({
        id,
        source: { type: 'rule', ruleId: 'r', metric: 'disk.used:/srv' },
        severity: 'CRITICAL',
        state: 'firing',
        titleKey: 'disk-used',
        params: { subject: '/srv' },
        inhibitedBy: null,
        ...change,
      }) as unknown as AlertView;
    const alerts = [
      alert('a1', {}),
      alert('a2', { source: { type: 'problem' } }),
      alert('a3', { severity: 'MEDIUM' }),
      alert('a4', { state: 'recovering' }),
      alert('a5', { inhibitedBy: 'a1' }),
    ];
    const places = trayModel(stateOf({ alerts }), english).entries.filter((entry) => entry.type === 'place');
    expect(places).toEqual([
      { type: 'place', label: 'Disk filling up: /srv', place: { tab: 'status', alertId: 'a1' } },
    ]);
  });

  test('alerts can be paused, and told again', () => {
    const pause = trayModel(stateOf({}), english).entries.find(({ type }) => type === 'submenu');
    expect(pause).toMatchObject({ label: 'Pause alerts' });
    expect(pause?.type === 'submenu' ? pause.entries : []).toEqual([
      { type: 'pause', label: 'For 30 minutes', minutes: 30 },
      { type: 'pause', label: 'For 1 hour', minutes: 60 },
      { type: 'pause', label: 'For 4 hours', minutes: 240 },
      { type: 'pause', label: 'Until tomorrow 09:00', minutes: 'tomorrow' },
    ]);
    const paused = trayModel(stateOf({ alertsPausedUntil: '2026-05-01T10:00:00.000Z' }), english);
    expect(paused.entries).toContainEqual(expect.objectContaining({ type: 'pause', minutes: null }));
  });

  const job = (id: string, change: Partial<JobView> = {}): JobView => ({
    id,
    kind: 'copy',
    databaseId: 'id-orders',
    subject: 'orders',
    phase: 'upload',
    startedAt: new Date(NOW - 8_000).toISOString(),
    doneBytes: 47,
    totalBytes: 100,
    bytesPerSecond: 1,
    secondsLeft: 1,
    cancellable: true,
    ...change,
  });
  const running = (...jobs: JobView[]) =>
    trayModel(stateOf({ jobs }), english)
      .entries.filter(({ type }) => type !== 'place')
      .slice(1, -5);

  test('work that runs is told in steps, and can be cancelled', () => {
    expect(running(job('j1'))).toEqual([
      { type: 'separator' },
      {
        type: 'submenu',
        label: 'Copy: orders, 40 %',
        entries: [{ type: 'cancel', label: 'Cancel', jobId: 'j1' }],
      },
    ]);
    // between two steps the menu stays as it is
    expect(running(job('j1', { doneBytes: 49 }))).toEqual(running(job('j1', { doneBytes: 41 })));
  });

  test('work that can no longer be cancelled offers nothing; one of unknown size tells its phase', () => {
    const applying = job('j1', { kind: 'restore', phase: 'apply', totalBytes: 0, cancellable: false });
    expect(running(applying)).toEqual([{ type: 'separator' }, { type: 'text', label: 'Restore: orders, Restoring' }]);
  });

  test('work that waits, or has only begun, has no line; of much work the first three', () => {
    const begun = job('j2', { startedAt: new Date(NOW - 500).toISOString() });
    expect(running(job('j1', { phase: 'queued' }), begun)).toEqual([]);
    expect(running(...['a', 'b', 'c', 'd'].map((id) => job(id)))).toHaveLength(1 + 3);
  });

  test('tomorrow at nine is the next local day, also late in the evening', () => {
    const evening = new Date(2026, 4, 1, 23, 30);
    expect(minutesUntilTomorrow(evening.getTime())).toBe(9 * 60 + 30);
    const night = new Date(2026, 4, 2, 0, 10);
    expect(minutesUntilTomorrow(night.getTime())).toBe(24 * 60 + 8 * 60 + 50);
  });

  test('speaks Korean', () => {
    const model = trayModel(stateOf({ databases: guarded('orders', 'users') }), korean);
    const spoken = [model.tooltip.replace('Holdfast: ', ''), ...labels(model.entries).filter((label) => label !== '-')];
    for (const text of spoken) expect(text).toMatch(/[가-힣]/);
  });
});
