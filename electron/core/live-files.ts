/** What can be seen of the guarded databases from outside: size, and whether they are there. Never opens them. */
import fs from 'node:fs/promises';
import type { Guard } from '../database/guard';
import { holdfastError } from '../errors/holdfast-error';
import { knownCode } from '../errors/wrap';
import type { CoreContext } from './context';

/** A path on a dead network mount hangs for ever; the look goes on without it. */
const STAT_TIMEOUT_MS = 2_000;
/** Each look that hangs holds one of the four threads that all file work of the process shares. */
const MOST_HANGING = 2;

export class LiveFiles {
  private sizes = new Map<string, number>();
  /** Looks that have not come back, with the network mount they are at. */
  private readonly hanging = new Map<string, string | null>();

  constructor(
    private readonly context: CoreContext,
    private readonly guard: Guard,
    /** Mount point of the network or FUSE mount that holds a path; null for a local one. */
    private readonly remotePoint: (path: string) => Promise<string | null>,
  ) {}

  /** Bytes of the database file and its WAL at the last look; null when it could not be seen. */
  sizeBytes(databaseId: string): number | null {
    return this.sizes.get(databaseId) ?? null;
  }

  /** Looks at every guarded database and records those that are gone. */
  async look(): Promise<void> {
    const sizes = new Map<string, number>();
    for (const { id, name, path } of this.guard.list()) {
      const point = await this.remotePoint(path);
      if (this.mayHang(id, point)) continue;
      const found = await this.sizeOf(id, path, point);
      if (typeof found === 'number') sizes.set(id, found);
      if (found === 'gone') {
        this.context.problems.reportOnce(holdfastError('DATABASE_MISSING', { params: { name, path } }).toView(), id);
      } else if (found !== 'unseen') this.context.problems.settle(id, ['DATABASE_MISSING']);
    }
    this.sizes = sizes;
  }

  /** What hangs is not asked again, nor what lies beside it: it is not known, which is not gone. */
  private mayHang(id: string, point: string | null): boolean {
    if (this.hanging.has(id)) return true;
    return point !== null && (this.hanging.size >= MOST_HANGING || [...this.hanging.values()].includes(point));
  }

  private async sizeOf(id: string, path: string, point: string | null): Promise<number | 'gone' | 'unseen'> {
    this.hanging.set(id, point);
    const looking = statBoth(path).finally(() => this.hanging.delete(id));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<'unseen'>((resolve) => {
      timer = setTimeout(() => resolve('unseen'), STAT_TIMEOUT_MS);
    });
    try {
      return await Promise.race([looking, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function statBoth(path: string): Promise<number | 'gone' | 'unseen'> {
  try {
    const { size } = await fs.stat(path);
    const wal = await fs.stat(`${path}-wal`).catch(() => null);
    return size + (wal?.size ?? 0);
  } catch (thrown) {
    return knownCode(thrown) === 'FILE_NOT_FOUND' ? 'gone' : 'unseen';
  }
}
