/** Catches what nobody else does, and takes it to the core. */
import { app } from 'electron';
import type { Core } from '../core/types';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { JOB_SERVICE_NAME } from './job-launcher';

/** Where errors go: to the core once there is one, until then to stderr. */
export class ErrorDesk {
  #core: Pick<Core, 'reportError'> | null = null;

  /** Records an error. Never throws: there is nobody left to tell. */
  readonly report = (error: HoldfastError): void => {
    try {
      if (!this.#core) throw error;
      this.#core.reportError(error.toView());
    } catch (failure) {
      writeError(error.stack ?? error.message);
      if (failure !== error) writeError(wrapError(failure).message);
    }
  };

  connect(core: Pick<Core, 'reportError'>): void {
    this.#core = core;
  }
}

/** Writes a line to stderr, where a headless start is watched. */
export function writeError(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Routes every uncaught error of the main process and every death of a helper process to `report`. */
export function captureErrors(report: (error: HoldfastError) => void): void {
  // The terminal we were started from may be gone; then there is nobody to write to, and nothing to report.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') report(wrapError(error));
    });
  }
  process.on('uncaughtException', (error) => report(wrapError(error)));
  process.on('unhandledRejection', (reason) => report(wrapError(reason)));
  app.on('child-process-gone', (_event, details) => {
    // The core knows of its jobs; the rest ends cleanly when we quit.
    if (details.reason === 'clean-exit' || details.name === JOB_SERVICE_NAME) return;
    report(
      holdfastError('CHILD_CRASHED', {
        params: { job: details.name ?? details.type },
        detail: `${details.type} process ended: ${details.reason} (${details.exitCode})`,
      }),
    );
  });
}
