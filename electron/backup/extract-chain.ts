/**
 * Brings back the image of a restore point from its files: the full backup, then each file of changed pages. Every byte of
 * every file is compared on the way, and what comes out with the SHA-256 of the whole image of that moment.
 */
import fs from 'node:fs/promises';
import type { ProofCheck } from '@shared/models';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { knownCode } from '../errors/wrap';
import { type Chain, chainBroken } from './chain';
import { type ChainOptions, ChainReader, type OpenLink, type ReadChain, type ReadLink } from './chain-reader';
import { readTrailer } from './decompress';

export type { ChainOptions, ReadChain, ReadLink } from './chain-reader';

/**
 * Extracts a chain into the new file `target` and says what was found. Memory does not grow with the files.
 * @throws CHAIN_BROKEN when a file before the last is not there; what `fs` throws; the signal's reason
 */
export async function readChain(chain: Chain, target: string, options: ChainOptions): Promise<ReadChain> {
  const open: OpenLink[] = [];
  try {
    // From the end: the last one says of which moment a missing one is missing.
    for (const [index, link] of [...chain.entries()].toReversed()) {
      const handle = await openLink(link.file, index === chain.length - 1 ? null : createdAt(open));
      const { size } = await handle.stat();
      open.unshift({ link, handle, sizeBytes: size, info: null });
      const [first] = open;
      if (first) first.info = await readTrailer(handle);
    }
    return await new ChainReader(open, options).read(target);
  } finally {
    for (const { handle } of open) await handle.close();
  }
}

const createdAt = (open: readonly OpenLink[]): string => open.at(-1)?.info?.manifest.createdAt ?? '';

/** `neededAt`: the moment of the restore point that needs the file; null for its own. */
async function openLink(file: string, neededAt: string | null): Promise<fs.FileHandle> {
  try {
    return await fs.open(file, 'r');
  } catch (thrown) {
    if (neededAt !== null && knownCode(thrown) === 'FILE_NOT_FOUND') throw chainBroken(file, neededAt, thrown);
    throw thrown;
  }
}

/**
 * Extracts a chain into the new file `target`. What it wrote stays when it throws.
 * @throws BACKUP_FILE_DAMAGED {path, step, createdAt} that names the damaged file, CHAIN_BROKEN {path, createdAt} for one
 * that is not there; what `fs` throws; the signal's reason
 */
export async function extractChain(chain: Chain, target: string, options: ChainOptions): Promise<ReadChain> {
  const reading = await readChain(chain, target, options);
  if (reading.damage) throw damageError(reading.links, reading.damage);
  return reading;
}

/** The error for a damaged file of a chain. */
export function damageError(links: readonly ReadLink[], damage: { index: number; check: ProofCheck }): HoldfastError {
  const { step, detail } = damage.check;
  const moment = links[damage.index]?.manifest?.createdAt ?? links.at(-1)?.manifest?.createdAt;
  const params = { path: links[damage.index]?.file ?? '', step, ...(moment ? { createdAt: moment } : {}) };
  return holdfastError('BACKUP_FILE_DAMAGED', { params, detail });
}
