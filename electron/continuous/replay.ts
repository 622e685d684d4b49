/**
 * Replays the log on the image of a restore point. A record holds whole pages, so that replaying one whose changes the
 * image has already does nothing, as long as all that follow are replayed too.
 */
import fs, { type FileHandle } from 'node:fs/promises';
import { writeAt } from '../backup/changes-format';
import { EarlySync } from '../backup/early-sync';
import { HEADER_BYTES, parseHeader } from '../database/header';
import { holdfastError } from '../errors/holdfast-error';
import { type LogPlace, logDamaged, type WholeTransaction } from './log-reader';
import { readLogFile, type ReadOptions } from './read-log-file';
import type { LogFile, LogReplay } from './types';

/** What an image holds after a replay. */
export interface Replayed {
  /** Number of the last transaction. */
  transaction: number;
  /** When it was committed: between these two. Null where the image holds it already, so that no record was read. */
  fromMs: number | null;
  untilMs: number | null;
  /** How many transactions were replayed. */
  replayed: number;
}

export interface ReplayOptions {
  onProgress: (doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

/**
 * Replays on the image in `target`, the base of `replay`. Every byte of each file is compared, also behind the transaction
 * at which it ends. What was written stays when it throws.
 * @throws LOG_DAMAGED {path} for a file that is damaged, missing, or not the one that it must be; MOMENT_NOT_COVERED when
 * the replay would end before the base is usable; what `fs` throws; the signal's reason
 */
export async function replayLog(target: string, replay: LogReplay, options: ReplayOptions): Promise<Replayed> {
  requireOrder(replay);
  const image = await fs.open(target, 'r+');
  try {
    const work = new Replaying(image, replay, await pageSizeOf(image), options);
    return await work.run();
  } finally {
    await image.close();
  }
}

/** The caller lists the files: a list with a gap would end as damage, and is none. */
function requireOrder({ files, replayFrom, upTo }: LogReplay): void {
  const inOrder = files.every(({ number }, index) => number === (files[0]?.number ?? 0) + index);
  const inside = files.slice(0, -1).every(({ expected }) => expected !== null);
  if (!inOrder || !inside || upTo < replayFrom || (files.length === 0 && upTo > replayFrom)) {
    throw holdfastError('INTERNAL', { detail: 'the files to be replayed do not follow each other' });
  }
}

async function pageSizeOf(image: FileHandle): Promise<number> {
  const header = Buffer.alloc(HEADER_BYTES);
  await image.read(header, 0, HEADER_BYTES, 0);
  const parsed = parseHeader(header);
  if (!parsed) throw holdfastError('INTERNAL', { detail: 'the image to be replayed on is no database' });
  return parsed.pageSizeBytes;
}

class Replaying {
  private doneBytes = 0;
  private totalBytes = 0;
  /** Number of the first transaction in the files. */
  private first: number | null = null;
  private last: WholeTransaction | null = null;
  private replayed = 0;
  private readonly sync: EarlySync;

  constructor(
    private readonly image: FileHandle,
    private readonly replay: LogReplay,
    private readonly pageSizeBytes: number,
    private readonly options: ReplayOptions,
  ) {
    this.sync = new EarlySync(image);
  }

  async run(): Promise<Replayed> {
    const { files, replayFrom } = this.replay;
    const sizes = await Promise.all(files.map(sizeOf));
    this.totalBytes = sizes.reduce((sum, size) => sum + size, 0);
    const stop = await this.findStop();
    try {
      let after: LogPlace | null = null;
      for (const [index, log] of files.entries()) {
        after = await this.apply(log, after, stop, sizes[index] ?? 0);
        if (index === 0) this.requireBegin(log);
      }
    } finally {
      await this.sync.end();
    }
    const { last } = this;
    // Cut, or made longer: pages at its end that were never written hold zeros.
    if (last) await this.image.truncate(last.pageCountAfter * this.pageSizeBytes);
    if (stop > replayFrom && last?.number !== stop) {
      throw holdfastError('INTERNAL', { detail: `replayed to ${last?.number ?? 0} in place of ${stop}` });
    }
    return {
      transaction: stop,
      fromMs: last?.fromMs ?? null,
      untilMs: last?.untilMs ?? null,
      replayed: this.replayed,
    };
  }

  /** Number of the transaction to end with: read from the last file where a moment is wanted, or its end may be torn. */
  private async findStop(): Promise<number> {
    const { upTo, upToMs, files, usableFrom } = this.replay;
    const log = files.at(-1);
    let stop = upTo;
    if (log && upToMs !== null) {
      const found: { stop: number | null; first: number | null } = { stop: null, first: null };
      let isLater = false;
      const ends = ({ number, untilMs }: WholeTransaction): void => {
        found.first ??= number;
        isLater ||= untilMs > upToMs || number > upTo;
        if (!isLater) found.stop = number;
      };
      const place = await readLogFile(log, this.expected(null), { ends }, this.quietly());
      stop = found.stop ?? (found.first === null ? place.number : found.first - 1);
    } else if (log?.expected === null) {
      const place = await readLogFile(log, this.expected(null), {}, this.quietly());
      if (place.number < upTo) throw logDamaged(log.file, `it ends after transaction ${place.number}, not ${upTo}`);
    }
    if (stop >= usableFrom) return stop;
    const at = new Date(upToMs ?? 0).toISOString();
    const detail = `transaction ${stop} is the last one then, and the restore point is usable from ${usableFrom} on`;
    throw holdfastError('MOMENT_NOT_COVERED', { params: { at }, detail });
  }

  private async apply(log: LogFile, after: LogPlace | null, stop: number, sizeBytes: number): Promise<LogPlace> {
    const { image, replay, sync } = this;
    const isWanted = (number: number) => number > replay.replayFrom && number <= stop;
    const before = this.doneBytes;
    const sink = {
      begins: ({ number }: { number: number }) => isWanted(number),
      write: async (bytes: Buffer, at: number) => {
        await writeAt(image, bytes, at);
        sync.wrote(bytes.length);
      },
      ends: (transaction: WholeTransaction) => {
        this.first ??= transaction.number;
        if (!isWanted(transaction.number)) return;
        this.last = transaction;
        this.replayed++;
      },
    };
    const place = await readLogFile(log, this.expected(after), sink, {
      onProgress: (share) => this.options.onProgress(before + Math.round(share * sizeBytes), this.totalBytes),
      signal: this.options.signal,
    });
    this.doneBytes = before + sizeBytes;
    return place;
  }

  /** The image lacks what was committed between it and the first file. */
  private requireBegin(log: LogFile): void {
    if (this.first === null || this.first <= this.replay.replayFrom + 1) return;
    throw logDamaged(log.file, `it begins with transaction ${this.first}, after ${this.replay.replayFrom}`);
  }

  private expected(after: LogPlace | null) {
    return { generationId: this.replay.generationId, pageSizeBytes: this.pageSizeBytes, after };
  }

  private quietly(): ReadOptions {
    return { onProgress: () => undefined, signal: this.options.signal };
  }
}

const sizeOf = async ({ file, expected }: LogFile): Promise<number> =>
  expected?.sizeBytes ?? (await fs.stat(file).catch(() => null))?.size ?? 0;
