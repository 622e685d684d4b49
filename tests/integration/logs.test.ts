/** The process that follows logs, as Holdfast starts it: killed, asked, and telling of what is new. */
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANY_LOG_QUERY, type LogLevel } from '@shared/logs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HoldfastError } from '../../electron/errors/holdfast-error';
import { createCore } from '../../electron/core/core';
import { logSignals } from '../../electron/core/log-signals';
import { LogService } from '../../electron/logs/log-service';
import { NO_LOG } from '../../electron/logs/types';
import { openStore, type Store } from '../../electron/store/open';
import { buildSources } from '../helpers/build-sources.mjs';
import { launcher } from '../helpers/engine';
import { until } from '../helpers/until';

let built: Awaited<ReturnType<typeof buildSources>>;
let folder: string;
let store: Store;
let service: LogService;
let reports: HoldfastError[];
let settled: number;
let pids: number[];

beforeAll(async () => {
  built = await buildSources('logs', { logs: 'electron/workers/logs.ts' });
});
afterAll(() => built.remove());

function start(): void {
  service = new LogService({
    store,
    folder: join(folder, 'log-index'),
    ownLog: join(folder, 'own'),
    settings: () => ({ keepDays: 14, limitMegabytes: 100, ownLevel: 'INFO' }),
    launch: launcher(built.file('logs'), { onStart: (pid) => void pids.push(pid) }),
    log: NO_LOG,
    nowMs: Date.now,
    onChange: () => undefined,
    report: (error) => void reports.push(error),
    settle: () => void settled++,
    timing: { pollMs: 50, regexLimitMs: 400, restartDelayMs: () => 10 },
  });
  service.start();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-logs-'));
  mkdirSync(join(folder, 'own'));
  store = openStore(join(folder, 'store.sqlite'));
  reports = [];
  settled = 0;
  pids = [];
  start();
});

afterEach(async () => {
  await service.stop();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = (): string => join(folder, 'app.log');
const follow = (alertFrom: LogLevel | null = null, path = file()) =>
  service.saveSource({ config: { name: 'app', path, format: null, enabled: true, alertFrom } });
const line = (number: number, level = 'INFO'): string =>
  `2026-11-20 10:00:00,${String(number % 1_000).padStart(3, '0')} ${level} app.web: served request ${number}\n`;
const source = (id: string) => service.sources().find((one) => one.id === id);

/** Numbers of the requests that are in the index, sorted. */
async function served(): Promise<number[]> {
  const { resultId, total } = await service.search({ ...ANY_LOG_QUERY, text: 'served request' });
  const numbers: number[] = [];
  for (let at = 0; at < total; at += 500) {
    for (const { text } of await service.rows(resultId, at, 500)) numbers.push(Number(text.split(' ').at(-1)));
  }
  return numbers.sort((a, b) => a - b);
}

test('nothing runs before there is a source or somebody asks', async () => {
  expect(service.pid).toBeUndefined();
  expect(service.sources()).toMatchObject([{ id: 'holdfast', config: { name: 'Holdfast' }, state: 'reading' }]);
  writeFileSync(join(folder, 'own', 'holdfast.log'), '{"time":1763632800000,"level":"INFO","msg":"started"}\n');
  await until('its own log', async () => (await service.search({ ...ANY_LOG_QUERY, text: 'started' })).total === 1);
  expect(pids).toHaveLength(1);
});

test('killed at any moment while a log is written and rotated, it has every line exactly once', async () => {
  const each = 8_000;
  let written = 0;
  const write = (count: number): void => {
    appendFileSync(file(), Array.from({ length: count }, (_, at) => line(written + at)).join(''));
    written += count;
  };
  write(each);
  const { id } = follow();
  for (let round = 0; round < 3; round++) {
    const before = source(id)?.entries ?? 0;
    await until('it reads', () => (source(id)?.entries ?? 0) > before);
    process.kill(pids.at(-1) ?? 0, 'SIGKILL');
    write(each / 4);
    renameSync(file(), join(folder, `app.log.${3 - round}`));
    write(each / 4);
    const started = pids.length;
    await until('it is started again', () => pids.length > started);
  }
  await until('all is read', async () => (await service.search(ANY_LOG_QUERY)).total >= written);
  expect(await served()).toEqual(Array.from({ length: written }, (_, at) => at));
  expect(source(id)).toMatchObject({ state: 'following', format: 'python' });
});

test('an expression that takes for ever is ended, and others are answered meanwhile', async () => {
  writeFileSync(file(), `${line(1)}2026-11-20 10:00:01,000 INFO app: ${'a'.repeat(4_000)}!\n`);
  follow();
  await until('read', async () => (await service.search(ANY_LOG_QUERY)).total === 2);
  const endless = service.search({ ...ANY_LOG_QUERY, text: '^(a+)+$', isRegex: true });
  expect((await service.search({ ...ANY_LOG_QUERY, text: 'served' })).total).toBe(1);
  expect((await endless).isWhole).toBe(false);
  expect((await service.search({ ...ANY_LOG_QUERY, text: 'request \\d', isRegex: true })).total).toBe(1);
});

test('requests in hand when it dies are answered', async () => {
  writeFileSync(file(), `2026-11-20 10:00:01,000 INFO app: ${'a'.repeat(4_000)}!\n`);
  follow();
  await until('read', async () => (await service.search(ANY_LOG_QUERY)).total === 1);
  const asked = service.search({ ...ANY_LOG_QUERY, text: '^(a+)+$', isRegex: true });
  const failed = expect(asked).rejects.toMatchObject({ code: 'CHILD_CRASHED' });
  await service.search(ANY_LOG_QUERY);
  process.kill(pids.at(-1) ?? 0, 'SIGKILL');
  await failed;
});

test('a new kind of line becomes a signal, which outlives a restart', async () => {
  writeFileSync(file(), line(1));
  const { id } = follow('WARNING');
  await until('read to its end', () => source(id)?.state === 'following' && source(id)?.entries === 1);
  appendFileSync(file(), `${line(2)}${new Date().toISOString()} ERROR app.pay: card 12 was refused\n${line(3)}`);
  const signals = () => logSignals(service.newPatterns(), service.morePatterns());
  await until('a signal', () => signals().length > 0);
  expect(signals()).toMatchObject([
    {
      source: { type: 'log-pattern', sourceId: id },
      severity: 'MEDIUM',
      titleKey: 'log-pattern',
      params: { name: 'app', error: 'card 12 was refused' },
      place: { tab: 'errors', logPattern: { sourceId: id } },
    },
  ]);
  const [before] = signals();
  await service.stop();
  start();
  expect(signals()).toEqual([before]);
  await service.removeSource(id);
  expect(signals()).toEqual([]);
  expect((await service.search({ ...ANY_LOG_QUERY, text: 'refused' })).total).toBe(0);
});

test('a new kind of line is an alert of the application', async () => {
  const home = join(folder, 'home');
  const core = await createCore({
    home,
    role: 'serve',
    launchJob: () => {
      throw new Error('no job is wanted');
    },
    launchLogs: launcher(built.file('logs')),
    defaultBackupFolder: join(home, 'backups'),
    helperThreads: 'inline',
  });
  try {
    core.start();
    const { logs } = core.diagnosis;
    writeFileSync(file(), line(1));
    const { id } = logs.saveSource({
      config: { name: 'shop', path: file(), format: null, enabled: true, alertFrom: 'ERROR' },
    });
    await until('read to its end', () => logs.sources().find((one) => one.id === id && one.entries === 1));
    appendFileSync(file(), `${new Date().toISOString()} CRITICAL app.pay: ledger 3 does not balance\n${line(2)}`);
    const alert = await until('an alert', () =>
      core.alerting.alerts(false).find(({ source: of }) => of.type === 'log-pattern'),
    );
    expect(alert).toMatchObject({
      severity: 'HIGH',
      state: 'firing',
      titleKey: 'log-pattern',
      params: { name: 'shop', error: 'ledger 3 does not balance' },
    });
  } finally {
    await core.stop();
  }
});

test('a source that cannot be read is told of once, and settled when it can be', async () => {
  // Leads to itself.
  symlinkSync(file(), file());
  const { id } = follow();
  await until('it is looked at', () => source(id)?.state === 'failing');
  follow(null, join(folder, 'another.log'));
  await until('both are looked at', () => service.sources().every(({ state }) => state !== 'reading'));
  expect(reports).toMatchObject([{ code: 'LOG_SOURCE_UNREADABLE', params: { name: 'app' } }]);
  expect(settled).toBe(0);
  rmSync(file());
  writeFileSync(file(), line(1));
  await until('read', () => source(id)?.entries === 1);
  expect(reports).toHaveLength(1);
  expect(settled).toBe(1);
});

test('a damaged index is made anew, and says so', async () => {
  writeFileSync(file(), line(1));
  follow();
  await until('read', async () => (await service.search(ANY_LOG_QUERY)).total === 1);
  await service.stop();
  writeFileSync(join(folder, 'log-index', 'index.sqlite'), 'x'.repeat(10_000));
  start();
  await until('read again', async () => (await service.search(ANY_LOG_QUERY)).total === 1);
  expect(reports.map(({ code }) => code)).toEqual(['LOG_INDEX_REBUILT']);
});

test('an entry is shown as it stands in its file, and as it is kept when the file is gone', async () => {
  writeFileSync(
    file(),
    '2026-11-20 10:00:01,000 ERROR app: failed\nTraceback (most recent call last):\nValueError: no\n',
  );
  follow();
  await until('read', async () => (await service.search(ANY_LOG_QUERY)).total === 1);
  const { resultId } = await service.search(ANY_LOG_QUERY);
  const [entry] = await service.rows(resultId, 0, 10);
  expect(entry).toMatchObject({ lines: 3, level: 'ERROR', logger: 'app' });
  expect(await service.text(entry?.id ?? 0)).toContain('2026-11-20 10:00:01,000 ERROR app: failed');
  rmSync(file());
  expect(await service.text(entry?.id ?? 0)).toContain('ValueError: no');
});

test('sources and searches are kept', async () => {
  const { id } = follow();
  const saved = service.saveSearch({ name: 'refused cards', query: { ...ANY_LOG_QUERY, text: 'refused' } });
  expect(service.searches()).toEqual([saved]);
  service.saveSearch({ ...saved, name: 'refused' });
  expect(service.searches()).toEqual([{ ...saved, name: 'refused' }]);
  service.removeSearch(saved.id);
  expect(service.searches()).toEqual([]);
  expect(() => service.removeSearch(saved.id)).toThrow(expect.objectContaining({ code: 'ITEM_UNKNOWN' }));
  await service.removeSource(id);
  expect(service.sources().map((one) => one.id)).toEqual(['holdfast']);
});
