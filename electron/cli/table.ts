/** Aligned columns for a terminal. */
import { displayWidth, printable } from './format';

export interface Column {
  title: string;
  /** Numbers stand under each other by their last digit. */
  align?: 'right';
  /** May be cut at its beginning, so that the end of a path stays, when the terminal is too narrow. */
  shrinks?: true;
}

const GAP = '  ';
const LEAST_SHRUNK = 12;

/** Rows under their titles. `widthColumns` is the terminal's width; without it nothing is cut. */
export function table(columns: Column[], rows: string[][], widthColumns?: number): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = columns.map(({ title }, index) =>
    Math.max(displayWidth(title), ...cells.map((row) => displayWidth(row[index] ?? ''))),
  );
  if (widthColumns !== undefined) shrink(columns, widths, widthColumns);
  const line = (row: string[]) =>
    columns
      .map(({ align }, index) => pad(cutStart(row[index] ?? '', widths[index] ?? 0), widths[index] ?? 0, align))
      .join(GAP)
      .trimEnd();
  return `${[columns.map(({ title }) => title), ...cells].map(line).join('\n')}\n`;
}

function shrink(columns: Column[], widths: number[], widthColumns: number): void {
  const used = widths.reduce((sum, width) => sum + width, GAP.length * (columns.length - 1));
  const index = columns.findIndex(({ shrinks }) => shrinks);
  const width = widths[index];
  if (width === undefined || used <= widthColumns) return;
  widths[index] = Math.max(Math.min(width, LEAST_SHRUNK), width - (used - widthColumns));
}

function pad(text: string, width: number, align: Column['align']): string {
  const blank = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'right' ? blank + text : text + blank;
}

function cutStart(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const characters = Array.from(text);
  let kept = '';
  while (characters.length > 0) {
    const longer = (characters.pop() ?? '') + kept;
    if (displayWidth(longer) > width - 1) break;
    kept = longer;
  }
  return `…${kept}`;
}
