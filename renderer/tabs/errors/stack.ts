/** A stack as people read it: where it was thrown on top, calls of libraries folded. */
import type { StackFrame } from '@shared/error-groups';

export interface FrameRun {
  /** Of the application itself: shown one by one. Of libraries: folded. */
  inApp: boolean;
  frames: StackFrame[];
}

/**
 * Puts the newest call first and joins neighbours of libraries. A stack with nothing of the application is shown whole:
 * folding all of it would leave nothing to read.
 */
export function runsOf(frames: readonly StackFrame[]): FrameRun[] {
  const newestFirst = frames.toReversed();
  if (!newestFirst.some(({ inApp }) => inApp))
    return newestFirst.length > 0 ? [{ inApp: true, frames: newestFirst }] : [];
  const runs: FrameRun[] = [];
  for (const frame of newestFirst) {
    const last = runs.at(-1);
    if (last?.inApp === frame.inApp) last.frames.push(frame);
    else runs.push({ inApp: frame.inApp, frames: [frame] });
  }
  return runs;
}

/** File and line, as editors take it. */
export function placeOf({ file, module, line, column }: StackFrame): string {
  const where = file ?? module ?? '';
  if (line === null) return where;
  return column === null ? `${where}:${line}` : `${where}:${line}:${column}`;
}
