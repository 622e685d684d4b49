/** Files of a transaction log at destinations: real files, real jobs; replays of what comes back are in replay.test.ts. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DestinationInput } from '@shared/destinations';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { letGoOfLogs } from '../../electron/continuous/erase-log';
import { LOG_FOLDER } from '../../electron/continuous/log-names';
import type { LogBase, LogReplay } from '../../electron/continuous/types';
import { homeMark } from '../../electron/backup/naming';
import { sha256 } from '../helpers/chains';
import { CopyHome, filesBelow, flipBit, folderInput, type HomeOptions, KEEP_ALL, withKey } from '../helpers/copies';
import { codeOf } from '../helpers/engine';
import { GENERATION, LOG_START_MS, LoggedDatabase, type MadeSegment, untilOf, writeLog } from '../helpers/logs';
import { BUCKET, S3Server } from '../helpers/s3-server';

const HOUR_MS = 3_600_000;
const LATER = '20261124T020000Z-0000bb';

let folder: string;
let homes: CopyHome[];
let server: S3Server | null;
const at = (...names: string[]): string => join(folder, ...names);

beforeEach(async () => {
  [homes, server] = [[], null];
  folder = await mkdtemp(join(tmpdir(), 'holdfast-logs-'));
});
afterEach(async () => {
  await Promise.all(homes.map((home) => home.end()));
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

function makeHome(name = 'home', options: HomeOptions = {}): CopyHome {
  const home = new CopyHome(at(name), options);
  home.nowMs = LOG_START_MS + HOUR_MS;
  homes.push(home);
  return home;
}

interface Log {
  segments: MadeSegment[];
  base: LogBase;
}

/** A generation of three sealed segments in the backup folder and the store, and a restore point to replay it on. */
function addLog(home: CopyHome, generationId = GENERATION, laterMs = 0): Log {
  mkdirSync(at('live'), { recursive: true });
  const database = new LoggedDatabase(at('live', generationId), 512, 'CREATE TABLE t (a)');
  for (let number = 1; number <= 6; number++) database.commit(`INSERT INTO t VALUES (${number})`);
  database.close();
  const point = home.addFull(new Date(LOG_START_MS + laterMs).toISOString());
  const base: LogBase = {
    ...{ pointId: point.id, generationId, replayFrom: 0, usableFrom: 1 },
    usableAt: new Date(untilOf(1) + laterMs).toISOString(),
  };
  const segments = writeLog(join(home.root, 'backups/app', LOG_FOLDER), 512, database.transactions, [2, 2, 2], {
    ...{ generationId, bases: [base], home: homeMark(home.root) },
  });
  const { logs } = home.store;
  const endedAt = new Date(untilOf(6) + laterMs).toISOString();
  logs.insertGeneration({
    ...{ id: generationId, databaseId: 'database-app', startedAt: point.createdAt, untilAt: endedAt },
    ...{ lastTransaction: 6, pageSizeBytes: 512, endedAt, endedBecause: 'stopped', otherHome: null },
  });
  for (const { file, bytes, manifest } of segments) {
    if (!manifest) continue;
    const later = (iso: string): string => new Date(Date.parse(iso) + laterMs).toISOString();
    logs.insertSegment({
      ...{ id: `${generationId}-${manifest.segment}`, generationId, number: manifest.segment, file },
      ...{ firstTransaction: manifest.firstTransaction, lastTransaction: manifest.lastTransaction },
      ...{ fromAt: later(manifest.fromAt), untilAt: later(manifest.untilAt) },
      ...{ sizeBytes: bytes.length, sha256: sha256(bytes) },
      ...{ contentBytes: manifest.contentBytes, contentSha256: manifest.contentSha256 },
      ...{ state: 'proved', verifiedAt: endedAt },
    });
  }
  logs.insertBase(base);
  return { segments, base };
}

const replayOf = (segments: readonly MadeSegment[], generationId = GENERATION): LogReplay => ({
  ...{ generationId, files: segments.map(({ log }) => log), replayFrom: 0, usableFrom: 1, upTo: 6, upToMs: null },
});

/** SHA-256 of each file that a replay would read, fetched where it is not here. */
const fetched = (home: CopyHome, replay: LogReplay): Promise<string[]> =>
  home.context.jobs.start({
    ...{ kind: 'restore', databaseId: null, subject: 'test' },
    body: (job) =>
      home.context.scratch.use(job.id, async (scratch) => {
        const { files } = await home.service.segmentsFor(job, replay, scratch);
        return files.map(({ file }) => sha256(readFileSync(file)));
      }),
  }).done;

const hashes = (segments: readonly MadeSegment[]): string[] => segments.map(({ bytes }) => sha256(bytes));
const states = (home: CopyHome, id: string): string[] => home.store.segmentCopies.at(id).map(({ state }) => state);
const logsBelow = (path: string): string[] => filesBelow(path).filter((name) => name.includes('/log/'));
const remoteOf = (number: number, ending = ''): string => `app/log/app-${GENERATION}-00000${number}.log.gz${ending}`;

describe('each sealed file', () => {
  test.each([
    ['plain', {}, ['']],
    ['encrypted', withKey, ['.age', '.manifest.age']],
  ])(
    'is copied after the restore point that it is replayed on, and comes back when it is gone here: %s',
    async (_name, options, endings) => {
      const home = makeHome();
      const { segments } = addLog(home);
      const id = await home.addFolder('Disk', at('disk'), options);
      await home.copyAll(id);
      expect(states(home, id)).toEqual(['copied', 'copied', 'copied']);
      expect(home.states(id)).toEqual(['copied']);
      expect(logsBelow(at('disk'))).toEqual(
        [1, 2, 3].flatMap((number) => endings.map((end) => remoteOf(number, end))).toSorted(),
      );
      expect([home.problems(), filesBelow(at('home/outgoing'))]).toEqual([[], []]);
      // Counting of places, and what a destination says of its copies, goes by restore points.
      expect(home.service.destinations()[0]?.copies.total).toBe(1);

      for (const { file } of segments.slice(0, 2)) rmSync(file);
      expect(await fetched(home, replayOf(segments))).toEqual(hashes(segments));
    },
  );

  test('that nobody has any more is named', async () => {
    const home = makeHome();
    const { segments } = addLog(home);
    for (const { file } of segments) rmSync(file);
    expect(await codeOf(fetched(home, replayOf(segments)))).toBe('LOG_DAMAGED');
  });

  test('goes to an S3 service too, encrypted, and back', async () => {
    const keys = { accessKeyId: 'AKHOLDFAST', secretAccessKey: 'secret/of+the=test' };
    server = await S3Server.start({ folder: at('server'), keys });
    const home = makeHome();
    const { segments } = addLog(home);
    const { config } = folderInput('Archive', '', withKey);
    const input: DestinationInput = {
      ...{ id: null, secrets: { ...withKey.secrets, secretAccessKey: keys.secretAccessKey } },
      config: {
        ...{ kind: 's3', name: 'Archive', enabled: true, offsite: true, encryption: config.encryption },
        ...{ retention: KEEP_ALL, endpoint: server.endpoint, region: 'eu-central-1', bucket: BUCKET },
        ...{ prefix: 'holdfast', pathStyle: true, accessKeyId: keys.accessKeyId },
      },
    };
    const { id } = await home.service.saveDestination(input);
    await home.copyAll(id);
    expect([states(home, id), home.problems()]).toEqual([['copied', 'copied', 'copied'], []]);
    for (const { file } of segments) rmSync(file);
    expect(await fetched(home, replayOf(segments))).toEqual(hashes(segments));
  });
});

describe('a copy that went bad', () => {
  test('is found by the rotation that reads back, told, and made anew', async () => {
    const home = makeHome();
    addLog(home);
    const id = await home.addFolder('Disk', at('disk'));
    await home.copyAll(id);
    const whole = readFileSync(at('disk', remoteOf(2)));
    flipBit(at('disk', remoteOf(2)));
    home.nowMs += 25 * HOUR_MS;
    await home.copyAll(id);
    expect(readFileSync(at('disk', remoteOf(2))).equals(whole)).toBe(true);
    expect([states(home, id), home.problems()]).toEqual([['copied', 'copied', 'copied'], []]);
    expect(home.store.problems.list(true).map(({ code }) => code)).toEqual(['COPY_DAMAGED']);
  });

  test('is found when it is fetched, and another destination has it', async () => {
    const home = makeHome();
    const { segments } = addLog(home);
    const first = await home.addFolder('Disk', at('disk'));
    const second = await home.addFolder('Other', at('other'), withKey);
    await home.copyAll(first, second);
    rmSync(segments[1]?.file ?? '');
    flipBit(at('disk', remoteOf(2)));
    expect(await fetched(home, replayOf(segments))).toEqual(hashes(segments));
    flipBit(at('other', remoteOf(2, '.age')));
    expect(await codeOf(fetched(home, replayOf(segments)))).toBe('COPY_DAMAGED');
    expect(states(home, first)).toEqual(['copied', 'damaged', 'copied']);
    expect(states(home, second)).toEqual(['copied', 'damaged', 'copied']);
  });

  test('a file that rotted here does not become a copy: it is told, and no longer counts as proved', async () => {
    const home = makeHome();
    const { segments } = addLog(home);
    flipBit(segments[1]?.file ?? '');
    const id = await home.addFolder('Disk', at('disk'));
    await home.copyAll(id);
    expect(states(home, id)).toEqual(['copied', 'failed', 'copied']);
    expect([home.store.logs.segment(`${GENERATION}-2`)?.state, existsSync(at('disk', remoteOf(2)))]).toEqual([
      'failed',
      false,
    ]);
    expect(home.problems().map((line) => line.split(' ')[0])).toContain('LOG_DAMAGED');
  });
});

describe('what is let go', () => {
  test('here stays at the destination until its time is over there as well, and leaves nothing', async () => {
    const home = makeHome();
    const { segments } = addLog(home);
    const id = await home.addFolder('Disk', at('disk'));
    await home.copyAll(id);
    const daysMs = 72 * HOUR_MS;
    const later = addLog(home, LATER, daysMs);
    home.nowMs += daysMs;
    // The destination does not have the later log yet: to it the first one is the newest.
    await letGoOfLogs(home.context, home.nowMs);
    expect(segments.map(({ file }) => existsSync(file))).toEqual([false, false, false]);
    expect(home.store.logs.segmentsIn(GENERATION).map(({ state }) => state)).toEqual([
      'elsewhere',
      'elsewhere',
      'elsewhere',
    ]);
    expect(logsBelow(at('disk'))).toHaveLength(3);
    expect(await fetched(home, replayOf(segments))).toEqual(hashes(segments));

    await home.copyAll(id);
    expect(logsBelow(at('disk'))).toEqual(later.segments.map(({ file }) => file.replace(`${at('home/backups')}/`, '')));
    expect(home.store.logs.segmentsIn(GENERATION)).toEqual([]);
  });
});

describe('a look at a destination', () => {
  test.each([
    ['plain', {}],
    ['encrypted', withKey],
  ])(
    'from a home that never saw it takes the log over, with the restore points that it is replayed on: %s',
    async (_name, options) => {
      const first = makeHome('first');
      const { segments, base } = addLog(first);
      await first.copyAll(await first.addFolder('Disk', at('disk'), options));

      const second = makeHome('second', { guards: false });
      const id = await second.addFolder('Disk', at('disk'), options);
      const report = await second.service.scan(id).done;
      expect(report).toEqual({ found: 1, added: 1, databases: ['app'], foreign: [] });
      const { logs } = second.store;
      expect(logs.generation(GENERATION)).toMatchObject({ lastTransaction: 6, otherHome: homeMark(at('first')) });
      expect(logs.segmentsIn(GENERATION).map(({ state, lastTransaction }) => [state, lastTransaction])).toEqual([
        ['elsewhere', 2],
        ['elsewhere', 4],
        ['elsewhere', 6],
      ]);
      expect(logs.basesIn(GENERATION)).toEqual([base]);
      const files = logs.segmentsIn(GENERATION).map(({ file, number }) => {
        const expected = { sizeBytes: 0, sha256: '' };
        return { file, number, expected, through: 2 * number };
      });
      expect(await fetched(second, { ...replayOf([]), files })).toEqual(hashes(segments));
      // What another home made is let go by that one alone.
      second.nowMs += 1_000 * HOUR_MS;
      await second.copyAll(id);
      expect(logsBelow(at('disk')).length).toBeGreaterThanOrEqual(3);
    },
  );

  test('finds what is gone or cut there, and what is foreign', async () => {
    const home = makeHome();
    addLog(home);
    const id = await home.addFolder('Disk', at('disk'));
    await home.copyAll(id);
    rmSync(at('disk', remoteOf(1)));
    const report = await home.service.scan(id).done;
    expect(report.foreign).toEqual([]);
    expect(states(home, id)).toEqual(['missing', 'copied', 'copied']);
    await home.copyAll(id);
    expect(states(home, id)).toEqual(['copied', 'copied', 'copied']);
  });
});
