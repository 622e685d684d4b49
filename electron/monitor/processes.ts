/** The processes of this machine, from /proc. */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isAbsent, isEnded, KERNEL } from './proc';

/** One process, in the kernel's units. */
export interface ProcessRow {
  pid: number;
  parent: number;
  /** At most 15 characters: the kernel keeps no more. */
  name: string;
  /** Processor time of its own, in ticks. */
  ticks: number;
  /** Of those of its children that have ended and were waited for. */
  childTicks: number;
  /** Since the machine started, in ticks: tells two processes of one number apart. */
  startedAt: number;
  residentPages: number;
}

/** The loop gets its turn after so much reading. */
const AT_A_STRETCH_MS = 5;
const STAT_BYTES = 1_024;

/** One look at all processes that this one may see. Two thousand take 40 ms, in stretches. */
export async function scanProcesses(proc = KERNEL.proc): Promise<ProcessRow[]> {
  const rows: ProcessRow[] = [];
  const buffer = Buffer.allocUnsafe(STAT_BYTES);
  let sinceMs = performance.now();
  for (const entry of readdirSync(proc)) {
    if (!/^\d+$/.test(entry)) continue;
    const row = readRow(`${proc}/${entry}/stat`, buffer);
    if (row) rows.push(row);
    if (performance.now() - sinceMs < AT_A_STRETCH_MS) continue;
    await nextTurn();
    sinceMs = performance.now();
  }
  return rows;
}

function readRow(path: string, buffer: Buffer): ProcessRow | null {
  try {
    const file = openSync(path, 'r');
    try {
      return parseStat(buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, 0)));
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    // It ended in the meantime, or is not shown to us.
    if (isEnded(thrown) || isAbsent(thrown)) return null;
    throw thrown;
  }
}

/** From /proc/<pid>/stat, proc_pid_stat(5); null for anything else. The name may hold blanks and brackets. */
export function parseStat(text: string): ProcessRow | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const columns = text.slice(close + 2).split(' ');
  const at = (field: number): number => Number(columns[field - 3] ?? Number.NaN);
  const row = {
    pid: Number(text.slice(0, open)),
    parent: at(4),
    name: text.slice(open + 1, close),
    ticks: at(14) + at(15),
    childTicks: at(16) + at(17),
    startedAt: at(22),
    residentPages: Math.max(0, at(24)),
  };
  return Number.isFinite(row.ticks + row.residentPages + row.startedAt) ? row : null;
}

/** `pid` and all processes below it. */
export function treeOf(rows: readonly ProcessRow[], pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const row of rows) children.set(row.parent, [...(children.get(row.parent) ?? []), row.pid]);
  const tree = [pid];
  // Grows while it is walked.
  for (const member of tree) tree.push(...(children.get(member) ?? []));
  return tree;
}
