/** Which groups are listed, as people choose it; kept while the window is open. */
import type { GroupState } from '@shared/error-groups';
import type { Severity } from '@shared/errors';
import type { ErrorFilter } from '@shared/ipc-diagnosis';
import { createValue } from '@/value';

export const STATE_CHOICES = ['unresolved', 'open', 'acknowledged', 'muted', 'resolved', 'all'] as const;
export type StateChoice = (typeof STATE_CHOICES)[number];

export interface GroupFilter {
  applicationId: string | null;
  state: StateChoice;
  severity: Severity | null;
  type: string | null;
  search: string;
}

export const FIRST_FILTER: GroupFilter = {
  applicationId: null,
  state: 'unresolved',
  severity: null,
  type: null,
  search: '',
};

export const groupFilter = createValue<GroupFilter>(FIRST_FILTER);

/** As the main process is asked. */
export function requestOf({ applicationId, state, severity, type, search }: GroupFilter): ErrorFilter {
  return {
    applicationId,
    states: statesOf(state),
    severities: severity === null ? null : [severity],
    type,
    search: search.trim() === '' ? null : search.trim(),
    fromMs: null,
  };
}

function statesOf(choice: StateChoice): GroupState[] | null {
  if (choice === 'all') return null;
  return choice === 'unresolved' ? ['open', 'acknowledged', 'muted'] : [choice];
}

/** True when nothing is left out but what was resolved. */
export const isFirst = (filter: GroupFilter): boolean =>
  filter.applicationId === null &&
  filter.state === FIRST_FILTER.state &&
  filter.severity === null &&
  filter.type === null &&
  filter.search.trim() === '';
