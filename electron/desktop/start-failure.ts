/** Says why Holdfast cannot start, on the screen and on stderr, and ends it. */
import { createTranslator, describeError, resolveLanguage } from '@shared/text';
import { app, dialog } from 'electron';
import { wrapError } from '../errors/wrap';
import { writeError } from './errors';
import type { OrderlyQuit } from './quit';

/** Tells `failure` in the desktop's language (the settings are out of reach) and ends the process with status 1. */
export async function failStart(failure: unknown, quit: OrderlyQuit): Promise<void> {
  quit.markFailed();
  const error = wrapError(failure);
  const translate = createTranslator(resolveLanguage('system', app.getLocale()));
  const words = describeError(translate, error);
  const title = translate('dialogs.fatal.title');
  writeError(`${title}: ${words.what} ${words.meaning} ${words.action}\n${error.stack ?? error.message}`);
  // Not showErrorBox: that holds up the whole process, which could then not even be told to end.
  await dialog.showMessageBox({
    type: 'error',
    title,
    message: words.what,
    detail: `${words.meaning}\n\n${words.action}`,
    buttons: [translate('actions.none')],
  });
  app.quit();
}
