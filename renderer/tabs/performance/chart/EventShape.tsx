import { useComputedColorScheme } from '@mantine/core';
import classes from './chart.module.css';
import { eventColour } from './colours';
import type { EventKind } from './events';

const SHAPES: Record<EventKind, string> = {
  backup: 'M5 2a3 3 0 1 1 0 6a3 3 0 1 1 0-6',
  restore: 'M5 .5L9.5 5L5 9.5L.5 5Z',
  alert: 'M5 .5L10 9H0Z',
  'backup-failed': 'M1 3L3 1L5 3L7 1L9 3L7 5L9 7L7 9L5 7L3 9L1 7L3 5Z',
};

/** The shape that a kind of event has on charts. */
export function EventShape({ kind }: { kind: EventKind }) {
  const scheme = useComputedColorScheme('light');
  return (
    <svg className={classes.shape} viewBox="0 0 10 10" aria-hidden>
      <path d={SHAPES[kind]} fill={eventColour(kind, scheme)} />
    </svg>
  );
}
