/** Logs as the store knows them, written short. Times are seconds after `START`. */
import type { KnownLog } from '../../../electron/continuous/coverage';
import type { LogBase, LogGeneration, LogSegment } from '../../../electron/continuous/types';

export const START = Date.UTC(2026, 10, 21);
export const at = (second: number): string => new Date(START + second * 1000).toISOString();

export interface ShortGeneration {
  id: string;
  from: number;
  until: number;
  last: number;
  /** Null while it goes on. */
  ended?: LogGeneration['endedBecause'];
  otherHome?: string;
  /** [last transaction, its second, state]; each begins where the one before ends. */
  segments?: [last: number, until: number, state?: LogSegment['state']][];
  /** By restore point: [replayFrom, usableFrom, second from which on it is usable]. */
  bases?: Record<string, [replayFrom: number, usableFrom: number, usableAt: number]>;
}

/** @param points second of each restore point that can be brought back */
export function known(points: Record<string, number>, generations: readonly ShortGeneration[]): KnownLog {
  return {
    points: Object.entries(points).map(([id, second]) => ({ id, createdAt: at(second) })),
    generations: generations.map(
      ({ id, from, until, last, ended = null, otherHome = null }): LogGeneration => ({
        ...{ id, databaseId: 'db', startedAt: at(from), untilAt: at(until), lastTransaction: last },
        ...{ pageSizeBytes: 4096, endedAt: ended && at(until), endedBecause: ended, otherHome },
      }),
    ),
    segments: generations.flatMap(({ id, from, segments = [] }) =>
      segments.map(([last, until, state = 'proved'], index): LogSegment => {
        const before = segments[index - 1] ?? [0, from];
        return {
          ...{ id: `${id}-${index + 1}`, generationId: id, number: index + 1, file: `/log/${id}-${index + 1}` },
          ...{ firstTransaction: before[0] + 1, lastTransaction: last, fromAt: at(before[1]), untilAt: at(until) },
          ...{ sizeBytes: 10, contentBytes: 20, sha256: 'a', contentSha256: 'b', state, verifiedAt: at(until) },
        };
      }),
    ),
    bases: generations.flatMap(({ id, bases = {} }) =>
      Object.entries(bases).map(
        ([pointId, [replayFrom, usableFrom, usableAt]]): LogBase => ({
          ...{ pointId, generationId: id, replayFrom, usableFrom, usableAt: at(usableAt) },
        }),
      ),
    ),
  };
}
