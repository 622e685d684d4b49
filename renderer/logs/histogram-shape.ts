/** The bars of a histogram as paths, in a picture that is 100 high and one wide for each bucket. */
import type { LogHistogram } from '@shared/logs';
import { LEVEL_NAMES, type LevelName } from './filters';

type Bucket = LogHistogram['buckets'][number];

/** Places of buckets, in any order, both included. */
export interface Span {
  from: number;
  to: number;
}

export const totalOf = ({ counts }: Bucket): number => LEVEL_NAMES.reduce((sum, level) => sum + counts[level], 0);

/** One error among a million lines must be seen: no bar is lower. */
const LEAST_HEIGHT = 4;

/** Bars of one level, each on those of the levels that are worse, which stand at the bottom. */
export function bars({ buckets }: LogHistogram, level: LevelName, most: number): string {
  if (most === 0) return '';
  const rank = LEVEL_NAMES.indexOf(level);
  const path: string[] = [];
  buckets.forEach(({ counts }, index) => {
    const count = counts[level];
    if (count === 0) return;
    const below = LEVEL_NAMES.slice(0, rank).reduce((sum, worse) => sum + heightOf(counts[worse], most), 0);
    const height = Math.min(100 - below, heightOf(count, most));
    if (height > 0) path.push(`M${index + 0.08} ${rounded(100 - below)}v${-rounded(height)}h0.84v${rounded(height)}z`);
  });
  return path.join('');
}

const heightOf = (count: number, most: number): number =>
  count === 0 ? 0 : Math.max(LEAST_HEIGHT, (count / most) * 100);

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** The time from the beginning of the first to the end of the last bucket; null when there are none. */
export function spanBetween(
  { buckets, bucketMs }: LogHistogram,
  { from, to }: Span,
): { fromMs: number; toMs: number } | null {
  const first = buckets[Math.min(from, to)];
  const last = buckets[Math.max(from, to)];
  return first && last ? { fromMs: first.fromMs, toMs: last.fromMs + bucketMs } : null;
}

/** Entries of a level in all buckets. */
export const countOf = ({ buckets }: LogHistogram, level: LevelName): number =>
  buckets.reduce((sum, { counts }) => sum + counts[level], 0);
