import { memo } from 'react';
import { Mark } from '@/components/Mark';
import { readings, useReading } from '@/metrics-store';
import type { Tone } from '@/tone';
import classes from '../performance.module.css';
import { Sparkline } from '../Sparkline';
import { sumCourse } from './values';

interface Props {
  label: string;
  value: string;
  detail: string;
  /** Something is not as it should be. */
  tone?: Tone | null;
  /** Keys whose sum is drawn, with a space between them. */
  courseKeys: string;
  /** Top of the sparkline; its own highest value when null. */
  most: number | null;
}

/** One figure with what it means and its course over the last minutes. Draws again when a text changes. */
export const Tile = memo(function Tile({ label, value, detail, tone = null, courseKeys, most }: Props) {
  return (
    <div className={classes.tile} data-testid="metric-tile">
      <span className={classes.tileLabel} title={label}>
        {label}
      </span>
      <span className={classes.tileValue}>{value}</span>
      <div className={classes.tileDetail} title={detail}>
        {tone ? (
          <Mark tone={tone} size="xs">
            {detail}
          </Mark>
        ) : (
          detail
        )}
      </div>
      <TileCourse courseKeys={courseKeys} most={most} />
    </div>
  );
});

const COURSE_EVERY_MS = 5_000;

/** A sparkline is too small to show a second: it follows every few. */
const TileCourse = memo(function TileCourse({ courseKeys, most }: { courseKeys: string; most: number | null }) {
  useReading((newest) => Math.floor((newest?.atMs ?? 0) / COURSE_EVERY_MS));
  const course = sumCourse(readings(), courseKeys.split('\u0000'));
  const top = most ?? Math.max(...course.values, 0) * 1.1;
  return <Sparkline course={course} most={top} />;
});
