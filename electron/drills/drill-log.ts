/** The part of a drill that replays the log of a continuously protected database to a transaction by chance. */
import { type Covered, coverage, type KnownLog } from '../continuous/coverage';
import { replayTo } from '../continuous/find-moment';
import type { LogReplay } from '../continuous/types';

export interface ChosenReplay {
  pointId: string;
  replay: LogReplay;
}

/**
 * A base by chance and a transaction by chance behind it, so that every base and every file of the log has its turn. Null
 * when there is no base with a transaction behind it.
 * @param random 0 ≤ x < 1
 */
export function chooseReplay(
  known: KnownLog,
  random: () => number,
  openFile: (generationId: string, number: number) => string,
): ChosenReplay | null {
  const usable = coverage(known).filter(({ base, lastTransaction }) => lastTransaction > base.replayFrom);
  const covered: Covered | undefined = usable[Math.min(usable.length - 1, Math.floor(random() * usable.length))];
  if (!covered) return null;
  const { base, lastTransaction } = covered;
  const first = Math.max(base.usableFrom, base.replayFrom + 1);
  const wanted = first + Math.floor(random() * (lastTransaction - first + 1));
  return { pointId: base.pointId, replay: replayTo(covered, Math.min(wanted, lastTransaction), openFile) };
}
