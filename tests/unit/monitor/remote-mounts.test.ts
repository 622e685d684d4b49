import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { JobProcess } from '../../../electron/core/types';
import { type MountQuestion, RemoteMounts } from '../../../electron/monitor/remote-mounts';

/** A helper whose answers the test gives. What a real one does is tested with real mounts. */
class Helper implements JobProcess {
  readonly pid = 1;
  readonly questions: MountQuestion[] = [];
  killed = false;
  private listener: (message: unknown) => void = () => undefined;
  private exit: (code: number | null) => void = () => undefined;
  send(message: unknown) {
    this.questions.push(message as MountQuestion);
  }
  onMessage(listener: (message: unknown) => void) {
    this.listener = listener;
  }
  onExit(listener: (code: number | null) => void) {
    this.exit = listener;
  }
  kill() {
    this.killed = true;
  }
  end(code: number | null = null) {
    this.exit(code);
  }
  raw(message: unknown) {
    this.listener(message);
  }
  /** Answers every question about `path` that was not answered. */
  answer(path: string, value: object = SPACE) {
    for (const question of this.questions.splice(0)) {
      if (question.path === path) this.raw({ type: 'done', value: { id: question.id, ...value } });
      else this.questions.push(question);
    }
  }
}
const SPACE = { space: { blocks: 100, bfree: 40, bavail: 30, bsize: 10 } };
const NAS = new Map([['/nas', '0:50']]);
const BOTH = new Map([...NAS, ['/win', '0:51']]);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const helpers: Helper[] = [];
  const reported: string[] = [];
  const launch = () => {
    const helper = new Helper();
    helpers.push(helper);
    return helper;
  };
  const mounts = new RemoteMounts(
    launch,
    (error) => reported.push(error.code),
    () => Date.now(),
  );
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const paths = (points = BOTH) => mounts.space(points).map(({ mount }) => mount);
  return { helpers, reported, mounts, pass, paths };
}

test('no helper without such a mount; one is asked every half minute and its answer stands', async () => {
  const { helpers, mounts, pass } = setUp();
  expect(mounts.space(new Map())).toEqual([]);
  expect(helpers).toHaveLength(0);
  expect(mounts.space(NAS)).toEqual([]);
  helpers[0]?.answer('/nas');
  await pass(0);
  const figures = [{ mount: '/nas', device: '0:50', usedBytes: 600, totalBytes: 900 }];
  expect(mounts.space(NAS)).toEqual(figures);
  await pass(29_000);
  expect(mounts.space(NAS)).toEqual(figures);
  expect(helpers[0]?.questions).toEqual([]);
  await pass(1_000);
  mounts.space(NAS);
  expect(helpers[0]?.questions).toMatchObject([{ kind: 'space', path: '/nas' }]);
  // Nobody watches it any more: the helper goes.
  helpers[0]?.answer('/nas');
  mounts.space(new Map());
  expect(helpers[0]?.killed).toBe(true);
});

test('a mount that hangs loses its figures and its helper; the other is asked on by the next', async () => {
  const { helpers, mounts, pass, paths } = setUp();
  paths();
  helpers[0]?.answer('/win');
  await pass(4_999);
  expect(mounts.hung()).toEqual([]);
  expect(paths()).toEqual(['/win']);
  await pass(1);
  expect([mounts.hung(), helpers[0]?.killed]).toEqual([['/nas'], true]);
  helpers[0]?.end();
  expect(paths()).toEqual(['/win']);
  await pass(30_000);
  paths();
  expect(helpers[1]?.questions.map(({ path }) => path)).toEqual(['/win']);
  // After its rest it is asked again, and answers.
  helpers[1]?.answer('/win');
  await pass(30_000);
  paths();
  helpers[1]?.answer('/nas');
  helpers[1]?.answer('/win');
  await pass(0);
  expect(mounts.hung()).toEqual([]);
  expect(paths()).toEqual(['/nas', '/win']);
});

test('a mount that hangs again and again rests longer and longer', async () => {
  const { helpers, pass, paths } = setUp();
  const startedAt: number[] = [];
  let known = 0;
  for (let second = 0; second < 3 * 3_600; second += 5) {
    paths(NAS);
    if (helpers.length > known) startedAt.push(second);
    known = helpers.length;
    for (const helper of helpers) if (helper.killed) helper.end();
    await pass(5_000);
  }
  const rests = startedAt.slice(1).map((second, index) => second - (startedAt[index] ?? 0));
  // From question to question: the deadline, the rest, and up to half a minute until the next question is due.
  for (const [index, minutes] of [1, 2, 4, 8].entries()) {
    expect(rests[index]).toBeGreaterThanOrEqual(minutes * 60);
    expect(rests[index]).toBeLessThanOrEqual(minutes * 60 + 40);
  }
  expect(Math.max(...rests)).toBeLessThanOrEqual(31 * 60);
});

test('helpers that cannot even be killed do not pile up', async () => {
  const { helpers, pass, paths } = setUp();
  for (let minute = 0; minute < 300; minute += 1) {
    paths(NAS);
    await pass(60_000);
  }
  expect(helpers).toHaveLength(2);
  helpers[0]?.end();
  paths(NAS);
  await pass(60_000);
  paths(NAS);
  expect(helpers).toHaveLength(3);
});

test('a helper that crashes is reported and replaced after a rest', async () => {
  const { helpers, reported, pass, paths } = setUp();
  paths(NAS);
  helpers[0]?.end(1);
  expect(reported).toEqual(['CHILD_CRASHED']);
  await pass(30_000);
  paths(NAS);
  expect(helpers).toHaveLength(1);
  await pass(30_000);
  paths(NAS);
  expect(helpers).toHaveLength(2);
  helpers[1]?.raw({ nonsense: true });
  expect(reported).toEqual(['CHILD_CRASHED', 'CHILD_CRASHED']);
});

test('a mount that refuses has no figures, and is not taken for a hung one', async () => {
  const { helpers, mounts, pass, paths } = setUp();
  paths(NAS);
  helpers[0]?.answer('/nas');
  await pass(30_000);
  expect(paths(NAS)).toEqual(['/nas']);
  helpers[0]?.answer('/nas', {});
  await pass(0);
  expect([paths(NAS), mounts.hung()]).toEqual([[], []]);
});

test('a folder: asked once at a time, unusable while its mount hangs, unknown when nobody can ask', async () => {
  const { helpers, mounts, pass } = setUp();
  const [one, other] = [mounts.folder('/nas/backups', '/nas'), mounts.folder('/nas/backups', '/nas')];
  expect(helpers[0]?.questions).toHaveLength(1);
  helpers[0]?.answer('/nas/backups', { folder: 'absent' });
  expect(await Promise.all([one, other])).toEqual(['absent', 'absent']);
  const late = mounts.folder('/nas/backups', '/nas');
  await pass(5_000);
  expect(await late).toBe('unusable');
  expect(await mounts.folder('/nas/backups', '/nas')).toBe('unusable');
  mounts.stop();
  expect(await mounts.folder('/win', '/win')).toBeNull();
});

test('stopping ends the helper and what is under way', async () => {
  const { helpers, mounts, paths } = setUp();
  paths();
  const folder = mounts.folder('/nas/x', '/nas');
  mounts.stop();
  expect(helpers[0]?.killed).toBe(true);
  expect(await folder).toBeNull();
  paths();
  expect(helpers).toHaveLength(1);
});
