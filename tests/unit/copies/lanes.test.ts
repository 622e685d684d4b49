import type { JobKind } from '@shared/models';
import { expect, test } from 'vitest';
import { retryDelayMs, waitMs } from '../../../electron/copies/backoff';
import type { JobLauncher } from '../../../electron/core/types';
import { holdfastError } from '../../../electron/errors/holdfast-error';
import { deferred } from '../../../electron/jobs/deferred';
import { runInProcess } from '../../../electron/jobs/job-process';
import { JobRunner } from '../../../electron/jobs/runner';
import { codeOf } from '../../helpers/engine';

const launchNothing: JobLauncher = () => {
  throw new Error('no process is to start');
};

test('copies run one at a time, and hold up neither a backup nor a restore', async () => {
  const runner = new JobRunner(launchNothing, () => undefined);
  const ends = new Map<string, () => void>();
  const running: string[] = [];
  const start = (kind: JobKind, subject: string) => {
    const { promise, resolve } = deferred<void>();
    ends.set(subject, resolve);
    return runner.start({
      ...{ kind, databaseId: null, subject },
      body: async () => {
        running.push(subject);
        await promise;
        running.splice(running.indexOf(subject), 1);
      },
    });
  };
  const first = start('copy', 'first copy');
  start('verify-copy', 'second copy');
  start('scan', 'third copy');
  const backup = start('backup', 'backup');
  start('restore', 'restore');
  await Promise.resolve();
  expect(running).toEqual(['first copy', 'backup']);
  ends.get('backup')?.();
  await backup.done;
  await Promise.resolve();
  expect(running).toEqual(['first copy', 'restore']);
  ends.get('first copy')?.();
  await first.done;
  await Promise.resolve();
  expect(running).toEqual(['restore', 'second copy']);
  for (const end of ends.values()) end();
  await runner.close();
});

test('a job that tells of no progress is ended, also when its process does not die', async () => {
  const killed: string[] = [];
  const hangs =
    (dies: boolean): JobLauncher =>
    () => {
      let exit: (code: number | null) => void = () => undefined;
      return {
        pid: undefined,
        send: () => undefined,
        onMessage: () => undefined,
        onExit: (listener) => {
          exit = listener;
        },
        kill: () => {
          killed.push(dies ? 'dies' : 'stays');
          if (dies) exit(null);
        },
      };
    };
  const error = () => holdfastError('DESTINATION_UNUSABLE', { params: { name: 'Share', reason: 'it hangs' } });
  const request = { file: '/nowhere' };
  const run = (dies: boolean, deathGraceMs?: number) =>
    runInProcess(hangs(dies), 'build-sample', request, {
      onProgress: () => undefined,
      signal: new AbortController().signal,
      stall: { afterMs: 5, error, ...(deathGraceMs === undefined ? {} : { deathGraceMs }) },
    });
  expect(await codeOf(run(true))).toBe('DESTINATION_UNUSABLE');
  expect(await codeOf(run(false, 5))).toBe('DESTINATION_UNUSABLE');
  expect(killed).toEqual(['dies', 'stays']);
});

test('pauses grow to six hours and vary a little', () => {
  const minutes = [1, 2, 3, 4, 5, 50].map((failures) => retryDelayMs(failures, 0.5) / 60_000);
  expect(minutes).toEqual([1, 5, 15, 60, 360, 360]);
  expect([retryDelayMs(1, 0), retryDelayMs(1, 1)]).toEqual([54_000, 66_000]);
});

test('a moment is waited for, unless a wrong clock noted it', () => {
  const nowMs = Date.parse('2026-11-25T12:00:00Z');
  const at = (ms: number): string => new Date(nowMs + ms).toISOString();
  expect(waitMs(null, nowMs)).toBe(0);
  expect(waitMs(at(-1), nowMs)).toBe(0);
  expect(waitMs(at(60_000), nowMs)).toBe(60_000);
  expect(waitMs(at(7 * 3_600_000), nowMs)).toBe(0);
});
