/**
 * A mount that hangs for ever, for real: a FUSE file system whose server stops answering. Where none can be mounted (a
 * container without /dev/fuse), the process that asks is stopped instead, which looks the same to who waits for it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { buildSources } from '../helpers/build-sources.mjs';
import { until } from '../helpers/until';

const root = resolve(import.meta.dirname, '../..');
const SERVER = join(root, 'tests/helpers/fuse-server.mjs');
const AS_NODE = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
let programs: Awaited<ReturnType<typeof buildSources>>;

beforeAll(async () => {
  programs = await buildSources('monitor', {
    host: 'tests/helpers/collector-host.ts',
    mounts: 'electron/workers/mounts.ts',
  });
});
afterAll(() => programs.remove());

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end();
});

interface Reading {
  atMs: number;
  keys: string[];
  hung: string[];
}
interface Host {
  process: ChildProcess;
  mount: string;
  readings: Reading[];
  helpers: number[];
  folders: (string | null)[];
  errors: unknown[];
  hang(): void;
  answer(): void;
}

// The server first; its first output says that it has mounted. 3: it could not.
const SCRIPT = `"$1" "$2" "$3" >"$3.log" & server=$!
echo "{\\"server\\":$server}"
while [ ! -s "$3.log" ]; do kill -0 $server 2>/dev/null || exit 3; sleep 0.02; done
exec "$1" "$4" "$3" "$5"`;

/** A collector beside a mount of its own. Null when no FUSE file system can be mounted here. */
async function hostWithFuse(hangBy: 'SIGSTOP' | 'SIGUSR1', answerBy: 'SIGCONT' | 'SIGUSR2'): Promise<Host | null> {
  const mount = folder();
  const args = [process.execPath, SERVER, mount, programs.file('host'), programs.file('mounts')];
  const child = spawn('unshare', ['--map-root-user', '--mount', 'sh', '-c', SCRIPT, 'sh', ...args], { env: AS_NODE });
  let server = 0;
  const signal = (name: NodeJS.Signals) => void (server && process.kill(server, name));
  // Its end ends the mount, and with it what waits for an answer.
  ends.push(() => spawnSync('kill', ['-KILL', String(server)]));
  const host = listen(child, mount, (message) => (server = message.server ?? server), {
    hang: () => signal(hangBy),
    answer: () => signal(answerBy),
  });
  const begun = await until('the collector begins', () => host.readings.length > 0 || child.exitCode !== null);
  expect(begun).toBe(true);
  return child.exitCode === 3 || child.exitCode === 1 ? null : host;
}

/** The same with a mount that is only in the list of mounts, and with processes that ask and are stopped. */
async function hostWithStoppedHelpers(): Promise<Host> {
  const mount = folder();
  const proc = folder();
  for (const name of ['stat', 'meminfo', 'net', 'diskstats', 'pressure'])
    symlinkSync(`/proc/${name}`, join(proc, name));
  mkdirSync(join(proc, 'self'));
  const line = `9999 1 0:9999 / ${mount} rw - fuse.holdfast-test test rw\n`;
  writeFileSync(join(proc, 'self/mountinfo'), readFileSync('/proc/self/mountinfo', 'utf8') + line);
  let hanging = false;
  const stop = (pid: number) => void process.kill(pid, 'SIGSTOP');
  const child = spawn(process.execPath, [programs.file('host'), mount, programs.file('mounts'), proc], {
    env: AS_NODE,
  });
  const host = listen(child, mount, ({ helper }) => hanging && helper && stop(helper), {
    hang: () => {
      hanging = true;
      const last = host.helpers.at(-1);
      if (last) stop(last);
    },
    answer: () => (hanging = false),
  });
  await until('the collector begins', () => host.readings.length > 0);
  return host;
}

interface Message extends Partial<Reading> {
  server?: number;
  helper?: number;
  folder?: string | null;
  error?: unknown;
}
function listen(
  child: ChildProcess,
  mount: string,
  hear: (message: Message) => unknown,
  by: Pick<Host, 'hang' | 'answer'>,
): Host {
  const host: Host = { process: child, mount, readings: [], helpers: [], folders: [], errors: [], ...by };
  ends.push(() => child.kill('SIGKILL'));
  createInterface({ input: child.stdout! }).on('line', (text) => {
    const message = JSON.parse(text) as Message;
    hear(message);
    if (message.keys) host.readings.push(message as Reading);
    if (message.helper) host.helpers.push(message.helper);
    if (message.folder !== undefined) host.folders.push(message.folder);
    if (message.error !== undefined) host.errors.push(message.error);
  });
  return host;
}

function folder(): string {
  const path = mkdtempSync(join(os.tmpdir(), 'holdfast-mount-'));
  ends.push(() => rmSync(path, { recursive: true, force: true }));
  ends.push(() => rmSync(`${path}.log`, { force: true }));
  return path;
}

/** Longest time between two readings of `count` that come from now on, and what they told. */
async function watch(host: Host, count: number): Promise<{ longestMs: number; readings: Reading[] }> {
  const from = host.readings.length;
  await until(`${count} readings`, () => host.readings.length >= from + count);
  const readings = host.readings.slice(from, from + count);
  const steps = readings.slice(1).map(({ atMs }, index) => atMs - (readings[index]?.atMs ?? atMs));
  return { longestMs: Math.max(...steps), readings };
}
const tells = (host: Host) => host.readings.at(-1)?.keys.includes(`disk.used:${host.mount}`) ?? false;
const running = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

test.runIf(process.platform === 'linux').each([
  ['stops reading questions', 'SIGSTOP', 'SIGCONT', true],
  ['takes questions and does not answer', 'SIGUSR1', 'SIGUSR2', false],
] as const)('a mount whose server %s costs its own figures only', async (_what, hangBy, answerBy, mortal) => {
  const host = (await hostWithFuse(hangBy, answerBy)) ?? (await hostWithStoppedHelpers());
  await until('the mount answers', () => tells(host));
  const well = await watch(host, 12);
  expect(well.readings.every(({ hung }) => hung.length === 0)).toBe(true);

  host.hang();
  const begins = await watch(host, 3);
  await until('the mount is marked', () => host.readings.at(-1)?.hung.includes(host.mount));
  expect(tells(host)).toBe(false);
  const hung = await watch(host, 12);
  for (const { keys } of hung.readings) {
    expect(keys).toEqual(expect.arrayContaining(['cpu.busy', 'memory.used', 'own.cpu', 'disk.used:/']));
    expect(keys).not.toContain(`disk.used:${host.mount}`);
  }
  // Both as they are on this machine now: how busy it is must not decide.
  const longestMs = Math.max(begins.longestMs, hung.longestMs);
  expect(longestMs).toBeLessThan(3 * well.longestMs + 100);
  host.process.stdin!.write('folder\n');
  await until('an answer about the folder', () => host.folders.length > 0);
  expect(host.folders).toEqual(['unusable']);

  host.answer();
  await until('the mount answers again', () => tells(host));
  expect(host.readings.at(-1)?.hung).toEqual([]);
  expect(host.helpers.length).toBeGreaterThan(1);

  host.hang();
  await until('the mount is marked again', () => host.readings.at(-1)?.hung.includes(host.mount));
  const exit = once(host.process, 'exit');
  host.process.stdin!.write('stop\n');
  expect(await exit).toEqual([0, null]);
  expect(host.errors).toEqual([]);
  // A process in the midst of a question that was taken ends when its server does.
  if (mortal) await until('all that asked have ended', () => !host.helpers.some(running));
});

test.runIf(process.platform === 'linux')('without FUSE: the same with a helper that is stopped', async () => {
  const host = await hostWithStoppedHelpers();
  await until('the mount answers', () => tells(host));
  host.hang();
  await until('the mount is marked', () => host.readings.at(-1)?.hung.includes(host.mount));
  host.answer();
  await until('the mount answers again', () => tells(host));
});
