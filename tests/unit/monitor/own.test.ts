import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { LoopDelay } from '../../../electron/monitor/loop-delay';
import { memoryOf, OwnCost, parseProportional } from '../../../electron/monitor/own';
import { OwnTree } from '../../../electron/monitor/own-tree';
import { parseStat, scanProcesses, treeOf } from '../../../electron/monitor/processes';
import { programName, TopProcesses } from '../../../electron/monitor/top';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
const folder = () => {
  const path = mkdtempSync(join(os.tmpdir(), 'holdfast-processes-'));
  ends.push(() => rmSync(path, { recursive: true }));
  return path;
};
/** A child that works until it is told to end; it says when it has begun. */
async function worker() {
  const program =
    'const until = Date.now() + 1e9; process.stdout.write("x"); process.stdin.on("end", () => process.exit(0)).resume(); const turn = () => { const end = performance.now() + 20; while (performance.now() < end); setImmediate(turn); }; turn();';
  const child = spawn(process.execPath, ['-e', program], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  ends.push(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}
const burn = (forMs: number) => {
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs);
};

test('work of this process and of its children counts, also when a child has ended', async () => {
  const child = await worker();
  const own = new OwnCost(() => [child.pid ?? 0]);
  ends.push(() => own.close());
  let nowMs = 0;
  expect(own.read(nowMs).cpuFraction).toBeNull();
  const share = () => own.read((nowMs += 1_000)).cpuFraction ?? 0;
  burn(50);
  expect(share()).toBeGreaterThanOrEqual(50 / 1_000 / os.availableParallelism() / 2);
  // Of the child alone: this process only waits.
  const waited = await vi.waitFor(
    () => {
      const found = share();
      expect(found).toBeGreaterThan(0.02);
      return found;
    },
    { timeout: 20_000, interval: 200 },
  );
  expect(waited).toBeLessThanOrEqual(1);
  const exit = once(child, 'exit');
  child.stdin.end();
  await exit;
  // What it did since then moved to this process, and what it did before is not told again.
  const atEnd = share();
  expect(atEnd).toBeGreaterThanOrEqual(0);
  expect(atEnd).toBeLessThan(0.9);
  share();
  own.restart();
  expect(own.read((nowMs += 1_000)).cpuFraction).toBeNull();
});

test('what a process did before it was found is no peak', async () => {
  const child = await worker();
  let found = false;
  const own = new OwnCost(() => (found ? [child.pid ?? 0] : []));
  ends.push(() => own.close());
  await new Promise((resolve) => setTimeout(resolve, 300));
  own.read(0);
  found = true;
  // An interval this short cannot hold 300 ms of work.
  expect(own.read(200 / os.availableParallelism()).cpuFraction).toBeLessThan(0.6);
});

test('memory is proportional, or what is not shared where that is not shown', async () => {
  const proc = folder();
  const lay = (pid: number, name: string, text: string) => {
    mkdirSync(join(proc, String(pid)), { recursive: true });
    writeFileSync(join(proc, String(pid), name), text);
  };
  lay(1, 'smaps_rollup', '55d0-7ff rollup\nRss:             9000 kB\nPss:             5000 kB\nPss_Anon: 1 kB\n');
  lay(1, 'statm', '9 9 9 9 0 9 0');
  lay(2, 'statm', '5000 300 100 9 0 9 0');
  expect(await memoryOf([1, 2, 3], 4_096, proc)).toBe(5_000 * 1_024 + 200 * 4_096);
  expect(parseProportional('Rss: 1 kB\n')).toBeNull();
  const own = new OwnCost(() => []);
  ends.push(() => own.close());
  const bytes = await vi.waitFor(() => {
    const { memoryBytes } = own.read(0);
    expect(memoryBytes).not.toBeNull();
    return memoryBytes;
  });
  expect(bytes).toBeGreaterThan(5e6);
  expect(bytes).toBeLessThanOrEqual(process.memoryUsage.rss() * 1.5);
});

test('a blocked loop is seen once, and its percentile stays for a minute', async () => {
  const loop = new LoopDelay();
  loop.live(true);
  loop.start();
  ends.push(() => loop.stop());
  burn(400);
  let worstMs = 0;
  await vi.waitFor(
    () => {
      worstMs = Math.max(worstMs, loop.read().maxMs);
      expect(worstMs).toBeGreaterThan(300);
    },
    { timeout: 20_000 },
  );
  expect(loop.read().p99Ms).toBeGreaterThan(300);
  await vi.waitFor(() => expect(loop.read().maxMs).toBeLessThan(100), { timeout: 20_000, interval: 100 });
  loop.restart();
  expect(loop.read()).toEqual({ p99Ms: 0, maxMs: 0 });
});

test.each([
  [
    'a plain name',
    '12 (node) S 1 12 12 0 -1 4 5 6 7 8 100 20 30 4 20 0 9 0 777 9999 250 1 1',
    { pid: 12, parent: 1, name: 'node', ticks: 120, childTicks: 34, startedAt: 777, residentPages: 250 },
  ],
  [
    'blanks and brackets',
    '12 (a) (b c) R 3 12 12 0 -1 4 5 6 7 8 1 2 3 4 20 0 9 0 5 9999 -1 1 1',
    { pid: 12, parent: 3, name: 'a) (b c', ticks: 3, childTicks: 7, startedAt: 5, residentPages: 0 },
  ],
  ['a line that is cut', '12 (node) S 1 12', null],
  ['nothing', '', null],
])('a process: %s', (_what, text, expected) => {
  expect(parseStat(text)).toEqual(expected);
});

test('two thousand processes leave the loop its turns', async () => {
  const proc = folder();
  for (let pid = 1; pid <= 2_000; pid += 1) {
    mkdirSync(join(proc, String(pid)));
    writeFileSync(
      join(proc, String(pid), 'stat'),
      `${pid} (p${pid}) S ${pid >> 1} 1 1 0 -1 4 5 6 7 8 1 2 3 4 20 0 9 0 5 9999 1 1 1`,
    );
  }
  mkdirSync(join(proc, 'net'));
  mkdirSync(join(proc, '9999'));
  let turns = 0;
  let reading = true;
  const count = () => {
    turns += 1;
    if (reading) setImmediate(count);
  };
  setImmediate(count);
  const rows = await scanProcesses(proc);
  reading = false;
  expect(rows).toHaveLength(2_000);
  expect(turns).toBeGreaterThan(1);
  expect(treeOf(rows, 500).toSorted((a, b) => a - b)).toEqual([500, 1_000, 1_001, 2_000]);
});

test('this process finds its children', async () => {
  const child = await worker();
  const failures: unknown[] = [];
  const tree = new OwnTree((thrown) => failures.push(thrown));
  expect(tree.pids(0)).toEqual([process.pid]);
  await vi.waitFor(() => expect(tree.pids(1)).toContain(child.pid), { timeout: 20_000 });
  expect(failures).toEqual([]);
});

test('a process that works is among the first, and one of ours is marked', async () => {
  const child = await worker();
  const top = new TopProcesses(null);
  const [first, again] = await Promise.all([top.top('cpu', 500), top.top('memory', 500)]);
  const found = first.find(({ pid }) => pid === child.pid);
  expect(found?.own).toBe(true);
  expect(found?.cpuFraction).toBeGreaterThan(0);
  expect(found?.memoryBytes).toBeGreaterThan(1e6);
  expect(first.some(({ own }) => !own)).toBe(true);
  expect(first.map(({ cpuFraction }) => cpuFraction)).toEqual(
    first.map(({ cpuFraction }) => cpuFraction).toSorted((a, b) => b - a),
  );
  expect(again.map(({ memoryBytes }) => memoryBytes)).toEqual(
    again.map(({ memoryBytes }) => memoryBytes).toSorted((a, b) => b - a),
  );
  expect(await top.top('memory', 2)).toHaveLength(2);
  const theirs = new TopProcesses(() => []);
  expect((await theirs.top('cpu', 500)).every(({ own }) => !own)).toBe(true);
});

test.each([
  ['a path', '/usr/bin/systemd-timesyncd\0--x\0', 'systemd-timesyn', 'systemd-timesyncd'],
  ['blanks for NULs', '/opt/a b/holdfast-renderer --type=renderer --lang=en', 'holdfast-render', 'holdfast-renderer'],
  ['an interpreter', '/usr/bin/python3\0/usr/bin/something\0', 'something-else1', 'something-else1'],
  ['none (a thread of the kernel)', '', 'kworker/u8:0-ev', 'kworker/u8:0-ev'],
])('the whole name of a process from %s', (_what, line, cut, expected) => {
  expect(programName(line, cut)).toBe(expected);
});
