/** What the one button beside an error does. */
import { type ErrorAction, type ErrorCode, ERRORS, type ErrorView, assertNever } from '@shared/errors';
import { call } from './api';
import { currentTexts } from './i18n';
import { navigate } from './navigation';

export interface ErrorContext {
  databaseId?: string | null;
  /** Repeats what failed. */
  retry?: () => void;
  /** Chooses another file for what failed. */
  chooseFile?: () => void;
}

export interface OfferedAction {
  action: ErrorAction;
  label: string;
  run: () => void;
}

type Described = Pick<ErrorView, 'code'>;

/**
 * The action to offer for an error; null when there is nothing a button could do.
 * @param report takes what goes wrong when the button is used.
 */
export function offeredAction(
  error: Described,
  context: ErrorContext,
  report: (thrown: unknown) => void,
): OfferedAction | null {
  const action = possibleAction(error, context);
  const run = runnerOf(action, error, context, report);
  return run ? { action, label: currentTexts().shared(`actions.${action}`), run } : null;
}

/** The error's own action, or the nearest one that is possible where it is shown. */
function possibleAction(error: Described, context: ErrorContext): ErrorAction {
  const { action, class: errorClass } = ERRORS[error.code];
  if (action === 'retry' && !context.retry) {
    if (!context.databaseId) return 'none';
    return errorClass === 'restore' ? 'open-backups' : 'back-up-now';
  }
  if (action === 'choose-file' && !context.chooseFile) return context.databaseId ? 'open-backups' : 'none';
  if (action === 'back-up-now' && !context.databaseId) return 'open-backups';
  return action;
}

function runnerOf(
  action: ErrorAction,
  error: Described,
  context: ErrorContext,
  report: (thrown: unknown) => void,
): (() => void) | null {
  const databaseId = context.databaseId ?? undefined;
  switch (action) {
    case 'retry':
      return context.retry ?? null;
    case 'choose-file':
      return context.chooseFile ?? null;
    case 'back-up-now':
      return databaseId ? () => void call('backups:start', { databaseId }).catch(report) : null;
    case 'open-backups':
      return () =>
        navigate({ tab: 'backups', databaseId, ...(FOUND_BY_CHECKS.has(error.code) && { view: 'integrity' }) });
    case 'open-settings':
      return () => navigate({ tab: 'settings', section: sectionOf(error) });
    case 'open-errors':
      return () => navigate({ tab: 'errors', errorsView: 'errors' });
    case 'remove-database':
      return () => navigate({ tab: 'settings', section: 'databases', databaseId });
    case 'none':
      return null;
    default:
      return assertNever(action);
  }
}

/** Errors whose rows and steps are listed with the checks of a database. */
const FOUND_BY_CHECKS: ReadonlySet<ErrorCode> = new Set(['FOREIGN_KEYS_VIOLATED', 'CHECK_OVERDUE', 'REPAIR_UNDONE']);

/** Sections of Settings where errors are mended that have nothing to do with the backup folder. */
const SECTIONS: Partial<Record<ErrorCode, string>> = {
  DESTINATION_NOT_MOUNTED: 'destinations',
  DESTINATION_UNUSABLE: 'destinations',
  DESTINATION_FULL: 'destinations',
  CREDENTIALS_REFUSED: 'destinations',
  HOST_KEY_CHANGED: 'destinations',
  MAIL_REFUSED: 'channels',
  MAIL_LOGIN_FAILED: 'channels',
  NOTIFICATION_NOT_SHOWN: 'channels',
  CHANNEL_FAILING: 'channels',
  SECRET_UNREADABLE: 'channels',
  DEAD_MAN_FAILED: 'dead-man',
  ENDPOINT_UNAVAILABLE: 'endpoint',
};

const sectionOf = ({ code }: Described): string | undefined =>
  code === 'SETTING_INVALID' ? undefined : (SECTIONS[code] ?? 'backup-folder');
