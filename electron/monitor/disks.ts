/** Space on the disks that hold given paths. A mount that does not answer must not hold up a sample. */
import type { StatsFs } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { knownCode } from '../errors/wrap';

export interface DiskFigures {
  /** Top of the file system that holds the path. */
  mount: string;
  /** Tells two paths on one disk. */
  device: string;
  usedBytes: number;
  /** What is used and what may still be used: without the part that only the system may fill. */
  totalBytes: number;
}
/** What `statfs` tells. */
export type Space = Pick<StatsFs, 'blocks' | 'bfree' | 'bavail' | 'bsize'>;
export type DiskLook = (path: string) => Promise<DiskFigures>;

// A sample waits this long for answers that are on their way; a disk that answers later is in the next sample.
const GRACE_MS = 200;
/** A look that takes longer is one at a dead mount: its disk is left out until it answers. */
export const DEAD_AFTER_MS = 2_000;
// Each look at a dead mount holds one of the few threads that all file work shares.
const MOST_DEAD = 2;

interface Watched {
  pendingSinceMs: number | null;
  last: DiskFigures | null;
}

/** Keeps the last figures of each path, with at most one look at a path under way. */
export class DiskWatch {
  private readonly watched = new Map<string, Watched>();

  constructor(
    private readonly look: DiskLook = lookAtDisk,
    private readonly graceMs = GRACE_MS,
    private readonly clockMs: () => number = () => performance.now(),
  ) {}

  /** The disks of `paths` that answer, each disk once, in the order of the paths. */
  async read(paths: readonly string[]): Promise<DiskFigures[]> {
    const wanted = [...new Set(paths)];
    for (const [path, { pendingSinceMs }] of this.watched) {
      if (pendingSinceMs === null && !wanted.includes(path)) this.watched.delete(path);
    }
    await settledWithin(
      wanted.flatMap((path) => this.ask(path) ?? []),
      this.graceMs,
    );
    const disks = new Map<string, DiskFigures>();
    for (const path of wanted) {
      const entry = this.entry(path);
      const { last } = entry;
      if (last && !this.isDead(entry) && !disks.has(last.device)) disks.set(last.device, last);
    }
    return [...disks.values()];
  }

  /** Begins a look; null when one is under way, or when too many mounts are dead already. */
  private ask(path: string): Promise<void> | null {
    const entry = this.entry(path);
    const dead = [...this.watched.values()].filter((other) => this.isDead(other)).length;
    if (entry.pendingSinceMs !== null || dead >= MOST_DEAD) return null;
    entry.pendingSinceMs = this.clockMs();
    return this.lookInto(entry, path);
  }

  private async lookInto(entry: Watched, path: string): Promise<void> {
    try {
      entry.last = await this.look(path);
    } catch {
      // A disk that is gone has no figures. What that means for backups is said where they are written.
      entry.last = null;
    } finally {
      entry.pendingSinceMs = null;
    }
  }

  private isDead({ pendingSinceMs }: Watched): boolean {
    return pendingSinceMs !== null && this.clockMs() - pendingSinceMs > DEAD_AFTER_MS;
  }

  private entry(path: string): Watched {
    const known = this.watched.get(path);
    if (known) return known;
    const entry: Watched = { pendingSinceMs: null, last: null };
    this.watched.set(path, entry);
    return entry;
  }
}

/** Figures of the disk that holds `path`, or the nearest folder above it that exists. */
export async function lookAtDisk(path: string): Promise<DiskFigures> {
  const { folder, device } = await nearest(path);
  return figuresOf(await statfs(folder), await topOf(folder, device), String(device));
}

export function figuresOf({ blocks, bfree, bavail, bsize }: Space, mount: string, device: string): DiskFigures {
  const usedBytes = (blocks - bfree) * bsize;
  return { mount, device, usedBytes, totalBytes: usedBytes + bavail * bsize };
}

async function nearest(path: string): Promise<{ folder: string; device: number }> {
  try {
    return { folder: path, device: (await stat(path)).dev };
  } catch (thrown) {
    const above = dirname(path);
    if (knownCode(thrown) !== 'FILE_NOT_FOUND' || above === path) throw thrown;
    return nearest(above);
  }
}

/** The highest folder on the same device. */
async function topOf(folder: string, device: number): Promise<string> {
  const above = dirname(folder);
  if (above === folder || (await stat(above)).dev !== device) return folder;
  return topOf(above, device);
}

/** Resolves when all have ended or after `limitMs`, whichever is first. */
async function settledWithin(work: Promise<void>[], limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([Promise.all(work), late]);
  clearTimeout(timer);
}
