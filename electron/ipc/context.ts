/** What the handlers work with. */
import type { RuntimeInfo } from '@shared/models';
import type { Core } from '../core/types';
import type { Dialogs } from '../desktop/dialogs';
import type { Notifier } from '../desktop/notifications';

export interface IpcContext {
  core: Core;
  dialogs: Dialogs;
  notifier: Pick<Notifier, 'show'>;
  runtime: () => RuntimeInfo;
  /** Shows a file in the desktop's file manager. */
  reveal: (file: string) => void;
  copyText: (text: string) => Promise<void>;
}
