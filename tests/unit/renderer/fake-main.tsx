/** The main process as the window sees it: answers requests, and notes what was asked. */
import { vi } from 'vitest';
import type { ErrorCode } from '@shared/errors';
import { ERRORS } from '@shared/errors';

export interface FakeMain {
  /** What was asked on a channel, in order. */
  asked(channel: string): unknown[];
  /** The next requests on a channel fail. */
  fail(channel: string, code: ErrorCode, params: Record<string, string | number>): void;
  answer(channel: string, value: unknown): void;
  /** The next request on a channel waits until the returned function is called. */
  hold(channel: string): () => void;
}

/** Stands in for `window.holdfast` until the globals are put back. A function answers from what was asked. */
export function fakeMain(answers: Record<string, unknown>): FakeMain {
  const requests: [channel: string, payload: unknown][] = [];
  const failures = new Map<string, unknown>();
  const gates = new Map<string, Promise<void>>();
  const given = new Map(Object.entries(answers));
  const request = async (channel: string, payload: unknown): Promise<unknown> => {
    requests.push([channel, payload]);
    const gate = gates.get(channel);
    gates.delete(channel);
    await gate;
    const answer = given.get(channel);
    const value = typeof answer === 'function' ? (answer as (payload: unknown) => unknown)(payload) : answer;
    const error = failures.get(channel) ?? (value instanceof Failure ? value.view : undefined);
    if (error) return { ok: false, error };
    if (!given.has(channel)) throw new Error(`nobody answers ${channel}`);
    return { ok: true, value };
  };
  vi.stubGlobal('window', { holdfast: { request } });
  return {
    asked: (channel) => requests.filter(([name]) => name === channel).map(([, payload]) => payload),
    fail: (channel, code, params) => void failures.set(channel, new Failure(code, params).view),
    answer: (channel, value) => {
      failures.delete(channel);
      given.set(channel, value);
    },
    hold: (channel) => {
      let open = (): void => undefined;
      gates.set(
        channel,
        new Promise((resolve) => {
          open = resolve;
        }),
      );
      return open;
    },
  };
}

/** An answer that is an error. */
export class Failure {
  readonly view: object;
  constructor(code: ErrorCode, params: Record<string, string | number> = {}) {
    const { severity, retryable } = ERRORS[code];
    this.view = { code, severity, retryable, params, detail: '' };
  }
}
