/** How busy the machine's processors were between two looks. */
import os from 'node:os';
import { KERNEL, KernelFile } from './proc';

/** Counters since the machine started, in ticks of any length. */
export interface CpuTimes {
  busy: number;
  total: number;
}

// The first line of /proc/stat; the whole file grows with processors and interrupts.
const FIRST_LINE_BYTES = 256;

/** Reads the counters of all processors together. */
export class CpuReader {
  private readonly file: KernelFile | null;
  private before: CpuTimes | null = null;

  constructor(proc = KERNEL.proc, platform = process.platform) {
    this.file = platform === 'linux' ? new KernelFile(`${proc}/stat`, FIRST_LINE_BYTES) : null;
  }

  /** Busy share since the look before, 0…1; null at the first look, and when the counters do not tell. */
  read(): number | null {
    const now = this.times();
    const { before } = this;
    this.before = now;
    return before && busyFraction(before, now);
  }

  times(): CpuTimes {
    return (this.file && parseProcStat(this.file.read())) ?? fromNode(os.cpus());
  }

  restart(): void {
    this.before = null;
  }

  close(): void {
    this.file?.close();
  }
}

/** From the `cpu` line of /proc/stat; null for anything else. Waiting for a disk is idle time. */
export function parseProcStat(text: string): CpuTimes | null {
  const line = /^cpu +(.+)$/m.exec(text)?.[1];
  const [user, nice, system, idle, ioWait = 0, irq = 0, softIrq = 0, steal = 0] = (line ?? '').split(' ').map(Number);
  if (user === undefined || nice === undefined || system === undefined || idle === undefined) return null;
  const busy = user + nice + system + irq + softIrq + steal;
  const total = busy + idle + ioWait;
  return Number.isFinite(total) ? { busy, total } : null;
}

function fromNode(cpus: os.CpuInfo[]): CpuTimes {
  const sum: CpuTimes = { busy: 0, total: 0 };
  for (const { times } of cpus) {
    const busy = times.user + times.nice + times.sys + times.irq;
    sum.busy += busy;
    sum.total += busy + times.idle;
  }
  return sum;
}

/** Busy share between two looks, 0…1; null when no time has passed on the counters or they were reset. */
export function busyFraction(before: CpuTimes, after: CpuTimes): number | null {
  const total = after.total - before.total;
  if (total <= 0) return null;
  return Math.min(1, Math.max(0, (after.busy - before.busy) / total));
}
