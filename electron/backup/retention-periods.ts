/** Which proved points stand for the newest periods, and for the newest changes. */
import type { KeepReason, LetGoReason } from '@shared/models';
import type { RetentionPolicy } from '@shared/settings';
import { wallOf } from './local-time';
import type { RetentionPoint } from './retention';

const DAY_MS = 24 * 3_600_000;

export interface Standing {
  /** A safety backup holds what somebody chose to replace: besides it the last good one is the last. */
  lastProved: RetentionPoint[];
  stands: { point: RetentionPoint; reason: KeepReason }[];
  /** What each rule says of a proved point that none of them keeps. */
  whyNot(point: RetentionPoint): LetGoReason[];
}

/** @param proved newest first, of one database */
export function standing(proved: RetentionPoint[], policy: RetentionPolicy, timeZone: string): Standing {
  const good = proved.filter((point) => point.kind !== 'safety');
  const newestChanges = good.filter(isOfInterval).slice(0, policy.incremental);
  const periods = PERIODS.map(({ kind, rule, name, prefersFull }) => {
    const nameOf = (point: RetentionPoint) => name(wallOf(Date.parse(point.createdAt), timeZone));
    return { rule, nameOf, chosen: choose(good, nameOf, policy[kind], prefersFull) };
  });
  return {
    lastProved: [...new Set([proved[0], good[0]])].filter((point) => point !== undefined),
    stands: [
      ...newestChanges.map((point) => ({ point, reason: { reason: 'newest-incrementals' } as const })),
      ...periods.flatMap(({ rule, chosen }) =>
        [...chosen].map(([period, point]) => ({ point, reason: { reason: rule, period } })),
      ),
    ],
    whyNot: (point) => {
      if (point.kind === 'safety') return [{ rule: 'undo' }];
      return [
        ...(isOfInterval(point) ? [{ rule: 'newest-incrementals' } as const] : []),
        ...periods.map(({ rule, nameOf, chosen }) => {
          const period = nameOf(point);
          const by = chosen.get(period)?.id;
          return { rule, period, ...(by === undefined ? {} : { by }) };
        }),
      ];
    },
  };
}

const isOfInterval = (point: RetentionPoint): boolean => point.kind === 'incremental' || point.form === 'changes';

/** The points that stand for the newest `count` periods that have one. */
function choose(
  good: RetentionPoint[],
  nameOf: (point: RetentionPoint) => string,
  count: number,
  prefersFull: boolean,
): Map<string, RetentionPoint> {
  const chosen = new Map<string, RetentionPoint>();
  for (const point of good) {
    const name = nameOf(point);
    const before = chosen.get(name);
    if (!before && chosen.size < count) chosen.set(name, point);
    else if (before && prefersFull && before.form !== 'full' && point.form === 'full') chosen.set(name, point);
  }
  return chosen;
}

const PERIODS = [
  { kind: 'daily', rule: 'daily-period', name: dayOf, prefersFull: false },
  { kind: 'weekly', rule: 'weekly-period', name: weekOf, prefersFull: true },
  { kind: 'monthly', rule: 'monthly-period', name: monthOf, prefersFull: true },
] as const;

function dayOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

function monthOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 7);
}

/** `2026-W53`: an ISO week belongs to the year that has its Thursday. */
function weekOf(wallMs: number): string {
  const weekday = (new Date(wallMs).getUTCDay() + 6) % 7;
  const thursday = new Date(wallMs + (3 - weekday) * DAY_MS);
  const firstOfYear = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = 1 + Math.floor((thursday.getTime() - firstOfYear) / (7 * DAY_MS));
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}
