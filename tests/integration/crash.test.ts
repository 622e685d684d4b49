/**
 * Kills the command, its job process or both at moments spread over a whole backup and a whole restore. Whatever the
 * moment: the database is whole, all old or all new; the next start leaves nothing half done; every entry is true.
 * HOLDFAST_CRASH_RUNS says how often each is done.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { proveBackup } from '../../electron/backup/prove';
import type { RestorePoint } from '../../shared/models';
import { HERE } from '../helpers/backups';
import { ask, change, logicalHash, makeDatabase } from '../helpers/databases';
import { Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { until } from '../helpers/until';

const programs = builtPrograms();
const RUNS = Number(process.env.HOLDFAST_CRASH_RUNS ?? 2);
/** 28 MB, or 6 in a bounded run: the kills are spread over what it takes. */
const ROWS = RUNS > 2 ? 14_000 : 3_000;
const TIMEOUT_MS = 60_000 + RUNS * 15_000;
/** Whom the kill takes: both at once, as a power cut would; the command alone; its job alone. */
const VICTIMS = ['both', 'command', 'job'] as const;

let place: Place;
let home: string;
let live: string;
/** Backup files that were proved: not each of them again after each crash. */
let proved: Set<string>;

beforeEach(async () => {
  place = await Place.make(programs);
  home = place.file('home');
  live = place.file('data/app.db');
  proved = new Set();
  await place.folderFor(live);
});
afterEach(() => place.end());

interface Command {
  child: ChildProcess;
  pid: number;
  ended: Promise<{ code: number | null; stdout: string }>;
}

function start(...args: string[]): Command {
  const child = spawn(process.execPath, [programs.cli, '--home', home, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout }));
  return { child, pid: child.pid ?? 0, ended };
}

async function command<T>(...args: string[]): Promise<T> {
  const { code, stdout } = await start(...args).ended;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}: ${stdout}`);
  return (JSON.parse(stdout) as { value: T }).value;
}

/** Processes whose parent is `pid`. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => statField(one, 'PPid') === pid);
}

function statField(pid: number, name: string): number | null {
  try {
    const line = readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .find((one) => one.startsWith(`${name}:`));
    return line === undefined ? null : Number(line.split(':')[1]);
  } catch {
    return null; // it has ended
  }
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
    }
  }
}

/** When the kill comes: so long after the start, or so long after the restore began to write. */
interface Moment {
  from: 'start' | 'apply';
  afterMs: number;
}

/** Runs a command and kills; resolves when every process of it is gone. Tells what lay there at that moment. */
async function crash(
  args: string[],
  moment: Moment,
  victim: (typeof VICTIMS)[number],
  look: () => string,
): Promise<string> {
  const running = start(...args);
  let over = false;
  const ended = running.ended.then(() => (over = true));
  if (moment.from === 'apply') await until('the restore to write', () => over || look() === 'apply');
  await Promise.race([pause(moment.afterMs), ended]);
  const jobs = childrenOf(running.pid);
  const seen = over ? 'ended before' : look();
  kill(victim === 'job' ? jobs : victim === 'command' ? [running.pid] : [running.pid, ...jobs]);
  await running.ended;
  // A job whose command died ends by itself.
  await until('the job processes to end', () => jobs.every((pid) => statField(pid, 'PPid') === null));
  return `${victim} at ${seen}`;
}

const scratch = (): string[] => place.list(place.file('home/scratch')).map((name) => basename(name));
const backupFiles = (): string[] => place.list(place.file('home/backups')).map((name) => basename(name));

/** What a crash may never leave, once the next start has been. */
async function expectOrder(): Promise<void> {
  const points = await command<RestorePoint[]>('backups');
  expect(place.list(place.file('home/scratch'))).toEqual([]);
  // SQLite's own files are its own: a journal that was not begun yet stays until the next commit and harms nothing.
  expect(readdirSync(place.file('data')).filter((name) => !/^app\.db(-wal|-shm|-journal)?$/.test(name))).toEqual([]);
  const files = backupFiles().filter((name) => name !== 'app');
  expect(files.filter((name) => !name.endsWith('.sqlite.gz') || name.startsWith('.'))).toEqual([]);
  expect(points.map(({ file }) => basename(file)).toSorted()).toEqual(files.toSorted());
  for (const { file, sizeBytes, state } of points) {
    expect(statSync(file).size).toBe(sizeBytes);
    expect(['proved', 'unproved']).toContain(state);
    if (proved.has(file)) continue;
    const contentFile = place.file('scratch/content');
    const proof = await proveBackup([{ file, expected: null }], contentFile, HERE);
    rmSync(contentFile);
    expect(
      proof.checks.filter(({ outcome }) => outcome === 'failed'),
      file,
    ).toEqual([]);
    proved.add(file);
  }
}

/** What the live database holds, after SQLite has recovered it as for any application. */
function stateOfLive(): string {
  const database = new Database(live, { fileMustExist: true });
  try {
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  } finally {
    database.close();
  }
  return logicalHash(live);
}

/** Kill moments: one in each of equal parts of the time that the whole takes. */
const momentsOf = (durationMs: number, runs: number, from: Moment['from'] = 'start'): Moment[] =>
  Array.from({ length: runs }, (_none, run) => ({ from, afterMs: ((run + Math.random()) / runs) * durationMs }));

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function report(what: string, seen: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const one of seen) counts.set(one, (counts.get(one) ?? 0) + 1);
  const lines = [...counts].map(([name, count]) => `  ${count} × ${name}`).toSorted((a, b) => a.localeCompare(b));
  console.info([`${what}: ${seen.length} kills`, ...lines].join('\n'));
}

describe('killed in the midst', () => {
  it(`a backup, ${RUNS} times`, { timeout: TIMEOUT_MS }, async () => {
    makeDatabase(live, { rows: ROWS, fillerBytes: 2000 });
    const before = logicalHash(live);
    await command('db', 'add', live, '--name', 'app');
    const durationMs = await timed(() => command('backup', 'app'));
    await expectOrder();
    const files = new Set(backupFiles());
    const seen: string[] = [];
    const look = (): string => {
      const [inScratch, stored] = [scratch(), backupFiles()];
      if (stored.some((name) => name.endsWith('.partial'))) return 'compress or prove';
      if (stored.some((name) => !files.has(name))) return 'renamed';
      return inScratch.includes('snapshot.sqlite') ? 'snapshot' : 'start';
    };
    for (const [run, moment] of momentsOf(durationMs, RUNS).entries()) {
      seen.push(await crash(['backup', 'app'], moment, VICTIMS[run % VICTIMS.length] ?? 'both', look));
      expect(stateOfLive(), seen.at(-1)).toBe(before);
      await expectOrder();
      for (const name of backupFiles()) files.add(name);
    }
    report('backup', seen);
    expect((await command<RestorePoint>('backup', 'app')).state).toBe('proved');
  });

  it.each(['wal', 'delete'] as const)('%s: a restore, half as often', { timeout: TIMEOUT_MS }, async (journalMode) => {
    makeDatabase(live, { journalMode, rows: ROWS, fillerBytes: 2000, label: 'first' });
    await command('db', 'add', live, '--name', 'app');
    const points = new Map<string, string>();
    points.set(logicalHash(live), (await command<RestorePoint>('backup', 'app')).id);
    change(live, "UPDATE item SET filler = randomblob(2000), title = 'second ' || id; CREATE TABLE second (a)");
    points.set(logicalHash(live), (await command<RestorePoint>('backup', 'app')).id);
    const other = (state: string): string => [...points.keys()].find((one) => one !== state) ?? '';
    const restore = (state: string): string[] => ['restore', 'app', '--from', points.get(state) ?? ''];

    let state = stateOfLive();
    const durationMs = await timed(() => command(...restore(other(state))));
    state = other(state);
    expect(stateOfLive()).toBe(state);
    const seen: string[] = [];
    const look = (): string => {
      const inScratch = scratch();
      if (inScratch.includes('proof.sqlite')) return 'verify';
      const phase = ask(place.file('home/holdfast.sqlite'), "SELECT phase FROM restores WHERE outcome = 'running'");
      return typeof phase === 'string' ? phase : inScratch.length > 0 ? 'end' : 'start';
    };
    // Writing takes a small part of the whole, and is the part that matters: half of the kills aim at it.
    const half = Math.ceil(RUNS / 4);
    const moments = [...momentsOf(durationMs, half), ...momentsOf(durationMs / 8, half, 'apply')];
    for (const [run, moment] of moments.entries()) {
      const wanted = other(state);
      seen.push(await crash(restore(wanted), moment, VICTIMS[run % VICTIMS.length] ?? 'both', look));
      const now = stateOfLive();
      expect([state, wanted], seen.at(-1)).toContain(now);
      await expectOrder();
      expect(logicalHash(live), 'the next start changes nothing').toBe(now);
      const outcome = ask(
        place.file('home/holdfast.sqlite'),
        'SELECT outcome FROM restores ORDER BY started_at DESC, id DESC',
      );
      expect(
        now === wanted ? ['restored'] : ['unchanged', 'restored'],
        `${seen.at(-1) ?? ''}: ${String(outcome)}`,
      ).toContain(outcome);
      state = now;
    }
    report(`restore, ${journalMode}`, seen);
    const wanted = other(state);
    await command(...restore(wanted));
    expect(stateOfLive()).toBe(wanted);
  });
});
