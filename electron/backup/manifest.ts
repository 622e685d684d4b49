/** What a backup file says of itself; stored inside the file, so that the catalogue can be rebuilt from files alone. */
import { BACKUP_KINDS } from '@shared/models';
import { z } from 'zod';

export const MANIFEST_FORMAT = 'holdfast-full/1';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

export const Manifest = z.object({
  format: z.literal(MANIFEST_FORMAT),
  id: z.string().min(1).max(64),
  /** `path` is where the database lay, so that a catalogue rebuilt elsewhere can tell what a backup is of. */
  database: z.object({
    id: z.string().min(1).max(64),
    name: z.string().min(1).max(200),
    path: z.string().min(1).max(4096),
  }),
  kind: z.enum(BACKUP_KINDS),
  createdAt: z.iso.datetime(),
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
});
export type Manifest = z.infer<typeof Manifest>;
