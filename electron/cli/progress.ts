/** One line of progress on a terminal; nothing when there is no terminal. */
import type { Language } from '@shared/settings';
import { createTranslator, type TextKey } from '@shared/text';
import type { Progress } from '../core/control-protocol';
import { displayWidth, formats, printable } from './format';
import { cliText } from './text';

const BAR_COLUMNS = 20;
const CLEAR_LINE = '\r\u001b[2K';

export interface ProgressLine {
  show: (progress: Progress) => void;
  /** Takes the line away, before anything else is written. */
  clear: () => void;
}

/** Draws on `stream` when that is a terminal. */
export function progressLine(stream: NodeJS.WriteStream, language: Language): ProgressLine {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  let shown = false;
  return {
    show(progress) {
      shown = true;
      stream.write(CLEAR_LINE + fit(describeProgress(progress, language), stream.columns - 1));
    },
    clear() {
      if (shown) stream.write(CLEAR_LINE);
      shown = false;
    },
  };
}

/** For example `orders  Compressing  [#####     ]  1.2 MB of 5.1 MB  34 MB/s  2 sec left`. */
export function describeProgress(progress: Progress, language: Language): string {
  const text = cliText(language);
  const format = formats(language);
  const { subject, phase, doneBytes, totalBytes, bytesPerSecond, secondsLeft } = progress;
  const parts = [printable(subject), createTranslator(language)(`phase.${phase}` as TextKey)];
  if (totalBytes > 0) {
    const filled = Math.round(BAR_COLUMNS * Math.min(1, doneBytes / totalBytes));
    parts.push(`[${'#'.repeat(filled)}${' '.repeat(BAR_COLUMNS - filled)}]`);
    parts.push(text.progressOf(format.bytes(doneBytes), format.bytes(totalBytes)));
  } else if (doneBytes > 0) parts.push(format.bytes(doneBytes));
  if (bytesPerSecond > 0) parts.push(text.perSecond(format.bytes(bytesPerSecond)));
  if (secondsLeft !== null) parts.push(text.left(format.duration(secondsLeft * 1000)));
  return parts.join('  ');
}

function fit(text: string, columns: number): string {
  let kept = '';
  for (const character of text) {
    if (displayWidth(kept + character) > columns) break;
    kept += character;
  }
  return kept;
}
