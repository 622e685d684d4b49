/**
 * Holdfast itself, its capture and the writers are killed at random while every transaction is kept: each moment that is
 * offered afterwards comes back, as its writers wrote it down.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../electron/store/open';
import { CapturePlace, type CommitWriter } from '../helpers/capture';
import { readCommits } from '../helpers/captured';
import { Place } from '../helpers/engine';
import { buildPrograms } from '../helpers/build-programs';
import { until } from '../helpers/until';

/** How often something is killed; more of them by hand. */
const KILLS = Number(process.env['HOLDFAST_PROTECTION_KILLS'] ?? 3);
/** Moments of each range that are brought back. */
const MOMENTS = KILLS > 10 ? 4 : 2;

let programs: Awaited<ReturnType<typeof buildPrograms>>;
let place: Place;
let captured: CapturePlace;
let home: string;

beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());
beforeEach(async () => {
  place = await Place.make(programs);
  captured = new CapturePlace(programs);
  home = place.file('home');
});
afterEach(async () => {
  for (const pid of processesOf(programs.cli)) process.kill(pid, 'SIGKILL');
  captured.end();
  await place.end();
});

/** Ids of running processes that were started with an argument. */
function processesOf(argument: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(argument);
      } catch {
        // It has ended meanwhile.
        return false;
      }
    })
    .map(Number);
}

const command = (...args: string[]) =>
  spawn(process.execPath, [programs.cli, '--home', home, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Its children are told by the channel; a group of its own keeps a signal to it from them.
    detached: true,
  });

async function run(...args: string[]): Promise<void> {
  const child = command(...args);
  await until(args.join(' '), () => child.exitCode !== null);
  expect(child.exitCode).toBe(0);
}

async function serve() {
  const child = command('serve', '--port', '0');
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await until('serve', () => output.endsWith('}\n') || child.exitCode !== null);
  expect(child.exitCode).toBeNull();
  return child;
}

/** Everything the store says of the log. */
function generations() {
  const store = openStore(join(home, 'holdfast.sqlite'));
  try {
    const [database] = store.databases.list();
    return database ? store.logs.generations(database.id) : [];
  } finally {
    store.close();
  }
}

const capturing = (): Promise<number[] | null> =>
  until('a capture', () => {
    const pids = processesOf(programs.capture);
    return pids.length > 0 ? pids : null;
  });

const title = `${KILLS} kills of Holdfast, the capture and the writers: every moment that is offered comes back`;
it(title, { timeout: 120_000 + KILLS * 12_000 }, async () => {
  captured.make();
  await run('db', 'add', captured.live, '--name', 'live');
  const store = openStore(join(home, 'holdfast.sqlite'));
  store.databases.setContinuous(store.databases.list()[0]?.id ?? '', true);
  store.close();

  const writers: CommitWriter[] = [await captured.writer('node', 'n', 60)];
  let second = await captured.writer('python', 'p', 60);
  writers.push(second);
  let holdfast = await serve();
  await capturing();
  await until('a base', () => generations().some(({ startedAt }) => startedAt !== null));
  for (let kill = 0; kill < KILLS; kill++) {
    await pause(200 + Math.random() * 1_500);
    switch (kill % 3) {
      case 0:
        holdfast.kill('SIGKILL');
        await until('its end', () => holdfast.signalCode !== null || holdfast.exitCode !== null);
        await until('the end of its capture', () => processesOf(programs.capture).length === 0);
        // Killed so often within minutes, it would begin in safe mode.
        rmSync(join(home, 'run.json'));
        holdfast = await serve();
        break;
      case 1:
        for (const pid of (await capturing()) ?? []) process.kill(pid, 'SIGKILL');
        break;
      default:
        await second.kill();
        second = await captured.writer('python', `p${kill}`, 60);
        writers.push(second);
    }
    await capturing();
  }
  await Promise.all(writers.map((writer) => writer.stop()));
  const stoppedAtMs = Date.now();
  await until('the last commit in the log', () =>
    generations().some(({ untilAt }) => untilAt !== null && Date.parse(untilAt) > stoppedAtMs),
  );
  const written = new Map(
    writers.flatMap((writer) => writer.committed().map(({ total, seq }) => [total, `${writer.name} ${seq}`])),
  );
  holdfast.kill('SIGTERM');
  await until('its end', () => holdfast.exitCode !== null);

  const core = await place.core({ home });
  const [database] = core.databases();
  const { ranges, points } = core.recovery.timeline(database?.id ?? '');
  expect(points.length).toBeGreaterThan(0);
  expect(ranges.length).toBeGreaterThan(0);
  const moments = ranges.flatMap(({ fromAt, untilAt }) => {
    const [from, to] = [Date.parse(fromAt), Date.parse(untilAt)];
    return [to, ...Array.from({ length: MOMENTS - 1 }, () => from + Math.random() * (to - from))];
  });
  // What was committed in the last look of a range is known to be there by the end of that look, not before.
  moments.push(Date.now());
  let before = 0;
  for (const [index, moment] of moments.toSorted((a, b) => a - b).entries()) {
    const target = place.file(`at-${index}.db`);
    const at = new Date(Math.ceil(moment)).toISOString();
    await core.saveCopy({ databaseId: database?.id ?? '', at }, target, false).done;
    const { total, rows, check } = readCommits(target);
    // Everything up to a commit and nothing after it, each as its writer wrote it down.
    expect([check, rows.length]).toEqual(['ok', total]);
    expect(
      rows.filter((row) => written.has(row.total) && written.get(row.total) !== `${row.writer} ${row.seq}`),
    ).toEqual([]);
    expect(total).toBeGreaterThanOrEqual(before);
    before = total;
  }
  expect(before).toBe(Math.max(...written.keys()));
});
