/**
 * What Holdfast costs while nothing happens, beside an empty application of the same runtime and beside other monitors,
 * all at the same time on this machine. Memory is measured before that, one subject after the other: applications of
 * one runtime that run together share its code, and each would seem smaller than it is for somebody who runs one.
 *
 *   npm run bench -- overhead [--minutes 10] [--settle-seconds 30] [--alone-seconds 60] [--skip 'Glances, every 5 s' ...]
 *
 * Linux only. A subject whose program is not installed is left out, and said so.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';
import { hasCommand, onVirtualScreen, run } from '../../scripts/lib/run.mjs';
import { startSubject, SUBJECTS } from './lib/overhead-subjects.mjs';
import { tickCost } from './lib/overhead-tick.mjs';
import { memoryOf, watchTrees } from './lib/overhead-tree.mjs';

const DAY_MS = 86_400_000;
const MEGABYTE = 1e6;
const AIMS = [
  { name: 'Holdfast, tray', empty: 'empty Electron, tray', cpu: 0.003, memory: 1.25, writtenADay: 5 * MEGABYTE },
  { name: 'Holdfast, window', empty: 'empty Electron, window', cpu: 0.02, memory: 1.5, writtenADay: null },
];

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    'settle-seconds': { type: 'string', default: '30' },
    'alone-seconds': { type: 'string', default: '60' },
    skip: { type: 'string', multiple: true, default: [] },
    'on-screen': { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

if (process.platform !== 'linux') console.log('Not measured: this benchmark reads /proc, which only Linux has.');
else if (values['on-screen']) await measure();
else {
  // The subjects need a screen and a session bus; this program runs again inside both.
  const [command, args] = onVirtualScreen(
    process.execPath,
    [import.meta.filename, '--on-screen', ...process.argv.slice(2)],
    { ownBus: true },
  );
  process.exitCode = await run(command, args);
}

async function measure() {
  const minutes = Number(values.minutes);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-overhead-'));
  const subjects = [];
  const desktop = [];
  try {
    console.log(`one tick of the collector: ${(await tickCost()).toFixed(0)} µs of a processor`);
    desktop.push(...(await startDesktop()));
    const alone = await memoryAlone(folder);
    for (const [index, name] of Object.keys(SUBJECTS).entries()) {
      if (values.skip.includes(name)) continue;
      const subject = startSubject(name, join(folder, String(index)));
      if (subject) subjects.push(subject);
      else console.log(`${name}: not measured, its program is not installed`);
    }
    await wait(Number(values['settle-seconds']) * 1_000);
    const end = watchTrees(new Map(subjects.map(({ name, pid }) => [name, pid])));
    const startedMs = performance.now();
    await wait(minutes * 60_000);
    const passedMs = performance.now() - startedMs;
    const costs = end();
    for (const { name, running } of subjects) if (!running()) console.log(`${name}: ended by itself: no measurement`);
    print(costs, passedMs, alone);
    judge(costs, passedMs, alone);
  } finally {
    await Promise.all(subjects.map((subject) => subject.end()));
    for (const part of desktop) await part.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Memory of each subject while none of the others runs, bytes by name. */
async function memoryAlone(folder) {
  const alone = new Map();
  for (const [index, name] of Object.keys(SUBJECTS).entries()) {
    if (values.skip.includes(name)) continue;
    const subject = startSubject(name, join(folder, `alone-${index}`));
    if (!subject) continue;
    await wait(Number(values['alone-seconds']) * 1_000);
    if (subject.running()) alone.set(name, memoryOf(subject.pid));
    await subject.end();
  }
  return alone;
}

/** A panel that takes tray icons, and a notification service where one is installed: as the end-to-end tests have. */
async function startDesktop() {
  const load = async (name) =>
    (await runnerImport(resolve(import.meta.dirname, `../helpers/desktop/${name}.ts`))).module;
  const parts = [await (await load('tray-host')).TrayHost.start()];
  if (hasCommand('dunst')) parts.push(await (await load('notification-daemon')).NotificationDaemon.start());
  return parts;
}

function print(costs, passedMs, alone) {
  console.log(`\n${(passedMs / 60_000).toFixed(1)} minutes, all at the same time`);
  const head = [
    '',
    'CPU of a core',
    'memory alone',
    'together (PSS)',
    'processes',
    'children started',
    'on disk a day',
    'write() a day',
  ];
  const rows = [...costs].map(([name, cost]) => [
    name,
    `${(cost.cpuFraction * 100).toFixed(3)} %`,
    alone.has(name) ? `${(alone.get(name) / MEGABYTE).toFixed(0)} MB` : '',
    `${(cost.pssBytes / MEGABYTE).toFixed(0)} MB`,
    String(cost.processes),
    cost.sure ? '0' : cost.started === 0 ? 'some, short' : `${cost.started} or more`,
    perDay(cost.writtenBytes, passedMs),
    perDay(cost.calledBytes, passedMs),
  ]);
  const widths = head.map((_title, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  for (const row of [head, ...rows]) {
    console.log(
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
    );
  }
}

function perDay(bytes, passedMs) {
  return `${((bytes * DAY_MS) / passedMs / MEGABYTE).toFixed(1)} MB`;
}

function judge(costs, passedMs, alone) {
  console.log('');
  for (const { name, empty, cpu, memory, writtenADay } of AIMS) {
    const [cost, bare] = [costs.get(name), costs.get(empty)];
    if (!cost || cost.ended) continue;
    const say = (what, met) => console.log(`${met ? 'met   ' : 'MISSED'}  ${name}: ${what}`);
    say(`${(cost.cpuFraction * 100).toFixed(3)} % of a core, aim ${cpu * 100} %`, cost.cpuFraction <= cpu);
    if (alone.has(name) && alone.has(empty)) {
      const ratio = alone.get(name) / alone.get(empty);
      say(`${ratio.toFixed(2)} times the memory of ${empty}, each alone, aim ${memory}`, ratio <= memory);
    }
    if (bare && !bare.ended) {
      console.log(
        `        ${(cost.pssBytes / bare.pssBytes).toFixed(2)} times while all run together and share the runtime`,
      );
    }
    if (writtenADay === null) continue;
    say('no child process, aim none', cost.sure);
    const written = (cost.writtenBytes * DAY_MS) / passedMs;
    say(
      `${(written / MEGABYTE).toFixed(1)} MB written a day, aim ${writtenADay / MEGABYTE} MB`,
      written <= writtenADay,
    );
  }
}
