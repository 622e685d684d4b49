/** The own log with its thread: real files, real kills, a real full disk. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { LOG_LEVELS, type LogLevel } from '@shared/logs';
import type { HoldfastError } from '../../electron/errors/holdfast-error';
import { createOwnLog, type OwnLog, type OwnLogOptions } from '../../electron/logs/own-log';
import { buildSources } from '../helpers/build-sources.mjs';
import { until } from '../helpers/until';

let built: Awaited<ReturnType<typeof buildSources>>;
let place: string;
let folder: string;
let logs: OwnLog[] = [];
let failures: HoldfastError[] = [];

beforeAll(async () => {
  built = await buildSources('own-log', { log: 'electron/logs/own-log.ts', 'own-log': 'electron/workers/own-log.ts' });
});
afterAll(() => built.remove());
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'holdfast-own-log-'));
  folder = join(place, 'logs');
  failures = [];
});
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
  rmSync(place, { recursive: true, force: true });
});

function open(options: Partial<OwnLogOptions> = {}): OwnLog {
  const log = createOwnLog({
    ...{ folder, level: () => 'DEBUG', onFailure: (error) => failures.push(error) },
    ...{ workerFile: built.file('own-log'), ...options },
  });
  logs.push(log);
  return log;
}

interface Line extends Record<string, unknown> {
  level: LogLevel;
  message: string;
  part?: string;
}
/** Every line of all files, oldest first; each must be whole. */
function lines(from = folder): Line[] {
  return readdirSync(from)
    .filter((name) => name.startsWith('holdfast.log'))
    .toSorted((a, b) => Number(b.split('.')[2] ?? 0) - Number(a.split('.')[2] ?? 0))
    .flatMap((name) => readFileSync(join(from, name), 'utf8').trimEnd().split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}
const own = (all: readonly Line[]): Line[] => all.filter(({ part }) => part === 'log');
const told = (all: readonly Line[]): Line[] => all.filter(({ part }) => part !== 'log');
const sum = (counts: Record<LogLevel, number>): number => Object.values(counts).reduce((all, one) => all + one, 0);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what is logged at a pace that the thread keeps is written in order, through rotations', async () => {
  const log = open({ limits: { maxBytes: 200_000, maxFiles: 100 } });
  for (let line = 0; line < 40_000; line++) {
    log.log(LOG_LEVELS[line % 4] ?? 'INFO', 'A line', { line });
    if (line % 2_000 === 0) await log.flush();
  }
  await log.close();
  expect(lines().map(({ line }) => line)).toEqual(Array.from({ length: 40_000 }, (_, line) => line));
  expect(readdirSync(folder).length).toBeGreaterThan(10);
  expect(log.counts()).toMatchObject({ written: 40_000, dropped: { DEBUG: 0, INFO: 0 } });
});

test('a flood: every line is written or counted, the worse ones are written, and the log says what is missing', async () => {
  const log = open();
  const logged = { DEBUG: 0, INFO: 0, WARNING: 0, ERROR: 0, CRITICAL: 0 };
  for (let line = 0; line < 120_000; line++) {
    const level: LogLevel = line % 1_000 === 0 ? 'ERROR' : line % 2 === 0 ? 'DEBUG' : 'INFO';
    logged[level]++;
    log.log(level, 'A line', { line });
    if (line % 30_000 === 0) await turn();
  }
  await log.close();
  const { written, dropped } = log.counts();
  const all = lines();
  expect(sum(dropped)).toBeGreaterThan(0);
  expect(written).toBe(told(all).length);
  for (const level of LOG_LEVELS) {
    expect(told(all).filter((line) => line.level === level).length + dropped[level], level).toBe(logged[level]);
  }
  expect([dropped.ERROR, dropped.WARNING]).toEqual([0, 0]);
  const numbers = told(all).map(({ line }) => Number(line));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  const saidMissing = LOG_LEVELS.map((level) => own(all).reduce((count, line) => count + Number(line[level] ?? 0), 0));
  expect(saidMissing).toEqual(LOG_LEVELS.map((level) => dropped[level]));
});

const CHILD = (body: string): string => `
  import { createOwnLog } from ${JSON.stringify(built.file('log'))};
  const log = createOwnLog({ folder: process.argv[1], level: () => 'INFO', onFailure: (error) => console.error(error) });
  ${body}`;
function runChild(body: string): { signal: string | null; stderr: string } {
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', CHILD(body), folder], {
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  return { signal, stderr };
}

test('killed right after a CRITICAL line: it is in the file, after all that came before it', () => {
  // in the first moment, without a thread; and with one that has lines in hand
  for (const count of [3, 5_000, 9_000]) {
    rmSync(folder, { recursive: true, force: true });
    const { signal, stderr } = runChild(`
      for (let line = 0; line < ${count}; line++) log.info('A line', { line });
      log.part('main').critical('The end', { password: 'hunter2' });
      process.kill(process.pid, 'SIGKILL');`);
    expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
    const all = lines();
    expect(all.slice(0, -1).map(({ line }) => line)).toEqual(Array.from({ length: count }, (_, line) => line));
    expect(all.at(-1)).toMatchObject({ level: 'CRITICAL', part: 'main', message: 'The end', password: '[redacted]' });
  }
});

test('a process that ends by itself writes what waits', () => {
  for (const end of ['', 'process.exit(3);', "setImmediate(() => { throw new Error('uncaught') });"]) {
    rmSync(folder, { recursive: true, force: true });
    runChild(`for (let line = 0; line < 3_000; line++) log.info('A line', { line }); ${end}`);
    expect(
      lines().map(({ line }) => line),
      end,
    ).toEqual(Array.from({ length: 3_000 }, (_, line) => line));
  }
});

test('close writes what waits; what comes later is counted', async () => {
  const log = open();
  log.info('First');
  await log.close();
  log.error('Late');
  log.critical('Later');
  expect(lines().map(({ message }) => message)).toEqual(['First']);
  expect(log.counts()).toEqual({ written: 1, dropped: { DEBUG: 0, INFO: 0, WARNING: 0, ERROR: 1, CRITICAL: 1 } });
});

test('the level is asked for each line', async () => {
  let level: LogLevel = 'WARNING';
  const log = open({ level: () => level, writer: 'inline' });
  log.info('Not this');
  log.warning('This');
  level = 'DEBUG';
  log.part('a').debug('And this');
  await log.flush();
  expect(lines()).toMatchObject([
    { level: 'WARNING', message: 'This' },
    { level: 'DEBUG', message: 'And this', part: 'a' },
  ]);
});

test.each(['worker', 'inline'] as const)(
  'a folder that cannot be used is told once, and the log goes on when it can (%s)',
  async (writer) => {
    writeFileSync(folder, 'in the way');
    const log = open({ writer });
    log.critical('First');
    for (let line = 0; line < 12_500; line++) log.info('A line', { line });
    await log.flush();
    for (let line = 0; line < 12_500; line++) log.warning('A worse line', { line });
    await log.flush();
    await until('it is told', () => failures.length > 0);
    await turn();
    expect(failures.map(({ code, params }) => [code, params])).toEqual([
      ['LOG_NOT_WRITTEN', { path: folder, reason: expect.stringContaining('EEXIST') as string }],
    ]);
    const { written, dropped } = log.counts();
    expect(written).toBe(0);
    expect(dropped.INFO).toBeGreaterThan(0);

    rmSync(folder);
    await log.flush();
    await log.close();
    const all = lines();
    expect(all[0]).toMatchObject({ message: 'First' });
    const after = log.counts();
    expect(told(all)).toHaveLength(after.written);
    expect(after.written + sum(after.dropped)).toBe(25_001);
    expect(failures).toHaveLength(1);

    // once more, and it is told once more
    const next = open({ writer });
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'in the way');
    next.info('Another');
    await next.flush();
    await until('it is told again', () => failures.length > 1);
    await next.close();
    expect(next.counts()).toMatchObject({ written: 0, dropped: { INFO: 1 } });
  },
);

test('a full disk: no part of a line is left, nothing is lost that waits', async () => {
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
  try {
    writeFileSync(join(folder, 'other'), Buffer.alloc(200 * 1024));
    const log = open();
    for (let line = 0; line < 5_000; line++) log.info('A line of some length', { line });
    await log.flush();
    await until('it is told', () => failures.length > 0);
    expect(failures[0]?.params).toEqual({ path: folder, reason: 'the disk is full' });
    lines();
    execFileSync('mount', ['-o', 'remount,size=4m', folder]);
    await log.flush();
    await log.close();
    expect(lines().map(({ line }) => line)).toEqual(Array.from({ length: 5_000 }, (_, line) => line));
    expect(log.counts().written).toBe(5_000);
  } finally {
    execFileSync('umount', ['-l', folder]);
  }
});

test('a thread that ends by itself: what it had is written, by this thread in the end', async () => {
  const broken = join(place, 'broken.mjs');
  writeFileSync(broken, "throw new Error('no thread today');");
  const log = open({ workerFile: broken });
  for (let round = 0; round < 5; round++) {
    for (let line = 0; line < 2_500; line++) log.info('A line', { line: round * 2_500 + line });
    await log.flush();
  }
  await log.close();
  const all = lines();
  expect(told(all).map(({ line }) => line)).toEqual(Array.from({ length: 12_500 }, (_, line) => line));
  expect(own(all)).toHaveLength(3);
  expect(own(all)[0]).toMatchObject({ level: 'WARNING', reason: 'no thread today', times: 1 });
  expect(failures).toEqual([]);
});

test('more CRITICAL lines than can be written at once are written soon', async () => {
  const log = open();
  for (let line = 0; line < 500; line++) log.critical('Again', { line });
  await log.close();
  expect(lines().map(({ line }) => line)).toEqual(Array.from({ length: 500 }, (_, line) => line));
});
