/** What brings a moment back. Pure. */
import type { ResolvedMoment } from '@shared/recovery';
import { type Covered, coverage, type KnownLog, type Piece } from './coverage';
import type { LogFile, LogReplay } from './types';

export interface FoundMoment {
  moment: ResolvedMoment;
  /** What is replayed on the restore point; null for the restore point as it is. */
  replay: LogReplay | null;
}

export interface MomentOptions {
  /** Time between two looks at the WAL: so long before the look a transaction may have been committed. */
  pollMs: number;
  /** Path of the file of a generation that is not sealed yet. */
  openFile: (generationId: string, number: number) => string;
}

/**
 * Finds what comes nearest to a moment without being later: a restore point as it is, or one with the log replayed on it up
 * to the last transaction that was committed by then. Of equally near ones: the restore point as it is, then the newest
 * base, for which the least has to be replayed. Null when nothing reaches back that far.
 *
 * `contentAt` is the moment that was asked for wherever the log covers it, else the end of what is covered before it.
 * Which transaction is the last one in the midst of a file is told by its records, and those are read when the moment is
 * opened: `transaction` is null until then, `upToMs` says where to stop.
 */
export function findMoment(
  known: KnownLog,
  databaseId: string,
  wantedMs: number,
  options: MomentOptions,
): FoundMoment | null {
  const point = known.points
    .filter(({ createdAt }) => Date.parse(createdAt) <= wantedMs)
    .reduce<KnownLog['points'][number] | null>(
      (best, one) => (best && Date.parse(best.createdAt) >= Date.parse(one.createdAt) ? best : one),
      null,
    );
  const pointMs = point ? Date.parse(point.createdAt) : Number.NEGATIVE_INFINITY;
  const covered = coverage(known)
    .filter(({ fromMs }) => fromMs <= wantedMs)
    .reduce<Covered | null>((best, one) => (best && isNearer(best, one, wantedMs) ? best : one), null);
  const coveredMs = covered ? Math.min(wantedMs, covered.untilMs) : Number.NEGATIVE_INFINITY;
  const asked = { databaseId, askedAt: iso(wantedMs) };
  if (covered && coveredMs > pointMs) {
    const replay = replayOf(covered, wantedMs, options);
    return {
      replay,
      moment: {
        ...asked,
        contentAt: iso(coveredMs),
        uncertaintyMs: options.pollMs,
        pointId: covered.base.pointId,
        transaction: replay.upToMs === null ? replay.upTo : null,
      },
    };
  }
  if (!point) return null;
  return {
    replay: null,
    moment: { ...asked, contentAt: point.createdAt, uncertaintyMs: 0, pointId: point.id, transaction: null },
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Whether `best` stays. Of equally near ones the later one is the newer base. */
function isNearer(best: Covered, other: Covered, wantedMs: number): boolean {
  const [bestMs, otherMs] = [Math.min(wantedMs, best.untilMs), Math.min(wantedMs, other.untilMs)];
  return bestMs > otherMs;
}

function replayOf(covered: Covered, wantedMs: number, { openFile }: MomentOptions): LogReplay {
  const { base, pieces, lastTransaction } = covered;
  // The first whose last transaction was not committed by then.
  const boundary = pieces.findIndex(({ untilMs }) => untilMs > wantedMs);
  const last = pieces[boundary];
  if (!last) return replayTo(covered, lastTransaction, openFile);
  if (last.fromMs < wantedMs) return { ...replayTo(covered, last.lastTransaction, openFile), upToMs: wantedMs };
  return replayTo(covered, pieces[boundary - 1]?.lastTransaction ?? base.replayFrom, openFile);
}

/** What is replayed for the state after a transaction that a base and the log cover. */
export function replayTo(
  { base, generation, pieces }: Covered,
  upTo: number,
  openFile: MomentOptions['openFile'],
): LogReplay {
  const { generationId, replayFrom, usableFrom } = base;
  const fileOf = ({ number, segment, lastTransaction: through }: Piece): LogFile => ({
    number,
    file: segment?.file ?? openFile(generation.id, number),
    expected: segment && { sizeBytes: segment.sizeBytes, sha256: segment.sha256 },
    through,
  });
  const files = pieces.filter(({ firstTransaction }) => firstTransaction <= upTo).map(fileOf);
  return { generationId, replayFrom, usableFrom, upTo, upToMs: null, files };
}
