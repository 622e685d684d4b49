/** What the one button beside an error does. */
import { type ErrorAction, ERRORS, type ErrorView, assertNever } from '@shared/errors';
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
      return () => navigate({ tab: 'backups', databaseId });
    case 'open-settings':
      return () => navigate({ tab: 'settings', section: sectionOf(error) });
    case 'open-errors':
      return () => navigate({ tab: 'errors' });
    case 'remove-database':
      return () => navigate({ tab: 'settings', section: 'databases', databaseId });
    case 'none':
      return null;
    default:
      return assertNever(action);
  }
}

/** Section of Settings where an error is mended. */
function sectionOf({ code }: Described): string | undefined {
  switch (code) {
    case 'SETTING_INVALID':
      return undefined;
    case 'MAIL_REFUSED':
    case 'MAIL_LOGIN_FAILED':
    case 'NOTIFICATION_NOT_SHOWN':
    case 'CHANNEL_FAILING':
    case 'SECRET_UNREADABLE':
      return 'channels';
    case 'DEAD_MAN_FAILED':
      return 'dead-man';
    case 'ENDPOINT_UNAVAILABLE':
      return 'endpoint';
    default:
      return 'backup-folder';
  }
}
