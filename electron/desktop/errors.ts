/** Catches what nobody else does, and takes it to the core. */
import { app } from 'electron';
import type { Core } from '../core/types';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { UncaughtFaults } from '../errors/uncaught';
import { wrapError } from '../errors/wrap';
import { JOB_SERVICE_NAME } from './job-launcher';

/** Where errors go: to the core once there is one, until then to stderr. */
export class ErrorDesk {
  readonly #faults = new UncaughtFaults();
  #core: Pick<Core, 'reportError' | 'diagnosis'> | null = null;
  #startAgain: ((afterMs: number) => void) | null = null;

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

  /** Records what nobody caught; ends the process and starts it again when there is too much of it. Never throws. */
  readonly uncaught = (thrown: unknown, kind: 'exception' | 'rejection'): void => {
    // A promise that nobody waited for leaves no function half done.
    const { isRecorded, skipped, isTooMany } = this.#faults.take(performance.now(), kind === 'exception');
    const error = wrapError(thrown);
    if (isRecorded) this.report(skipped === 0 ? error : withCount(error, skipped));
    const startAgain = this.#startAgain;
    // In safe mode there is nothing left to give up: the window must stay, to say why.
    if (!isTooMany || !startAgain || this.#core?.diagnosis.safeMode() !== null) return;
    this.#startAgain = null;
    startAgain(this.#core.diagnosis.crashing(error.detail));
  };

  connect(core: Pick<Core, 'reportError' | 'diagnosis'>, startAgain: (afterMs: number) => void): void {
    this.#core = core;
    this.#startAgain = startAgain;
  }
}

function withCount(error: HoldfastError, skipped: number): HoldfastError {
  const detail = `${error.detail}\n${skipped} more were not recorded one by one`;
  return holdfastError(error.code, { params: error.params, cause: error, detail });
}

/** Writes a line to stderr, where a headless start is watched. */
export function writeError(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Routes every uncaught error of the main process and every death of a helper process to `desk`. */
export function captureErrors({ report, uncaught }: Pick<ErrorDesk, 'report' | 'uncaught'>): void {
  // The terminal we were started from may be gone; then there is nobody to write to, and nothing to report.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') report(wrapError(error));
    });
  }
  process.on('uncaughtException', (error) => uncaught(error, 'exception'));
  process.on('unhandledRejection', (reason) => uncaught(reason, 'rejection'));
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
