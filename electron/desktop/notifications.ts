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
  report: (error: HoldfastError) => void;
}

/** Setting that a kind of notice obeys; null: always shown. */
const SETTING: Record<Notice['kind'], keyof Settings['notifications'] | null> = {
  'backup-failed': 'backupFailed',
  'backup-overdue': 'backupOverdue',
  'restore-ended': 'restoreEnded',
  'restore-failed': 'restoreEnded',
  test: null,
};

export class Notifier {
  readonly #options: NotifierOptions;
  /** A notification nobody refers to is collected, and its click is lost with it. */
  readonly #shown = new Set<Notification>();

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Shows a notice unless the settings say no. A click opens the window at the notice's place. */
  show(notice: Notice): void {
    const setting = SETTING[notice.kind];
    if (setting !== null && !this.#options.settings()[setting]) return;
    if (!Notification.isSupported()) {
      throw holdfastError('NOT_AVAILABLE', { detail: 'this desktop has no notification service' });
    }
    const translate = this.#options.translate();
    const notification = new Notification({
      title: translate(`notify.${notice.kind}.title`, notice.params),
      body: plainBody(translate(`notify.${notice.kind}.body`, notice.params)),
      urgency: notice.severity,
      timeoutType: notice.severity === 'critical' ? 'never' : 'default',
      icon: this.#options.iconFile,
    });
    const release = (): void => {
      this.#shown.delete(notification);
    };
    notification.on('click', () => {
      release();
      this.#options.open(notice.place);
    });
    notification.on('close', release);
    notification.on('failed', (_event, reason) => {
      release();
      this.#options.report(holdfastError('NOT_AVAILABLE', { detail: `the notification was not shown: ${reason}` }));
    });
    this.#shown.add(notification);
    notification.show();
  }
}

/** Linux services read a body as markup: a name with `<` or `&` would cut the text short. */
function plainBody(text: string): string {
  if (process.platform !== 'linux') return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
