import { describe, expect, test } from 'vitest';
import { scratchStore } from '../store/fixture';
import {
  Bench,
  type BenchOptions,
  channel,
  CRITICAL_LEVEL,
  DAY_MS,
  HIGH_LEVEL,
  HOUR_MS,
  MINUTE_MS,
  probe,
  SECOND_MS,
} from './fixture';

const bench = (options: BenchOptions = {}) => new Bench(scratchStore(), options);
const MEDIUM_LEVEL = { ...HIGH_LEVEL, severity: 'MEDIUM' } as const;
const LOW_LEVEL = { ...HIGH_LEVEL, severity: 'LOW' } as const;

describe('one alert', () => {
  test('is told after its messages were collected, and its end to who heard of it; the story says why', () => {
    const b = bench();
    b.rule({ forSeconds: 60, keepSeconds: 120 });
    b.measure(60 * SECOND_MS, 0.9);
    expect(b.engine.alerts(false)).toMatchObject([{ state: 'pending', firingSince: null }]);
    b.measure(10 * SECOND_MS, 0.9);
    expect(b.engine.alerts(false)).toMatchObject([
      { state: 'firing', severity: 'HIGH', value: 0.9, threshold: 0.85, unit: 'fraction', titleKey: 'rule' },
    ]);
    b.measure(20 * SECOND_MS, 0.9);
    expect(b.said()).toEqual([]);
    b.measure(10 * SECOND_MS, 0.9);
    expect(b.said()).toEqual(['alert 1']);
    expect(b.sent[0]?.message).toMatchObject({
      severity: 'HIGH',
      place: { tab: 'performance', alertId: b.engine.alerts(false)[0]?.id },
    });
    b.measure(120 * SECOND_MS, 0.5);
    expect(b.engine.alerts(false)).toMatchObject([{ state: 'recovering' }]);
    b.measure(10 * SECOND_MS, 0.5);
    expect(b.engine.alerts(false)).toEqual([]);
    expect(b.said()).toEqual(['alert 1', 'resolved 1']);
    expect(b.sent[1]?.message.threadId).toBe(b.sent[0]?.message.threadId);
    expect(b.engine.alerts(true)).toMatchObject([{ state: 'resolved', notifications: 1 }]);
    expect(b.story()).toEqual(['pending', 'fired', 'notified', 'recovering', 'resolved', 'notified']);
    const [pending, fired, notified] = b.events();
    expect(pending?.params).toEqual({
      value: 0.9,
      threshold: 0.85,
      unit: 'fraction',
      aggregate: 'last',
      windowSeconds: 0,
      forSeconds: 60,
    });
    expect(fired?.params).toMatchObject({ severity: 'HIGH', value: 0.9, threshold: 0.85 });
    expect(notified?.params).toEqual({ channel: 'desk', kind: 'alert' });
    expect(b.reported).toEqual([]);
  });

  test('a condition that ends before its time leaves no trace', () => {
    const b = bench();
    b.rule({ forSeconds: 60 });
    b.measure(50 * SECOND_MS, 0.9);
    b.measure(MINUTE_MS, 0.5);
    expect(b.engine.alerts(true)).toEqual([]);
  });

  test('a worse level is told at once, in the same thread; a milder one silently', () => {
    const b = bench();
    b.rule({ levels: [HIGH_LEVEL, CRITICAL_LEVEL] });
    b.measure(40 * SECOND_MS, 0.9);
    b.measure(20 * SECOND_MS, 0.96);
    expect(b.sent.map(({ message }) => message.severity)).toEqual(['HIGH', 'CRITICAL']);
    expect(new Set(b.sent.map(({ message }) => message.threadId)).size).toBe(1);
    b.measure(10 * MINUTE_MS, 0.8);
    expect(b.engine.alerts(false)).toMatchObject([{ severity: 'HIGH', state: 'firing' }]);
    b.measure(10 * MINUTE_MS, 0.96);
    expect(b.sent).toHaveLength(2);
    expect(b.story()).toEqual(['fired', 'notified', 'upgraded', 'notified', 'downgraded', 'upgraded']);
  });

  test('a worse level waits for its own time', () => {
    const b = bench();
    b.rule({ levels: [HIGH_LEVEL, CRITICAL_LEVEL], forSeconds: 60 });
    b.measure(5 * MINUTE_MS, 0.9);
    b.measure(50 * SECOND_MS, 0.99);
    expect(b.engine.alerts(false)).toMatchObject([{ severity: 'HIGH' }]);
    b.measure(20 * SECOND_MS, 0.99);
    expect(b.engine.alerts(false)).toMatchObject([{ severity: 'CRITICAL', threshold: 0.95 }]);
  });
});

describe('a value swinging around its threshold for an hour: at most 2 notifications', () => {
  for (const [what, halfMs] of [
    ['every look', 10 * SECOND_MS],
    ['every half minute', 30 * SECOND_MS],
    ['every minute', MINUTE_MS],
    ['every three minutes', 3 * MINUTE_MS],
    ['every six minutes', 6 * MINUTE_MS],
    ['every ten minutes', 10 * MINUTE_MS],
  ] as const) {
    test.each([
      ['HIGH', HIGH_LEVEL, 0],
      ['CRITICAL', { ...HIGH_LEVEL, severity: 'CRITICAL' } as const, 0],
      ['HIGH with for and keep', HIGH_LEVEL, 60],
    ])(`${what}, %s`, (_what, level, seconds) => {
      const b = bench();
      b.rule({ levels: [level], forSeconds: seconds, keepSeconds: seconds });
      for (let passed = 0; passed < HOUR_MS - MINUTE_MS; passed += 2 * halfMs) {
        b.measure(halfMs, 0.9);
        b.measure(halfMs, 0.7);
      }
      expect(b.sent.length).toBeLessThanOrEqual(2);
      if (halfMs > 60 * SECOND_MS) expect(b.sent.length).toBeGreaterThan(0);
    });
  }
});

describe('many alerts', () => {
  const fifty = Array.from({ length: 50 }, (_, index) => `service-${index}`);

  test('50 probes failing at once: 1 notification and 1 recovery', () => {
    const b = bench();
    for (const id of fifty) b.engine.raise(probe(id));
    b.pass(5 * MINUTE_MS);
    expect(b.said()).toEqual(['alert 50']);
    for (const id of fifty) b.engine.clear(`probe:${id}`);
    b.pass(5 * MINUTE_MS);
    expect(b.said()).toEqual(['alert 50', 'resolved 50']);
    expect(b.engine.alerts(false)).toEqual([]);
  });

  test('also when they fail and recover over some seconds', () => {
    const b = bench();
    for (const [index, id] of fifty.entries()) {
      b.engine.raise(probe(id));
      if (index % 10 === 9) b.pass(10 * SECOND_MS);
    }
    b.pass(5 * MINUTE_MS);
    expect(b.said()).toEqual(['alert 50']);
    for (const [index, id] of fifty.entries()) {
      b.engine.clear(`probe:${id}`);
      if (index % 10 === 9) b.pass(20 * SECOND_MS);
    }
    b.pass(5 * MINUTE_MS);
    expect(b.said()).toEqual(['alert 50', 'resolved 50']);
  });

  test('what recovers is told when the rest keeps failing', () => {
    const b = bench();
    for (const id of ['a', 'b', 'c']) b.engine.raise(probe(id));
    b.pass(MINUTE_MS);
    b.engine.clear('probe:a');
    b.pass(20 * SECOND_MS);
    b.engine.clear('probe:b');
    b.pass(30 * SECOND_MS);
    expect(b.said()).toEqual(['alert 3']);
    b.pass(10 * SECOND_MS);
    expect(b.said()).toEqual(['alert 3', 'resolved 2']);
  });

  test('each group has its own message, the worst first; CRITICAL is collected for a shorter time', () => {
    const b = bench();
    b.rule();
    b.engine.raise(probe('mild'));
    b.engine.raise(probe('bad', { severity: 'CRITICAL' }));
    b.measure(20 * SECOND_MS, 0.9);
    expect(b.said()).toEqual(['alert 2']);
    expect(b.sent[0]?.message.alerts.map(({ params }) => params['name'])).toEqual(['bad', 'mild']);
    expect(b.sent[0]?.message).toMatchObject({ severity: 'CRITICAL', place: { tab: 'status' } });
    b.measure(20 * SECOND_MS, 0.9);
    expect(b.said()).toEqual(['alert 2', 'alert 1']);
  });

  test('all signals at once: what is not among them is over', () => {
    const b = bench();
    b.engine.sync([probe('a'), probe('b')]);
    b.pass(MINUTE_MS);
    b.engine.sync([probe('b')]);
    b.pass(2 * MINUTE_MS);
    expect(b.said()).toEqual(['alert 2', 'resolved 1']);
    b.engine.forget('probe:b');
    b.pass(2 * MINUTE_MS);
    expect(b.said()).toHaveLength(2);
    expect(b.story('b').at(-1)).toBe('withdrawn');
  });
});

describe('telling again', () => {
  test('the table of repeats: CRITICAL after 1, 2, 4 … 24 hours, HIGH after 4', () => {
    const hoursOf = (severity: 'CRITICAL' | 'HIGH') => {
      const b = bench();
      b.rule({ levels: [{ ...HIGH_LEVEL, severity }] });
      b.measure(4 * DAY_MS, 0.9, 'cpu.busy', MINUTE_MS);
      const first = b.sent[0]!.atMs;
      return b.sent.map(({ atMs }) => Math.round((atMs - first) / HOUR_MS));
    };
    expect(hoursOf('CRITICAL')).toEqual([0, 1, 3, 7, 15, 31, 55, 79]);
    expect(hoursOf('HIGH').slice(0, 5)).toEqual([0, 4, 8, 12, 16]);
  });

  test('the first day of a new home has no digest to make up for', () => {
    const b = bench({ withPresets: true });
    b.engine.raise(probe('a', { severity: 'MEDIUM' }));
    b.pass(MINUTE_MS);
    expect(b.said()).toEqual(['alert 1']);
  });

  test('once it was over the back-off begins anew', () => {
    const b = bench();
    b.rule({ levels: [{ ...HIGH_LEVEL, severity: 'CRITICAL' }] });
    b.measure(4 * HOUR_MS, 0.9, 'cpu.busy', MINUTE_MS);
    b.measure(MINUTE_MS, 0.5);
    b.measure(5 * HOUR_MS, 0.9, 'cpu.busy', MINUTE_MS);
    const alerts = b.sent.filter(({ message }) => message.kind === 'alert');
    const hours = alerts.map(({ atMs }) => Math.round((atMs - b.sent[0]!.atMs) / HOUR_MS));
    // the third message came after three hours; the next comes an hour after it, and then again after one and two
    expect(hours).toEqual([0, 1, 3, 4, 5, 7]);
  });

  test('MEDIUM is told at once and then once a day at its time, LOW once to who wants to hear of it', () => {
    const b = bench();
    b.rule({ levels: [MEDIUM_LEVEL] });
    b.rule({ name: 'low', levels: [LOW_LEVEL] });
    b.measure(3 * DAY_MS, 0.9, 'cpu.busy', MINUTE_MS);
    expect(b.said()).toEqual(['alert 2', 'digest 1', 'digest 1', 'digest 1']);
    for (const { atMs } of b.sent.slice(1)) expect(new Date(atMs).toISOString()).toMatch(/T09:0[01]/);
    b.measure(MINUTE_MS, 0.5);
    expect(b.said().at(-1)).toBe('resolved 2');
    expect(b.story('load').slice(0, 3)).toEqual(['fired', 'notified', 'repeated']);
    expect(b.story('low')).toEqual(['fired', 'notified', 'resolved', 'notified']);
  });

  test('acknowledging stops repeats, not what gets worse, nor the end', () => {
    const b = bench();
    b.rule({ levels: [HIGH_LEVEL, CRITICAL_LEVEL] });
    b.measure(MINUTE_MS, 0.9);
    b.engine.acknowledge(b.engine.alerts(false)[0]!.id);
    b.measure(DAY_MS, 0.9, 'cpu.busy', MINUTE_MS);
    expect(b.said()).toEqual(['alert 1']);
    b.measure(MINUTE_MS, 0.99);
    expect(b.said()).toEqual(['alert 1', 'alert 1']);
    b.measure(MINUTE_MS, 0.5);
    expect(b.said()).toEqual(['alert 1', 'alert 1', 'resolved 1']);
    expect(b.story().slice(2, 4)).toEqual(['acknowledged', 'suppressed acknowledged']);
  });

  test('snooze expires, and reminds of what still fires', () => {
    const b = bench();
    b.rule();
    b.measure(MINUTE_MS, 0.9);
    const { id } = b.engine.alerts(false)[0]!;
    b.engine.snooze(id, 360);
    expect(b.engine.alerts(false)[0]?.snoozedUntil).toBe(new Date(b.wallMs + 6 * HOUR_MS).toISOString());
    b.measure(6 * HOUR_MS - MINUTE_MS, 0.9, 'cpu.busy', MINUTE_MS);
    expect(b.said()).toEqual(['alert 1']);
    b.measure(3 * MINUTE_MS, 0.9);
    expect(b.said()).toEqual(['alert 1', 'alert 1']);
    expect(b.engine.alerts(false)[0]?.snoozedUntil).toBeNull();
    expect(b.story()).toEqual(['fired', 'notified', 'snoozed', 'suppressed snoozed', 'snooze-ended', 'repeated']);
  });

  test('a clock that is put back does not make a snooze or a pause longer', () => {
    const b = bench();
    b.rule();
    b.measure(MINUTE_MS, 0.9);
    b.engine.snooze(b.engine.alerts(false)[0]!.id, 60);
    b.engine.pause(60);
    b.wallMs -= 300 * DAY_MS;
    b.measure(62 * MINUTE_MS, 0.9);
    expect(b.engine.pausedUntil()).toBeNull();
    expect(b.engine.alerts(false)[0]?.snoozedUntil).toBeNull();
    expect(b.said()).toEqual(['alert 1', 'alert 1']);
  });

  test('the end is told also while it is snoozed', () => {
    const b = bench();
    b.rule();
    b.measure(MINUTE_MS, 0.9);
    b.engine.snooze(b.engine.alerts(false)[0]!.id, 60);
    b.measure(MINUTE_MS, 0.5);
    expect(b.said()).toEqual(['alert 1', 'resolved 1']);
  });

  test('ending a snooze by hand reminds nobody', () => {
    const b = bench();
    b.rule();
    b.measure(MINUTE_MS, 0.9);
    const { id } = b.engine.alerts(false)[0]!;
    b.engine.snooze(id, 60);
    b.engine.snooze(id, null);
    b.measure(HOUR_MS, 0.9, 'cpu.busy', MINUTE_MS);
    expect(b.said()).toEqual(['alert 1']);
  });

  test('a pause holds everything back and ends by itself', () => {
    const b = bench();
    b.rule({ levels: [{ ...HIGH_LEVEL, severity: 'CRITICAL' }] });
    b.engine.raise(probe('a'));
    b.pass(MINUTE_MS);
    b.engine.pause(30);
    b.engine.clear('probe:a');
    b.measure(29 * MINUTE_MS, 0.9);
    expect(b.said()).toEqual(['alert 1']);
    b.restart();
    expect(b.engine.pausedUntil()).not.toBeNull();
    b.measure(2 * MINUTE_MS, 0.9);
    expect(b.said().toSorted()).toEqual(['alert 1', 'alert 1', 'resolved 1']);
    expect(b.engine.pausedUntil()).toBeNull();
  });

  test('what comes back soon is the same incident: nothing is told until a reminder would be due', () => {
    const b = bench();
    b.rule({ levels: [HIGH_LEVEL, CRITICAL_LEVEL] });
    b.measure(MINUTE_MS, 0.9);
    const [first] = b.engine.alerts(false);
    b.measure(20 * MINUTE_MS, 0.5);
    b.measure(HOUR_MS, 0.9, 'cpu.busy', MINUTE_MS);
    expect(b.engine.alerts(false)[0]?.id).toBe(first?.id);
    expect(b.said()).toEqual(['alert 1', 'resolved 1']);
    expect(b.story()).toContain('suppressed not-yet-again');
    b.measure(3 * HOUR_MS, 0.9, 'cpu.busy', MINUTE_MS);
    expect(b.said()).toEqual(['alert 1', 'resolved 1', 'alert 1']);
    expect(new Set(b.sent.map(({ message }) => message.threadId)).size).toBe(1);
    // worse than before is told at once
    b.measure(20 * MINUTE_MS, 0.5);
    b.measure(MINUTE_MS, 0.99);
    expect(b.said().slice(3)).toEqual(['resolved 1', 'alert 1']);
    // days later it is another one
    b.measure(2 * DAY_MS, 0.5, 'cpu.busy', MINUTE_MS);
    b.measure(MINUTE_MS, 0.9);
    expect(b.engine.alerts(false)[0]?.id).not.toBe(first?.id);
  });
});

describe('channels', () => {
  test('an alert goes to those that take it, its end to those that got it', () => {
    const b = bench({
      channels: [
        channel('all'),
        channel('worst', { minSeverity: 'CRITICAL' }),
        channel('off', { enabled: false }),
        channel('other'),
      ],
    });
    b.rule({ levels: [HIGH_LEVEL, CRITICAL_LEVEL], channelIds: ['all', 'worst', 'off'] });
    b.measure(MINUTE_MS, 0.9);
    expect(b.sent.map(({ channelId }) => channelId)).toEqual(['all']);
    expect(b.story()).toEqual(['fired', 'suppressed severity-too-low', 'suppressed channel-disabled', 'notified']);
    b.measure(MINUTE_MS, 0.5);
    expect(b.sent.map(({ channelId, message }) => `${channelId} ${message.kind}`)).toEqual([
      'all alert',
      'all resolved',
    ]);
    b.measure(MINUTE_MS, 0.99);
    expect(b.sent.slice(2).map(({ channelId }) => channelId)).toEqual(['all', 'worst']);
    // one that was switched off in between is owed nothing
    b.channels = b.channels.map((one) => (one.id === 'all' ? channel('all', { enabled: false }) : one));
    b.measure(MINUTE_MS, 0.5);
    expect(b.sent.slice(4).map(({ channelId }) => channelId)).toEqual(['worst']);
    expect(b.store.alerts.lately(new Date(b.wallMs + DAY_MS).toISOString())).toEqual([]);
  });

  test('what became of a message is in the story of its alerts', () => {
    const b = bench();
    b.rule();
    b.measure(MINUTE_MS, 0.9);
    const { id } = b.engine.alerts(false)[0]!;
    const delivery = {
      id: 'd1',
      channelId: 'desk',
      createdAt: '',
      kind: 'alert',
      title: '',
      attempts: 1,
      nextAttemptAt: null,
      sentAt: null,
      error: null,
    } as const;
    b.engine.delivered({ delivery: { ...delivery, state: 'sent' }, alertIds: [id, 'gone'] });
    b.engine.delivered({ delivery: { ...delivery, state: 'merged' }, alertIds: [id] });
    const error = {
      code: 'MAIL_REFUSED',
      severity: 'MEDIUM',
      retryable: true,
      params: { host: 'mx' },
      detail: '',
    } as const;
    b.engine.delivered({ delivery: { ...delivery, state: 'given-up', error }, alertIds: [id] });
    expect(b.events().slice(2)).toMatchObject([
      { kind: 'delivered', params: { channel: 'desk' } },
      { kind: 'suppressed', params: { channel: 'desk', reason: 'rate-limited' } },
      { kind: 'delivery-failed', params: { channel: 'desk', code: 'MAIL_REFUSED', host: 'mx' } },
    ]);
    expect(b.reported).toEqual([]);
  });
});

describe('not knowing', () => {
  test('no data and errors never resolve an alert', () => {
    const b = bench();
    b.rule();
    b.measure(MINUTE_MS, 0.9);
    b.pass(20 * MINUTE_MS);
    expect(b.engine.alerts(false)).toMatchObject([{ state: 'no-data', value: 0.9 }]);
    b.keeper.broken = true;
    b.pass(HOUR_MS, undefined, MINUTE_MS);
    expect(b.engine.alerts(false)).toMatchObject([{ state: 'error' }]);
    expect(b.said()).toEqual(['alert 1']);
    expect(b.reported).toHaveLength(1);
    b.keeper.broken = false;
    b.measure(MINUTE_MS, 0.5);
    expect(b.said()).toEqual(['alert 1', 'resolved 1']);
    expect(b.story()).toEqual([
      'fired',
      'notified',
      'no-data',
      'evaluation-failed the record cannot be read',
      'data-returned',
      'resolved',
      'notified',
    ]);
  });

  test('an alert whose values are missing is not repeated, and withdrawn after a day', () => {
    const b = bench();
    b.rule({ metric: 'disk.used' });
    b.measure(MINUTE_MS, 0.9, 'disk.used:/media/stick');
    b.pass(23 * HOUR_MS, undefined, MINUTE_MS);
    expect(b.engine.alerts(false)).toMatchObject([{ state: 'no-data' }]);
    b.pass(2 * HOUR_MS, undefined, MINUTE_MS);
    expect(b.engine.alerts(false)).toEqual([]);
    expect(b.said()).toEqual(['alert 1']);
    expect(b.story()).toEqual(['fired', 'notified', 'no-data', 'withdrawn']);
  });

  test('an alert of a metric that is not known any more is withdrawn, not at once after a start', () => {
    const b = bench();
    b.rule({ metric: 'probe.time' });
    b.measure(MINUTE_MS, 900, 'probe.time:web');
    b.keeper.points.clear();
    b.restart();
    b.pass(14 * MINUTE_MS);
    expect(b.engine.alerts(false)).toHaveLength(1);
    b.pass(2 * MINUTE_MS);
    expect(b.engine.alerts(false)).toEqual([]);
    expect(b.story().at(-1)).toBe('withdrawn');
    expect(b.said()).toEqual(['alert 1']);
  });

  test('missing measurements are told where a rule asks for it, and are over when they return', () => {
    const b = bench();
    b.rule({ metric: 'memory.used', noDataSeconds: 300, keepSeconds: 60 });
    b.pass(4 * MINUTE_MS);
    expect(b.engine.alerts(true)).toEqual([]);
    b.pass(3 * MINUTE_MS);
    expect(b.engine.alerts(false)).toMatchObject([{ state: 'no-data', titleKey: 'no-data-machine', severity: 'HIGH' }]);
    expect(b.said()).toEqual(['alert 1']);
    b.measure(50 * SECOND_MS, 0.4, 'memory.used');
    expect(b.engine.alerts(false)).toMatchObject([{ state: 'recovering' }]);
    b.measure(30 * SECOND_MS, 0.4, 'memory.used');
    expect(b.said()).toEqual(['alert 1', 'resolved 1']);
  });

  test('a rule that cannot be evaluated is told, and reported once', () => {
    const b = bench();
    b.keeper.put('cpu.busy', b.wallMs, 0.1);
    b.rule();
    b.keeper.broken = true;
    b.pass(5 * MINUTE_MS);
    expect(b.engine.alerts(false)).toMatchObject([{ state: 'error', titleKey: 'evaluation-failed' }]);
    expect(b.said()).toEqual(['alert 1']);
    expect(b.reported).toHaveLength(1);
  });
});

describe('flapping', () => {
  test('is told once, silent while it lasts, and left when it has settled', () => {
    const b = bench();
    b.rule();
    for (let turn = 0; turn < 6; turn += 1) {
      b.measure(20 * SECOND_MS, 0.9);
      b.measure(20 * SECOND_MS, 0.5);
    }
    expect(b.engine.alerts(false)).toMatchObject([{ unstable: true }]);
    b.measure(20 * SECOND_MS, 0.9);
    b.measure(20 * SECOND_MS, 0.9);
    expect(b.said()).toEqual(['unstable 1']);
    b.measure(40 * MINUTE_MS, 0.9);
    expect(b.engine.alerts(false)).toMatchObject([{ unstable: false, state: 'firing' }]);
    expect(b.said()).toEqual(['unstable 1']);
    b.measure(MINUTE_MS, 0.5);
    expect(b.said()).toEqual(['unstable 1', 'resolved 1']);
    const story = b.story();
    expect(story.filter((line) => line === 'unstable')).toHaveLength(1);
    expect(story.indexOf('stable')).toBeGreaterThan(story.indexOf('unstable'));
  });

  test('is told again when it comes back another time', () => {
    const b = bench();
    b.engine.raise(probe('other'));
    b.pass(MINUTE_MS);
    const flap = () => {
      for (let turn = 0; turn < 6; turn += 1) {
        b.engine.clear('probe:a');
        b.pass(10 * SECOND_MS);
        b.engine.raise(probe('a'));
        b.pass(10 * SECOND_MS);
      }
    };
    flap();
    expect(b.said()).toEqual(['alert 1', 'unstable 1']);
    b.pass(90 * MINUTE_MS);
    flap();
    b.pass(MINUTE_MS);
    expect(b.said()).toEqual(['alert 1', 'unstable 1', 'unstable 1']);
  });

  test('stays open while it is unstable, and ends when it has settled well', () => {
    const b = bench();
    b.rule();
    for (let turn = 0; turn < 6; turn += 1) {
      b.measure(20 * SECOND_MS, 0.9);
      b.measure(20 * SECOND_MS, 0.5);
    }
    b.measure(5 * MINUTE_MS, 0.5);
    expect(b.engine.alerts(false)).toMatchObject([{ unstable: true, state: 'recovering' }]);
    b.measure(30 * MINUTE_MS, 0.5);
    expect(b.engine.alerts(false)).toEqual([]);
    expect(b.said()).toEqual(['unstable 1', 'resolved 1']);
  });
});

describe('a look at which nothing changed', () => {
  test('writes nothing and tells nobody of a change', () => {
    const b = bench();
    b.rule({ forSeconds: 60 });
    b.measure(20 * MINUTE_MS, 0.5);
    b.measure(20 * MINUTE_MS, 0.9);
    const before = [b.changes, b.writes];
    b.measure(10 * MINUTE_MS, 0.91);
    expect([b.changes, b.writes]).toEqual(before);
  });

  test('a value that touches its threshold again and again, never for long enough, costs no writes', () => {
    const b = bench();
    b.rule({ forSeconds: 60 });
    b.measure(20 * SECOND_MS, 0.5);
    const before = b.writes;
    for (let turn = 0; turn < 30; turn += 1) {
      b.measure(40 * SECOND_MS, 0.9);
      b.measure(20 * SECOND_MS, 0.5);
    }
    expect(b.writes).toBe(before);
  });

  test('a value that hovers around its clear threshold costs no writes', () => {
    const b = bench();
    b.rule({ keepSeconds: 300 });
    b.measure(2 * MINUTE_MS, 0.9);
    const before = b.writes;
    for (let turn = 0; turn < 30; turn += 1) {
      b.measure(10 * SECOND_MS, 0.74);
      b.measure(10 * SECOND_MS, 0.8);
    }
    expect(b.writes).toBe(before);
  });
});
