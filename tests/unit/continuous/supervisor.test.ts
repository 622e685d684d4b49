/**
 * The state machine around a capture process, with a process that only plays one: it speaks the protocol and is given its
 * lines by the test. Real captures are in tests/integration/continuous.test.ts.
 */
import type { ErrorCode } from '@shared/errors';
import { beforeEach, describe, expect, test } from 'vitest';
import { FRESH_MS } from '../../../electron/continuous/hearing';
import type { CaptureSettings, FromCapture, ToCapture } from '../../../electron/continuous/protocol';
import { restartDelayMs } from '../../../electron/continuous/restart-policy';
import { Supervisor } from '../../../electron/continuous/supervisor';
import type { HoldfastError } from '../../../electron/errors/holdfast-error';
import { holdfastError } from '../../../electron/errors/holdfast-error';

const SETTINGS: CaptureSettings = {
  ...{
    database: { id: 'database-1', name: 'app', path: '/data/app.db' },
    home: '0000aaaa',
    folder: '/backups/app/log',
  },
  ...{ pollMs: 500, checkpointBytes: 1, walLimitBytes: 1, sealBytes: 1, sealMs: 1 },
};
const GENERATION = '20261121T020000Z-0000aa';

class FakeProcess {
  readonly said: ToCapture[] = [];
  killed = false;
  private tell: (message: unknown) => void = () => undefined;
  private exit: (code: number | null) => void = () => undefined;
  readonly pid = 1;
  send = (message: unknown): void => void this.said.push(message as ToCapture);
  onMessage = (listener: (message: unknown) => void): void => {
    this.tell = listener;
  };
  onExit = (listener: (code: number | null) => void): void => {
    this.exit = listener;
  };
  kill = (): void => {
    this.killed = true;
    this.exit(null);
  };
  says(message: FromCapture): void {
    this.tell(message);
  }
  dies(code = 139): void {
    this.exit(code);
  }
}

let processes: FakeProcess[];
let timers: { at: number; fire: () => void }[];
let nowMs: number;
/** How far the wall clock is ahead of the one that nobody can set. */
let aheadMs: number;
let reports: HoldfastError[];
let settled: ErrorCode[];
let ended: Set<string>;
/** What the store says of a generation that begins: since when there is a gap before it. */
let gapBefore: string | null;
let supervisor: Supervisor;

beforeEach(() => {
  [processes, timers, reports, settled] = [[], [], [], []];
  [ended, gapBefore, nowMs, aheadMs] = [new Set(), null, Date.parse('2026-11-21T02:00:00Z'), 0];
  supervisor = new Supervisor({
    launch: () => {
      const child = new FakeProcess();
      processes.push(child);
      return child;
    },
    clock: { nowMs: () => nowMs + aheadMs, monotonicMs: () => nowMs },
    arm: (delayMs, fire) => {
      const timer = { at: nowMs + delayMs, fire };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    random: () => 0.5,
    started: () => gapBefore,
    sealed: () => undefined,
    reached: () => undefined,
    ended: (generationId) => {
      const isNew = !ended.has(generationId);
      ended.add(generationId);
      return isNew;
    },
    report: (error) => void reports.push(error),
    settle: (codes) => void settled.push(...codes),
    onChange: () => undefined,
    onProgress: () => undefined,
  });
});

/** Time goes by; timers fire in their order. */
function pass(ms: number): void {
  const end = nowMs + ms;
  for (;;) {
    const [next] = timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
    if (!next) break;
    timers = timers.filter((timer) => timer !== next);
    nowMs = Math.max(nowMs, next.at);
    next.fire();
  }
  nowMs = end;
}

const newest = (): FakeProcess => processes.at(-1) ?? expect.fail('no process was started');
const begun = (generationId = GENERATION): FromCapture => ({
  ...{ type: 'started', generationId, startedAt: new Date(nowMs).toISOString(), resumed: false },
  ...{ transaction: 0, pageSizeBytes: 4096 },
});
const progress = (transaction = 1, generationId = GENERATION): FromCapture => ({
  ...{ type: 'progress', generationId, transaction, untilAt: new Date(nowMs).toISOString(), openBytes: 9, walBytes: 9 },
});
const over = (because: 'wal-restarted' | 'stopped', at: string): FromCapture => ({
  ...{ type: 'ended', generationId: GENERATION, because, at, detail: 'a detail' },
});
function works(): FakeProcess {
  supervisor.want(SETTINGS);
  newest().says(begun());
  newest().says(progress());
  return newest();
}
const state = (): string => supervisor.state().state;
const codes = (): ErrorCode[] => reports.map(({ code }) => code);

describe('a process', () => {
  test('is started with the settings, and counts as capturing only as long as it tells of its looks', () => {
    const child = works();
    expect(child.said).toEqual([{ type: 'start', settings: SETTINGS }]);
    expect(supervisor.state()).toMatchObject({
      state: 'capturing',
      log: { generationId: GENERATION, lastTransaction: 1 },
    });
    pass(FRESH_MS);
    expect(state()).toBe('capturing');
    pass(1);
    expect(state()).toBe('waiting');
    child.says(progress(2));
    expect(state()).toBe('capturing');
  });

  test('that slept with the machine covers nothing until it tells anew', () => {
    works();
    aheadMs = 3_600_000;
    expect(state()).toBe('waiting');
  });

  test('that tells nothing covers nothing, also when the clock is set back meanwhile', () => {
    works();
    pass(FRESH_MS + 1);
    aheadMs = -FRESH_MS;
    expect(state()).toBe('waiting');
  });

  test('that says nothing for two minutes is killed, and another one started', () => {
    const child = works();
    pass(119_000);
    expect(child.killed).toBe(false);
    pass(2_100);
    expect([child.killed, processes.length]).toEqual([true, 2]);
  });

  test('that says what nobody understands is killed', () => {
    const child = works();
    child.says({ type: 'progress' } as unknown as FromCapture);
    expect([child.killed, state()]).toEqual([true, 'waiting']);
  });
});

describe('a crash', () => {
  test('is followed by a new start after a second, and is a problem only when that one dies as well', () => {
    works().dies();
    expect([state(), codes()]).toEqual(['waiting', []]);
    pass(999);
    expect(processes).toHaveLength(1);
    pass(1);
    expect(processes).toHaveLength(2);
    newest().dies();
    expect(codes()).toEqual(['CONTINUOUS_FAILED']);
    pass(5_000);
    newest().says(begun());
    newest().says(progress());
    expect([state(), settled.includes('CONTINUOUS_FAILED')]).toEqual(['capturing', true]);
  });

  test('again and again waits longer, and never more than twenty times an hour', () => {
    works();
    const begunAtMs = nowMs;
    for (const seconds of [1, 5, 30, 120, 300]) {
      newest().dies();
      const before = processes.length;
      pass(seconds * 1_000 - 1);
      expect(processes).toHaveLength(before);
      pass(1);
      expect(processes).toHaveLength(before + 1);
    }
    while (nowMs - begunAtMs < 3_000_000) {
      newest().says(begun());
      newest().says(progress());
      newest().dies();
      const before = processes.length;
      while (processes.length === before && nowMs - begunAtMs < 3_600_000) pass(1_000);
    }
    // The first one, five that died at once, and what the limit leaves.
    expect(processes).toHaveLength(21);
  });

  test('while it waits, being told to retry starts it at once', () => {
    works().dies();
    newest().dies();
    supervisor.retry();
    expect(processes).toHaveLength(2);
    pass(60_000);
    expect(processes).toHaveLength(2);
  });

  test.each([
    [{ inRow: 1, crashed: false, crashedAtMs: [] }, 0, 2_000],
    [{ inRow: 9, crashed: false, crashedAtMs: [] }, 0, 60_000],
    [{ inRow: 9, crashed: true, crashedAtMs: [] }, 0, 300_000],
    [{ inRow: 1, crashed: true, crashedAtMs: Array.from({ length: 20 }, () => 10) }, 1_000, 3_599_010],
    [{ inRow: 1, crashed: true, crashedAtMs: Array.from({ length: 19 }, () => 10) }, 1_000, 1_000],
  ])('%j at %i waits %i ms', (failures, atMs, delayMs) => {
    expect(restartDelayMs(failures, atMs, 0.5)).toBe(delayMs);
  });
});

describe('what cannot be captured', () => {
  test('is told with its own words, and tried again', () => {
    supervisor.want(SETTINGS);
    const error = holdfastError('CONTINUOUS_NOT_WAL', { params: { name: 'other' } });
    newest().says({ type: 'failed', error: error.toView() });
    expect(newest().killed).toBe(true);
    expect(supervisor.state()).toMatchObject({ state: 'waiting', error: { code: 'CONTINUOUS_NOT_WAL' } });
    expect(reports.map(({ code, params }) => [code, params.name])).toEqual([['CONTINUOUS_NOT_WAL', 'app']]);
    pass(2_000);
    expect(processes).toHaveLength(2);
    newest().says(begun());
    newest().says(progress());
    expect(settled).toContain('CONTINUOUS_NOT_WAL');
  });

  test('for any other reason is interrupted, with that reason', () => {
    supervisor.want(SETTINGS);
    newest().says({ type: 'failed', error: holdfastError('DISK_FULL', { detail: 'no room' }).toView() });
    expect(reports.map(({ code, params }) => [code, params.reason])).toEqual([['CONTINUOUS_FAILED', 'no room']]);
  });
});

describe('a gap', () => {
  test('is told with the moment it begins', () => {
    const child = works();
    child.says(over('wal-restarted', '2026-11-21T02:00:00.000Z'));
    child.says(begun('20261121T020005Z-0000bb'));
    expect(reports.map(({ code, params }) => [code, params.fromAt])).toEqual([
      ['CONTINUOUS_GAP', '2026-11-21T02:00:00.000Z'],
    ]);
    expect(settled).not.toContain('CONTINUOUS_GAP');
    supervisor.rangeRuns();
    expect(settled).toContain('CONTINUOUS_GAP');
  });

  test('that only the store knows of is told when the next log begins', () => {
    gapBefore = '2026-11-20T23:00:00.000Z';
    works();
    expect(reports.map(({ params }) => params.fromAt)).toEqual([gapBefore]);
  });

  test('of a log that was ended on purpose, or was told before, is none', () => {
    ended.add(GENERATION);
    const child = works();
    child.says(over('wal-restarted', '2026-11-21T02:00:00.000Z'));
    ended.clear();
    child.says(over('stopped', '2026-11-21T02:00:00.000Z'));
    expect(reports).toEqual([]);
  });
});

describe('an end', () => {
  test('in order waits for the last word, and settles every problem', async () => {
    const child = works();
    let isGone = false;
    const gone = supervisor.release().finally(() => {
      isGone = true;
    });
    await Promise.resolve();
    expect([child.said.at(-1), state(), isGone]).toEqual([{ type: 'stop' }, 'off', false]);
    child.says({ type: 'stopped' });
    await gone;
    expect([child.killed, ended.has(GENERATION), reports]).toEqual([true, true, []]);
    expect(settled).toEqual(expect.arrayContaining(['CONTINUOUS_NOT_WAL', 'CONTINUOUS_FAILED', 'CONTINUOUS_GAP']));
    pass(3_600_000);
    expect(processes).toHaveLength(1);
  });

  test('that does not come is forced', async () => {
    const child = works();
    const gone = supervisor.release();
    pass(14_999);
    expect(child.killed).toBe(false);
    pass(1);
    await gone;
    expect([child.killed, reports]).toEqual([true, []]);
  });

  test('is waited for before another process has the database: two never capture it at once', () => {
    const child = works();
    const moved = { ...SETTINGS, folder: '/elsewhere/app/log' };
    supervisor.want(null);
    supervisor.want(moved);
    expect([processes.length, state()]).toEqual([1, 'waiting']);
    child.says({ type: 'stopped' });
    expect(newest().said).toEqual([{ type: 'start', settings: moved }]);
    supervisor.want(SETTINGS);
    pass(15_000);
    // It had to be forced, but it was told to end: that is no crash.
    expect([processes.length, newest().said.at(-1), reports]).toEqual([3, { type: 'start', settings: SETTINGS }, []]);
  });
});

describe('a mark', () => {
  const asked = (child: FakeProcess): number =>
    child.said.flatMap((message) => (message.type === 'mark' ? [message.requestId] : [])).at(-1) ?? -1;

  test('says what is in the log when it was asked for, and that everything until then is', async () => {
    const child = works();
    const askedAt = new Date(nowMs + 100).toISOString();
    pass(100);
    const mark = supervisor.mark();
    child.says({ type: 'marked', requestId: asked(child), generationId: GENERATION, transaction: 7 });
    expect(await mark).toEqual({ generationId: GENERATION, transaction: 7 });
    expect(supervisor.log).toMatchObject({ lastTransaction: 7, untilAt: askedAt });
  });

  test('is none without an answer, without a process, and of another generation', async () => {
    expect(await supervisor.mark()).toBeNull();
    const child = works();
    const late = supervisor.mark();
    for (let second = 0; second < 10; second++) {
      pass(1_000);
      child.says(progress());
    }
    expect(await late).toBeNull();
    const stale = supervisor.mark();
    child.says({ type: 'marked', requestId: asked(child), generationId: '20261121T020005Z-0000bb', transaction: 1 });
    expect(await stale).toBeNull();
    const cut = supervisor.mark();
    child.dies();
    expect(await cut).toBeNull();
  });
});
