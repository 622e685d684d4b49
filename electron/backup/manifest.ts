/** What a backup file says of itself; stored inside the file, so that the catalogue can be rebuilt from files alone. */
import { BACKUP_KINDS } from '@shared/models';
import { z } from 'zod';

export const FULL_FORMAT = 'holdfast-full/1';
export const CHANGES_FORMAT = 'holdfast-changes/1';

/** Files of changed pages that a chain holds at most after its full one: all of them are read to restore the last. */
export const LONGEST_CHAIN = 7;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
const Id = z.string().min(1).max(64);

const both = {
  id: Id,
  /** `path` is where the database lay, so that a catalogue rebuilt elsewhere can tell what a backup is of. */
  database: z.object({ id: Id, name: z.string().min(1).max(200), path: z.string().min(1).max(4096) }),
  /** Mark of the home that made the file: only that one's retention deletes it. Older files have none. */
  home: z.string().min(1).max(64).optional(),
  kind: z.enum(BACKUP_KINDS),
  createdAt: z.iso.datetime(),
  /** Of the whole image of that moment, also where only its changed pages are in the file. */
  contentBytes: count,
  contentSha256: Sha256,
  /** Uncompressed bytes of each gzip member but the last. */
  memberBytes: z.number().int().positive(),
  pageSizeBytes: count,
  pageCount: count,
  schemaVersion: count,
  userVersion: z.number().int(),
  applicationId: z.number().int(),
  /** Journal mode of the live database when it was copied. */
  journalMode: z.string().max(20),
  encoding: z.string().max(20),
  sqliteVersion: z.string().max(40),
};

export const FullManifest = z.object({ format: z.literal(FULL_FORMAT), ...both });
export type FullManifest = z.infer<typeof FullManifest>;

export const ChangesManifest = z.object({
  format: z.literal(CHANGES_FORMAT),
  ...both,
  /** The restore point whose image these pages change, and that image's SHA-256. */
  parentId: Id,
  parentContentSha256: Sha256,
  /** The full restore point that the chain begins with. */
  chainId: Id,
  /** Links to that one. */
  chainLength: z.number().int().min(1).max(LONGEST_CHAIN),
  changedPages: z.number().int().positive(),
  /** Size and SHA-256 of what the file holds, uncompressed: the stream of `changes-format.ts`. */
  streamBytes: count,
  streamSha256: Sha256,
});
export type ChangesManifest = z.infer<typeof ChangesManifest>;

export const Manifest = z.discriminatedUnion('format', [FullManifest, ChangesManifest]);
export type Manifest = z.infer<typeof Manifest>;

/** What comes out of a backup file when it is decompressed: the image, or the stream of changed pages. */
export function streamOf(manifest: Manifest): { bytes: number; sha256: string } {
  return manifest.format === FULL_FORMAT
    ? { bytes: manifest.contentBytes, sha256: manifest.contentSha256 }
    : { bytes: manifest.streamBytes, sha256: manifest.streamSha256 };
}
