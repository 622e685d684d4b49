import type { Point } from './series';
import classes from './performance.module.css';

const WIDTH = 120;
const HEIGHT = 28;

/** The course of a value, without numbers; gaps stay empty. `most` is the top of the scale. */
export function Sparkline({ points, most }: { points: readonly Point[]; most: number }) {
  const first = points[0]?.x ?? 0;
  const span = Math.max(1, (points.at(-1)?.x ?? 0) - first);
  const top = most > 0 ? most : 1;
  let pen = 'M';
  const path = points
    .map(({ x, y }) => {
      if (y === null) {
        pen = 'M';
        return '';
      }
      const step = `${pen}${(((x - first) / span) * WIDTH).toFixed(1)},${(HEIGHT - 1 - Math.min(1, y / top) * (HEIGHT - 2)).toFixed(1)}`;
      pen = 'L';
      return step;
    })
    .join('');
  return (
    <svg className={classes.sparkline} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
      <path d={path} fill="none" stroke="currentColor" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
