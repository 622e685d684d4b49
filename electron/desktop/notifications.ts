/** Native notifications. */
import type { Place } from '@shared/ipc';
import { Notification } from 'electron';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import type { ShowNative } from '../notify/types';

export interface NotifierOptions {
  iconFile: string;
  open: (place: Place) => void;
}

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
   * Resolves when the desktop has shown it; a critical one stays until it is closed. A click opens the window at the
   * place. Error: `NOTIFICATION_NOT_SHOWN`.
   */
  readonly showNative: ShowNative = async ({ title, body, critical, place }) => {
    if (!Notification.isSupported()) throw notShown('this desktop has no notification service');
    const notification = new Notification({
      title,
      body: plainBody(body),
      urgency: critical ? 'critical' : 'normal',
      timeoutType: critical ? 'never' : 'default',
      icon: this.#options.iconFile,
    });
    this.#shown.add(notification);
    notification.once('close', () => this.#shown.delete(notification));
    notification.once('click', () => {
      this.#shown.delete(notification);
      this.#options.open(place);
    });
    const outcome = shown(notification);
    notification.show();
    try {
      await outcome;
    } catch (error) {
      this.#shown.delete(notification);
      throw error;
    }
  };
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
  return holdfastError('NOTIFICATION_NOT_SHOWN', { detail });
}

/** Linux services read a body as markup: a name with `<` or `&` would cut the text short. */
function plainBody(text: string): string {
  if (process.platform !== 'linux') return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
