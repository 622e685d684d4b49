/** Is something wrong now: open problems, and errors that nobody has looked at. */
import type { ErrorGroup, GroupTrend } from '@shared/error-groups';
import type { Severity } from '@shared/errors';
import type { Problem } from '@shared/models';
import { SEVERITY_RANK } from '@/tone';

const NEEDS: ReadonlySet<GroupTrend> = new Set(['new', 'returned', 'growing']);

/** New, returned or growing, and nobody looks after it. */
export const needsSomebody = ({ state, trend }: Pick<ErrorGroup, 'state' | 'trend'>): boolean =>
  state === 'open' && NEEDS.has(trend);

export type Worst = { kind: 'problem'; problem: Problem } | { kind: 'group'; group: ErrorGroup };

export interface Now {
  problems: number;
  groups: number;
  worst: Worst;
  /** Since when something is wrong: the earliest of them. */
  since: string;
}

/** What is wrong; null when nothing is. An error of Holdfast whose problem is open counts once, as that problem. */
export function nowOf(problems: readonly Problem[], groups: readonly ErrorGroup[]): Now | null {
  const open = problems.filter(({ state }) => state === 'open');
  const told: ReadonlySet<string | null> = new Set(open.map(problemKey));
  const needing = groups.filter((group) => needsSomebody(group) && !told.has(groupKey(group)));
  const all = [
    ...open.map((problem): Entry => ({ ...problem, since: problem.firstSeenAt, it: { kind: 'problem', problem } })),
    ...needing.map((group): Entry => ({ ...group, since: sinceOf(group), it: { kind: 'group', group } })),
  ];
  const [first] = all.toSorted(worstFirst);
  if (!first) return null;
  const since = all.map((entry) => entry.since).toSorted()[0] ?? first.since;
  return { problems: open.length, groups: needing.length, worst: first.it, since };
}

interface Entry {
  severity: Severity;
  since: string;
  it: Worst;
}

const problemKey = ({ code, databaseId }: Pick<Problem, 'code' | 'databaseId'>): string =>
  `${code} ${databaseId ?? ''}`;
const groupKey = ({ applicationId, code, databaseId }: ErrorGroup): string | null =>
  applicationId === null && code !== null ? problemKey({ code, databaseId }) : null;

/** Since when a group is wrong: since it came back, where it was resolved in between. */
export const sinceOf = ({ firstSeenAt, returnedAt }: Pick<ErrorGroup, 'firstSeenAt' | 'returnedAt'>): string =>
  returnedAt ?? firstSeenAt;

/** The most severe; of those a problem, which lasts; then the one that began first. */
function worstFirst(a: Entry, b: Entry): number {
  return (
    SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] ||
    Number(a.it.kind === 'group') - Number(b.it.kind === 'group') ||
    a.since.localeCompare(b.since)
  );
}
