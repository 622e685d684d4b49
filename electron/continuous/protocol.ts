/** What the main process and a capture process say to each other. One process captures one database until it is stopped. */
import { GENERATION_ENDS } from '@shared/recovery';
import { z } from 'zod';

const Path = z.string().min(1);
const count = z.number().int().nonnegative();

/** A place in the WAL: after the last frame that is in the log. `checksum`: the WAL's running checksum there. */
export const WalPosition = z.object({
  salts: z.tuple([count, count]),
  /** Byte in the WAL after the frame. */
  offset: count,
  checksum: z.tuple([z.number().int(), z.number().int()]),
});
export type WalPosition = z.infer<typeof WalPosition>;

export const CaptureSettings = z.object({
  database: z.object({ id: z.string(), name: z.string(), path: Path }),
  /** Mark of this home: written into each sealed file. */
  home: z.string(),
  /** Folder of the log files; made when it is not there. */
  folder: Path,
  /** Time between two looks at the WAL. */
  pollMs: count,
  /** The WAL is checkpointed and begun anew when it is this large. */
  checkpointBytes: count,
  /** The pin is given up when the WAL cannot be kept below this. */
  walLimitBytes: count,
  /** A segment is sealed when its content is this large, or this old and not empty. */
  sealBytes: count,
  sealMs: count,
});
export type CaptureSettings = z.infer<typeof CaptureSettings>;

const Base = z.object({
  pointId: z.string(),
  generationId: z.string(),
  replayFrom: count,
  usableFrom: count,
  usableAt: z.string(),
});

export const ToCapture = z.discriminatedUnion('type', [
  /**
   * Begins. Goes on with the newest generation in the folder where the WAL still follows it without a gap; begins a new one
   * otherwise.
   */
  z.object({ type: z.literal('start'), settings: CaptureSettings }),
  /** Answered by `marked` when everything that is committed by now is in the log on the disk. */
  z.object({ type: z.literal('mark'), requestId: count }),
  /** A restore point that the log can be replayed on: written into the next sealed files' manifests. */
  z.object({ type: z.literal('note-base'), base: Base }),
  /** Seals what there is, gives up the pin, ends. */
  z.object({ type: z.literal('stop') }),
]);
export type ToCapture = z.infer<typeof ToCapture>;

const Sealed = z.object({
  number: count,
  file: Path,
  firstTransaction: count,
  lastTransaction: count,
  fromAt: z.string(),
  untilAt: z.string(),
  sizeBytes: count,
  contentBytes: count,
  sha256: z.string(),
  contentSha256: z.string(),
});

export const FromCapture = z.discriminatedUnion('type', [
  /** `resumed`: the generation was there before. `transaction`: the last that is in the log. */
  z.object({
    type: z.literal('started'),
    generationId: z.string(),
    startedAt: z.string(),
    resumed: z.boolean(),
    transaction: count,
    pageSizeBytes: count,
  }),
  /** At most once a second: everything committed until `untilAt` is in the log on the disk. */
  z.object({
    type: z.literal('progress'),
    generationId: z.string(),
    transaction: count,
    untilAt: z.string(),
    openBytes: count,
    walBytes: count,
  }),
  /** A segment was written, synced, read back and compared. */
  z.object({ type: z.literal('sealed'), generationId: z.string(), segment: Sealed }),
  /** The log has a gap after this generation; a `started` follows unless the process ends. */
  z.object({
    type: z.literal('ended'),
    generationId: z.string(),
    because: z.enum(GENERATION_ENDS),
    at: z.string(),
    detail: z.string(),
  }),
  z.object({ type: z.literal('marked'), requestId: count, generationId: z.string(), transaction: count }),
  /** Capturing cannot go on; the process ends. */
  z.object({ type: z.literal('failed'), error: z.unknown() }),
  z.object({ type: z.literal('stopped') }),
]);
export type FromCapture = z.infer<typeof FromCapture>;
