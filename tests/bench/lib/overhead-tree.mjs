/**
 * What trees of processes cost, read from /proc. Processor time is exact to a tick of 10 ms: the time of a child that
 * has ended is its parent's. Processes are looked for twice a second; one that lives shorter is not seen itself, but
 * when its parent takes note of its end, the page faults of ended children grow, and every program has some. So no
 * growth and no new process means surely none, save for children whose parent asked the kernel to forget them.
 */
import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;
const LOOK_EVERY_MS = 500;
const IO_EVERY_LOOKS = 10;

/** @typedef {{ cpuFraction: number, pssBytes: number, started: number, sure: boolean, writtenBytes: number, calledBytes: number, processes: number, ended: boolean }} Cost */

/**
 * Watches trees from now on.
 * @param {Map<string, number>} roots process id of each tree, by name
 * @returns {() => Map<string, Cost>} ends the watch
 */
export function watchTrees(roots) {
  const startedMs = performance.now();
  const trees = new Map();
  let looks = 0;
  const look = () => {
    const rows = readProcesses();
    for (const [name, pid] of roots) {
      const tree = trees.get(name) ?? { first: null, known: new Set(), started: 0, last: null, io: new Map() };
      trees.set(name, tree);
      const members = treeOf(rows, pid);
      const keys = members.map((row) => `${row.pid}/${row.startedAt}`);
      if (tree.first) tree.started += keys.filter((key) => !tree.known.has(key)).length;
      for (const key of keys) tree.known.add(key);
      if (looks % IO_EVERY_LOOKS === 0) readIo(tree.io, members);
      tree.first ??= members;
      if (members.length > 0) tree.last = members;
    }
    looks += 1;
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);

  return () => {
    clearInterval(timer);
    look();
    const passedMs = performance.now() - startedMs;
    const rows = readProcesses();
    return new Map([...roots].map(([name, pid]) => [name, costOf(trees.get(name), treeOf(rows, pid), passedMs)]));
  };
}

function costOf({ first, last, started, io }, now, passedMs) {
  readIo(io, now);
  const before = new Map(first.map((row) => [row.pid, row]));
  // The last two looks at a tree that has ended are all there is of it.
  const members = now.length > 0 ? now : (last ?? []);
  const total = (rows) => rows.reduce((sum, row) => sum + row.ticks + row.childTicks, 0);
  const faults = members.some((row) => row.childFaults > (before.get(row.pid)?.childFaults ?? row.childFaults));
  const sum = (pick) => [...io.values()].reduce((all, one) => all + pick(one.last) - pick(one.first), 0);
  return {
    cpuFraction: ((total(members) - total(first)) * TICK_MS) / passedMs,
    pssBytes: now.reduce((all, { pid }) => all + pssOf(pid), 0),
    started,
    sure: started === 0 && !faults,
    writtenBytes: sum((one) => one.write_bytes),
    calledBytes: sum((one) => one.wchar),
    processes: now.length,
    ended: now.length === 0,
  };
}

function readProcesses() {
  return readdirSync('/proc').flatMap((entry) => {
    const text = /^\d+$/.test(entry) ? read(`/proc/${entry}/stat`) : '';
    if (text === '') return [];
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const at = (field) => Number(fields[field - 3]);
    return [
      {
        pid: Number(entry),
        parent: at(4),
        childFaults: at(11) + at(13),
        ticks: at(14) + at(15),
        childTicks: at(16) + at(17),
        startedAt: at(22),
      },
    ];
  });
}

function treeOf(rows, pid) {
  const tree = rows.filter((row) => row.pid === pid);
  for (const member of tree) tree.push(...rows.filter((row) => row.parent === member.pid));
  return tree;
}

/** A process that begins later begins at nothing; one that has ended keeps its last figures. */
function readIo(io, members) {
  const isFirst = io.size === 0;
  for (const { pid, startedAt } of members) {
    const now = Object.fromEntries(
      read(`/proc/${pid}/io`)
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(': '))
        .map(([name, value]) => [name, Number(value)]),
    );
    if (now.wchar === undefined) continue;
    const key = `${pid}/${startedAt}`;
    const known = io.get(key);
    if (known) known.last = now;
    else io.set(key, { first: isFirst ? now : { wchar: 0, write_bytes: 0 }, last: now });
  }
}

/** Memory of a tree as it is now, bytes. What several processes share counts once, in parts. */
export function memoryOf(root) {
  return treeOf(readProcesses(), root).reduce((all, { pid }) => all + pssOf(pid), 0);
}

function pssOf(pid) {
  return Number(/^Pss: +(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;
}

/** Empty when the process has ended, or is not shown to us. */
function read(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(error.code)) return '';
    throw error;
  }
}
