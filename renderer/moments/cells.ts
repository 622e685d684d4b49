/** Cells of a table as they are shown. */
import type { Cell, TablePage } from '@shared/recovery';
import type { TextValues } from '@/i18n';

/** Rows that are fetched at a time. */
export const PAGE = 100;

/** Columns that hold nothing but numbers on this page: they stand at the right. */
export const numericColumns = ({ columns, rows }: Pick<TablePage, 'columns' | 'rows'>): boolean[] =>
  columns.map((_name, index) => {
    const cells = rows.map((row) => row[index] ?? null).filter((cell) => cell !== null);
    return cells.length > 0 && cells.every((cell) => typeof cell === 'number');
  });

/** Numbers stay as they are: they may be ids. */
export const cellText = (cell: Exclude<Cell, null>): string => String(cell);

/** "1–100 of 4,211", as values of a text. Null when there are no rows. */
export function shownRows(
  { offset, rows, total }: Pick<TablePage, 'offset' | 'rows' | 'total'>,
  number: (value: number) => string,
): { key: 'shown' | 'shownUnknown'; values: TextValues } | null {
  if (rows.length === 0) return null;
  const values = { from: number(offset + 1), to: number(offset + rows.length) };
  return total === null
    ? { key: 'shownUnknown', values }
    : { key: 'shown', values: { ...values, total: number(total) } };
}

/** True when there are rows after these, or there may be. */
export const hasMore = ({ offset, rows, total }: Pick<TablePage, 'offset' | 'rows' | 'total'>): boolean =>
  total === null ? rows.length === PAGE : offset + rows.length < total;
