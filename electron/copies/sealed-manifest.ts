/** The small encrypted file beside an encrypted copy: what the copy holds, without reading all of it. */
import { z } from 'zod';
import { Manifest } from '../backup/manifest';

export const COPY_FORMAT = 'holdfast-copy/1';
const File = z.object({
  sizeBytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export const SealedManifest = z.object({
  format: z.literal(COPY_FORMAT),
  /** The manifest of the backup file. */
  manifest: Manifest,
  /** The backup file. */
  file: File,
  /** The encrypted copy of it. */
  encrypted: File,
});
export type SealedManifest = z.infer<typeof SealedManifest>;
