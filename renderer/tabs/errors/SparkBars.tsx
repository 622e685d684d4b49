import classes from './errors.module.css';

const HEIGHT = 22;
const BAR = 4;
const GAP = 1;

/** How many there were in each hour, the present one last. `label` says it in words. */
export function SparkBars({ hours, label }: { hours: readonly number[]; label: string }) {
  const most = Math.max(1, ...hours);
  const width = hours.length * (BAR + GAP);
  return (
    <svg
      className={classes.spark}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {hours.map((count, index) => {
        // an hour with one event is seen beside one with a thousand
        const height = count === 0 ? 1 : Math.max(3, (count / most) * HEIGHT);
        return (
          <rect
            key={index}
            x={index * (BAR + GAP)}
            y={HEIGHT - height}
            width={BAR}
            height={height}
            data-none={count === 0 || undefined}
          />
        );
      })}
    </svg>
  );
}
