import { useComputedColorScheme } from '@mantine/core';
import classes from './chart.module.css';
import { DASHES, type Dash, type LineColour, lineColour } from './colours';

/** A piece of a line, as it is drawn. */
export function Swatch({ colour, dash }: { colour: LineColour; dash: Dash }) {
  const scheme = useComputedColorScheme('light');
  return (
    <svg className={classes.swatch} viewBox="0 0 18 4" aria-hidden>
      <line
        x1={0}
        x2={18}
        y1={2}
        y2={2}
        stroke={lineColour(colour, scheme)}
        strokeWidth={2}
        strokeDasharray={DASHES[dash].join(' ')}
      />
    </svg>
  );
}
