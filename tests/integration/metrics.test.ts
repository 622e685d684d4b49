/**
 * The keeper of measurements as it runs: with its thread, killed in the midst of writing, and over a year of measuring.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { indexInWorker } from '../../electron/metrics/index-worker';
import { openMetricKeeper } from '../../electron/metrics/open';
import * as recordFiles from '../../electron/metrics/record-files';
import * as recordLines from '../../electron/metrics/record-lines';
import type { KeeperWithStart } from '../../electron/metrics/types';
import { buildMetrics } from '../bench/lib/metrics-build.mjs';
import { hourOf, minuteOf, writeYear, yearKeys } from '../bench/lib/metrics-year.mjs';
import { until } from '../helpers/until';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

let built: Awaited<ReturnType<typeof buildMetrics>>;
const undo: (() => unknown)[] = [];
beforeAll(async () => {
  built = await buildMetrics();
});
afterAll(() => built.remove());
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-metrics-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function open(folder: string, nowMs: number, queries: 'worker' | 'inline') {
  const reported: string[] = [];
  const keeper = await openMetricKeeper({
    folder,
    nowMs: () => nowMs,
    timeZone: () => 'Europe/Berlin',
    report: (error) => reported.push(error.code),
    queries,
    workerFile: built.worker,
  });
  undo.push(() => keeper.stop());
  await keeper.start();
  await keeper.settled();
  return { keeper, reported };
}

describe('a process that is killed while it writes', () => {
  const startMs = Date.parse('2026-03-01T22:30:00Z');

  async function killedAfter(ms: number, folder: string): Promise<number> {
    const program = join(import.meta.dirname, '../bench/lib/metrics-writer.mjs');
    const child = spawn(process.execPath, [program, built.keeper, folder, String(startMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    const closed = once(child, 'close');
    await until('the first minutes to be written', () => text.split('\n').length > 20);
    await pause(ms);
    child.kill('SIGKILL');
    await closed;
    return Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1));
  }

  const linesOf = (folder: string): string[] =>
    readdirSync(join(folder, 'record')).flatMap((name) => {
      const bytes = readFileSync(join(folder, 'record', name));
      const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
      expect(text.endsWith('\n')).toBe(true);
      return text.slice(0, -1).split('\n');
    });

  it('leaves whole lines of JSON, and loses at most the minute in hand', { timeout: 60_000 }, async () => {
    for (let run = 0; run < 5; run++) {
      const folder = scratchFolder();
      const lastMs = await killedAfter(Math.random() * 60, folder);
      const nowMs = lastMs + 10 * MINUTE;
      const { keeper, reported } = await open(folder, nowMs, 'inline');
      for (const line of linesOf(folder)) expect(() => JSON.parse(line) as unknown).not.toThrow();
      expect(reported.filter((code) => code !== 'METRICS_RECORD_DAMAGED')).toEqual([]);
      for (const key of ['app.value:shop/0', 'app.value:shop/399', 'operation.time:query']) {
        const minutes = await keeper.minutes(key, startMs, nowMs);
        const complete = minutes.filter(({ count }) => count === 2).map(({ atMs }) => atMs);
        const written = Array.from({ length: (lastMs - startMs) / MINUTE + 1 }, (_, i) => startMs + i * MINUTE);
        expect(complete.slice(0, written.length)).toEqual(written);
        // What the kill cut off is the one minute that was not yet said to be written.
        expect(complete.length).toBeLessThanOrEqual(written.length + 1);
      }
      const { gaps } = await keeper.query({ keys: [], fromMs: startMs, toMs: nowMs, points: 1_000 });
      expect(gaps).toMatchObject([{ toMs: nowMs, reason: 'not-running' }]);
      expect(gaps[0]!.fromMs).toBeGreaterThanOrEqual(lastMs + MINUTE);
      await keeper.stop();
    }
  });
});

describe('the thread of the index', () => {
  const nowMs = Date.parse('2026-03-10T12:00:00Z');

  function small(folder: string): void {
    mkdirSync(join(folder, 'record'));
    const endMs = Date.parse('2026-03-10T00:00:00Z');
    writeYear(
      { ...recordFiles, ...recordLines },
      {
        folder: join(folder, 'record'),
        endMs,
        days: 40,
        minuteDays: 3,
        keys: yearKeys(4),
      },
    );
  }

  it('answers as the same code does inline, and a lost index is no reason to wait for the start', async () => {
    const [inlineFolder, workerFolder] = [scratchFolder(), scratchFolder()];
    small(inlineFolder);
    small(workerFolder);
    const inline = await open(inlineFolder, nowMs, 'inline');
    const threaded = await open(workerFolder, nowMs, 'worker');
    const ask = async (keeper: KeeperWithStart, rangeMs: number) => {
      const { series, gaps } = await keeper.query({
        keys: yearKeys(4),
        fromMs: nowMs - rangeMs,
        toMs: nowMs,
        points: 300,
      });
      return { series, gaps };
    };
    for (const rangeMs of [HOUR, DAY, 3 * DAY, 30 * DAY]) {
      expect(await ask(threaded.keeper, rangeMs)).toEqual(await ask(inline.keeper, rangeMs));
    }
    expect(threaded.reported).toEqual(['METRICS_INDEX_REBUILT']);
    expect(threaded.keeper.known()).toEqual(inline.keeper.known());
    await threaded.keeper.stop();
    // A closed index has no log beside it.
    expect(readdirSync(workerFolder).toSorted()).toEqual(['index.sqlite', 'record']);
  });

  it('ends when nothing is asked for a while, and is started again', async () => {
    const folder = scratchFolder();
    small(folder);
    const index = indexInWorker(folder, built.worker, 50);
    const wish = { nowMs, timeZone: 'UTC', upkeep: false, check: true, whole: true };
    expect(await index.ask('takeIn', wish)).toMatchObject({ rebuilt: true, damaged: [] });
    await until('the thread to end', () => !readdirSync(folder).includes('index.sqlite-wal'));
    expect(await index.ask('takeIn', wish)).toMatchObject({ rebuilt: false, damaged: [] });
    await index.close();
  });

  it('that cannot be started is reported, and what is in memory is answered all the same', async () => {
    const reported: string[] = [];
    const keeper = await openMetricKeeper({
      folder: scratchFolder(),
      nowMs: () => nowMs,
      timeZone: () => 'UTC',
      report: (error) => reported.push(error.code),
      queries: 'worker',
      workerFile: join(built.folder, 'nowhere.js'),
    });
    await keeper.start();
    await keeper.settled();
    expect(reported).toEqual(['INTERNAL', 'INTERNAL']);
    keeper.record('cpu.busy', 0.5, nowMs - 1_000);
    const live = await keeper.query({ keys: ['cpu.busy'], fromMs: nowMs - 5 * MINUTE, toMs: nowMs, points: 100 });
    expect([...live.series[0]!.max]).toEqual([0.5]);
    await expect(
      keeper.query({ keys: ['cpu.busy'], fromMs: nowMs - 9 * DAY, toMs: nowMs, points: 100 }),
    ).rejects.toMatchObject({ code: 'INTERNAL' });
    await keeper.stop();
  });
});

describe('a year of 40 metrics', () => {
  const endMs = Date.parse('2026-11-21T00:00:00Z');
  const keys = yearKeys(40);
  let folder: string;
  let keeper: KeeperWithStart;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-metrics-year-'));
    mkdirSync(join(folder, 'record'));
    const wish = { folder: join(folder, 'record'), endMs, days: 365, minuteDays: 31, keys };
    writeYear({ ...recordFiles, ...recordLines }, wish);
    keeper = await openMetricKeeper({
      folder,
      nowMs: () => endMs,
      timeZone: () => 'UTC',
      report: () => undefined,
      queries: 'inline',
    });
    await keeper.start();
    await keeper.settled();
  }, 120_000);
  afterAll(async () => {
    await keeper.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes less than 60 MB, record and index together', () => {
    const record = readdirSync(join(folder, 'record'));
    expect(record.filter((name) => name.startsWith('minute-'))).toHaveLength(31);
    const files = [...record.map((name) => join(folder, 'record', name)), join(folder, 'index.sqlite')];
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    expect(bytes).toBeLessThan(60e6);
    expect(bytes).toBeGreaterThan(15e6);
  });

  it.each([
    { range: '5 min', rangeMs: 5 * MINUTE, tier: 'live', points: 5, stepMs: MINUTE },
    { range: '1 h', rangeMs: HOUR, tier: 'live', points: 60, stepMs: MINUTE },
    { range: '24 h', rangeMs: DAY, tier: '1m', points: 720, stepMs: MINUTE },
    { range: '7 d', rangeMs: 7 * DAY, tier: '1m', points: 1_120, stepMs: MINUTE },
    { range: '30 d', rangeMs: 30 * DAY, tier: '1h', points: 720, stepMs: HOUR },
    { range: '1 y', rangeMs: 365 * DAY, tier: '1h', points: 1_095, stepMs: HOUR },
  ])(
    '$range of 1, 5 and 40 metrics: the right points and the exact peaks',
    async ({ rangeMs, tier, points, stepMs }) => {
      const fromMs = endMs - rangeMs;
      for (const count of [1, 5, 40]) {
        const { series } = await keeper.query({ keys: keys.slice(0, count), fromMs, toMs: endMs, points: 1_200 });
        expect(series.map(({ key }) => key)).toEqual(keys.slice(0, count));
        for (const [place, one] of series.entries()) {
          expect({ tier: one.tier, points: one.times.length }).toEqual({ tier, points });
          if (place % 13 > 1) continue; // the numbers of a few of them
          const [peaks, lows] = [new Float64Array(points).fill(-Infinity), new Float64Array(points).fill(Infinity)];
          const width = tier === 'live' ? MINUTE : one.stepMs;
          let n = 0;
          for (let atMs = fromMs; atMs < endMs; atMs += stepMs) {
            const sample = stepMs === MINUTE ? minuteOf(place, atMs) : hourOf(place, atMs, endMs - 31 * DAY);
            const bucket = Math.floor((atMs - one.times[0]!) / width);
            peaks[bucket] = Math.max(peaks[bucket]!, sample.max);
            lows[bucket] = Math.min(lows[bucket]!, sample.min);
            n += sample.n;
          }
          expect(one.max).toEqual(peaks);
          expect(one.min).toEqual(lows);
          expect(one.count.reduce((sum, part) => sum + part, 0)).toBe(n);
        }
      }
    },
  );

  it('a year of all of them costs a small multiple of reading the bytes alone', async () => {
    const db = new Database(join(folder, 'index.sqlite'), { readonly: true });
    const select = db.prepare("SELECT data FROM chunks WHERE tier = '1h'").pluck();
    const timed = async (work: () => unknown): Promise<number> => {
      const times: number[] = [];
      for (let i = 0; i < 7; i++) {
        const startedAt = performance.now();
        await work();
        times.push(performance.now() - startedAt);
      }
      return times.toSorted((a, b) => a - b)[2]!;
    };
    const peer = await timed(() => (select.all() as Buffer[]).reduce((sum, bytes) => sum + bytes.readUInt8(0), 0));
    const year = { keys, fromMs: endMs - 365 * DAY, toMs: endMs, points: 1_200 };
    const ours = await timed(() => keeper.query(year));
    db.close();
    expect(ours / peer).toBeLessThan(60);
  });
});
