/**
 * Proves a restore point: every byte of its files and of what comes out of them is compared, and that is opened and
 * checked by SQLite. Hashes find what SQLite's own checks miss (of 1 000 single bit flips integrity_check saw a third),
 * and SQLite's checks find what hashes cannot: a faithful copy of a damaged database.
 */
import type { ProofCheck } from '@shared/models';
import type { IntegrityChecker } from '../integrity/check';
import type { Chain } from './chain';
import { type ReadChain, readChain, type ReadLink } from './extract-chain';
import type { Manifest } from './manifest';
import { check, integrityChecks, isProved } from './proof-checks';

export { check, contentChecks, type ExpectedFile, integrityChecks, isProved } from './proof-checks';

export interface ProofOptions {
  check: IntegrityChecker;
  onProgress: (doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

export interface Proof {
  proved: boolean;
  checks: ProofCheck[];
  /** Of the restore point's own file. Null when it is no readable backup of Holdfast. */
  manifest: Manifest | null;
  sizeBytes: number;
  /** Null when the file could not be read to its end. */
  sha256: string | null;
  /** Every file of the restore point, base first, its own last. */
  links: ReadLink[];
  /** The file that is not what it must be; null also when only SQLite found a fault. */
  damage: ReadChain['damage'];
}

/**
 * Proves the restore point that `chain` ends with, by restoring it into the new file `contentFile`.
 * A failed check is a result, not an exception; later steps that need an earlier one are left out.
 * @param provedContent the catalogue knows the content, by its SHA-256, as one that SQLite's checks passed: when the bytes
 * are the same they are not checked again
 * @throws CHAIN_BROKEN when a file before the restore point's own is not there; what `fs` throws when a file or the
 * scratch folder cannot be used; the signal's reason
 */
export async function proveBackup(
  chain: Chain,
  contentFile: string,
  options: ProofOptions,
  provedContent = false,
): Promise<Proof> {
  const { checks, links, damage } = await readChain(chain, contentFile, options);
  const own = links.at(-1);
  if (isProved(checks)) {
    if (provedContent && chain.at(-1)?.expected) {
      const same = 'not repeated: the content is, byte for byte, what passed when this restore point was proved';
      checks.push(check('integrity-check', true, same));
    } else checks.push(...integrityChecks(await options.check(contentFile, options.signal)));
  }
  return {
    proved: isProved(checks),
    checks,
    manifest: own?.manifest ?? null,
    sizeBytes: own?.sizeBytes ?? 0,
    sha256: own?.sha256 ?? null,
    links,
    damage,
  };
}
