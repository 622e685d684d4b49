/** Whatever is thrown on one side of a border, the other side gets an error with a code: never silence, never a hang. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ERRORS, type ErrorView } from '@shared/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forward } from '../../electron/cli/client';
import { CaptureProcess } from '../../electron/continuous/capture-process';
import type { CaptureSettings } from '../../electron/continuous/protocol';
import { startControlServer } from '../../electron/core/control-server';
import { claimHome } from '../../electron/core/home';
import type { Core } from '../../electron/core/types';
import { HoldfastError } from '../../electron/errors/holdfast-error';
import { wrapError } from '../../electron/errors/wrap';
import { startEndpoint } from '../../electron/health/endpoint';
import { runInProcess } from '../../electron/jobs/job-process';
import { JobRunner } from '../../electron/jobs/runner';
import { indexInWorker } from '../../electron/metrics/index-worker';
import { checkInWorker } from '../../electron/workers/check-in-worker';
import { sealInWorker } from '../../electron/workers/seal-in-worker';
import { buildSources } from '../helpers/build-sources.mjs';
import { launcher } from '../helpers/engine';
import { HOSTILE } from '../helpers/hostile.mjs';
import { snapshotOf } from './endpoint-scene';

let folder: string;
let built: Awaited<ReturnType<typeof buildSources>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-borders-'));
  built = await buildSources('borders', { job: 'tests/helpers/hostile-job.ts' });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await built.remove();
});

const NAMES = Object.keys(HOSTILE);
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'it went well',
    (thrown: unknown) => thrown,
  );

/** The code of what came over, which must be an error of the hierarchy that crosses the next border, too. */
function codeOf(came: unknown): string {
  expect(came).toBeInstanceOf(HoldfastError);
  const view = (came as HoldfastError).toView();
  expect(structuredClone(view)).toEqual(view);
  expect(JSON.parse(JSON.stringify(view))).toEqual(view);
  expect(ERRORS).toHaveProperty(view.code);
  return view.code;
}

test.each(NAMES)('wrapping %s gives an error of the hierarchy with some detail', (name) => {
  const error = wrapError(HOSTILE[name]);
  expect(codeOf(error)).toBe('INTERNAL');
  if (name !== 'undefined') expect(error.detail).not.toBe('');
});

test('the control socket: each is the answer, and is reported to the core', async () => {
  const home = join(folder, 'home');
  const ownership = claimHome(home, 'serve');
  const reported: ErrorView[] = [];
  let thrown: unknown;
  const core = new Proxy(
    { reportError: (view: ErrorView) => void reported.push(view) },
    {
      get: (target, key) => {
        if (key === 'reportError') return target.reportError;
        throw thrown;
      },
    },
  ) as unknown as Core;
  const server = await startControlServer(core, ownership);
  const context = { signal: new AbortController().signal, onProgress: () => undefined };
  for (const name of NAMES) {
    thrown = HOSTILE[name];
    expect(codeOf(await thrownBy(forward(ownership.info, 'db-list', {}, context))), name).toBe('INTERNAL');
  }
  expect(reported.map(({ code }) => code)).toEqual(NAMES.map(() => 'INTERNAL'));
  await server.close();
  ownership.release();
});

test('the endpoint: each is answered 500 and reported, and the next request is answered', async () => {
  const reported: HoldfastError[] = [];
  const tokenFile = join(folder, 'token');
  let thrown: unknown;
  const endpoint = await startEndpoint({
    port: 0,
    tokenFile,
    version: '1',
    isReady: () => true,
    health: () => Promise.resolve([]),
    snapshot: () => {
      if (thrown === 'nothing') return snapshotOf();
      throw thrown;
    },
    ingest: () => Promise.reject(thrown),
    sentry: () => Promise.reject(thrown),
    report: (error) => void reported.push(error),
  });
  const headers = { authorization: `Bearer ${(await readFile(tokenFile, 'utf8')).trim()}` };
  const ask = async () => (await fetch(`${endpoint.address}/metrics`, { headers })).status;
  for (const name of NAMES) {
    thrown = HOSTILE[name];
    expect(await ask(), name).toBe(500);
  }
  expect(reported.map(codeOf)).toEqual(NAMES.map(() => 'INTERNAL'));
  thrown = 'nothing';
  expect(await ask()).toBe(200);
  await endpoint.close();
});

test('work in hand: each is how the job ends', async () => {
  const runner = new JobRunner(launcher(built.file('job')), () => undefined);
  for (const name of NAMES) {
    const body = (): Promise<never> => {
      throw HOSTILE[name];
    };
    const { done } = runner.start({ kind: 'backup', databaseId: null, subject: 'x', body });
    expect(codeOf(await thrownBy(done)), name).toBe('INTERNAL');
  }
  expect(runner.views()).toEqual([]);
});

describe('a process', () => {
  const options = { onProgress: () => undefined, signal: new AbortController().signal };

  test('of a job tells what nobody caught in it, thrown or rejected', async () => {
    const launch = launcher(built.file('job'));
    const requests = [...NAMES.map((file) => ['build-sample', file] as const), ['examine', 'an error'] as const];
    const ends = await Promise.all(
      requests.map(([job, file]) => thrownBy(runInProcess(launch, job, { file, lockTimeoutMs: 0 }, options))),
    );
    expect(ends.map(codeOf)).toEqual(requests.map(() => 'INTERNAL'));
    for (const end of [ends[0], ends.at(-1)]) {
      expect((end as HoldfastError).detail).toContain('TypeError: x is not a function');
    }
  });

  test('of a capture tells what nobody caught in it', async () => {
    const end = await new Promise<{ error: HoldfastError | null; crashed: boolean }>((resolve) => {
      const listener = { onNews: () => undefined, onEnd: resolve };
      void new CaptureProcess(launcher(built.file('job')), {} as CaptureSettings, listener, () => () => undefined);
    });
    expect(end.crashed).toBe(false);
    expect(end.error?.detail).toContain('TypeError: to nobody');
  });
});

describe('a thread', () => {
  test('that dies answers what it was asked with an error, and is started again for the next question', async () => {
    const entry = join(folder, 'thread.mjs');
    const starts = join(folder, 'starts');
    writeFileSync(
      entry,
      `import { parentPort } from 'node:worker_threads';
       import { appendFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(starts)}, '.');
       parentPort.on('message', ({ request }) => {
         if (request.how === 'exit') process.exit(3);
         throw request.how === 'error' ? new TypeError('in a thread') : request.how;
       });`,
    );
    const index = indexInWorker(folder, entry);
    const ask = (how: unknown) => thrownBy(index.ask('gaps', { how } as never));
    expect(codeOf(await ask('error'))).toBe('INTERNAL');
    expect(codeOf(await ask('exit'))).toBe('CHILD_CRASHED');
    expect(codeOf(await ask(null))).toBe('INTERNAL');
    expect(await readFile(starts, 'utf8')).toBe('...');
    await index.close();
  });

  test('that cannot begin is an error, and nobody waits for it', async () => {
    const { signal } = new AbortController();
    // Its entry lies beside the built program, where this test is not.
    codeOf(wrapError(await thrownBy(checkInWorker('/nowhere.db', signal))));
    codeOf(wrapError(await thrownBy(sealInWorker({} as never, signal))));
  });
});
