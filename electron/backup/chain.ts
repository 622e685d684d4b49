/** The files that a restore point is made of. */
import fs from 'node:fs/promises';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { knownCode, wrapError } from '../errors/wrap';
import type { CatalogueEntry } from '../store/backups';
import type { Store } from '../store/open';
import { expectationOf } from './catalogue';
import type { ExpectedFile } from './prove';

/** One file of a chain, with what the catalogue knows of it; null where it was never read. */
export interface ChainLink {
  file: string;
  expected: ExpectedFile | null;
  /** The restore point that the file must hold, where that is known. */
  id?: string | undefined;
}
/** The full backup first, then each file of changed pages up to the restore point itself. */
export type Chain = readonly [ChainLink, ...ChainLink[]];

/** What is known of the links of a restore point by the catalogue alone, the full one first. */
type Links = Pick<Store, 'backups' | 'databases'>;

/**
 * The files of a restore point in the backup folder, base first.
 * @throws CHAIN_BROKEN {name, createdAt, path} when an earlier link is not known or its file is not there,
 * BACKUP_FILE_MISSING when the restore point's own is not; what `fs` throws, wrapped
 */
export async function localChain(store: Links, entry: CatalogueEntry): Promise<Chain> {
  const name = store.databases.get(entry.databaseId)?.name ?? entry.databaseId;
  const params = { name, createdAt: entry.createdAt };
  const [base, ...rest] = linksOf(entry, (id) => store.backups.get(id)).map(linkOf);
  if (!base) {
    const detail = `a restore point before ${entry.id} is not in the catalogue`;
    throw holdfastError('CHAIN_BROKEN', { params: { ...params, path: entry.file }, detail });
  }
  const chain: Chain = [base, ...rest];
  for (const { file } of chain) {
    if (await isThere(file)) continue;
    const own = file === entry.file;
    throw holdfastError(own ? 'BACKUP_FILE_MISSING' : 'CHAIN_BROKEN', { params: { ...params, path: file } });
  }
  return chain;
}

/** The restore points that `entry` is made of, base first, itself last; empty when one of them is not known. */
export function linksOf(entry: CatalogueEntry, get: (id: string) => CatalogueEntry | null): CatalogueEntry[] {
  const links = [entry];
  for (let link = entry; link.parentId !== null; ) {
    const parent = get(link.parentId);
    // A chain that leads back to itself has no base.
    if (!parent || links.some(({ id }) => id === parent.id)) return [];
    links.unshift(parent);
    link = parent;
  }
  return links;
}

/** A file of the backup folder as a link of a chain. */
export const linkOf = (entry: CatalogueEntry): ChainLink => ({
  file: entry.file,
  expected: expectationOf(entry),
  id: entry.id,
});

/** A link before the restore point of `createdAt` is not there. */
export const chainBroken = (file: string, createdAt: string, cause?: unknown): HoldfastError =>
  holdfastError('CHAIN_BROKEN', { params: { path: file, createdAt }, cause, detail: `${file} is not there` });

async function isThere(file: string): Promise<boolean> {
  try {
    return (await fs.stat(file)).isFile();
  } catch (thrown) {
    if (knownCode(thrown) === 'FILE_NOT_FOUND') return false;
    throw wrapError(thrown, { path: file });
  }
}
