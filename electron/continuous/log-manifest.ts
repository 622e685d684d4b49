/** What a sealed file of the transaction log says of itself, in the trailer that backups have too. */
import { z } from 'zod';
import { type BackupFileInfo, readTrailerAs } from '../backup/decompress';
import fs from 'node:fs/promises';
import type { LogBase } from './types';

export const LOG_MANIFEST_FORMAT = 'holdfast-log/1';

/** A trailer has room for about four times as many. */
const MOST_BASES = 100;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
const Id = z.string().min(1).max(64);

/** @see {LogBase} */
const Base = z.object({
  pointId: Id,
  generationId: Id,
  replayFrom: count,
  usableFrom: count,
  usableAt: z.iso.datetime(),
});

export const LogManifest = z
  .object({
    format: z.literal(LOG_MANIFEST_FORMAT),
    generationId: z.string().min(1).max(32),
    /** `path` is where the database lay, so that a catalogue rebuilt elsewhere can tell what the log is of. */
    database: z.object({ id: Id, name: z.string().min(1).max(200), path: z.string().min(1).max(4096) }),
    /** Mark of the home that made the file: only that one's retention deletes it. */
    home: Id,
    /** Number of the segment, from 1. */
    segment: z.number().int().positive(),
    firstTransaction: z.number().int().positive(),
    lastTransaction: z.number().int().positive(),
    /** The `from` of the first transaction and the `until` of the last. */
    fromAt: z.iso.datetime(),
    untilAt: z.iso.datetime(),
    pageSizeBytes: z.number().int().min(512).max(65_536),
    /** Size and SHA-256 of the content, as in `log-format.ts`. */
    contentBytes: count,
    contentSha256: Sha256,
    /** Uncompressed bytes of each gzip member but the last. */
    memberBytes: z.number().int().positive(),
    /** Restore points that this generation can be replayed on, as far as they were known when the file was sealed. */
    bases: z.array(Base).max(MOST_BASES),
    /** Hash of the last record before this segment (zeros for the first) and of the last one in it. */
    previousHash: Sha256,
    lastHash: Sha256,
  })
  .refine(({ firstTransaction, lastTransaction }) => firstTransaction <= lastTransaction)
  .refine(({ generationId, bases }) => bases.every((base) => base.generationId === generationId));
export type LogManifest = z.infer<typeof LogManifest>;

/** Those that a manifest has room for: the newest. Older ones stand in the files before. */
export const manifestBases = (bases: readonly LogBase[]): LogBase[] =>
  bases.toSorted((a, b) => a.usableFrom - b.usableFrom).slice(-MOST_BASES);

export type LogFileInfo = BackupFileInfo<LogManifest>;

/** Reads the trailer of a sealed log file; null when it is none, or its end is damaged. */
export const readLogTrailer = (handle: fs.FileHandle): Promise<LogFileInfo | null> =>
  readTrailerAs(handle, LogManifest);

/** As `readLogTrailer`, of a file by its name. @throws what `fs` throws */
export async function readLogManifestOf(file: string): Promise<LogFileInfo | null> {
  const handle = await fs.open(file, 'r');
  try {
    return await readLogTrailer(handle);
  } finally {
    await handle.close();
  }
}
