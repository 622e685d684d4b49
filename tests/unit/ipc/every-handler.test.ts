/** Whatever a handler throws, the window gets an answer with a known code, and faults of Holdfast itself are reported. */
import { REQUEST_CHANNELS, type RequestChannel } from '@shared/channels';
import { ERRORS, type Result } from '@shared/errors';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type HoldfastError, holdfastError } from '../../../electron/errors/holdfast-error';
import type { IpcContext } from '../../../electron/ipc/context';

type Listener = (event: unknown, payload: unknown) => Promise<Result<unknown>>;
const listeners = new Map<string, Listener>();
vi.mock('electron', () => ({
  ipcMain: { handle: (channel: string, listener: Listener) => void listeners.set(channel, listener) },
}));
// What is parsed is tested elsewhere: here every handler is to be reached.
vi.mock('@shared/ipc', async (original) => {
  const { z } = await import('zod');
  return { ...(await original<object>()), REQUEST_SCHEMAS: new Proxy({}, { get: () => z.any() }) };
});
const { openDoor } = await import('../../../electron/ipc/door');
const { createHandlers } = await import('../../../electron/ipc/handlers');

/** Every method of it, at any depth, throws. */
function throwing(thrown: () => unknown): never {
  const target = (): never => {
    throw thrown();
  };
  return new Proxy(target, { get: () => throwing(thrown) }) as never;
}

const PAYLOAD = {
  id: 'x',
  databaseId: 'x',
  pointId: 'x',
  name: 'x',
  file: '/x.db',
  text: 'x',
  keys: [],
  fromMs: 0,
  toMs: 1,
  png: new Uint8Array(),
  source: { pointId: 'x' },
  filter: {},
  format: 'json',
};

const page = { url: 'holdfast://app/' };
const event = { senderFrame: page, sender: { mainFrame: page } };
let reported: HoldfastError[];

function openWith(thrown: () => unknown): void {
  const context: IpcContext = {
    core: throwing(thrown),
    dialogs: throwing(thrown),
    runtime: throwing(thrown),
    reveal: throwing(thrown),
    copyText: throwing(thrown),
  };
  openDoor(createHandlers(context), { isOurs: () => true, report: (error) => reported.push(error) });
}

const ask = async (channel: RequestChannel): Promise<Result<unknown>> => {
  const listener = listeners.get(channel);
  if (!listener) throw new Error(`nobody listens at ${channel}`);
  // As it goes through to the window.
  return structuredClone(await listener(event, PAYLOAD));
};

beforeEach(() => {
  reported = [];
  listeners.clear();
});

const cycle: Record<string, unknown> = { name: 'cycle' };
cycle['self'] = cycle;
const withGetter = Object.defineProperty(new Error('x'), 'message', {
  get: () => {
    throw new Error('not even that');
  },
});
const hostile = new Proxy(
  {},
  {
    get: () => {
      throw new Error('hands off');
    },
  },
);

describe.each<[string, () => unknown]>([
  ['an error', () => new TypeError('x is not a function')],
  ['a text', () => 'thrown by hand'],
  ['null', () => null],
  ['undefined', () => undefined],
  ['a cycle', () => cycle],
  ['an error that is its own cause', () => Object.assign(new Error('round'), { cause: cycle })],
  ['an error whose message throws', () => withGetter],
  ['an object that throws at every touch', () => hostile],
  ['an error of the hierarchy that says so', () => holdfastError('INTERNAL', { detail: 'x' })],
])('every handler throws %s', (_what, thrown) => {
  test('each answers INTERNAL, and each is reported', async () => {
    openWith(thrown);
    expect([...listeners.keys()].toSorted()).toEqual([...REQUEST_CHANNELS].toSorted());
    for (const channel of REQUEST_CHANNELS) {
      reported = [];
      const answer = await ask(channel);
      expect(answer, channel).toMatchObject({
        ok: false,
        error: { code: 'INTERNAL', severity: 'HIGH', retryable: true },
      });
      expect(
        reported.map(({ code }) => code),
        channel,
      ).toEqual(['INTERNAL']);
    }
  });
});

test('what the hierarchy or the system names keeps its code, and is only an answer', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write', path: '/x' });
  for (const [thrown, code] of [
    [holdfastError('BACKUP_UNKNOWN', { params: { name: 'x' } }), 'BACKUP_UNKNOWN'],
    [full, 'DISK_FULL'],
    [Object.assign(new Error('locked'), { code: 'SQLITE_BUSY_SNAPSHOT' }), 'DATABASE_LOCKED'],
  ] as const) {
    openWith(() => thrown);
    for (const channel of REQUEST_CHANNELS) {
      const { severity } = ERRORS[code];
      expect(await ask(channel), channel).toMatchObject({ ok: false, error: { code, severity } });
    }
  }
  expect(reported).toEqual([]);
});
