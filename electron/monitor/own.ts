/** What Holdfast itself costs, in all of its processes. */
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { isAbsent, isEnded, KERNEL, KernelFile, type KernelUnits, kernelUnits } from './proc';
import { parseStat, type ProcessRow } from './processes';

/**
 * Proportional memory is counted page by page (half a millisecond a process): at most once in this time. In between
 * the last figure stands.
 */
const COUNT_MEMORY_EVERY_MS = 60_000;

const STAT_BYTES = 1_024;

export interface OwnFigures {
  /** Share of all processors since the look before; null at the first. */
  cpuFraction: number | null;
  /** Null until it was counted. */
  memoryBytes: number | null;
}

export class OwnCost {
  /** Their files stay open: another process that is given the number later is not taken for it. */
  private readonly processes = new Map<number, KernelFile>();
  private readonly units: KernelUnits = kernelUnits();
  private before: { atMs: number; spentMs: number } | null = null;
  private memory: { bytes: number; atMs: number } | null = null;
  private counting = false;
  private failure: { thrown: unknown } | null = null;

  /** @param pids of all of Holdfast's processes, this one among them; only this one is counted where there is no /proc */
  constructor(
    private readonly pids: () => readonly number[],
    private readonly platform = process.platform,
  ) {}

  /** @throws what went wrong when memory was counted last */
  read(atMs: number): OwnFigures {
    const { before, failure } = this;
    this.failure = null;
    if (failure) throw failure.thrown;
    const { spentMs, newMs } = this.spent();
    this.before = { atMs, spentMs };
    if (this.platform === 'linux') this.countMemory(atMs);
    else this.memory = { bytes: process.memoryUsage.rss(), atMs };
    const memoryBytes = this.memory?.bytes ?? null;
    const availableMs = before ? (atMs - before.atMs) * os.availableParallelism() : 0;
    if (!before || availableMs <= 0) return { cpuFraction: null, memoryBytes };
    // A process that was found now has worked before: that is not counted into this interval.
    const share = (spentMs - newMs - before.spentMs) / availableMs;
    return { cpuFraction: Math.min(1, Math.max(0, share)), memoryBytes };
  }

  restart(): void {
    this.before = null;
  }

  close(): void {
    for (const file of this.processes.values()) file.close();
    this.processes.clear();
  }

  /** Of all processes, their ended children included: a job's time moves to its parent when it ends, and is not lost. */
  private spent(): { spentMs: number; newMs: number } {
    const cpu = process.cpuUsage();
    let spentMs = (cpu.user + cpu.system) / 1_000;
    let newMs = 0;
    if (this.platform !== 'linux') return { spentMs, newMs };
    const pids = new Set([process.pid, ...this.pids()]);
    for (const pid of this.processes.keys()) if (!pids.has(pid)) this.forget(pid);
    for (const pid of pids) {
      const known = this.processes.has(pid);
      const row = this.look(pid);
      if (!row) continue;
      // Of this process Node tells exactly.
      const ms = ((pid === process.pid ? 0 : row.ticks) + row.childTicks) * this.units.tickMs;
      spentMs += ms;
      if (!known) newMs += ms;
    }
    return { spentMs, newMs };
  }

  /** Null for a process that has ended, or that is not shown to us. */
  private look(pid: number): ProcessRow | null {
    const file = this.processes.get(pid) ?? new KernelFile(`${KERNEL.proc}/${pid}/stat`, STAT_BYTES);
    try {
      const row = parseStat(file.read());
      this.processes.set(pid, file);
      return row;
    } catch (thrown) {
      this.forget(pid);
      if (isEnded(thrown) || isAbsent(thrown)) return null;
      throw thrown;
    }
  }

  private forget(pid: number): void {
    this.processes.get(pid)?.close();
    this.processes.delete(pid);
  }

  private countMemory(atMs: number): void {
    if (this.counting || (this.memory && atMs - this.memory.atMs < COUNT_MEMORY_EVERY_MS)) return;
    this.counting = true;
    void this.count(atMs);
  }

  private async count(atMs: number): Promise<void> {
    try {
      this.memory = { bytes: await memoryOf([...this.processes.keys()], this.units.pageBytes), atMs };
    } catch (thrown) {
      this.failure = { thrown };
    } finally {
      this.counting = false;
    }
  }
}

/**
 * Memory of processes taken together. A page that several share counts once in all (PSS). A sandboxed process does not
 * show that: of it the pages count that it shares with nobody, because those it shares are in the others' figures.
 */
export async function memoryOf(pids: readonly number[], pageBytes: number, proc = KERNEL.proc): Promise<number> {
  let bytes = 0;
  // One after the other: this takes threads from real work.
  for (const pid of pids) {
    bytes +=
      parseProportional(await textOf(`${proc}/${pid}/smaps_rollup`)) ??
      unsharedPages(await textOf(`${proc}/${pid}/statm`)) * pageBytes;
  }
  return bytes;
}

/** Bytes; null when the text does not say. */
export function parseProportional(text: string): number | null {
  const kilobytes = /^Pss: +(\d+) kB$/m.exec(text)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
}

/** From /proc/<pid>/statm: resident without shared. 0 for a process that has ended. */
function unsharedPages(text: string): number {
  const [, resident = 0, shared = 0] = text.split(' ').map(Number);
  return Math.max(0, resident - shared);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (thrown) {
    if (isEnded(thrown) || isAbsent(thrown)) return '';
    throw thrown;
  }
}
