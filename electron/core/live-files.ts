/** What can be seen of the guarded databases from outside: size, and whether they are there. Never opens them. */
import fs from 'node:fs/promises';
import type { Guard } from '../database/guard';
import { holdfastError } from '../errors/holdfast-error';
import { knownCode } from '../errors/wrap';
import type { CoreContext } from './context';

/** A path on a dead network mount hangs for ever; the look goes on without it. */
const STAT_TIMEOUT_MS = 2_000;

export class LiveFiles {
  private sizes = new Map<string, number>();
  /** Looks that have not come back: another is not sent after them. */
  private readonly hanging = new Set<string>();

  constructor(
    private readonly context: CoreContext,
    private readonly guard: Guard,
  ) {}

  /** Bytes of the database file and its WAL at the last look; null when it could not be seen. */
  sizeBytes(databaseId: string): number | null {
    return this.sizes.get(databaseId) ?? null;
  }

  /** Looks at every guarded database and records those that are gone. */
  async look(): Promise<void> {
    const sizes = new Map<string, number>();
    await Promise.all(
      this.guard.list().map(async ({ id, name, path }) => {
        if (this.hanging.has(id)) return;
        const found = await this.sizeOf(id, path);
        if (typeof found === 'number') sizes.set(id, found);
        if (found === 'gone') {
          this.context.problems.reportOnce(holdfastError('DATABASE_MISSING', { params: { name, path } }).toView(), id);
        } else if (found !== 'unseen') this.context.problems.settle(id, ['DATABASE_MISSING']);
      }),
    );
    this.sizes = sizes;
  }

  private async sizeOf(id: string, path: string): Promise<number | 'gone' | 'unseen'> {
    this.hanging.add(id);
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
