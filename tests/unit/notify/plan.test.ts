import type { ErrorView } from '@shared/errors';
import { describe, expect, test } from 'vitest';
import { holdfastError } from '../../../electron/errors/holdfast-error';
import type { Tokens } from '../../../electron/notify/limits';
import { nextStep, retryDelayMs, type Situation } from '../../../electron/notify/plan';
import type { WaitingRow } from '../../../electron/store/outbox';
import { HOUR_MS, SECOND_MS } from './fixture';

const row = (id: string, change: Partial<WaitingRow> = {}): WaitingRow => ({
  id,
  severity: 'MEDIUM',
  attempts: 0,
  createdAt: '',
  nextAttemptAt: '',
  sealed: false,
  ...change,
});
const tokens = (critical: number): Tokens => ({
  critical,
  normal: Math.max(0, critical - 2),
  criticalInMs: critical >= 1 ? 0 : 60_000,
  normalInMs: critical >= 3 ? 0 : 120_000,
});
const next = (waiting: WaitingRow[], change: Partial<Omit<Situation, 'waiting'>> = {}) =>
  nextStep({ waiting, tokens: tokens(5), failing: false, holdMs: 0, ...change });
const critical = { severity: 'CRITICAL' } as const;

describe('what a channel does next', () => {
  test.each<[string, WaitingRow[], Partial<Omit<Situation, 'waiting'>>, ReturnType<typeof nextStep>]>([
    ['nothing waits', [], {}, { do: 'rest' }],
    ['one waits', [row('a')], {}, { do: 'send', id: 'a' }],
    ['as many as may be sent: the oldest', [row('a'), row('b'), row('c')], {}, { do: 'send', id: 'a' }],
    ['CRITICAL first', [row('a'), row('b', critical)], {}, { do: 'send', id: 'b' }],
    [
      'more than may be sent: one digest',
      [row('a'), row('b'), row('c'), row('d')],
      {},
      { do: 'merge', ids: ['a', 'b', 'c', 'd'] },
    ],
    ['the last two are kept for CRITICAL', [row('a')], { tokens: tokens(2) }, { do: 'wait', ms: 120_000 }],
    ['and are there for it', [row('a'), row('b', critical)], { tokens: tokens(2) }, { do: 'send', id: 'b' }],
    ['nothing may be sent', [row('a', critical)], { tokens: tokens(0) }, { do: 'wait', ms: 60_000 }],
    [
      'more CRITICAL ones than may be sent: a digest of their own',
      [row('a', critical), row('b'), row('c', critical)],
      { tokens: tokens(1) },
      { do: 'merge', ids: ['a', 'c'] },
    ],
    [
      'after a failure nothing is tried for a while',
      [row('a')],
      { holdMs: 500, failing: true },
      { do: 'wait', ms: 500 },
    ],
    ['then one alone goes as it is', [row('a', { attempts: 1 })], { failing: true }, { do: 'send', id: 'a' }],
    [
      'several go as one digest, CRITICAL or not',
      [row('a', { attempts: 1 }), row('b', critical)],
      { failing: true },
      { do: 'merge', ids: ['a', 'b'] },
    ],
    [
      'what may have arrived is not merged, and does not go first again and again',
      [row('a', { attempts: 3, sealed: true }), row('b')],
      { failing: true },
      { do: 'send', id: 'b' },
    ],
    [
      'what may have arrived goes out alone',
      [row('a', { sealed: true }), row('b'), row('c')],
      { failing: true },
      { do: 'merge', ids: ['b', 'c'] },
    ],
    [
      'a failing channel keeps to its limits',
      [row('a'), row('b')],
      { failing: true, tokens: tokens(2) },
      { do: 'wait', ms: 120_000 },
    ],
  ])('%s', (_what, waiting, change, expected) => {
    expect(next(waiting, change)).toEqual(expected);
  });
});

describe('when a failure is tried again', () => {
  const view = (code: Parameters<typeof holdfastError>[0], params: ErrorView['params'] = {}) =>
    holdfastError(code, { params }).toView();

  test('ten seconds, doubled up to an hour', () => {
    const delays = Array.from({ length: 12 }, (_, n) => retryDelayMs(view('CONNECTION_REFUSED'), n + 1, 0.5));
    expect(delays.slice(0, 4)).toEqual([10, 20, 40, 80].map((seconds) => seconds * SECOND_MS));
    expect(delays.slice(-3)).toEqual([HOUR_MS, HOUR_MS, HOUR_MS]);
  });

  test('spread by chance, never under ten seconds nor over an hour', () => {
    for (const random of [0, 0.1, 0.5, 0.9, 1]) {
      for (const failures of [1, 2, 9, 100]) {
        const delay = retryDelayMs(view('CONNECTION_REFUSED'), failures, random);
        expect(delay).toBeGreaterThanOrEqual(10 * SECOND_MS);
        expect(delay).toBeLessThanOrEqual(HOUR_MS);
      }
    }
    const spread = new Set([0.2, 0.5, 0.8].map((random) => retryDelayMs(view('CONNECTION_REFUSED'), 4, random)));
    expect(spread.size).toBe(3);
  });

  test.each<[string, ErrorView, number]>([
    ['a login', view('MAIL_LOGIN_FAILED'), HOUR_MS],
    ['an address that is not asked', view('ADDRESS_REFUSED'), HOUR_MS],
    ['a redirect', view('REDIRECT_REFUSED'), HOUR_MS],
    ['status 404', view('HTTP_STATUS_UNEXPECTED', { status: 404 }), HOUR_MS],
    ['status 408', view('HTTP_STATUS_UNEXPECTED', { status: 408 }), 10 * SECOND_MS],
    ['status 429', view('HTTP_STATUS_UNEXPECTED', { status: 429 }), 10 * SECOND_MS],
    ['status 500', view('HTTP_STATUS_UNEXPECTED', { status: 500 }), 10 * SECOND_MS],
    ['SMTP 451', view('MAIL_REFUSED', { status: 451 }), 10 * SECOND_MS],
    ['SMTP 550', view('MAIL_REFUSED', { status: 550 }), HOUR_MS],
    ['the service says when', view('HTTP_STATUS_UNEXPECTED', { status: 429, retryAfterSeconds: 7_200 }), 2 * HOUR_MS],
    [
      'the service says a week',
      view('HTTP_STATUS_UNEXPECTED', { status: 503, retryAfterSeconds: 604_800 }),
      24 * HOUR_MS,
    ],
    ['the service says at once', view('HTTP_STATUS_UNEXPECTED', { status: 503, retryAfterSeconds: 0 }), 10 * SECOND_MS],
  ])('%s', (_what, error, expected) => {
    expect(retryDelayMs(error, 1, 0.5)).toBe(expected);
  });
});
