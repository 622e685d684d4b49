import type { NewEvent } from '@shared/error-groups';
import { describe as suite, expect, test } from 'vitest';
import { describe, groupingOf, severityOf } from '../../../electron/errors/fingerprint';
import { event, frame, python } from './events';

const same = (a: NewEvent, b: NewEvent): boolean => groupingOf(a).fingerprint === groupingOf(b).fingerprint;
const by = (one: NewEvent) => groupingOf(one).because;

/** As @sentry/node sends it from a program of two files. */
const node = (line: number, folder: string, value: string): NewEvent =>
  event({
    handled: false,
    thrown: [
      {
        type: 'TypeError',
        value,
        frames: [
          frame({
            module: 'node:internal/process/task_queues',
            function: 'process.processTicksAndRejections',
            file: 'node:internal/process/task_queues',
            inApp: false,
            line: 105,
          }),
          frame({ module: 'server', function: 'async Object.<anonymous>', file: `${folder}/server.js`, line }),
          frame({
            module: 'orders',
            function: 'async Orders.place [as run]',
            file: `${folder}/orders.js`,
            line: line + 7,
          }),
        ],
      },
    ],
  });

/** As sentry-python sends a chained error. */
const chained = (cause: string): NewEvent =>
  event({
    thrown: [
      {
        type: cause,
        value: "'user_id'",
        frames: [frame({ module: 'shop.users', function: 'load', file: 'shop/users.py' })],
      },
      {
        type: 'OrderError',
        value: 'order 4711 has no user',
        frames: [
          frame({ module: 'flask.app', function: 'dispatch_request', file: 'flask/app.py', inApp: false }),
          frame({ module: 'shop.views', function: 'checkout', file: 'shop/views.py', line: 12 }),
          frame({ module: 'shop.views', function: '<lambda>', file: 'shop/views.py', line: 14 }),
        ],
      },
    ],
  });

suite('what is the same error', () => {
  test('type and calls of the application, on any machine and line, with any message', () => {
    expect(same(node(10, '/home/anna/shop', 'x of undefined'), node(99, '/srv/shop', 'y of undefined'))).toBe(true);
    expect(by(node(10, '/srv/shop', 'x'))).toEqual({
      by: 'stack',
      algorithm: 1,
      parts: ['TypeError', 'server in <anonymous>', 'orders in Orders.place'],
    });
  });

  test('another type or another call is another error', () => {
    expect(same(python('KeyError', 'a', 'shop.views checkout'), python('ValueError', 'a', 'shop.views checkout'))).toBe(
      false,
    );
    expect(same(python('KeyError', 'a', 'shop.views checkout'), python('KeyError', 'a', 'shop.views cart'))).toBe(
      false,
    );
    expect(same(python('KeyError', 'a', 'shop.views checkout'), python('KeyError', 'a', 'shop.cart checkout'))).toBe(
      false,
    );
  });

  test('the last error is the one that was thrown: its causes tell no two apart', () => {
    expect(same(chained('KeyError'), chained('LookupError'))).toBe(true);
    expect(by(chained('KeyError')).parts).toEqual(['OrderError', 'shop.views in checkout', 'shop.views in <lambda>']);
  });

  test('calls of libraries do not count, and without any of the application the message decides', () => {
    const library = (value: string) =>
      event({
        thrown: [
          {
            type: 'OperationalError',
            value,
            frames: [frame({ module: 'sqlite3', function: 'execute', inApp: false })],
          },
        ],
      });
    expect(by(library('no such table: t1'))).toEqual({
      by: 'type-and-message',
      algorithm: 1,
      parts: ['OperationalError', 'no such table: t<n>'],
    });
    expect(same(library('no such table: t1'), library('no such table: t22'))).toBe(true);
    expect(same(library('no such table: t1'), library('database is locked'))).toBe(false);
  });

  test('how deep a recursion went does not matter', () => {
    const deep = (times: number) =>
      python('RecursionError', 'x', 'a main', ...Array.from({ length: times }, () => 'a walk'));
    expect(same(deep(3), deep(40))).toBe(true);
  });

  test('minified and nameless calls of a bundle say nothing', () => {
    const bundle = (file: string, names: (string | null)[]) =>
      event({
        thrown: [{ type: 'Error', value: 'no row 7', frames: names.map((name) => frame({ file, function: name })) }],
      });
    const first = bundle('https://shop.example/assets/index-B3kf92xa.js', ['t', null, '?', 'Xe']);
    expect(by(first)).toMatchObject({ by: 'type-and-message', parts: ['Error', 'no row <n>'] });
    expect(same(first, bundle('https://shop.example/assets/index-Zz81mmqP.js', ['n']))).toBe(true);
    // A name that survived is worth comparing, whatever hash the file had.
    const named = (file: string) => bundle(file, ['t', 'placeOrder']);
    expect(by(named('/assets/index-B3kf92xa.js')).by).toBe('stack');
    expect(same(named('/assets/index-B3kf92xa.js'), named('/assets/index-Zz81mmqP.js'))).toBe(true);
  });

  test('a message that was captured arrives as an error without a type', () => {
    const message = (value: string) =>
      event({
        level: 'info',
        message: value,
        thrown: [{ type: null, value, frames: [frame({ module: 'app', function: 'tell' })] }],
      });
    expect(by(message('3 orders wait'))).toEqual({ by: 'message', algorithm: 1, parts: ['<n> orders wait'] });
    expect(same(message('3 orders wait'), message('12 orders wait'))).toBe(true);
    expect(same(message('3 orders wait'), event({ message: '4 orders wait' }))).toBe(true);
  });

  test('a fingerprint of the sender decides, and may hold the default', () => {
    const sent = (fingerprint: string[], value = 'a') => ({
      ...python('KeyError', value, 'shop.views cart'),
      fingerprint,
    });
    expect(same(sent(['orders']), { ...event({ message: 'x' }), fingerprint: ['orders'] })).toBe(true);
    expect(by(sent(['orders', 'eu']))).toEqual({ by: 'fingerprint', algorithm: 1, parts: ['orders', 'eu'] });
    expect(same(sent(['{{ default }}']), python('KeyError', 'b', 'shop.views cart'))).toBe(true);
    expect(same(sent([]), python('KeyError', 'b', 'shop.views cart'))).toBe(true);
    expect(by(sent(['{{default}}', 'eu'])).parts).toEqual(['KeyError', 'shop.views in cart', 'eu']);
    expect(same(sent(['{{ default }}', 'eu']), sent(['{{ default }}', 'us']))).toBe(false);
  });

  test("Holdfast's own: code and database; one with a stack also by that", () => {
    const own = event({ code: 'DISK_FULL', message: 'ENOSPC 12' });
    expect(groupingOf(own, 'db1').because).toEqual({ by: 'code', algorithm: 1, parts: ['DISK_FULL', 'db1'] });
    expect(groupingOf(own, 'db1').fingerprint).not.toBe(groupingOf(own, 'db2').fingerprint);
    expect(groupingOf(own, null).fingerprint).toBe(groupingOf({ ...own, message: 'other' }, null).fingerprint);
    const window = (name: string): NewEvent => ({ ...python('TypeError', 'x', `a ${name}`), code: 'INTERNAL' });
    expect(by(window('draw'))).toMatchObject({ by: 'stack', parts: ['INTERNAL', 'TypeError', 'a in draw'] });
    expect(same(window('draw'), window('list'))).toBe(false);
  });

  test('parts that only look alike together are not alike', () => {
    const sent = (...fingerprint: string[]) => event({ fingerprint });
    expect(same(sent('a', 'bc'), sent('ab', 'c'))).toBe(false);
  });

  test('is bounded, whatever was sent', () => {
    const huge = event({ fingerprint: Array.from({ length: 10_000 }, () => 'x'.repeat(10_000)) });
    expect(JSON.stringify(by(huge)).length).toBeLessThan(20_000);
    expect(
      describe(event({ thrown: [{ type: 'E'.repeat(9_999), value: 'v'.repeat(99_999), frames: [] }] })).title,
    ).toHaveLength(200);
  });
});

test('a group is named by type and first line, and by the call of the application it was thrown in', () => {
  expect(describe(chained('KeyError'))).toEqual({
    title: 'OrderError: order 4711 has no user',
    culprit: 'shop.views in <lambda>',
    type: 'OrderError',
  });
  expect(describe(event({ message: '\n  slow\nquery', transaction: 'GET /cart' }))).toEqual({
    title: 'slow',
    culprit: 'GET /cart',
    type: null,
  });
  expect(describe(event({ code: 'DISK_FULL' })).title).toBe('DISK_FULL');
  expect(describe(event({ level: 'warning' })).title).toBe('warning');
});

test.each([
  [{ level: 'fatal', handled: true }, 'CRITICAL'],
  [{ level: 'error', handled: false }, 'HIGH'],
  [{ level: 'error', handled: true }, 'MEDIUM'],
  [{ level: 'error', handled: null }, 'MEDIUM'],
  [{ level: 'warning', handled: false }, 'MEDIUM'],
  [{ level: 'info', handled: null }, 'LOW'],
  [{ level: 'debug', handled: null }, 'LOW'],
  [{ level: 'debug', handled: null, code: 'DISK_FULL' }, 'CRITICAL'],
] as const)('%o is %s', (change, severity) => {
  expect(severityOf(event(change))).toBe(severity);
});
