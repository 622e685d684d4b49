/** An orderly end: work in hand is ended safely before the process goes. */
import { app } from 'electron';
import { wrapError } from '../errors/wrap';
import { writeError } from './errors';

/** Calls `prepare` when quitting begins, and holds the process until `stop` has ended; a failure is status 1. */
export function stopBeforeQuit(prepare: () => void, stop: () => Promise<void>): void {
  let stopping: Promise<void> | null = null;
  app.on('before-quit', prepare);
  app.on('will-quit', (event) => {
    event.preventDefault();
    stopping ??= stop().then(
      () => app.exit(0),
      (error: unknown) => {
        writeError(wrapError(error).message);
        app.exit(1);
      },
    );
  });
}
