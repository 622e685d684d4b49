/** The files that a restore point is made of. */
import type { ExpectedFile } from './prove';

/** One file of a chain, with what the catalogue knows of it; null where it was never read. */
export interface ChainLink {
  file: string;
  expected: ExpectedFile | null;
}
/** The full backup first, then each file of changed pages up to the restore point itself. */
export type Chain = readonly [ChainLink, ...ChainLink[]];
