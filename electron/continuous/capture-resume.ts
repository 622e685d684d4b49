/** What captures before left in the folder of the log: going on with it where nothing can have been missed, or ending it. */
import fs from 'node:fs';
import path from 'node:path';
import { isPartialOf, slug } from '../backup/naming';
import { HoldfastError } from '../errors/holdfast-error';
import { CaptureLog, type GenerationFacts } from './capture-log';
import { type CaptureNote, noteGeneration, NoteFile } from './capture-note';
import { LOG_HEADER_BYTES, decodeLogHeader, type LogHeader } from './log-format';
import type { WholeTransaction } from './log-reader';
import { readLogManifestOf } from './log-manifest';
import { parseLogName } from './log-names';
import type { CaptureSettings } from './protocol';
import { readOpen } from './read-log-file';
import type { SealRequest } from './segment-seal';
import { hashOfRecord, type SegmentState, SegmentWriter } from './segment-writer';
import { FRAME_HEADER_BYTES, isAt, readTransactions, WAL_HEADER_BYTES, WalMismatch, type WalPlace } from './wal-frames';
import type { LiveWal, WalState } from './wal-live';

/** A generation that was written by a capture before. */
export interface FoundGeneration {
  id: string;
  /** Null when it was damaged. */
  note: CaptureNote | null;
  noteFile: NoteFile | null;
  /** Segments that are not sealed, by number. */
  open: { segment: number; file: string }[];
  /** The last sealed segment. */
  lastSealed: { segment: number; file: string } | null;
}

/** A segment as it was found. */
interface FoundSegment {
  file: string;
  header: LogHeader;
  state: SegmentState;
  transactions: WholeTransaction[];
}

/**
 * Generations of this database that are not known to be over, oldest first. Removes what was half sealed.
 * @throws what `fs` throws
 */
export function findGenerations(settings: CaptureSettings): FoundGeneration[] {
  const { folder, home, database } = settings;
  const names = fs.readdirSync(folder);
  const prefix = slug(database.name);
  const found = new Map<string, FoundGeneration>();
  const foreign = new Set<string>();
  for (const name of names) {
    const id = noteGeneration(name);
    if (id === null) continue;
    const { noteFile, note } = NoteFile.open(path.join(folder, name));
    // Another database may have a name that makes the same folder, and another home the same backup folder.
    const isOurs = note ? note.database.id === database.id && note.home === home : name.startsWith(`.${prefix}-${id}.`);
    if (isOurs) found.set(id, { id, note, noteFile, open: [], lastSealed: null });
    else {
      foreign.add(id);
      noteFile.close();
    }
  }
  for (const name of names) {
    const parsed = parseLogName(name);
    if (!parsed) {
      if (isPartialOf(name, home) && parseLogName(name.slice(1, -`.${home}.partial`.length)) !== null) {
        fs.rmSync(path.join(folder, name), { force: true });
      }
      continue;
    }
    const { generationId: id, segment, sealed } = parsed;
    if (foreign.has(id)) continue;
    const file = path.join(folder, name);
    const known = found.get(id);
    if (sealed) {
      if (known && segment > (known.lastSealed?.segment ?? 0)) known.lastSealed = { segment, file };
    } else if (known) known.open.push({ segment, file });
    // Without a note nobody writes it any more: a note is made before the first segment.
    else if (parsed.prefix === prefix) {
      found.set(id, { id, note: null, noteFile: null, open: [{ segment, file }], lastSealed: null });
    }
  }
  for (const generation of found.values()) generation.open.sort((a, b) => a.segment - b.segment);
  return [...found.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * What is to be sealed of segments that a capture left, after what is torn at their ends was cut off. Segments that hold
 * nothing are removed; one that holds less than was said to be in the log is damaged, and stays as it is.
 * @param through only segments up to this number
 * @throws what `fs` throws
 */
export async function leftovers(
  settings: CaptureSettings,
  { open, id, note }: FoundGeneration,
  through: number,
  signal: AbortSignal,
): Promise<{ requests: SealRequest[]; damaged: string[] }> {
  const requests: SealRequest[] = [];
  const damaged: string[] = [];
  for (const [index, { file, segment }] of open.entries()) {
    if (segment > through) break;
    const found = await readSegment(file, id, segment, signal);
    const next = open[index + 1];
    const isLast = !next || note?.segment === segment;
    const promised = isLast ? (note?.transaction ?? 0) : (readHeader(next.file)?.transactionsBefore ?? 0);
    if (found === 'damaged' || (found && found.state.last.number < promised)) damaged.push(file);
    else if (found === null || found.transactions.length === 0) fs.rmSync(file, { force: true });
    else {
      // What follows the last whole transaction was never said to be in the log.
      SegmentWriter.goOn(file, found.header, found.state).close();
      requests.push({
        file,
        database: settings.database,
        home: settings.home,
        generationId: id,
        segment,
        pageSizeBytes: found.header.pageSizeBytes,
        before: { number: found.header.transactionsBefore, hash: found.header.previousHash },
        holds: found.state,
        bases: [],
      });
    }
  }
  return { requests, damaged };
}

/**
 * Goes on with a generation when the WAL holds the very place where it was left, and everything after it.
 * @param state of the WAL, pinned
 * @returns the log, or in words why it cannot go on
 * @throws what `fs` throws
 */
export async function goOnWith(
  settings: CaptureSettings,
  found: FoundGeneration,
  live: LiveWal,
  state: WalState,
  signal: AbortSignal,
): Promise<CaptureLog | string> {
  const { note, noteFile } = found;
  if (!note || !noteFile) return 'it is not known where in the WAL it was';
  if (note.ended) return note.ended.detail;
  if (note.identity !== live.identity) return 'another file is at the path of the database';
  if (note.pageSizeBytes !== live.pageSizeBytes) return 'the database has another page size';
  const place = placeOf(note);
  const isThere =
    state.salts[0] === place.salts[0] &&
    state.salts[1] === place.salts[1] &&
    state.frame >= place.frame &&
    isAt(live.walFd, place, note.pageSizeBytes);
  if (!isThere) return 'the WAL was begun anew meanwhile';
  const facts: GenerationFacts = {
    id: note.generationId,
    startedAt: note.startedAt,
    identity: note.identity,
    pageSizeBytes: note.pageSizeBytes,
  };
  const tail = await newestOpen(found, signal);
  if (tail === 'damaged') return 'its newest file is damaged';
  if (tail) {
    const after = comparedPlace(note, place, tail, live, state);
    if (after === null) return 'the WAL holds other transactions than the log';
    const writer = SegmentWriter.goOn(tail.file, tail.header, tail.state);
    return CaptureLog.goOn(settings, facts, writer, noteFile, following(note, after));
  }
  const sealed = found.lastSealed ? await readLogManifestOf(found.lastSealed.file) : null;
  const { lastTransaction, lastHash, segment } = sealed?.manifest ?? {
    lastTransaction: 0,
    lastHash: ZEROS,
    segment: 0,
  };
  if (note.transaction !== lastTransaction || note.hash !== lastHash) return 'the end of the log is missing';
  const next = { number: segment + 1, last: { number: lastTransaction, hash: Buffer.from(lastHash, 'hex') } };
  return CaptureLog.goOn(settings, facts, next, noteFile, following(note, place));
}

const ZEROS = '0'.repeat(64);

const following = (note: CaptureNote, place: WalPlace) => ({ place, changes: null, lookedAtMs: note.lookedAtMs });

function placeOf({ position, pageSizeBytes }: CaptureNote): WalPlace {
  const { salts, offset, checksum } = position;
  const frame = offset === 0 ? 0 : (offset - WAL_HEADER_BYTES) / (FRAME_HEADER_BYTES + pageSizeBytes);
  return { salts, frame, sums: checksum };
}

/** The last segment that has a whole header; what has none was just being made, and is removed. */
async function newestOpen(found: FoundGeneration, signal: AbortSignal): Promise<FoundSegment | 'damaged' | null> {
  const newest = found.open.at(-1);
  if (!newest) return null;
  const segment = await readSegment(newest.file, found.id, newest.segment, signal);
  if (segment !== null) return segment;
  fs.rmSync(newest.file);
  found.open.pop();
  return newestOpen(found, signal);
}

/** Null when it has no whole header. */
async function readSegment(
  file: string,
  generationId: string,
  segment: number,
  signal: AbortSignal,
): Promise<FoundSegment | 'damaged' | null> {
  const header = readHeader(file);
  if (header === null) return null;
  const transactions: WholeTransaction[] = [];
  const log = { file, number: segment, expected: null, through: 0 };
  const expected = { generationId, pageSizeBytes: header.pageSizeBytes, after: null };
  try {
    const sink = { ends: (transaction: WholeTransaction) => transactions.push(transaction) };
    const { place, wholeBytes } = await readOpen(log, expected, sink, { onProgress: () => undefined, signal });
    const [first, last] = [transactions[0], transactions.at(-1)];
    const between = first && last ? { fromMs: first.fromMs, untilMs: last.untilMs } : null;
    return { file, header, state: { last: place, sizeBytes: wholeBytes, between }, transactions };
  } catch (thrown) {
    if (thrown instanceof HoldfastError && thrown.code === 'LOG_DAMAGED') return 'damaged';
    throw thrown;
  }
}

function readHeader(file: string): LogHeader | null {
  const bytes = Buffer.alloc(LOG_HEADER_BYTES);
  const fd = fs.openSync(file, 'r');
  try {
    const read = fs.readSync(fd, bytes, 0, LOG_HEADER_BYTES, 0);
    return read === LOG_HEADER_BYTES ? decodeLogHeader(bytes) : null;
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * The log may hold transactions that were written after the note. They must be the next ones in the WAL.
 * @returns the place after them; null when they are not
 */
function comparedPlace(
  note: CaptureNote,
  place: WalPlace,
  tail: FoundSegment,
  live: LiveWal,
  state: WalState,
): WalPlace | null {
  const isKnown =
    note.transaction === tail.header.transactionsBefore
      ? note.hash === tail.header.previousHash.toString('hex')
      : tail.transactions.some(({ number, hash }) => number === note.transaction && hash.toString('hex') === note.hash);
  if (!isKnown) return null;
  const later = tail.transactions.filter(({ number }) => number > note.transaction);
  let before = Buffer.from(note.hash, 'hex');
  let after = place;
  let differs = false;
  if (later.length > 0 && state.frame > place.frame) {
    try {
      readTransactions(live.walFd, place, state, (transaction) => {
        const record = later.shift();
        if (!record || differs) return;
        differs = !hashOfRecord(transaction, record.number, record, before).equals(record.hash);
        before = record.hash as Buffer<ArrayBuffer>;
        after = transaction.after();
      });
    } catch (thrown) {
      if (thrown instanceof WalMismatch) return null;
      throw thrown;
    }
  }
  return later.length > 0 || differs ? null : after;
}
