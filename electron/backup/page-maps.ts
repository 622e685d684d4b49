/**
 * The page map of the newest restore point that a backup of changed pages can build on, one a database:
 * `<home>/pages/<database>.map`, and beside it `<database>.json` that names the point.
 *
 * The two are put in place one after the other, after the point is in the catalogue. A crash in between leaves a map that
 * is not of the point that is named: the job compares the SHA-256 of the image in the map with the point's, and takes
 * a full backup. Nothing here has to be synced either: what a power cut damages does not pass the checks.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { CoreContext } from '../core/context';
import { wrapError } from '../errors/wrap';
import type { CatalogueEntry } from '../store/backups';
import { linksOf } from './chain';
import { type BackupParent, removeAll } from './take-backup';

const Note = z.object({
  pointId: z.string(),
  /** Device and inode of the database when the point was taken. */
  identity: z.string(),
  /** The database as it looked just before a snapshot that held what the point holds; null where that proves nothing. */
  stamp: z.string().nullable(),
});
type Note = z.infer<typeof Note>;

/** A restore point that is proved, all its chain as well, with its page map. */
export interface Parent {
  point: CatalogueEntry;
  /** Base first, the point itself last. */
  chain: CatalogueEntry[];
  mapFile: string;
  identity: string;
  stamp: string | null;
}

export class PageMaps {
  constructor(private readonly context: Pick<CoreContext, 'paths' | 'store' | 'problems'>) {}

  /** Null when there is none; what happened to the point since it was taken counts: the catalogue is asked. */
  async parentOf(databaseId: string): Promise<Parent | null> {
    const { map, note } = this.files(databaseId);
    const read = await readNote(note);
    const { backups } = this.context.store;
    const point = read && backups.get(read.pointId);
    if (!point || point.databaseId !== databaseId) return null;
    const chain = linksOf(point, (id) => backups.get(id));
    if (chain.length === 0 || chain.some(({ state }) => state !== 'proved')) return null;
    return { point, chain, mapFile: map, identity: read.identity, stamp: read.stamp };
  }

  /** Whether the parent is still what it was when it was asked for: it may have been deleted or found damaged since. */
  isWhole({ point }: Parent): boolean {
    const { backups } = this.context.store;
    const now = backups.get(point.id);
    const chain = now ? linksOf(now, (id) => backups.get(id)) : [];
    return chain.length > 0 && chain.every(({ state }) => state === 'proved');
  }

  /**
   * Takes the page map of a point that is in the catalogue and proved. One that cannot be kept is reported: the backup
   * counts, the next one is full.
   */
  async keep(point: CatalogueEntry, newMapFile: string, facts: Omit<Note, 'pointId'>): Promise<void> {
    const { map } = this.files(point.databaseId);
    try {
      await fs.rename(newMapFile, map);
      await this.write(point.databaseId, { pointId: point.id, ...facts });
    } catch (thrown) {
      this.context.problems.report(wrapError(thrown, { path: map }).toView(), point.databaseId);
    }
  }

  /** Remembers that the parent still held everything when the database looked like this. */
  async stillHolds({ point, identity }: Parent, stamp: string | null): Promise<void> {
    try {
      await this.write(point.databaseId, { pointId: point.id, identity, stamp });
    } catch (thrown) {
      const { note } = this.files(point.databaseId);
      this.context.problems.report(wrapError(thrown, { path: note }).toView(), point.databaseId);
    }
  }

  private async write(databaseId: string, note: Note): Promise<void> {
    const { note: file } = this.files(databaseId);
    // By rename: never half of one.
    await fs.writeFile(`${file}.new`, `${JSON.stringify(note)}\n`, { mode: 0o600 });
    await fs.rename(`${file}.new`, file);
  }

  /** Removes what belongs to databases that are guarded no more. For the start. */
  async sweep(): Promise<void> {
    const { pages } = this.context.paths;
    const guarded = new Set(this.context.store.databases.list().map(({ id }) => id));
    const left = (await fs.readdir(pages)).filter((name) => !guarded.has(name.replace(/\.(map|json)$/, '')));
    await removeAll(left.map((name) => path.join(pages, name)));
  }

  private files(databaseId: string): { map: string; note: string } {
    const base = path.join(this.context.paths.pages, databaseId);
    return { map: `${base}.map`, note: `${base}.json` };
  }
}

/** A parent as the job takes it. `changesFile`: name of the backup when it holds changed pages. */
export function parentRequest(parent: Parent, changesFile: string): BackupParent {
  const { point, chain, mapFile, identity } = parent;
  const { id: pointId, chainId, chainLength, contentSha256, pageSizeBytes } = point;
  const files = chain.map(({ file, sizeBytes }) => ({ file, sizeBytes }));
  return { pointId, chainId, chainLength, contentSha256, pageSizeBytes, mapFile, identity, files, changesFile };
}

async function readNote(file: string): Promise<Note | null> {
  try {
    return Note.safeParse(JSON.parse(await fs.readFile(file, 'utf8'))).data ?? null;
  } catch {
    // Missing, half gone or not JSON: then there is nothing to build on, and the next backup is full.
    return null;
  }
}
