/** The shapes of the track, the same in its legend. Kind by shape, state by filling, then colour. */
import type { TimelineEvent, TimelinePoint } from '@shared/recovery';
import { coordinate } from '@/format/coordinate';
import type { PointShape } from './words';
import classes from './timeline.module.css';

interface PointProps {
  shape: PointShape;
  state?: TimelinePoint['state'];
  x: number;
  y: number;
}

/** A restore point: a disc, a half disc for changes, a shield for a safety backup; crossed out when it is of no use. */
export function PointMark({ shape, state = 'proved', x, y }: PointProps) {
  return (
    <g transform={`translate(${coordinate(x)} ${y})`} className={classes.point} data-state={state}>
      {shape === 'full' && <circle r={6} />}
      {shape === 'changes' && (
        <>
          <circle r={5} className={classes.hollow} />
          <path d="M0 -5a5 5 0 0 0 0 10z" />
        </>
      )}
      {shape === 'safety' && <path d="M0 -6.5 5.5 -4.2V0.5C5.5 3.6 3 5.8 0 6.8C-3 5.8 -5.5 3.6 -5.5 0.5V-4.2Z" />}
      {(state === 'failed' || state === 'missing') && <path d="M-7 7 7 -7" className={classes.struck} />}
    </g>
  );
}

/** Several restore points in one place. */
export function ManyMark({ count, x, y }: { count: string; x: number; y: number }) {
  const width = Math.max(20, 8 + 6.5 * count.length);
  return (
    <g transform={`translate(${coordinate(x)} ${y})`} className={classes.many}>
      <rect x={-width / 2} y={-8} width={width} height={16} rx={8} />
      <text textAnchor="middle" dy="0.35em">
        {count}
      </text>
    </g>
  );
}

const EVENT_PATHS: Record<TimelineEvent['kind'], string> = {
  'integrity-check': 'M-4 -4H4V4H-4Z',
  drill: 'M0 -5 5 0 0 5 -5 0Z',
  restore: 'M-5 0 3.5 -5V5Z',
  repair: 'M-1.8 -5H1.8V-1.8H5V1.8H1.8V5H-1.8V1.8H-5V-1.8H-1.8Z',
  alert: 'M0 -5 5.2 4.2H-5.2Z',
};

interface EventProps {
  kind: TimelineEvent['kind'];
  outcome: TimelineEvent['outcome'];
  /** More than one is told by a number. */
  count?: number;
  x: number;
  y: number;
}

/** A check, drill, restore, repair or alert: an outline when all was well, filled when something was found. */
export function EventMark({ kind, outcome, count = 1, x, y }: EventProps) {
  return (
    <g transform={`translate(${coordinate(x)} ${y})`} className={classes.event} data-outcome={outcome}>
      <path d={EVENT_PATHS[kind]} />
      {count > 1 && (
        <text x={8} dy="0.35em">
          {count}
        </text>
      )}
    </g>
  );
}

/** How bad what a mark stands for is: the worst of several. */
export function worstOf(events: readonly { item: TimelineEvent }[]): TimelineEvent {
  const rank = { ok: 0, warning: 1, failed: 2 } as const;
  const items = events.map(({ item }) => item);
  return items.reduce((worst, one) => (rank[one.outcome] > rank[worst.outcome] ? one : worst));
}
