/** The dead man's switch against a real server that speaks as Healthchecks does. */
import type { ErrorView } from '@shared/errors';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdfastError, type HoldfastError } from '../../electron/errors/holdfast-error';
import { guardedRequest } from '../../electron/net/guarded-request';
import { createDeadMan, type DeadMan } from '../../electron/notify/dead-man';
import { HookServer } from '../helpers/hook-server';
import { until } from '../helpers/until';
import { MINUTE_MS, SECOND_MS, TestClock } from '../unit/notify/fixture';

let server: HookServer;
let deadMan: DeadMan;
let clock: TestClock;
let settings: { url: string; intervalMinutes: number };
let health: { state: 'ok' | 'failing'; reason: string };
let problems: Map<string, ErrorView>;
let reported: HoldfastError[];
let asked: number;
/** Requests that ended are counted in `asked`. */
let begun: number;

beforeEach(async () => {
  server = await HookServer.start();
  clock = new TestClock();
  settings = { url: `${server.url}/ping/s3cret?rid=1`, intervalMinutes: 5 };
  health = { state: 'ok', reason: '' };
  problems = new Map();
  reported = [];
  asked = 0;
  begun = 0;
  deadMan = createDeadMan({
    settings: () => settings,
    healthy: () => health,
    request: (request) => {
      begun++;
      return guardedRequest(request).finally(() => asked++);
    },
    clock,
    problems: {
      reportOnce: (error) => problems.set(error.code, error),
      settle: (_databaseId, codes) => {
        for (const code of codes) problems.delete(code);
      },
    },
    report: (error) => reported.push(error),
  });
});
afterEach(async () => {
  await deadMan.stop();
  await server.stop();
  expect(reported).toEqual([]);
});

/** A round of the lookout after some time; waits until what it caused is over. */
async function roundAfter(ms: number, expected: number): Promise<void> {
  clock.advance(ms);
  deadMan.beat();
  await until(`request ${expected} has ended`, () => asked >= expected);
  // One more turn for what follows the answer.
  await new Promise((turn) => setImmediate(turn));
  expect(begun).toBe(expected);
}

test('asks every interval while the lookout works, and not because the process lives', async () => {
  deadMan.start();
  clock.advance(10 * MINUTE_MS);
  deadMan.wake();
  expect(begun).toBe(0);
  await roundAfter(0, 1);
  expect(server.received).toMatchObject([{ method: 'GET', url: '/ping/s3cret?rid=1' }]);
  for (let n = 0; n < 4; n++) await roundAfter(MINUTE_MS, 1);
  expect(server.received).toHaveLength(1);
  await roundAfter(MINUTE_MS, 2);
  // The lookout hangs: whatever wakes, nothing is asked until it works again.
  clock.advance(60 * MINUTE_MS);
  deadMan.wake();
  deadMan.wake();
  expect(begun).toBe(2);
  await roundAfter(0, 3);
  expect(server.received).toHaveLength(3);
});

test('a health that fails is told with the reason, not longer than the service takes', async () => {
  health = { state: 'failing', reason: `disk full: ${'ü'.repeat(10_000)}` };
  deadMan.start();
  await roundAfter(0, 1);
  const [request] = server.received;
  expect(request).toMatchObject({ method: 'POST', url: '/ping/s3cret/fail?rid=1' });
  expect(request?.body).toMatch(/^disk full: ü+/);
  expect(Buffer.byteLength(request?.body ?? '')).toBeLessThanOrEqual(10_002);
});

test('three failures in a row are a problem, which settles when it works again', async () => {
  server.always(500);
  deadMan.start();
  await roundAfter(0, 1);
  await roundAfter(29 * SECOND_MS, 1);
  expect(server.received).toHaveLength(1);
  await roundAfter(SECOND_MS, 2);
  expect(problems.size).toBe(0);
  await roundAfter(MINUTE_MS, 3);
  await until('it is reported', () => problems.has('DEAD_MAN_FAILED'));
  expect(problems.get('DEAD_MAN_FAILED')).toMatchObject({ params: { host: '127.0.0.1', reason: 'status 500' } });
  expect(JSON.stringify([...problems])).not.toContain('s3cret');
  server.always(200, {}, 'OK');
  await roundAfter(2 * MINUTE_MS, 4);
  await until('it is settled', () => problems.size === 0);
  await roundAfter(4 * MINUTE_MS, 4);
  expect(server.received).toHaveLength(4);
});

test.each([
  ['a check that the service does not know', (): void => server.always(200, {}, 'OK (not found)'), 'ANSWER_UNEXPECTED'],
  [
    'a redirect to another host',
    (): void => server.always(302, { location: 'http://localhost:9/x' }),
    'REDIRECT_REFUSED',
  ],
])('%s is a failure', async (_what, behave, code) => {
  behave();
  deadMan.start();
  for (let n = 1; n <= 3; n++) await roundAfter(5 * MINUTE_MS, n);
  await until('it is reported', () => problems.has('DEAD_MAN_FAILED'));
  expect(problems.get('DEAD_MAN_FAILED')?.detail).toContain(code);
  expect(server.received).toHaveLength(3);
});

test('a redirect on the same host is followed', async () => {
  server.answer = (request, response) => {
    if (request.url === '/ping/s3cret?rid=1') response.writeHead(301, { location: '/moved' });
    response.end('OK');
  };
  deadMan.start();
  for (let n = 1; n <= 3; n++) await roundAfter(5 * MINUTE_MS, n);
  expect(server.received.filter(({ url }) => url === '/moved')).toHaveLength(3);
  expect(problems.size).toBe(0);
});

test('without an address nothing is asked; a new one is asked at the next round, and what was wrong with the old is over', async () => {
  settings = { url: '', intervalMinutes: 1 };
  deadMan.start();
  for (let n = 0; n < 5; n++) await roundAfter(MINUTE_MS, 0);
  expect(asked).toBe(0);
  problems.set('DEAD_MAN_FAILED', holdfastError('DEAD_MAN_FAILED').toView());
  settings = { url: `${server.url}/new`, intervalMinutes: 1 };
  deadMan.wake();
  await until('the new address is asked', () => asked === 1);
  expect(problems.size).toBe(0);
  expect(server.received).toMatchObject([{ url: '/new' }]);
});

test('what is being asked ends with Holdfast, and is no failure', async () => {
  server.answer = () => undefined;
  deadMan.start();
  deadMan.beat();
  await until('it was asked', () => server.received.length === 1);
  await deadMan.stop();
  expect([asked, problems.size]).toEqual([1, 0]);
});
