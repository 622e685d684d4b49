/** What is read from and written to the machine's disks. */
import { existsSync } from 'node:fs';
import { KERNEL, type KernelRoots, OptionalKernelFile } from './proc';
import { CounterRates } from './rates';

export interface DiskActivity {
  device: string;
  readPerSecond: number;
  writtenPerSecond: number;
}

/** Counters of one block device, bytes since the machine started. */
export interface DiskCounters {
  device: string;
  read: number;
  written: number;
}

/** /proc/diskstats counts in these, whatever the disk's own are. */
const SECTOR_BYTES = 512;
/**
 * What stands on other devices and would be counted twice (`dm`, `md`, `loop`, the paths of one NVMe disk), what is
 * memory (`ram`, `zram`), and drives for removable media without a medium.
 */
const NO_DISK = /^(loop|ram|zram|dm-|md\d|sr\d|fd\d|nvme\d+c\d+n)/;
const MOST_DISKS = 32;

export class DiskIoReader {
  private readonly file: OptionalKernelFile;
  private readonly reads = new CounterRates();
  private readonly writes = new CounterRates();
  private readonly whole = new Map<string, boolean>();

  constructor(private readonly roots: KernelRoots = KERNEL) {
    this.file = new OptionalKernelFile(`${roots.proc}/diskstats`);
  }

  /** Since the look before; a disk has no activity at its first look. */
  read(atMs: number): DiskActivity[] {
    const disks = parseDiskstats(this.file.read() ?? '')
      .filter(({ device }) => this.isWhole(device))
      .slice(0, MOST_DISKS);
    const reads = this.reads.perSecond(new Map(disks.map(({ device, read }) => [device, read])), atMs);
    const writes = this.writes.perSecond(new Map(disks.map(({ device, written }) => [device, written])), atMs);
    return disks.flatMap(({ device }) => {
      const [readPerSecond, writtenPerSecond] = [reads.get(device), writes.get(device)];
      if (readPerSecond === undefined || writtenPerSecond === undefined) return [];
      return [{ device, readPerSecond, writtenPerSecond }];
    });
  }

  restart(): void {
    this.reads.restart();
    this.writes.restart();
  }

  close(): void {
    this.file.close();
  }

  /** Partitions are listed beside their disks, but only disks have a folder of their own. */
  private isWhole(device: string): boolean {
    const known = this.whole.get(device);
    if (known !== undefined) return known;
    // The kernel writes `!` for the slash in names such as `cciss/c0d0`.
    const whole = existsSync(`${this.roots.sys}/block/${device.replaceAll('/', '!')}`);
    this.whole.set(device, whole);
    return whole;
  }
}

/** Devices that have been read or written, from /proc/diskstats: disks and partitions alike. */
export function parseDiskstats(text: string): DiskCounters[] {
  const found: DiskCounters[] = [];
  for (const line of text.split('\n')) {
    const columns = line.trim().split(/\s+/);
    const device = columns[2];
    if (device === undefined || NO_DISK.test(device)) continue;
    const [read, written] = [Number(columns[5] ?? Number.NaN), Number(columns[9] ?? Number.NaN)];
    if (read + written > 0) found.push({ device, read: read * SECTOR_BYTES, written: written * SECTOR_BYTES });
  }
  return found;
}
