import { Progress, Text } from '@mantine/core';
import { Mark } from '@/components/Mark';
import classes from './performance.module.css';
import type { Point } from './series';
import { Sparkline } from './Sparkline';

interface Props {
  label: string;
  value: string;
  detail: string;
  /** Something is not as it should be. */
  warning?: boolean;
  points?: Point[];
  most?: number;
  /** Part of a whole, 0…1: a bar in place of a course. */
  share?: number;
}

/** One figure with what it means and its course. */
export function Tile({ label, value, detail, points, most = 1, share, warning = false }: Props) {
  return (
    <div className={classes.tile} data-testid="metric-tile">
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <span className={classes.tileValue}>{value}</span>
      <Text component="div" size="xs" c="dimmed" mih={34} title={detail}>
        {warning ? (
          <Mark tone="warn" size="xs">
            {detail}
          </Mark>
        ) : (
          detail
        )}
      </Text>
      {points && <Sparkline points={points} most={most} />}
      {share !== undefined && (
        <Progress value={share * 100} size={6} mt={18} transitionDuration={0} aria-label={label} />
      )}
    </div>
  );
}
