/** One generation of the log as it is written: follows the WAL, transaction by transaction, without a gap. */
import fs from 'node:fs';
import path from 'node:path';
import type { GenerationEnd } from '@shared/recovery';
import { newPointId, slug } from '../backup/naming';
import { knownCode } from '../errors/wrap';
import { type CaptureNote, NoteFile, noteName } from './capture-note';
import { openLogName } from './log-names';
import type { LogPlace } from './log-reader';
import type { CaptureSettings, WalPosition } from './protocol';
import type { SealRequest } from './segment-seal';
import { SegmentWriter } from './segment-writer';
import type { LogBase } from './types';
import { frameOffset, readTransactions, WalMismatch, type WalPlace } from './wal-frames';
import type { LiveWal, WalState } from './wal-live';

/** Why a generation cannot go on. */
export class GenerationOver extends Error {
  constructor(
    readonly because: GenerationEnd,
    readonly detail: string,
    cause?: unknown,
  ) {
    super(detail, { cause });
  }
}

/** What is known of a generation besides its transactions. */
export interface GenerationFacts {
  id: string;
  startedAt: string;
  identity: string;
  pageSizeBytes: number;
}

/** Where a generation is in the WAL. */
export interface Following {
  place: WalPlace;
  /** `WalState.changes` there; null when the process that saw it is gone. */
  changes: number | null;
  /** Beginning of the last look at the WAL, milliseconds since 1970: everything committed before is in the log. */
  lookedAtMs: number;
}

export class CaptureLog {
  readonly bases: LogBase[] = [];

  private constructor(
    private readonly settings: CaptureSettings,
    readonly facts: GenerationFacts,
    private writer: SegmentWriter,
    private readonly noteFile: NoteFile,
    private following: Following,
  ) {}

  /** Begins a generation with what is committed now. @throws what `fs` throws */
  static begin(settings: CaptureSettings, live: LiveWal, state: WalState, lookedAtMs: number): CaptureLog {
    const facts = {
      id: newPointId(lookedAtMs),
      startedAt: new Date(lookedAtMs).toISOString(),
      identity: live.identity,
      pageSizeBytes: live.pageSizeBytes,
    };
    const following = { place: placeOf(state), changes: state.changes, lookedAtMs };
    const last = { number: 0, hash: Buffer.alloc(32) };
    const file = path.join(settings.folder, noteName(slug(settings.database.name), facts.id));
    const noteFile = NoteFile.create(file, noteOf(settings, facts, 1, last, following));
    try {
      return new CaptureLog(settings, facts, createSegment(settings, facts, 1, last), noteFile, following);
    } catch (thrown) {
      noteFile.remove();
      throw thrown;
    }
  }

  /** Goes on with a generation that was found. */
  static goOn(
    settings: CaptureSettings,
    facts: GenerationFacts,
    segment: { number: number; last: LogPlace } | SegmentWriter,
    noteFile: NoteFile,
    following: Following,
  ): CaptureLog {
    const writer =
      segment instanceof SegmentWriter ? segment : createSegment(settings, facts, segment.number, segment.last);
    return new CaptureLog(settings, facts, writer, noteFile, following);
  }

  get transaction(): number {
    return this.writer.holds.last.number;
  }

  /** Number of the segment that is written. */
  get segment(): number {
    return this.writer.header.segment;
  }

  get openBytes(): number {
    return this.writer.holds.sizeBytes;
  }

  get lookedAtMs(): number {
    return this.following.lookedAtMs;
  }

  /** When the first transaction of the open segment was committed at the earliest; null while it has none. */
  get segmentFromMs(): number | null {
    return this.writer.holds.between?.fromMs ?? null;
  }

  /** Nothing was committed until then. */
  sawNothing(lookedAtMs: number): void {
    this.following = { ...this.following, lookedAtMs: Math.max(lookedAtMs, this.following.lookedAtMs) };
  }

  /**
   * Takes everything up to a state of the WAL into the log. While this runs a pin must be held that is not newer than the
   * state, and one that is not newer than the last.
   * @param look milliseconds since 1970: when the look began, and when the state was known
   * @returns how many transactions there were
   * @throws GenerationOver: the log is as it was; what `fs` throws
   */
  take(live: LiveWal, state: WalState, look: { beganMs: number; endedMs: number }): number {
    const { place, changes, lookedAtMs } = this.following;
    const isSameWal = place.salts[0] === state.salts[0] && place.salts[1] === state.salts[1];
    if (isSameWal && state.frame < place.frame) throw lost(`frame ${place.frame} is gone: ${state.frame} are left`);
    if (state.frame > 0 && state.pageSizeBytes !== this.facts.pageSizeBytes) {
      throw new GenerationOver('page-size-changed', `${this.facts.pageSizeBytes} to ${state.pageSizeBytes} bytes`);
    }
    const before = this.writer.holds;
    const from = isSameWal ? place : { salts: state.salts, frame: 0, sums: [0, 0] satisfies [number, number] };
    // A clock that was set back does not make a later transaction an earlier one.
    const between = { fromMs: lookedAtMs, untilMs: Math.max(lookedAtMs, look.endedMs) };
    try {
      const read =
        state.frame > from.frame
          ? readTransactions(live.walFd, from, state, (transaction) => this.writer.append(transaction, between))
          : { commits: 0, repeats: 0 };
      // Each commit is counted in the wal-index: those in the new WAL must be all since the last look at the old one.
      const counted = changes === null ? null : (state.changes - changes) >>> 0;
      const isWhole = counted !== null && counted <= read.commits && counted >= read.commits - read.repeats;
      if (!isSameWal && !isWhole) {
        throw lost(`the WAL was begun anew with ${read.commits} commits where ${String(counted)} were counted`);
      }
      this.writer.flush();
    } catch (thrown) {
      this.writer.undoTo(before);
      if (thrown instanceof WalMismatch) throw new GenerationOver('wal-restarted', thrown.message, thrown);
      throw fullDisk(thrown);
    }
    this.following = {
      place: placeOf(state),
      changes: state.changes,
      lookedAtMs: Math.max(look.beganMs, lookedAtMs),
    };
    return this.writer.holds.last.number - before.last.number;
  }

  /** Brings the log to the disk, and notes where it is. @throws GenerationOver `disk-full`; what `fs` throws */
  sync(): void {
    try {
      this.writer.sync();
      this.note(null);
    } catch (thrown) {
      throw fullDisk(thrown);
    }
  }

  /**
   * The same beside what goes on: what is taken in meanwhile is not part of it.
   * @throws GenerationOver `disk-full`; what `fs` throws
   */
  async syncBeside(isStillOpen: () => boolean): Promise<void> {
    const note = this.noteNow(null);
    try {
      await this.writer.syncBeside();
      if (isStillOpen()) this.noteFile.write(note);
    } catch (thrown) {
      throw fullDisk(thrown);
    }
  }

  /**
   * Ends the open segment and begins the next one.
   * @returns what is to be sealed
   * @throws GenerationOver `disk-full`; what `fs` throws
   */
  nextSegment(): SealRequest {
    this.sync();
    const done = this.sealRequest();
    try {
      const { last } = this.writer.holds;
      const next = createSegment(this.settings, this.facts, this.writer.header.segment + 1, last);
      this.writer.close();
      this.writer = next;
      this.note(null);
      return done;
    } catch (thrown) {
      throw fullDisk(thrown);
    }
  }

  /**
   * Ends writing. `over`: the generation has ended; null: it may go on later.
   * @returns what is to be sealed; null when there is nothing
   */
  end(over: { because: GenerationEnd; detail: string } | null): SealRequest | null {
    this.writer.sync();
    this.writer.close();
    this.note(over && { because: over.because, detail: over.detail, at: this.endedAt });
    this.noteFile.sync();
    if (this.writer.transactions > 0) return this.sealRequest();
    fs.rmSync(this.writer.file, { force: true });
    return null;
  }

  get endedAt(): string {
    return new Date(this.lookedAtMs).toISOString();
  }

  /** After `end`. @param isOver its note is not needed any more */
  close(isOver: boolean): void {
    if (isOver) this.noteFile.remove();
    else this.noteFile.close();
  }

  private note(ended: CaptureNote['ended']): void {
    this.noteFile.write(this.noteNow(ended));
  }

  private noteNow(ended: CaptureNote['ended']): CaptureNote {
    const { header, holds } = this.writer;
    return { ...noteOf(this.settings, this.facts, header.segment, holds.last, this.following), ended };
  }

  private sealRequest(): SealRequest {
    const { header, holds, file } = this.writer;
    return {
      file,
      database: this.settings.database,
      home: this.settings.home,
      generationId: this.facts.id,
      segment: header.segment,
      pageSizeBytes: header.pageSizeBytes,
      before: { number: header.transactionsBefore, hash: header.previousHash },
      holds,
      bases: [...this.bases],
    };
  }
}

function createSegment(settings: CaptureSettings, facts: GenerationFacts, segment: number, last: LogPlace) {
  return SegmentWriter.create(path.join(settings.folder, openLogName(settings.database.name, facts.id, segment)), {
    pageSizeBytes: facts.pageSizeBytes,
    segment,
    transactionsBefore: last.number,
    generationId: facts.id,
    previousHash: last.hash,
  });
}

const placeOf = ({ salts, frame, sums }: WalState): WalPlace => ({ salts, frame, sums });

const lost = (detail: string): GenerationOver => new GenerationOver('wal-restarted', detail);

const fullDisk = (thrown: unknown): unknown =>
  knownCode(thrown) === 'DISK_FULL' ? new GenerationOver('disk-full', (thrown as Error).message, thrown) : thrown;

function noteOf(
  settings: CaptureSettings,
  facts: GenerationFacts,
  segment: number,
  last: LogPlace,
  { place, lookedAtMs }: Following,
): CaptureNote {
  const offset = place.frame === 0 ? 0 : frameOffset(place.frame + 1, facts.pageSizeBytes);
  const position: WalPosition = { salts: place.salts, offset, checksum: place.sums };
  return {
    database: settings.database,
    home: settings.home,
    generationId: facts.id,
    startedAt: facts.startedAt,
    identity: facts.identity,
    pageSizeBytes: facts.pageSizeBytes,
    segment,
    transaction: last.number,
    hash: last.hash.toString('hex'),
    position,
    lookedAtMs,
    ended: null,
  };
}
