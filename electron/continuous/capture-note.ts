/**
 * What a capture needs to go on with a generation after it ended in any way: where in the WAL the log is. A small file
 * beside the log, `.NAME-GENERATION.position`, there as long as the generation may go on.
 *
 * Two places in the file are written in turn, each with a hash of its own: what a crash tears is at most the newer one. It
 * is not synced each time: an older place serves as well, because what the log holds behind it is compared with the WAL.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { GENERATION_ENDS } from '@shared/recovery';
import { z } from 'zod';
import { WalPosition } from './protocol';
import { syncFolder } from './sync-folder';

const SLOT_BYTES = 4096;
const HASH_CHARS = 64;

const count = z.number().int().nonnegative();

export const CaptureNote = z.object({
  database: z.object({ id: z.string(), name: z.string(), path: z.string() }),
  /** Mark of the home that captures. */
  home: z.string(),
  generationId: z.string(),
  startedAt: z.string(),
  /** Which file the database is: see `identityOf`. */
  identity: z.string(),
  pageSizeBytes: count,
  /** Number of the segment that is written. */
  segment: count,
  /** The last transaction in the log, and its hash, hex. */
  transaction: count,
  hash: z.string(),
  position: WalPosition,
  /** When the last look at the WAL began, milliseconds since 1970. */
  lookedAtMs: count,
  /** Why the generation ended; null while it may go on. */
  ended: z.object({ because: z.enum(GENERATION_ENDS), at: z.string(), detail: z.string() }).nullable(),
});
export type CaptureNote = z.infer<typeof CaptureNote>;

const Slot = z.object({ turn: count, note: CaptureNote });

const NAME = /^\.(?<stem>.+-(?<generation>\d{8}T\d{6}Z-[0-9a-f]{6}))\.position$/u;

/** Generation that a note's name tells; null when it is no note. */
export const noteGeneration = (name: string): string | null => NAME.exec(name)?.groups?.['generation'] ?? null;

export const noteName = (slugOfName: string, generationId: string): string => `.${slugOfName}-${generationId}.position`;

export class NoteFile {
  private constructor(
    readonly file: string,
    private readonly fd: number,
    private turn: number,
  ) {}

  /** Makes it, on the disk when this returns. @throws what `fs` throws */
  static create(file: string, note: CaptureNote): NoteFile {
    const noteFile = new NoteFile(file, fs.openSync(file, 'w', 0o600), 0);
    noteFile.write(note);
    noteFile.sync();
    syncFolder(file);
    return noteFile;
  }

  /** Opens one to go on with; the note is null when both places are damaged. @throws what `fs` throws */
  static open(file: string): { noteFile: NoteFile; note: CaptureNote | null } {
    const fd = fs.openSync(file, 'r+');
    const newest = [0, 1].flatMap((place) => readSlot(fd, place) ?? []).toSorted((a, b) => b.turn - a.turn)[0];
    return { noteFile: new NoteFile(file, fd, newest?.turn ?? 0), note: newest?.note ?? null };
  }

  /** Not on the disk until `sync`, but safe from an end of this process. @throws what `fs` throws */
  write(note: CaptureNote): void {
    this.turn++;
    const json = Buffer.from(JSON.stringify({ turn: this.turn, note }));
    const slot = Buffer.alloc(SLOT_BYTES, ' ');
    const length = HASH_CHARS + 1 + json.length + 1;
    if (length > SLOT_BYTES) throw new RangeError('the note of a capture is too long');
    slot.write(`${createHash('sha256').update(json).digest('hex')} `, 'latin1');
    json.copy(slot, HASH_CHARS + 1);
    slot.write('\n', length - 1, 'latin1');
    fs.writeSync(this.fd, slot, 0, SLOT_BYTES, (this.turn % 2) * SLOT_BYTES);
  }

  /** @throws what `fs` throws */
  sync(): void {
    fs.fdatasyncSync(this.fd);
  }

  close(): void {
    fs.closeSync(this.fd);
  }

  /** Closes and removes it: the generation will not go on. @throws what `fs` throws */
  remove(): void {
    this.close();
    fs.rmSync(this.file, { force: true });
  }
}

function readSlot(fd: number, place: number): z.infer<typeof Slot> | null {
  const slot = Buffer.alloc(SLOT_BYTES);
  const read = fs.readSync(fd, slot, 0, SLOT_BYTES, place * SLOT_BYTES);
  const json = slot.subarray(HASH_CHARS + 1, Math.max(0, slot.indexOf('\n')));
  const hash = slot.toString('latin1', 0, HASH_CHARS);
  if (read === 0 || createHash('sha256').update(json).digest('hex') !== hash) return null;
  const parsed = Slot.safeParse(JSON.parse(json.toString('utf8')));
  return parsed.success ? parsed.data : null;
}
