/** Decides whether a backup stores the whole image or only the pages that changed, and says why. */
import type { PointForm } from '@shared/models';
import { LONGEST_CHAIN } from './manifest';

/** What the restore point that a backup may build on says of itself. */
export interface ParentFacts {
  /** Links to the full restore point of its chain. */
  chainLength: number;
  contentSha256: string;
  pageSizeBytes: number;
  /** Device and inode of the database when it was copied. */
  identity: string;
  /** True when every file of its chain is where it was, with the size it had. */
  filesThere: boolean;
}

/** What was found when the database was copied now. */
export interface ImageFacts {
  contentSha256: string;
  pageSizeBytes: number;
  pageCount: number;
  identity: string;
}

/**
 * `no-parent`: nothing to build on that is proved and whole. `map-unusable`: which pages changed cannot be told.
 * `replaced-file`: another file lies where the database was. `chain-full`: restoring would have to read too many files.
 * `over-half`: a chain would save little. `unchanged`: the newest restore point holds exactly this.
 */
export type FormReason =
  | 'no-parent'
  | 'page-size'
  | 'replaced-file'
  | 'unchanged'
  | 'chain-full'
  | 'map-unusable'
  | 'over-half'
  | 'changes';

export interface FormChoice {
  /** `none`: nothing is to be stored. */
  form: PointForm | 'none';
  reason: FormReason;
}

/** What can be said before the pages are compared; null when that is needed. */
export function chooseEarly(parent: ParentFacts | null, image: ImageFacts): FormChoice | null {
  if (!parent?.filesThere) return { form: 'full', reason: 'no-parent' };
  if (parent.pageSizeBytes !== image.pageSizeBytes) return { form: 'full', reason: 'page-size' };
  if (parent.identity !== image.identity) return { form: 'full', reason: 'replaced-file' };
  if (parent.contentSha256 === image.contentSha256) return { form: 'none', reason: 'unchanged' };
  return parent.chainLength >= LONGEST_CHAIN ? { form: 'full', reason: 'chain-full' } : null;
}

/**
 * @param changedPages pages that differ from the parent's; null when its page map cannot be used
 */
export function chooseForm(parent: ParentFacts | null, image: ImageFacts, changedPages: number | null): FormChoice {
  const early = chooseEarly(parent, image);
  if (early) return early;
  // The image is another one: a map by which no page changed is not the map of the parent.
  if (changedPages === null || changedPages === 0) return { form: 'full', reason: 'map-unusable' };
  if (changedPages * 2 > image.pageCount) return { form: 'full', reason: 'over-half' };
  return { form: 'changes', reason: 'changes' };
}
