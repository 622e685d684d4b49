/** The small encrypted file beside an encrypted copy: what the copy holds, without reading all of it. */
import fs from 'node:fs/promises';
import { z } from 'zod';
import { type BackupFileInfo, readTrailerAs } from '../backup/decompress';
import { Manifest } from '../backup/manifest';
import { LogManifest } from '../continuous/log-manifest';

export const COPY_FORMAT = 'holdfast-copy/1';
/** Of a backup, or of a file of the transaction log. */
export const AnyManifest = z.union([Manifest, LogManifest]);
export type AnyManifest = z.infer<typeof AnyManifest>;

/** Reads the trailer of either; null when the file is neither, or its end is damaged. @throws what `fs` throws */
export async function readAnyManifest(file: string): Promise<BackupFileInfo<AnyManifest> | null> {
  const handle = await fs.open(file, 'r');
  try {
    return await readTrailerAs(handle, AnyManifest);
  } finally {
    await handle.close();
  }
}

const File = z.object({
  sizeBytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export const SealedManifest = z.object({
  format: z.literal(COPY_FORMAT),
  /** The manifest of the file. */
  manifest: AnyManifest,
  /** The file as it lies in the backup folder. */
  file: File,
  /** The encrypted copy of it. */
  encrypted: File,
});
export type SealedManifest = z.infer<typeof SealedManifest>;
