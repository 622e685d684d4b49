/** Inhibition, rules, grouping and the decisions one by one. */
import type { RuleConfig, Suppression } from '@shared/alerting';
import { createTranslator } from '@shared/text';
import { describe, expect, test } from 'vitest';
import { DEFAULT_RULES } from '../../../electron/alerts/default-rules';
import { collect, type Item } from '../../../electron/alerts/grouping';
import { decide, type PolicyNow, repeatAfterMs } from '../../../electron/alerts/policy';
import type { AlertRecord, Told } from '../../../electron/alerts/record';
import { requireRule } from '../../../electron/alerts/rules';
import { scratchStore, thrownBy } from '../store/fixture';
import {
  Bench,
  type BenchOptions,
  CRITICAL_LEVEL,
  DAY_MS,
  HIGH_LEVEL,
  HOUR_MS,
  MINUTE_MS,
  probe,
  problem,
  rule,
  SECOND_MS,
  START_MS,
} from './fixture';

const bench = (options: BenchOptions = {}) => new Bench(scratchStore(), options);

describe('decisions', () => {
  const told: Told = {
    severity: 'HIGH',
    atMs: START_MS,
    count: 1,
    messages: 1,
    open: true,
    unstable: false,
    remind: false,
    latelyMs: [START_MS],
  };
  const record = (change: Partial<AlertRecord> = {}): AlertRecord => ({
    ...{
      id: 'a',
      key: 'k',
      source: { type: 'rule', ruleId: 'r', metric: 'cpu.busy' },
      severity: 'HIGH',
      state: 'firing',
    },
    ...{ titleKey: 'rule', params: {}, value: 1, threshold: 1, unit: 'fraction', startedAtMs: 0, firingSinceMs: 0 },
    ...{ resolvedAtMs: null, acknowledgedAtMs: null, snoozedUntilMs: null, unstable: false, inhibitedBy: null },
    ...{ notifications: 0, lastNotifiedAtMs: null, group: 'machine', place: { tab: 'status' }, dependsOn: [] },
    ...{ channelIds: null, told: {}, withheld: {}, overnight: [], threadId: null, ackSeverity: null, snoozeMs: 0 },
    ...change,
  });
  const now: PolicyNow = {
    nowMs: START_MS + HOUR_MS,
    paused: false,
    afterSleep: false,
    quiet: false,
    digestDue: false,
    switches: { backupFailed: true, backupOverdue: true },
  };
  const desk = { id: 'desk', config: { name: 'desk', enabled: true, minSeverity: 'MEDIUM' as const } };
  const overdue = { type: 'problem', problemId: 'p', code: 'BACKUP_OVERDUE', databaseId: 'db' } as const;
  const failed = { ...overdue, code: 'DISK_FULL' };
  const ended = { resolvedAtMs: 1, state: 'resolved', told: { desk: told } } as const;

  test.each<[what: string, change: Partial<AlertRecord>, at: Partial<PolicyNow>, reason: Suppression]>([
    ['LOW', { severity: 'LOW' }, {}, 'severity-too-low'],
    [
      'MEDIUM that is back before its digest',
      { severity: 'MEDIUM', told: { desk: { ...told, open: false } } },
      {},
      'daily-digest',
    ],
    ['snoozed', { snoozedUntilMs: START_MS + DAY_MS }, {}, 'snoozed'],
    ['paused, though CRITICAL', { severity: 'CRITICAL' }, { paused: true }, 'paused'],
    ['paused, its end', ended, { paused: true }, 'paused'],
    ['explained by another', { inhibitedBy: 'b' }, {}, 'inhibited'],
    ['just after sleep', {}, { afterSleep: true }, 'after-sleep'],
    ['in quiet hours', {}, { quiet: true }, 'quiet-hours'],
    ['in quiet hours, its end', ended, { quiet: true }, 'quiet-hours'],
    ['acknowledged before it was told', { ackSeverity: 'HIGH' }, {}, 'acknowledged'],
    ['back within its time', { told: { desk: { ...told, open: false } } }, {}, 'not-yet-again'],
    [
      'overdue backups switched off',
      { source: overdue },
      { switches: { backupFailed: true, backupOverdue: false } },
      'switched-off',
    ],
    [
      'failed backups switched off',
      { source: failed },
      { switches: { backupFailed: false, backupOverdue: true } },
      'switched-off',
    ],
    [
      'the rule for overdue backups too',
      { source: { type: 'rule', ruleId: 'r', metric: 'backup.age:db' } },
      { switches: { backupFailed: true, backupOverdue: false } },
      'switched-off',
    ],
    [
      'unstable, told twice within the hour',
      { unstable: true, told: { desk: { ...told, latelyMs: [START_MS + 1, START_MS + 2] } } },
      {},
      'not-yet-again',
    ],
  ])('%s: %s', (_what, change, at, reason) => {
    expect(decide(record(change), desk, true, { ...now, ...at })).toEqual({ withhold: reason });
  });

  test('the rest is said', () => {
    const say = (change: Partial<AlertRecord>, at: Partial<PolicyNow> = {}) =>
      decide(record(change), desk, true, { ...now, ...at });
    expect(say({})).toEqual({ say: 'alert', digest: false });
    expect(say({ severity: 'CRITICAL' }, { quiet: true })).toEqual({ say: 'alert', digest: false });
    expect(say({ severity: 'MEDIUM' })).toEqual({ say: 'alert', digest: false });
    const open = { severity: 'MEDIUM', told: { desk: { ...told, severity: 'MEDIUM' } } } as const;
    expect(say(open)).toBeNull();
    expect(say(open, { digestDue: true })).toEqual({ say: 'repeat', digest: true });
    expect(say({ overnight: ['desk'] })).toEqual({ say: 'alert', digest: true });
    expect(say({ ...ended, inhibitedBy: 'b', snoozedUntilMs: 9e15 })).toEqual({ say: 'resolved', digest: false });
    expect(say({ severity: 'CRITICAL', ackSeverity: 'HIGH', told: { desk: told } })).toEqual({
      say: 'alert',
      digest: false,
    });
    expect(say({ source: failed }, { switches: { backupFailed: true, backupOverdue: false } })).toMatchObject({
      say: 'alert',
    });
    expect(say({ source: overdue }, { switches: { backupFailed: false, backupOverdue: true } })).toMatchObject({
      say: 'alert',
    });
    // nothing new
    expect(say({ told: { desk: told } })).toBeNull();
    expect(say({ state: 'recovering' })).toBeNull();
    expect(say({ state: 'pending' })).toBeNull();
    expect(say({ ...ended, told: {} })).toBeNull();
    expect(say({ channelIds: ['mail'] })).toBeNull();
    // a time that lies far ahead was written by a clock that stood wrong
    expect(say({ told: { desk: { ...told, atMs: START_MS + 365 * DAY_MS } } })).toEqual({
      say: 'repeat',
      digest: false,
    });
    // nobody has looked since the start
    expect(decide(record(), desk, false, now)).toEqual({ withhold: 'after-sleep' });
  });

  test('the back-off', () => {
    const hours = (count: number) => repeatAfterMs('CRITICAL', count)! / HOUR_MS;
    expect([1, 2, 3, 4, 5, 6, 7, 500].map(hours)).toEqual([1, 2, 4, 8, 16, 24, 24, 24]);
    expect([1, 9].map((count) => repeatAfterMs('HIGH', count)! / HOUR_MS)).toEqual([4, 4]);
    expect([repeatAfterMs('MEDIUM', 1), repeatAfterMs('LOW', 1)]).toEqual([null, null]);
  });
});

describe('grouping', () => {
  const item = (change: Partial<Item<string>>): Item<string> => ({
    ...{ of: 'a', group: 'g', severity: 'HIGH', channelId: 'c', news: 'alert', digest: false, sinceMonoMs: 0 },
    ...change,
  });
  const dueAt = (items: Item<string>[], groupFires = true) => collect(items, () => groupFires, -1).nextMonoMs;

  test.each<[what: string, items: Partial<Item<string>>[], seconds: number]>([
    ['one', [{}], 30],
    ['one CRITICAL', [{ severity: 'CRITICAL' }], 10],
    ['a CRITICAL among others', [{}, { severity: 'CRITICAL', sinceMonoMs: 2_000 }], 10],
    ['one that comes late is waited for', [{}, { sinceMonoMs: 25_000 }], 35],
    ['but not for ever', [{}, { sinceMonoMs: 85_000 }], 90],
    ['a reminder', [{ news: 'repeat' }], 30],
    ['an end while others fire', [{ news: 'resolved' }, { news: 'resolved', sinceMonoMs: 20_000 }], 50],
    ['ends that go on and on', [{ news: 'resolved' }, { news: 'resolved', sinceMonoMs: 290_000 }], 300],
  ])('%s', (_what, items, seconds) => {
    expect(dueAt(items.map(item))).toBe(seconds * SECOND_MS);
  });

  test('the end of all of a group is told at once; a digest too', () => {
    expect(collect([item({ news: 'resolved' })], () => false, 0).due).toHaveLength(1);
    expect(
      collect([item({ digest: true }), item({ digest: true, group: 'h', news: 'resolved' })], () => true, 0).due,
    ).toMatchObject([{ kind: 'digest', items: [{}, {}] }]);
  });

  test('one message for each group, channel and kind', () => {
    const items = [{}, { group: 'h' }, { channelId: 'd' }, { news: 'resolved' as const }, { news: 'repeat' as const }];
    const { due, nextMonoMs } = collect(items.map(item), () => true, 60_000);
    expect(due.map((batch) => `${batch.channelId} ${batch.kind} ${batch.items.length}`)).toEqual([
      'c alert 2',
      'c alert 1',
      'd alert 1',
      'c resolved 1',
    ]);
    expect(nextMonoMs).toBeNull();
  });
});

describe('inhibition', () => {
  test('offline silences probes, and for a while after', () => {
    const b = bench();
    b.offline = true;
    b.engine.raise(probe('a'));
    b.engine.raise(problem('CHANNEL_FAILING', null));
    b.engine.raise(problem('DISK_FULL', 'db'));
    b.pass(10 * MINUTE_MS);
    expect(b.sent.flatMap(({ message }) => message.alerts.map(({ params }) => params['name']))).toEqual(['DISK_FULL']);
    expect(b.engine.alerts(false).find(({ params }) => params['name'] === 'a')?.inhibitedBy).toBe('offline');
    expect(b.story('a')).toEqual(['fired', 'suppressed inhibited']);
    b.offline = false;
    b.pass(MINUTE_MS);
    expect(b.said()).toEqual(['alert 1']);
    b.pass(3 * MINUTE_MS);
    // it fails still, so it is told after all
    expect(b.said()).toEqual(['alert 1', 'alert 1', 'alert 1']);
  });

  test('a full disk silences the backup that failed for it, on that disk', () => {
    const b = bench();
    b.rule({
      metric: 'disk.used',
      levels: [{ ...CRITICAL_LEVEL, trigger: 0.98, clear: 0.9, andBelow: { name: 'disk.free', value: 5e9 } }],
    });
    const measure = (used: number, free: number) => (atMs: number) => {
      b.keeper.put('disk.used:/', atMs, 0.5);
      b.keeper.put('disk.used:/mnt/nas', atMs, used);
      b.keeper.put('disk.free:/mnt/nas', atMs, free);
    };
    b.pass(MINUTE_MS, measure(0.99, 6e9));
    expect(b.engine.alerts(false)).toEqual([]);
    b.pass(10 * SECOND_MS, measure(0.99, 4e9));
    const full = (path: string, databaseId: string) =>
      problem('DISK_FULL', databaseId, { severity: 'CRITICAL', params: { name: path, code: 'DISK_FULL', path } });
    b.engine.raise(full('/mnt/nas/backups/a.gz', 'a'));
    b.engine.raise(full('/mnt/nas-2/backups/b.gz', 'b'));
    b.pass(MINUTE_MS, measure(0.99, 4e9));
    const named = b.sent.flatMap(({ message }) =>
      message.alerts.map(({ params }) => String(params['subject'] ?? params['name'])),
    );
    expect(named.toSorted()).toEqual(['/mnt/nas', '/mnt/nas-2/backups/b.gz']);
    const disk = b.engine.alerts(false).find(({ source }) => source.type === 'rule');
    expect(b.engine.alerts(false).find(({ params }) => params['name'] === '/mnt/nas/backups/a.gz')?.inhibitedBy).toBe(
      disk?.id,
    );
    // a little more room than the line does not end it, clearly more does
    b.pass(MINUTE_MS, measure(0.99, 5.2e9));
    expect(b.engine.alerts(false)).toHaveLength(3);
    b.pass(MINUTE_MS, measure(0.99, 6e9));
    expect(b.engine.alerts(false)).toHaveLength(2);
  });

  test('a restore that runs silences that its database is locked', () => {
    let restoring = true;
    const b = bench({ isRestoring: (id) => restoring && id === 'db' });
    b.engine.raise(problem('DATABASE_LOCKED', 'db'));
    b.engine.raise(problem('DATABASE_LOCKED', 'other', { params: { name: 'other', code: 'DATABASE_LOCKED' } }));
    b.pass(5 * MINUTE_MS);
    expect(b.sent.flatMap(({ message }) => message.alerts.map(({ params }) => params['name']))).toEqual(['other']);
    restoring = false;
    b.engine.clear('problem:DATABASE_LOCKED:db');
    b.pass(5 * MINUTE_MS);
    expect(b.said()).toEqual(['alert 1']);
  });

  test('parents silence children, but not when they are milder, and not each other', () => {
    const b = bench();
    b.engine.raise(probe('router', { severity: 'CRITICAL' }));
    b.engine.raise(probe('shop', { dependsOn: ['probe:router'] }));
    b.engine.raise(probe('mild', { severity: 'LOW' }));
    b.engine.raise(probe('loud', { dependsOn: ['probe:mild'] }));
    b.engine.raise(probe('x', { dependsOn: ['probe:y'] }));
    b.engine.raise(probe('y', { dependsOn: ['probe:x'] }));
    b.pass(MINUTE_MS);
    const named = b.sent.flatMap(({ message }) => message.alerts.map(({ params }) => String(params['name'])));
    expect(named.toSorted()).toEqual(['loud', 'mild', 'router', 'y']);
  });

  test('what follows from a missing database, an overdue backup or a service that is down is not told besides', () => {
    const b = bench();
    b.rule({ metric: 'backup.age', levels: [{ ...HIGH_LEVEL, trigger: 48, clear: 24 }] });
    b.rule({ name: 'slow', metric: 'probe.time', levels: [{ ...HIGH_LEVEL, trigger: 500, clear: 100 }] });
    b.engine.raise(problem('DATABASE_MISSING', 'db', { severity: 'CRITICAL' }));
    b.engine.raise(problem('BACKUP_OVERDUE', 'db'));
    b.engine.raise(probe('web'));
    b.engine.raise(
      probe('web', { key: 'certificate:web', titleKey: 'certificate-ends', params: { name: 'certificate' } }),
    );
    b.pass(2 * MINUTE_MS, (atMs) => {
      b.keeper.put('backup.age:db', atMs, 60);
      b.keeper.put('probe.time:web', atMs, 900);
    });
    expect(b.engine.alerts(false)).toHaveLength(6);
    const named = b.sent.flatMap(({ message }) => message.alerts.map(({ params }) => String(params['name'])));
    expect(named.toSorted()).toEqual(['DATABASE_MISSING', 'web']);
  });
});

describe('rules', () => {
  test('a new home has those that come with Holdfast; one that was deleted stays away, a new one is added', () => {
    const b = bench({ withPresets: true });
    const presets = () => b.engine.rules().map(({ config }) => String(config.preset));
    expect(presets().toSorted()).toEqual(DEFAULT_RULES.map(({ preset }) => preset).toSorted());
    b.engine.removeRule(b.engine.rules().find(({ config }) => config.preset === 'cpu-busy')!.id);
    b.restart();
    expect(presets()).not.toContain('cpu-busy');
    const known = DEFAULT_RULES.map(({ preset }) => preset).filter((preset) => preset !== 'loop-delay');
    b.store.facts.write('alerts.presets', known);
    for (const { id, config } of b.engine.rules()) if (config.preset === 'loop-delay') b.engine.removeRule(id);
    b.restart();
    expect(presets()).toContain('loop-delay');
    expect(presets()).not.toContain('cpu-busy');
  });

  test('those that come with Holdfast are valid, have words, and wake nobody without need', () => {
    const rules = DEFAULT_RULES.map((config, index) => ({ id: String(index), config }));
    const en = createTranslator('en');
    for (const { id, config } of rules) {
      expect(requireRule(config, id, rules)).toEqual(config);
      for (const key of ['alertRule', 'alertRuleEffect', 'alertTitle']) {
        const text = en(`${key}.${config.preset}` as 'alertRule.cpu-busy', { subject: 's' });
        expect(text).not.toContain(config.preset);
      }
      if (['cpu.busy', 'swap.used', 'pressure.cpu', 'pressure.io'].includes(config.metric)) {
        expect(config.levels.map(({ severity }) => severity)).not.toContain('HIGH');
      }
    }
    const critical = rules.filter(({ config }) => config.levels.some(({ severity }) => severity === 'CRITICAL'));
    expect(critical.map(({ config }) => config.preset)).toEqual(['disk-used']);
  });

  test.each<[what: string, change: Partial<RuleConfig>]>([
    ['equal thresholds', { levels: [{ ...HIGH_LEVEL, clear: 0.85 }] }],
    ['a clear threshold on the bad side', { levels: [{ ...HIGH_LEVEL, clear: 0.9 }] }],
    ['an unknown metric', { metric: 'cpu.heat' }],
    ['an unknown second metric', { levels: [{ ...HIGH_LEVEL, andBelow: { name: 'disk.fre', value: 1 } }] }],
    ['levels from severe to mild', { levels: [CRITICAL_LEVEL, HIGH_LEVEL] }],
    ['two levels of one severity', { levels: [HIGH_LEVEL, HIGH_LEVEL] }],
    [
      'a severe level nearer than a mild one',
      { levels: [HIGH_LEVEL, { ...CRITICAL_LEVEL, trigger: 0.8, clear: 0.7 }] },
    ],
    ['a name that is taken', { name: 'TAKEN' }],
  ])('%s is refused', (_what, change) => {
    const b = bench();
    b.rule({ name: 'taken' });
    expect(thrownBy(() => b.engine.saveRule({ config: rule(change) })).code).toBe('INVALID_INPUT');
    expect(b.engine.rules()).toHaveLength(1);
  });

  test('unknown ids are named so', async () => {
    const b = bench();
    for (const work of [
      () => b.engine.acknowledge('x'),
      () => b.engine.snooze('x', 5),
      () => b.engine.timeline('x'),
      () => b.engine.removeRule('x'),
      () => b.engine.saveRule({ id: 'x', config: rule() }),
    ]) {
      expect(thrownBy(work).code).toBe('ITEM_UNKNOWN');
    }
    expect(() => b.engine.simulate(rule({ metric: 'no.such' }))).toThrow('INVALID_INPUT');
  });

  test('one rule stands for each subject; the names of subjects are in the title', () => {
    const b = bench();
    b.rule({ metric: 'disk.used' });
    b.pass(MINUTE_MS, (atMs) => {
      b.keeper.put('disk.used:/', atMs, 0.9);
      b.keeper.put('disk.used:/srv', atMs, 0.9);
      b.keeper.put('disk.used:/home', atMs, 0.2);
    });
    expect(
      b.engine
        .alerts(false)
        .map(({ titleKey, params }) => `${titleKey} ${params['subject']}`)
        .toSorted(),
    ).toEqual(['rule-subject /', 'rule-subject /srv']);
    expect(b.said()).toEqual(['alert 2']);
  });

  test('changing what is judged withdraws its alert without a message; what is true still is the same incident', () => {
    const b = bench();
    const { id } = b.rule();
    b.measure(MINUTE_MS, 0.9);
    b.engine.saveRule({ id, config: rule({ name: 'renamed' }) });
    b.measure(MINUTE_MS, 0.9);
    expect(b.story()).toEqual(['fired', 'notified']);
    b.engine.saveRule({ id, config: rule({ levels: [{ ...HIGH_LEVEL, trigger: 0.88 }] }) });
    expect(b.engine.alerts(false)).toEqual([]);
    b.measure(MINUTE_MS, 0.9);
    expect(b.engine.alerts(false)).toHaveLength(1);
    b.engine.saveRule({ id, config: rule({ enabled: false }) });
    b.measure(MINUTE_MS, 0.9);
    expect(b.engine.alerts(false)).toEqual([]);
    b.engine.removeRule(id);
    expect(b.said()).toEqual(['alert 1']);
  });

  test('a disk that does not fill is well; one that is gone is not', () => {
    const b = bench();
    b.rule({ metric: 'disk.full-in', direction: 'below', levels: [{ ...HIGH_LEVEL, trigger: 8, clear: 12 }] });
    const both = (hours: number | null) => (atMs: number) => {
      b.keeper.put('disk.used:/', atMs, 0.5);
      if (hours !== null) b.keeper.put('disk.full-in:/', atMs, hours);
    };
    b.pass(MINUTE_MS, both(4));
    expect(b.engine.alerts(false)).toHaveLength(1);
    b.pass(20 * MINUTE_MS);
    expect(b.engine.alerts(false)).toMatchObject([{ state: 'no-data' }]);
    b.pass(MINUTE_MS, both(null));
    expect(b.engine.alerts(false)).toEqual([]);
  });

  test('a window that is not full just after the start is not judged', () => {
    const b = bench();
    b.rule({ aggregate: 'avg', windowSeconds: 600 });
    b.measure(9 * MINUTE_MS, 0.99);
    // full after 80 % of it
    expect(b.engine.alerts(false)).toHaveLength(1);
    const c = bench();
    c.rule({ aggregate: 'avg', windowSeconds: 600 });
    c.measure(7 * MINUTE_MS, 0.99);
    expect(c.engine.alerts(false)).toEqual([]);
  });
});
