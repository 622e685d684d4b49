import classes from './performance.module.css';
import type { Point } from './series';

const WIDTH = 120;
const HEIGHT = 28;

/** The course of a value, without numbers; gaps stay empty. `most` is the top of the scale. */
export function Sparkline({ points, most }: { points: readonly Point[]; most: number }) {
  return (
    <svg className={classes.sparkline} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
      <path
        d={linePath(points, most > 0 ? most : 1)}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

function linePath(points: readonly Point[], top: number): string {
  const first = points[0]?.x ?? 0;
  const span = Math.max(1, (points.at(-1)?.x ?? 0) - first);
  const steps: string[] = [];
  let drawing = false;
  for (const { x, y } of points) {
    if (y !== null) {
      const right = ((x - first) / span) * WIDTH;
      const down = HEIGHT - 1 - Math.min(1, y / top) * (HEIGHT - 2);
      steps.push(`${drawing ? 'L' : 'M'}${right.toFixed(1)},${down.toFixed(1)}`);
    }
    drawing = y !== null;
  }
  return steps.join('');
}
