/** A restore point of the catalogue, made of what its file says of itself. */
import type { NewCatalogueEntry } from '../store/backups';
import { CHANGES_FORMAT, type Manifest } from './manifest';

/** What a manifest cannot say: where the file is, how large it became, and what is proved of it. */
export type EntryFacts = Pick<
  NewCatalogueEntry,
  'databaseId' | 'file' | 'sizeBytes' | 'sha256' | 'durationMs' | 'state' | 'verifiedAt' | 'checks'
>;

export function entryOf(manifest: Manifest, facts: EntryFacts): NewCatalogueEntry {
  const { id, kind, createdAt, contentBytes, contentSha256 } = manifest;
  const { pageSizeBytes, pageCount, schemaVersion, userVersion, applicationId } = manifest;
  const chain =
    manifest.format === CHANGES_FORMAT
      ? ({
          form: 'changes',
          parentId: manifest.parentId,
          chainId: manifest.chainId,
          chainLength: manifest.chainLength,
          changedPages: manifest.changedPages,
        } as const)
      : ({ form: 'full', parentId: null, chainId: id, chainLength: 0, changedPages: null } as const);
  return {
    ...{ id, kind, createdAt, contentBytes, contentSha256 },
    ...{ pageSizeBytes, pageCount, schemaVersion, userVersion, applicationId },
    ...chain,
    ...facts,
  };
}
