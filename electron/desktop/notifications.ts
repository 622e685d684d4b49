/** Native notifications of the core's notices. */
import type { Place } from '@shared/ipc';
import type { Settings } from '@shared/settings';
import type { Translate } from '@shared/text';
import { Notification } from 'electron';
import type { Notice } from '../core/types';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';

export interface NotifierOptions {
  iconFile: string;
  settings: () => Settings['notifications'];
  translate: () => Translate;
  open: (place: Place) => void;
}

/** Setting that a kind of notice obeys; null: always shown. */
const SETTING: Record<Notice['kind'], keyof Settings['notifications'] | null> = {
  'backup-failed': 'backupFailed',
  'backup-overdue': 'backupOverdue',
  'restore-ended': 'restoreEnded',
  'restore-failed': 'restoreEnded',
  test: null,
};

/** A desktop that says nothing for so long has not shown it: no service, or notifications are switched off. */
const SHOWN_WITHIN_MS = 5_000;

export class Notifier {
  readonly #options: NotifierOptions;
  /** A notification nobody refers to is collected, and its click is lost with it. */
  readonly #shown = new Set<Notification>();

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /**
   * Shows a notice unless the settings say no; resolves when the desktop has shown it. A click opens the window at the
   * notice's place. Error: `NOT_AVAILABLE` when the desktop shows no notifications.
   */
  async show(notice: Notice): Promise<void> {
    const setting = SETTING[notice.kind];
    if (setting !== null && !this.#options.settings()[setting]) return;
    if (!Notification.isSupported()) throw notShown('this desktop has no notification service');
    const translate = this.#options.translate();
    const notification = new Notification({
      title: translate(`notify.${notice.kind}.title`, notice.params),
      body: plainBody(translate(`notify.${notice.kind}.body`, notice.params)),
      urgency: notice.severity,
      timeoutType: notice.severity === 'critical' ? 'never' : 'default',
      icon: this.#options.iconFile,
    });
    this.#shown.add(notification);
    notification.once('close', () => this.#shown.delete(notification));
    notification.once('click', () => {
      this.#shown.delete(notification);
      this.#options.open(notice.place);
    });
    const outcome = shown(notification);
    notification.show();
    try {
      await outcome;
    } catch (error) {
      this.#shown.delete(notification);
      throw error;
    }
  }
}

function shown(notification: Notification): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(notShown('the desktop did not confirm that the notification was shown')),
      SHOWN_WITHIN_MS,
    );
    notification.once('show', () => {
      clearTimeout(late);
      resolve();
    });
    notification.once('failed', (_event, reason) => {
      clearTimeout(late);
      reject(notShown(`the desktop refused the notification ${reason}`.trim()));
    });
  });
}

function notShown(detail: string): HoldfastError {
  return holdfastError('NOT_AVAILABLE', { detail });
}

/** Linux services read a body as markup: a name with `<` or `&` would cut the text short. */
function plainBody(text: string): string {
  if (process.platform !== 'linux') return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
