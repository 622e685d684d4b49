/** Sleep, quiet hours, restarts: what has to do with time and with ends of the process. */
import { describe, expect, test } from 'vitest';
import { digestDay, isQuiet } from '../../../electron/alerts/quiet';
import { scratchStore } from '../store/fixture';
import {
  Bench,
  type BenchOptions,
  CRITICAL_LEVEL,
  DAY_MS,
  HIGH_LEVEL,
  HOUR_MS,
  MINUTE_MS,
  probe,
  SECOND_MS,
} from './fixture';

const bench = (options: BenchOptions = {}) => new Bench(scratchStore(), options);
const NIGHT = { enabled: true, from: '22:00', to: '07:00' };

describe('sleep', () => {
  test('2 h of sleep: no false alert', () => {
    const b = bench();
    b.rule({ forSeconds: 300 });
    b.rule({ name: 'average', aggregate: 'avg', windowSeconds: 600 });
    b.rule({ name: 'last' });
    b.rule({ name: 'silent', metric: 'memory.used', noDataSeconds: 60 });
    const both = (value: number) => (atMs: number) => {
      b.keeper.put('cpu.busy', atMs, value);
      b.keeper.put('memory.used', atMs, 0.2);
    };
    b.pass(20 * MINUTE_MS, both(0.2));
    b.pass(30 * SECOND_MS, both(0.2));
    b.sleep(2 * HOUR_MS);
    // Everything is busy for the first minute after waking up.
    b.pass(50 * SECOND_MS, both(1));
    b.pass(30 * MINUTE_MS, both(0.2));
    expect(b.sent).toEqual([]);
    expect(b.engine.alerts(true)).toEqual([]);
  });

  test('the same when the clock that measures spans goes on during sleep, and when sleep is told', () => {
    for (const told of [false, true]) {
      const b = bench();
      b.rule({ forSeconds: 300 });
      b.measure(10 * MINUTE_MS, 0.2);
      b.measure(4 * MINUTE_MS, 0.9);
      b.sleep(2 * HOUR_MS);
      b.monoMs += 2 * HOUR_MS;
      if (told) b.engine.resumed(2 * HOUR_MS);
      b.measure(4 * MINUTE_MS, 0.9);
      expect(b.engine.alerts(false)).toMatchObject([{ state: 'pending' }]);
      expect(b.sent).toEqual([]);
      b.measure(4 * MINUTE_MS, 0.9);
      expect(b.said()).toEqual(['alert 1']);
    }
  });

  test('what fires before sleep is not repeated after it before it was judged again', () => {
    const b = bench();
    b.rule({ aggregate: 'avg', windowSeconds: 600 });
    b.measure(20 * MINUTE_MS, 0.9);
    b.sleep(8 * HOUR_MS);
    b.measure(9 * MINUTE_MS, 0.2);
    expect(b.said()).toEqual(['alert 1']);
    expect(b.story()).toContain('held-after-sleep');
    b.measure(5 * MINUTE_MS, 0.2);
    expect(b.said()).toEqual(['alert 1', 'resolved 1']);
  });

  test('a signal that is over within the hold is never told', () => {
    const b = bench();
    b.pass(MINUTE_MS);
    b.sleep(HOUR_MS);
    b.engine.resumed(HOUR_MS);
    b.engine.raise(probe('a'));
    b.pass(50 * SECOND_MS);
    b.engine.clear('probe:a');
    b.pass(5 * MINUTE_MS);
    expect(b.sent).toEqual([]);
    expect(b.story('a')).toEqual(['fired', 'held-after-sleep', 'resolved']);
  });

  test('what still fails after the hold is told', () => {
    const b = bench();
    b.pass(MINUTE_MS);
    b.engine.resumed(HOUR_MS);
    b.engine.raise(probe('a'));
    b.pass(2 * MINUTE_MS);
    expect(b.said()).toEqual(['alert 1']);
  });
});

describe('quiet hours', () => {
  test.each([
    ['21:59', false],
    ['22:00', true],
    ['23:30', true],
    ['00:00', true],
    ['06:59', true],
    ['07:00', false],
    ['12:00', false],
  ])('over midnight: %s', (time, quiet) => {
    expect(isQuiet(NIGHT, Date.parse(`2026-05-04T${time}:00Z`), 'UTC')).toBe(quiet);
  });

  test('within a day, switched off, and without a length', () => {
    const noon = { enabled: true, from: '12:00', to: '13:00' };
    const at = (time: string) => Date.parse(`2026-05-04T${time}:00Z`);
    expect(['11:59', '12:00', '12:59', '13:00'].map((time) => isQuiet(noon, at(time), 'UTC'))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isQuiet({ ...noon, enabled: false }, at('12:30'), 'UTC')).toBe(false);
    expect(isQuiet({ ...noon, to: '12:00' }, at('12:30'), 'UTC')).toBe(false);
    expect(isQuiet(noon, at('03:30'), 'Asia/Seoul')).toBe(true);
  });

  test('the clocks on the wall decide on both days they are changed', () => {
    const zone = 'Europe/Berlin';
    const early = { enabled: true, from: '02:15', to: '03:15' };
    // Spring 2026: 02:00 becomes 03:00. Of the hour that is skipped only the part after the jump is quiet.
    const spring = (time: string) => isQuiet(early, Date.parse(`2026-03-29T${time}:00Z`), zone);
    expect([spring('00:59'), spring('01:00'), spring('01:14'), spring('01:15')]).toEqual([false, true, true, false]);
    // Autumn 2026: 03:00 becomes 02:00; the hour that comes twice is quiet twice.
    const autumn = (time: string) => isQuiet(early, Date.parse(`2026-10-25T${time}:00Z`), zone);
    expect([
      autumn('00:14'),
      autumn('00:15'),
      autumn('00:59'),
      autumn('01:14'),
      autumn('01:15'),
      autumn('02:15'),
    ]).toEqual([false, true, true, false, true, false]);
  });

  test('the day whose digest is due', () => {
    const due = (at: string, zone = 'UTC') => digestDay('09:00', Date.parse(at), zone);
    expect(due('2026-05-04T08:59:59Z')).toBe('2026-05-03');
    expect(due('2026-05-04T09:00:00Z')).toBe('2026-05-04');
    expect(due('2026-05-04T00:00:00Z', 'Asia/Seoul')).toBe('2026-05-04');
    // 02:30 does not come on that day; 03:00 is after it
    expect(digestDay('02:30', Date.parse('2026-03-29T00:59:00Z'), 'Europe/Berlin')).toBe('2026-03-28');
    expect(digestDay('02:30', Date.parse('2026-03-29T01:00:00Z'), 'Europe/Berlin')).toBe('2026-03-29');
  });

  test('quiet hours end with one digest', () => {
    const b = bench({ settings: { quietHours: NIGHT }, startMs: Date.parse('2026-05-04T21:00:00Z') });
    b.rule();
    b.engine.raise(probe('before'));
    b.measure(70 * MINUTE_MS, 0.2);
    expect(b.said()).toEqual(['alert 1']);
    b.engine.clear('probe:before');
    b.engine.raise(probe('night'));
    b.engine.raise(probe('short'));
    b.measure(HOUR_MS, 0.9);
    b.engine.clear('probe:short');
    b.engine.raise(probe('worst', { severity: 'CRITICAL' }));
    b.measure(MINUTE_MS, 0.9);
    // CRITICAL wakes people up, nothing else does
    expect(b.said()).toEqual(['alert 1', 'alert 1']);
    expect(b.sent[1]?.message.severity).toBe('CRITICAL');
    b.engine.clear('probe:worst');
    b.measure(2 * MINUTE_MS, 0.9);
    expect(b.said()).toEqual(['alert 1', 'alert 1', 'resolved 1']);
    b.measure(9 * HOUR_MS, 0.9, 'cpu.busy', MINUTE_MS);
    expect(b.said()).toEqual(['alert 1', 'alert 1', 'resolved 1', 'digest 3']);
    const [, , , digest] = b.sent;
    expect(new Date(digest!.atMs).toISOString()).toMatch(/T07:0[01]/);
    expect(digest?.message.alerts.map(({ params, state }) => `${params['name']} ${state}`).toSorted()).toEqual([
      'before resolved',
      'load firing',
      'night firing',
    ]);
    expect(b.story('short')).toEqual(['fired', 'suppressed quiet-hours', 'resolved']);
    // and the day goes on as days do
    b.engine.raise(probe('day'));
    b.pass(MINUTE_MS);
    expect(b.said().at(-1)).toBe('alert 1');
  });

  test('a machine that sleeps through their end tells one digest when it wakes up', () => {
    const b = bench({ settings: { quietHours: NIGHT }, startMs: Date.parse('2026-05-04T23:00:00Z') });
    b.rule();
    b.engine.raise(probe('a'));
    b.measure(10 * MINUTE_MS, 0.9);
    b.sleep(10 * HOUR_MS);
    b.measure(10 * MINUTE_MS, 0.9);
    expect(b.said()).toEqual(['digest 2']);
  });

  test('the daily digest waits for their end', () => {
    const b = bench({
      settings: { quietHours: { enabled: true, from: '22:00', to: '10:00' } },
      startMs: Date.parse('2026-05-04T12:00:00Z'),
    });
    b.rule({ levels: [{ ...HIGH_LEVEL, severity: 'MEDIUM' }] });
    b.measure(DAY_MS, 0.9, 'cpu.busy', MINUTE_MS);
    expect(b.said()).toEqual(['alert 1', 'digest 1']);
    expect(new Date(b.sent[1]!.atMs).toISOString()).toMatch(/T10:0[01]/);
  });
});

describe('restart in the midst', () => {
  test('no repeated alert, none forgotten, at every moment', () => {
    // An end after any of the first looks gives the same messages as none.
    const course = (endAfter: number | null) => {
      const b = bench();
      b.rule({ levels: [HIGH_LEVEL, CRITICAL_LEVEL] });
      for (let look = 0; look < 60; look += 1) {
        const value = look < 10 ? 0.9 : look < 20 ? 0.96 : look < 30 ? 0.9 : 0.5;
        b.measure(10 * SECOND_MS, value);
        if (look === 2) b.engine.raise(probe('a'));
        if (look === 40) b.engine.clear('probe:a');
        // What is judged elsewhere is judged again after a start.
        if (look === endAfter) {
          b.restart();
          b.engine.sync(look >= 2 && look < 40 ? [probe('a')] : []);
        }
      }
      expect(b.reported).toEqual([]);
      expect(b.engine.alerts(false)).toEqual([]);
      return b.sent.map(({ message }) => `${message.kind} ${message.severity} ${message.alerts.length}`).toSorted();
    };
    const undisturbed = course(null);
    expect(undisturbed).toEqual([
      'alert CRITICAL 1',
      'alert HIGH 1',
      'alert HIGH 1',
      'resolved CRITICAL 1',
      'resolved HIGH 1',
    ]);
    for (let look = 0; look < 55; look += 2) expect(course(look), `end after look ${look}`).toEqual(undisturbed);
  });

  test('back-off, snooze, acknowledgement and quiet hours go on where they were', () => {
    const b = bench();
    b.rule({ levels: [{ ...HIGH_LEVEL, severity: 'CRITICAL' }] });
    b.engine.raise(probe('a'));
    b.engine.raise(probe('b'));
    b.measure(MINUTE_MS, 0.9);
    const idOf = (name: string) => b.engine.alerts(false).find(({ params }) => params['name'] === name)!.id;
    b.engine.acknowledge(idOf('a'));
    b.engine.snooze(idOf('b'), 600);
    b.measure(70 * MINUTE_MS, 0.9, 'cpu.busy', MINUTE_MS);
    expect(b.said()).toEqual(['alert 1', 'alert 2', 'alert 1']);
    b.restart();
    b.engine.sync([probe('a'), probe('b')]);
    b.measure(110 * MINUTE_MS, 0.9, 'cpu.busy', MINUTE_MS);
    expect(b.said()).toHaveLength(3);
    b.measure(15 * MINUTE_MS, 0.9, 'cpu.busy', MINUTE_MS);
    expect(b.said()).toHaveLength(4);
    b.measure(8 * HOUR_MS, 0.9, 'cpu.busy', MINUTE_MS);
    const named = b.sent.flatMap(({ message }) => message.alerts.map(({ params }) => String(params['name'])));
    expect(named.filter((name) => name === 'a')).toHaveLength(1);
    expect(named.filter((name) => name === 'b')).toHaveLength(2);
  });

  test('what is being waited for goes on after a short absence, and starts anew after a long one', () => {
    for (const [awayMs, state] of [
      [30 * SECOND_MS, 'firing'],
      [HOUR_MS, 'pending'],
    ] as const) {
      const b = bench();
      b.rule({ forSeconds: 600 });
      b.measure(8 * MINUTE_MS, 0.9);
      b.engine.stop();
      b.restart({ awayMs });
      b.measure(3 * MINUTE_MS, 0.9);
      expect(b.engine.alerts(false)).toMatchObject([{ state }]);
    }
  });

  test('a signal that nobody raises again is told when it was not yet, and not for ever', () => {
    const b = bench();
    b.pass(MINUTE_MS);
    b.engine.raise(probe('a'));
    b.pass(10 * SECOND_MS);
    b.restart();
    b.pass(MINUTE_MS);
    expect(b.said()).toEqual([]);
    b.pass(3 * MINUTE_MS);
    expect(b.said()).toEqual(['alert 1']);
    b.engine.sync([]);
    b.pass(MINUTE_MS);
    expect(b.said()).toEqual(['alert 1', 'resolved 1']);
  });

  test('an end that was not told yet is told after the start, however long that takes', () => {
    const b = bench();
    b.engine.raise(probe('a'));
    b.pass(MINUTE_MS);
    b.engine.pause(60);
    b.engine.clear('probe:a');
    b.pass(MINUTE_MS);
    expect(b.said()).toEqual(['alert 1']);
    b.restart({ awayMs: 3 * DAY_MS });
    b.pass(MINUTE_MS);
    expect(b.said()).toEqual(['alert 1', 'resolved 1']);
  });

  test('a look that cannot be written has not happened', () => {
    const b = bench();
    b.rule();
    b.measure(30 * SECOND_MS, 0.9);
    const add = b.store.outbox.add.bind(b.store.outbox);
    b.store.outbox.add = () => {
      throw new Error('disk I/O error');
    };
    b.measure(30 * SECOND_MS, 0.9);
    expect(b.said()).toEqual([]);
    expect(b.story()).not.toContain('notified');
    expect(b.reported.length).toBeGreaterThan(0);
    b.store.outbox.add = add;
    b.measure(MINUTE_MS, 0.9);
    expect(b.said()).toEqual(['alert 1']);
    expect(b.story()).toEqual(['fired', 'notified']);
  });
});
