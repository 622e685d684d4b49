/** Memory and swap in use. */
import { KERNEL, KernelFile } from './proc';

export interface MemoryFigures {
  usedBytes: number;
  totalBytes: number;
  swapUsedBytes: number;
  swapTotalBytes: number;
}

const MEMINFO_BYTES = 4_096;
// Where it is not read from /proc it may start programs, and those must not run at every sample.
const ELSEWHERE_EVERY_MS = 60_000;
const ELSEWHERE_LIMIT_MS = 5_000;

/** Reads memory figures; one instance a process, because it remembers the last answer where looking is dear. */
export class MemoryReader {
  private last: MemoryFigures | null = null;
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | null = null;
  private readonly file: KernelFile | null;

  constructor(proc = KERNEL.proc, platform = process.platform) {
    this.file = platform === 'linux' ? new KernelFile(`${proc}/meminfo`, MEMINFO_BYTES) : null;
  }

  /** Null while nothing has been learned yet. Rejects when the machine does not say. */
  async read(): Promise<MemoryFigures | null> {
    return (this.file && parseMeminfo(this.file.read())) ?? (await this.elsewhere());
  }

  close(): void {
    this.file?.close();
  }

  /** One question at a time; the first answer is waited for, later ones are not. */
  private async elsewhere(): Promise<MemoryFigures | null> {
    if (!this.asking && performance.now() - this.askedAtMs >= ELSEWHERE_EVERY_MS) {
      this.askedAtMs = performance.now();
      this.asking = this.ask().finally(() => {
        this.asking = null;
      });
    }
    const { asking } = this;
    if (asking && !this.last) await within(asking, ELSEWHERE_LIMIT_MS);
    // A later question that fails leaves the answer before it, and is asked again.
    else asking?.catch(() => undefined);
    return this.last;
  }

  private async ask(): Promise<void> {
    const { mem } = await import('systeminformation');
    const { total, available, swapused, swaptotal } = await mem();
    this.last = {
      usedBytes: total - available,
      totalBytes: total,
      swapUsedBytes: swapused,
      swapTotalBytes: swaptotal,
    };
  }
}

/** From /proc/meminfo: what cannot be had without swapping is in use, so caches are not. Null without `MemAvailable`. */
export function parseMeminfo(text: string): MemoryFigures | null {
  const bytes = (name: string): number | null => {
    const found = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1];
    return found === undefined ? null : Number(found) * 1_024;
  };
  const [total, available] = [bytes('MemTotal'), bytes('MemAvailable')];
  if (total === null || available === null) return null;
  const swapTotalBytes = bytes('SwapTotal') ?? 0;
  const swapUsedBytes = swapTotalBytes - (bytes('SwapFree') ?? swapTotalBytes);
  return { usedBytes: total - available, totalBytes: total, swapUsedBytes, swapTotalBytes };
}

/** Resolves when `work` ends or after `limitMs`, whichever is first; its failure is thrown on. */
function within(work: Promise<void>, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, limitMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
