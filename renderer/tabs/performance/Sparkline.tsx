import { coordinate } from '@/format/coordinate';
import type { Course } from './chart/course';
import classes from './performance.module.css';

const WIDTH = 120;
const HEIGHT = 28;

type SparkCourse = Pick<Course, 'times' | 'values' | 'joinMs' | 'broken'>;

/** The course of a value, without numbers; gaps stay empty. `most` is the top of the scale. */
export function Sparkline({ course, most }: { course: SparkCourse; most: number }) {
  return (
    <svg className={classes.sparkline} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
      <path
        d={sparkPath(course, most > 0 ? most : 1)}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

/** Path of a course over the whole width. */
export function sparkPath({ times, values, joinMs, broken }: SparkCourse, top: number): string {
  const first = times[0] ?? 0;
  const span = Math.max(1, (times.at(-1) ?? 0) - first);
  const steps: string[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < times.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) {
      if (broken) before = Number.NEGATIVE_INFINITY;
      continue;
    }
    const at = times[index] ?? 0;
    const x = coordinate(((at - first) / span) * WIDTH);
    const y = coordinate(HEIGHT - 1 - Math.min(1, Math.max(0, value / top)) * (HEIGHT - 2));
    // the line of no length that follows makes a dot of a value that stands alone
    steps.push(at - before <= joinMs ? `L${x},${y}` : `M${x},${y}h0`);
    before = at;
  }
  return steps.join('');
}
