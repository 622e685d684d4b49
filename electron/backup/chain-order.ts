/** Whether the files of a chain follow each other, by what they say of themselves. Pure. */
import { CHANGES_FORMAT, FULL_FORMAT, type Manifest } from './manifest';

export interface PlacedManifest {
  manifest: Manifest;
  /** The restore point that the file must hold; undefined where nobody knows. */
  id: string | undefined;
}

/**
 * The first file that does not belong where it stands, and why; null when all do. A file that is known by itself to be
 * another one comes before two that do not fit together, so that the right one of the two is named.
 */
export function findStranger(links: readonly PlacedManifest[]): { index: number; detail: string } | null {
  const base = links[0]?.manifest;
  for (const [index, link] of links.entries()) {
    const detail = misplaced(index, link);
    if (detail !== null) return { index, detail };
  }
  for (const [index, { manifest }] of links.entries()) {
    const parent = links[index - 1]?.manifest;
    const detail = parent && base ? misfit(manifest, parent, base) : null;
    if (detail !== null) return { index, detail };
  }
  return null;
}

function misplaced(index: number, { manifest, id }: PlacedManifest): string | null {
  const place = manifest.format === FULL_FORMAT ? 0 : manifest.chainLength;
  if (place !== index) return `it is link ${place} of a chain and stands at ${index}`;
  if (id === undefined || id === manifest.id) return null;
  return `it is the restore point ${manifest.id}, not ${id}`;
}

function misfit(manifest: Manifest, parent: Manifest, base: Manifest): string | null {
  if (manifest.format !== CHANGES_FORMAT) return 'it is a full backup';
  if (manifest.parentId !== parent.id) return `its parent is ${manifest.parentId}, not ${parent.id}`;
  if (manifest.chainId !== base.id) return `its chain begins with ${manifest.chainId}, not ${base.id}`;
  if (manifest.parentContentSha256 !== parent.contentSha256) {
    return `it changes an image of SHA-256 ${manifest.parentContentSha256}, not ${parent.contentSha256}`;
  }
  if (manifest.pageSizeBytes !== parent.pageSizeBytes) {
    return `its pages have ${manifest.pageSizeBytes} bytes, not ${parent.pageSizeBytes}`;
  }
  return null;
}
