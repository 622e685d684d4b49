/** Which moments the log can bring back: a pure function over what is known of it. */
import type { LogBase, LogGeneration, LogSegment } from './types';

/** What is known of the log of one database. */
export interface KnownLog {
  /** Restore points that can be brought back: proved, and all that they are built on. */
  points: readonly { id: string; createdAt: string }[];
  generations: readonly LogGeneration[];
  segments: readonly LogSegment[];
  bases: readonly LogBase[];
  /** Whether a segment can be had whole; one that is proved in the backup folder can when it is left out. */
  isUsable?: (segment: LogSegment) => boolean;
}

/** A file of the log as far as it is needed: a sealed one, or the rest of a generation that is not sealed. */
export interface Piece {
  number: number;
  firstTransaction: number;
  lastTransaction: number;
  /** Between them the transactions in it were committed. */
  fromMs: number;
  untilMs: number;
  /** Null for the one that is still written. */
  segment: LogSegment | null;
}

/** What one base and the log bring back: every transaction that was committed in a stretch of time. */
export interface Covered {
  base: LogBase;
  generation: LogGeneration;
  fromMs: number;
  untilMs: number;
  /** Number of the last transaction in it. */
  lastTransaction: number;
  /** False when the generation goes on behind it, and a file between is missing or damaged. */
  reachesEnd: boolean;
  /** From the one with the transaction after `replayFrom` on; empty when there is none. */
  pieces: Piece[];
}

const isProved = ({ state }: LogSegment): boolean => state === 'proved' || state === 'replayed';

/** Of each base that is usable, by generation, and within one by the moment from which on it is. */
export function coverage(known: KnownLog): Covered[] {
  const points = new Set(known.points.map(({ id }) => id));
  return known.generations
    .toSorted((a, b) => compare(a.startedAt, b.startedAt) || compare(a.id, b.id))
    .flatMap((generation) => {
      const pieces = piecesOf(generation, known);
      return known.bases
        .filter(({ generationId, pointId }) => generationId === generation.id && points.has(pointId))
        .flatMap((base) => coveredBy(base, generation, pieces) ?? [])
        .toSorted((a, b) => a.fromMs - b.fromMs || a.base.usableFrom - b.base.usableFrom);
    });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The files that can be had, by number. */
function piecesOf(generation: LogGeneration, { segments, isUsable = isProved }: KnownLog): Piece[] {
  const sealed = segments
    .filter(({ generationId }) => generationId === generation.id)
    .toSorted((a, b) => a.number - b.number);
  const pieces = sealed.filter(isUsable).map(
    (segment): Piece => ({
      ...{ number: segment.number, segment },
      ...{ firstTransaction: segment.firstTransaction, lastTransaction: segment.lastTransaction },
      ...{ fromMs: Date.parse(segment.fromAt), untilMs: Date.parse(segment.untilAt) },
    }),
  );
  const last = sealed.at(-1);
  const sealedTo = last?.lastTransaction ?? 0;
  if (generation.untilAt === null || generation.lastTransaction <= sealedTo) return pieces;
  const open: Piece = {
    ...{ number: (last?.number ?? 0) + 1, segment: null },
    ...{ firstTransaction: sealedTo + 1, lastTransaction: generation.lastTransaction },
    ...{ fromMs: Date.parse(last?.untilAt ?? generation.startedAt), untilMs: Date.parse(generation.untilAt) },
  };
  return [...pieces, open];
}

function coveredBy(base: LogBase, generation: LogGeneration, all: readonly Piece[]): Covered | null {
  const pieces: Piece[] = [];
  let lastTransaction = base.replayFrom;
  for (const piece of all) {
    if (piece.lastTransaction <= base.replayFrom) continue;
    if (piece.firstTransaction > lastTransaction + 1) break;
    pieces.push(piece);
    lastTransaction = piece.lastTransaction;
  }
  if (lastTransaction < base.usableFrom) return null;
  const reachesEnd = lastTransaction >= generation.lastTransaction;
  const fromMs = Date.parse(base.usableAt);
  // Nothing follows it: what it brings back, the restore point does.
  if (!reachesEnd && pieces.length === 0) return null;
  // The last look may be older than the base: nothing is known of what was committed since, but the base is there.
  const endMs = reachesEnd ? Date.parse(generation.untilAt ?? base.usableAt) : (pieces.at(-1)?.untilMs ?? fromMs);
  return {
    ...{ base, generation, fromMs, lastTransaction, reachesEnd, pieces },
    untilMs: Math.max(endMs, fromMs),
  };
}
