import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { RecordFiles, recordName } from '../../../electron/metrics/record-files';
import { histogramLine, keysLine, readLines, snapshotLine } from '../../../electron/metrics/record-lines';
import { RecordWriter } from '../../../electron/metrics/record-writer';
import { Bench, HOUR, MINUTE, scratchFolder } from './fixture';

const cpu = () => ({ 'cpu.busy': 0.5 });
const T = Date.parse('2026-03-02T10:00:00Z');

test('a snapshot is one line, short, and reads back as it was', () => {
  const keys = ['a', 'b', 'c', 'd'];
  const samples = new Map([
    ['a', { n: 12, min: 0.1, avg: 0.25, max: 0.9 }],
    ['b', { n: 12, min: 7, avg: 7, max: 7 }],
    ['d', { n: 1, min: 3, avg: 3, max: 3 }],
  ]);
  const line = snapshotLine(T, keys, samples);
  expect(line).toBe(`{"t":${T},"n":12,"m":[[0.1,0.25,0.9],7,null,3],"x":{"3":1}}\n`);
  const histogram = histogramLine(T, keys, new Map([['c', new Map([[80, 3]])]]));
  expect(histogram).toBe(`{"t":${T},"h":{"2":{"80":3}}}\n`);
  expect(histogramLine(T, keys, new Map())).toBe('');
  const read: unknown[][] = [];
  const damaged = readLines(keysLine(keys) + line + histogram, () => true, {
    sample: (...sample) => read.push(sample),
    histogram: (...count) => read.push(count),
  });
  expect(damaged).toBe(0);
  expect(read).toEqual([
    [T, 'a', 12, 0.1, 0.25, 0.9],
    [T, 'b', 12, 7, 7, 7],
    [T, 'd', 1, 3, 3, 3],
    [T, 'c', 80, 3],
  ]);
});

test('damaged lines are counted and passed over; an unfinished last one is left alone', () => {
  const good = snapshotLine(T, ['a'], new Map([['a', { n: 1, min: 1, avg: 1, max: 1 }]]));
  const text = [
    good, // nobody has said yet what its keys are
    keysLine(['a']),
    good,
    '\0\0\0\0\n',
    `{"t":${T},"n":1,"m":[1,2]}\n`,
    `{"t":${T},"n":1,"m":["x"]}\n`,
    `{"t":${T},"h":{"9":{"1":1}}}\n`,
    '{"gap":[1,2],"reason":"bored"}\n',
    'null\n',
    good,
    good.slice(0, 20),
  ].join('');
  let samples = 0;
  expect(readLines(text, () => true, { sample: () => samples++ })).toBe(7);
  expect(samples).toBe(2);
});

test('minutes are filed by UTC day, hours by month, days by year', () => {
  const atMs = Date.parse('2026-01-31T23:59:00Z');
  expect([recordName('1m', atMs), recordName('1h', atMs), recordName('1d', atMs)]).toEqual([
    'minute-2026-01-31.jsonl',
    'hour-2026-01.jsonl',
    'day-2026.jsonl',
  ]);
  const files = new RecordFiles(scratchFolder());
  for (const name of [
    'minute-2026-01-31.jsonl',
    'hour-2026-01.jsonl.gz',
    'day-2026.jsonl',
    'minute-2026-13-01.jsonl',
    'x',
  ]) {
    writeFileSync(files.path(name), '');
  }
  const found = files.list().map(({ name }) => name);
  expect(found.toSorted()).toEqual(['day-2026.jsonl', 'hour-2026-01.jsonl', 'minute-2026-01-31.jsonl']);
});

test('the first line names the keys, and again when keys were added; a sample costs about 14 bytes', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  let step = 0;
  const values = () => {
    step++;
    const steady = Array.from({ length: 20 }, (_, i) => [`disk.total:/${i}`, 5e11 + i * 1e9] as const);
    const moving = Array.from(
      { length: 20 },
      (_, i) => [`disk.used:/${i}`, 0.31234 + i / 100 + (step % 3) / 1e4] as const,
    );
    return Object.fromEntries([...steady, ...moving]);
  };
  await bench.run(HOUR, values);
  await bench.run(MINUTE, () => ({ ...values(), 'cpu.busy': 0.1 }));
  await bench.keeper.stop();
  const path = join(bench.folder, 'record', 'minute-2026-03-02.jsonl');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const named = lines.flatMap((line, i) => (line.startsWith('{"keys"') ? [i] : []));
  expect(named).toEqual([0, 61]);
  expect((JSON.parse(lines[61]!) as { keys: string[] }).keys).toHaveLength(41);
  expect(lines).toHaveLength(63);
  const bytes = lines.slice(1, 61).join('\n').length / (60 * 40);
  expect(bytes).toBeGreaterThan(8);
  expect(bytes).toBeLessThan(18);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(gzipSync(readFileSync(path)).length / (60 * 40)).toBeLessThan(5);
});

test('a torn last line is cut at the next start and reported once', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  await bench.run(10 * MINUTE, cpu);
  await bench.keeper.stop();
  const path = join(bench.folder, 'record', 'minute-2026-03-02.jsonl');
  const whole = readFileSync(path);
  appendFileSync(path, `{"t":${bench.nowMs},"n":3,"m":[[0.1,0.`);
  await bench.reopen();
  expect(readFileSync(path).equals(whole)).toBe(true);
  expect(bench.reported).toMatchObject([{ code: 'METRICS_RECORD_DAMAGED', params: { path } }]);
  await bench.run(MINUTE, cpu);
  await bench.keeper.stop();
  await bench.reopen();
  expect(bench.codes).toHaveLength(1);
  expect(await bench.keeper.minutes('cpu.busy', T, bench.nowMs)).toHaveLength(11);
});

test('a file that is one torn line is empty afterwards, however long the line', () => {
  const files = new RecordFiles(scratchFolder());
  writeFileSync(files.path('minute-2026-03-02.jsonl'), 'x'.repeat(200_000));
  writeFileSync(files.path('minute-2026-03-03.jsonl'), `{"keys":[]}\n${'x'.repeat(200_000)}`);
  writeFileSync(files.path('minute-2026-03-04.jsonl'), '{"keys":[]}\n');
  expect(files.cutTornLines()).toEqual([files.path('minute-2026-03-02.jsonl'), files.path('minute-2026-03-03.jsonl')]);
  expect(['02', '03', '04'].map((day) => statSync(files.path(`minute-2026-03-${day}.jsonl`)).size)).toEqual([
    0, 12, 12,
  ]);
});

test('garbage in the middle costs its lines alone and is reported once', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  await bench.run(30 * MINUTE, cpu);
  await bench.keeper.stop();
  const path = join(bench.folder, 'record', 'minute-2026-03-02.jsonl');
  const lines = readFileSync(path, 'utf8').split('\n');
  lines[12] = '\0'.repeat(40);
  lines[13] = `${lines[13]!.slice(0, 30)}#${lines[13]!.slice(31)}`;
  writeFileSync(path, lines.join('\n'));
  for (const starts of [1, 2, 3]) {
    await bench.reopen();
    await bench.run(MINUTE, cpu);
    await bench.keeper.settled();
    expect(await bench.keeper.minutes('cpu.busy', T, bench.nowMs)).toHaveLength(28 + starts);
    await bench.keeper.stop();
  }
  expect(bench.reported).toMatchObject([{ code: 'METRICS_RECORD_DAMAGED', params: { path } }]);
});

test('a packed file that ends too early keeps its beginning, one that is damaged otherwise keeps nothing', () => {
  const files = new RecordFiles(scratchFolder());
  const name = 'minute-2026-03-02.jsonl';
  const content = Array.from({ length: 5_000 }, (_, i) => `{"t":${i * 7_919}}\n`).join('');
  writeFileSync(files.path(name), content);
  files.pack(name);
  truncateSync(files.path(`${name}.gz`), statSync(files.path(`${name}.gz`)).size / 2);
  const half = files.read(name);
  expect(half.damaged).toBe(true);
  expect(half.content.length).toBeGreaterThan(1_000);
  expect(content.startsWith(half.content.toString())).toBe(true);
  writeFileSync(files.path(`${name}.gz`), 'no gzip');
  expect(files.read(name)).toEqual({ content: Buffer.alloc(0), damaged: true });
});

test('packing keeps what was packed before, and what an interrupted pack left counts once', () => {
  const files = new RecordFiles(scratchFolder());
  const name = 'minute-2026-03-02.jsonl';
  files.append(name, 'one\n');
  files.pack(name);
  expect(readdirSync(files.folder)).toEqual([`${name}.gz`]);
  files.append(name, 'two\n');
  expect(files.read(name).content.toString()).toBe('one\ntwo\n');
  files.pack(name);
  files.append(name, 'one\ntwo\n');
  expect(files.read(name).content.toString()).toBe('one\ntwo\n');
  files.pack(name);
  expect(execFileSync('zcat', [files.path(`${name}.gz`)], { encoding: 'utf8' })).toBe('one\ntwo\n');
});

test('what could not be written is written later, and that is said once', async () => {
  const folder = join(scratchFolder(), 'record');
  mkdirSync(folder);
  const files = new RecordFiles(folder);
  const reported: string[] = [];
  const writer = new RecordWriter(files, (error) => reported.push(error.code));
  const add = (minute: number) =>
    writer.add({
      kind: 'minute',
      minute: {
        atMs: T + minute * MINUTE,
        samples: new Map([['cpu.busy', { n: 1, min: 1, avg: 1, max: 1 }]]),
        histograms: new Map(),
      },
    });
  // A folder is in the way of the file.
  const path = files.path('minute-2026-03-02.jsonl');
  mkdirSync(path);
  for (let minute = 0; minute < 200; minute++) {
    add(minute);
    await writer.flush();
  }
  expect(reported).toEqual(['FILE_IS_FOLDER']);
  expect(writer.failing).toBe(true);
  execFileSync('rmdir', [path]);
  add(200);
  await writer.flush();
  expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(1 + 120);
  expect(reported).toEqual(['FILE_IS_FOLDER', 'METRICS_RECORD_DAMAGED']);
  expect(writer.failing).toBe(false);
});

test('folders and files are for this user alone', async () => {
  const folder = join(scratchFolder(), 'metrics');
  const bench = await Bench.open('2026-03-02T10:00:00Z', { folder });
  await bench.run(2 * MINUTE, cpu);
  await bench.keeper.stop();
  expect([folder, join(folder, 'record')].map((one) => statSync(one).mode & 0o777)).toEqual([0o700, 0o700]);
  chmodSync(folder, 0o700);
  expect(existsSync(join(folder, 'index.sqlite'))).toBe(true);
});

test('the commands of docs/metrics-format.md give what they say', async () => {
  const bench = await Bench.open('2026-03-01T23:58:00Z');
  await bench.run(4 * MINUTE, (atMs) => ({ 'cpu.busy': (atMs % MINUTE) / 100_000, 'disk.total:/': 5e11 }));
  await bench.run(24 * HOUR, cpu, 10 * MINUTE);
  await bench.keeper.stop();
  const doc = readFileSync(join(import.meta.dirname, '../../../docs/metrics-format.md'), 'utf8');
  const commands = [...doc.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]!);
  expect(commands.length).toBeGreaterThan(1);
  const run = (command: string) =>
    execFileSync('sh', ['-c', command.replaceAll('2026-11-21', '2026-03-01').replaceAll('2026-11', '2026-03')], {
      cwd: join(bench.folder, 'record'),
      encoding: 'utf8',
    });
  expect(run(commands[0]!).trim().split('\n')).toEqual([
    '2026-03-01T23:58:00Z\t0\t0.2\t0.4',
    '2026-03-01T23:59:00Z\t0\t0.2\t0.4',
  ]);
  expect(run(commands[1]!)).toContain('cpu.busy\n');
});
