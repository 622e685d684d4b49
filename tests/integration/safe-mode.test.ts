/** A crash loop ends in safe mode: nothing begins by itself, everything says so, and it can be left without a restart. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCore } from '../../electron/core/core';
import type { Core } from '../../electron/core/types';
import { holdfastError } from '../../electron/errors/holdfast-error';
import { healthDocument } from '../../electron/health/document';
import type { ShowNative } from '../../electron/notify/types';
import { inThisProcess } from '../helpers/backup-service';
import { makeDatabase } from '../helpers/databases';
import { Place } from '../helpers/engine';
import { until } from '../helpers/until';

/** Jobs run in this process, and nothing is captured. */
const NO_PROGRAMS = { job: '', capture: '', cli: '', remove: () => Promise.resolve() };

let place: Place;
let home: string;
let shown: Parameters<ShowNative>[0][];
let captures: number;

beforeEach(async () => {
  place = await Place.make(NO_PROGRAMS);
  home = place.file('home');
  mkdirSync(home, { recursive: true });
  shown = [];
  captures = 0;
});
afterEach(() => place.end());

const start = async (showNative: ShowNative = async (message) => void shown.push(message)): Promise<Core> =>
  place.keep(
    await createCore({
      home,
      role: 'window',
      launchJob: inThisProcess(() => undefined),
      launchCapture: () => {
        captures++;
        throw holdfastError('NOT_AVAILABLE');
      },
      defaultBackupFolder: join(home, 'backups'),
      helperThreads: 'inline',
      showNative,
      systemLocale: () => 'en',
    }),
  );

/** As three runs leave it that were killed a minute ago. */
function crashed(times: number, detail = ''): void {
  const runs = Array.from({ length: times }, (_, index) => ({
    startedAtMs: Date.now() - (times - index) * 1_000,
    end: detail === '' ? 'running' : 'crashed',
    endedAtMs: detail === '' ? null : Date.now() - 500,
    detail,
  }));
  writeFileSync(join(home, 'run.json'), JSON.stringify({ version: 1, runs }));
}

const codes = (core: Core) => core.problems(false).map(({ code }) => code);

describe('after three crashes', () => {
  test('nothing begins by itself, and state, sentence, health, problem and desktop say so', async () => {
    const before = await start();
    const { id } = await before.addDatabase({ file: makeDatabase(place.file('live.db')) });
    before.recovery.setContinuous(id, true);
    await before.stop();
    crashed(3, 'Error: out of order');

    const core = await start();
    core.start();
    core.wake();
    const state = core.state();
    expect(state.safeMode).toMatchObject({ crashes: 3, detail: 'Error: out of order' });
    expect(state.sentence).toMatchObject({ key: 'own-problem', params: { code: 'CRASH_LOOP', count: 3 } });
    expect(codes(core)).toContain('CRASH_LOOP');
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({ critical: true, place: { tab: 'errors' } });
    expect(shown[0]?.title).toContain('3 times');
    expect([core.jobs(), core.backups(), captures]).toEqual([[], [], 0]);
    await until('its lines of Health', () => core.state().health.length > 0);
    const document = healthDocument(await core.health(), '1');
    expect(document.status).toBe('fail');
    expect(document.checks['monitoring:age']?.[0]?.output).toContain('safe mode');
    expect(core.isReady()).toBe(false);

    core.diagnosis.leaveSafeMode();
    await until('the first capture', () => captures > 0);
  });

  test('left, it begins to work without a restart, and the next start is an ordinary one', async () => {
    crashed(3);
    const core = await start();
    core.start();
    core.diagnosis.leaveSafeMode();
    expect(core.state().safeMode).toBeNull();
    expect(codes(core)).not.toContain('CRASH_LOOP');
    await until('the first sample', () => core.isReady());
    await core.stop();

    const next = await start();
    next.start();
    expect(next.state().safeMode).toBeNull();
    expect(shown).toHaveLength(1);
  });

  test('a desktop that cannot show it is a problem of its own', async () => {
    crashed(3);
    const core = await start(() => Promise.reject(holdfastError('NOTIFICATION_NOT_SHOWN', { detail: 'no service' })));
    core.start();
    await until('the problem', () => codes(core).includes('NOTIFICATION_NOT_SHOWN'));
    expect(codes(core)).toContain('CRASH_LOOP');
  });
});

test('two crashes are an ordinary start', async () => {
  crashed(2);
  const core = await start();
  core.start();
  expect([core.state().safeMode, codes(core), shown]).toEqual([null, [], []]);
});

test('a run is noted while it runs, and its end; a fault that ends it counts as a crash', async () => {
  const ends = () =>
    JSON.parse(readFileSync(join(home, 'run.json'), 'utf8')).runs.map(({ end }: { end: string }) => end);
  const first = await start();
  expect(ends()).toEqual(['running']);
  await first.stop();
  expect(ends()).toEqual(['in-order']);
  const second = await start();
  expect(second.diagnosis.crashing('it broke')).toBe(1_000);
  await second.stop();
  expect(ends()).toEqual(['in-order', 'crashed']);
  const third = await start();
  expect(third.diagnosis.crashing('again')).toBe(5_000);
});
