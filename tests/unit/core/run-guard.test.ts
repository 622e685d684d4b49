import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { beginRun, wouldBeSafe } from '../../../electron/core/run-guard';
import { hasCrashed, isLoop, LOOP_WITHIN_MS, recentCrashes, type Run } from '../../../electron/core/run-rules';

const MINUTE = 60_000;
const NOW = Date.UTC(2030, 0, 15, 12);
const BOOTED = NOW - 24 * 60 * MINUTE;

/** A run that began and ended so many minutes ago; `endedAgo` null: nothing was noted of its end. */
const run = (startedAgo: number, endedAgo: number | null, end: Run['end'], detail = ''): Run => ({
  startedAtMs: NOW - startedAgo * MINUTE,
  endedAtMs: endedAgo === null ? null : NOW - endedAgo * MINUTE,
  end,
  detail,
});
const killed = (startedAgo: number): Run => run(startedAgo, null, 'running');

describe('what counts towards a crash loop', () => {
  const cases: [what: string, runs: Run[], crashes: number, loop: boolean][] = [
    ['no run before', [], 0, false],
    ['three that were killed within ten minutes', [killed(9), killed(6), killed(3)], 3, true],
    ['two that were killed', [killed(6), killed(3)], 2, false],
    ['runs that ended in order', [run(9, 8, 'in-order'), run(6, 5, 'in-order'), run(3, 2, 'in-order')], 0, false],
    ['crashes with a word', [run(9, 8, 'crashed'), run(6, 5, 'crashed'), run(3, 2, 'crashed')], 3, true],
    ['an orderly run between crashes', [killed(9), killed(7), run(5, 4, 'in-order'), killed(3)], 3, true],
    ['a run of eleven minutes that crashed just now', [run(11.5, 0.5, 'crashed'), killed(0.4), killed(0.2)], 2, false],
    ['a run of days that was killed', [killed(3 * 24 * 60), killed(2), killed(1)], 2, false],
    ['crashes of an hour ago', [run(70, 69, 'crashed'), run(65, 64, 'crashed'), run(63, 62, 'crashed')], 0, false],
    ['runs that the clock puts in the future', [killed(-3), killed(-2), killed(-1)], 0, false],
    ['five in a row', [killed(9), killed(8), killed(7), killed(6), killed(5)], 5, true],
  ];

  test.each(cases)('%s', (_what, runs, crashes, loop) => {
    const found = recentCrashes(runs, NOW, BOOTED);
    expect(found).toHaveLength(crashes);
    expect(isLoop(found)).toBe(loop);
  });

  test('a run that was killed can have ended when the next one began at the latest', () => {
    expect(recentCrashes([killed(9), killed(3)], NOW, BOOTED).map(({ atMs }) => NOW - atMs)).toEqual([3 * MINUTE, 0]);
  });

  test('a machine that was switched off took its runs with it; a crash that was noted before it stays one', () => {
    const booted = NOW - 2 * MINUTE;
    expect(hasCrashed(killed(3), booted)).toBe(false);
    expect(hasCrashed(killed(1), booted)).toBe(true);
    expect(hasCrashed(run(5, 4, 'crashed'), booted)).toBe(true);
  });
});

describe('the file of the runs', () => {
  let folder: string;
  let file: string;
  let nowMs: number;
  const begin = () =>
    beginRun(
      file,
      () => nowMs,
      (error) => reported.push(error.code),
      BOOTED,
    );
  const reported: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-run-'));
    file = join(folder, 'run.json');
    nowMs = NOW;
    reported.length = 0;
  });
  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
    expect(reported).toEqual([]);
  });

  /** Lives that are killed after a minute. */
  const crash = (times: number): void => {
    for (let count = 0; count < times; count++) {
      begin();
      nowMs += MINUTE;
    }
  };

  test('three crashes end in safe mode, which says so with what the last one left', () => {
    crash(2);
    begin().crashing('Error: the third');
    nowMs += 1_000;
    expect(wouldBeSafe(file, nowMs, BOOTED)).toBe(true);
    expect(begin().safeMode()).toEqual({
      since: new Date(nowMs).toISOString(),
      crashes: 3,
      detail: 'Error: the third',
    });
  });

  test('two crashes are an ordinary start, and the run before is known to have crashed', () => {
    crash(2);
    expect(wouldBeSafe(file, nowMs, BOOTED)).toBe(false);
    const run = begin();
    expect(run.safeMode()).toBeNull();
    expect(run.crashBefore()).toBe('');
  });

  test('left, this run and the next one are ordinary', () => {
    crash(3);
    const safe = begin();
    safe.leave();
    expect(safe.safeMode()).toBeNull();
    nowMs += MINUTE;
    expect(begin().safeMode()).toBeNull();
  });

  test('safe mode that is not left comes again while the crashes are fresh, and not after ten minutes', () => {
    crash(3);
    begin().ended();
    nowMs += MINUTE;
    const again = begin();
    expect(again.safeMode()).not.toBeNull();
    again.ended();
    nowMs += LOOP_WITHIN_MS;
    expect(begin().safeMode()).toBeNull();
  });

  test('an orderly end is none of a crash, and does not take back a crash that was noted', () => {
    const first = begin();
    first.ended();
    const second = begin();
    expect(second.crashBefore()).toBeNull();
    second.crashing('it broke');
    second.ended();
    expect(begin().crashBefore()).toBe('it broke');
  });

  test('only its owner can read it, and it does not grow', () => {
    for (let count = 0; count < 30; count++) begin().ended();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8')).runs).toHaveLength(10);
  });

  test.each([
    '',
    '{',
    'null',
    '{"version":1}',
    '{"version":2,"runs":[]}',
    '{"version":1,"runs":[{"startedAtMs":"x"}]}',
  ])('damaged (%j), it is an ordinary start', (content) => {
    writeFileSync(file, content);
    const run = begin();
    expect(run.safeMode()).toBeNull();
    expect(run.crashBefore()).toBeNull();
  });

  test('a place that cannot be written is told once, and nothing throws', () => {
    mkdirSync(file);
    const run = begin();
    run.crashing('x');
    run.ended();
    expect(reported.splice(0)).toEqual(['FILE_IS_FOLDER']);
  });

  test('where ends are not counted nothing is written', () => {
    const run = beginRun(null, () => nowMs);
    run.crashing('x');
    run.ended();
    expect(run.safeMode()).toBeNull();
    expect(() => statSync(file)).toThrow('ENOENT');
  });
});
