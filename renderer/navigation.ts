/** Where the window is: the tab, and what it shows. */
import type { Place, Tab } from '@shared/ipc';
import { createValue, useValue } from './value';

// The same tabs as `TABS` of the contract; that constant would bring its schemas into the window's bundle.
export const TAB_ORDER = ['status', 'backups', 'errors', 'performance', 'settings'] as const satisfies readonly Tab[];

/** What the Errors tab shows. */
export const ERRORS_VIEWS = ['errors', 'logs', 'applications'] as const;
export type ErrorsView = (typeof ERRORS_VIEWS)[number];

export interface WindowPlace extends Place {
  /** Section of Settings to scroll to. */
  section?: string;
  /** A part of Status that is a page of its own; the drills, or the checks and rules, of a database on Backups. */
  view?: 'alerts' | 'drills' | 'integrity';
  /** Rule or channel to open in Settings. */
  ruleId?: string;
  channelId?: string;
  /** Part of the Errors tab; of a place that names none the one that fits it, else the one that was looked at last. */
  errorsView?: ErrorsView;
  /** Application of the view of applications that send their errors. */
  errorApplicationId?: string;
}

export const place = createValue<WindowPlace>({ tab: 'status' });

/** Goes to a place; what the place does not name stays as it was in its tab. */
export function navigate(target: WindowPlace): void {
  if (target.tab !== 'errors') {
    place.set({ ...target });
    return;
  }
  lastErrorsView = target.errorsView ?? errorsViewFor(target) ?? lastErrorsView;
  place.set({ ...target, errorsView: lastErrorsView });
}

let lastErrorsView: ErrorsView = 'errors';

function errorsViewFor({ problemId, errorGroupId, logsAt, logPattern, errorApplicationId }: WindowPlace) {
  if (logsAt !== undefined || logPattern !== undefined) return 'logs';
  if (errorApplicationId !== undefined) return 'applications';
  return problemId !== undefined || errorGroupId !== undefined ? 'errors' : null;
}

/**
 * Follows the main process when it opens a place: from the tray, from a notification. An alert is seen with its details
 * on Status, from where one press leads on; a problem has details of its own.
 */
export function followNavigation(): () => void {
  return window.holdfast.on('navigate', (target) => {
    const { alertId, problemId } = target;
    navigate(alertId !== undefined && problemId === undefined ? { tab: 'status', alertId } : target);
  });
}

export function usePlace(): WindowPlace {
  return useValue(place);
}
