/** `holdfast serve`: schedules, monitoring and the health endpoint, without a window, until it is told to end. */
import type { SafeMode } from '@shared/error-groups';
import { createCore } from '../core/core';
import type { Core, JobLauncher } from '../core/types';
import { UncaughtFaults } from '../errors/uncaught';
import { wrapError } from '../errors/wrap';
import { deferred } from '../jobs/deferred';
import type { HomeChoice } from './default-home';

/** The port cannot be had: the one failure of `serve` that has words of its own. */
export class PortProblem extends Error {
  constructor(
    readonly port: string,
    readonly taken: boolean,
    cause: Error,
  ) {
    super(cause.message, { cause });
  }
}

export interface ServeOptions {
  choice: HomeChoice;
  port: number;
  launchJob: JobLauncher;
  launchCapture: JobLauncher;
  launchMounts: JobLauncher;
  launchLogs: JobLauncher;
  /** Ends the service. */
  signal: AbortSignal;
  /** Called once faults that nobody caught are recorded here. */
  onCore: () => void;
  /** Called once everything runs. */
  onReady: (service: ReadyService) => void;
}

export interface ReadyService {
  address: string;
  home: string;
  tokenFile: string;
  /** Why nothing is backed up or watched; null in an ordinary run. */
  safeMode: SafeMode | null;
}

/**
 * Serves until `signal` is aborted, then ends the work in hand. Errors: `HOME_OWNED`, `PortProblem`, the core's, and what
 * was not caught too often: then whoever started the service should start it again.
 */
export async function serve({
  choice,
  port,
  launchJob,
  launchCapture,
  launchMounts,
  launchLogs,
  signal,
  onCore,
  onReady,
}: ServeOptions): Promise<void> {
  const core = await createCore({
    home: choice.home,
    role: 'serve',
    launchJob,
    launchCapture,
    launchMounts,
    launchLogs,
    defaultBackupFolder: choice.backupFolder,
  });
  const faults = captureErrors(core);
  onCore();
  try {
    const address = await listen(core, port);
    core.start();
    const { tokenFile } = core.monitoring.endpoint();
    onReady({ address, home: core.home, tokenFile, safeMode: core.diagnosis.safeMode() });
    await Promise.race([aborted(signal), faults.tooMany]);
  } finally {
    await core.stop();
    faults.release();
  }
}

async function listen(core: Core, port: number): Promise<string> {
  try {
    return await core.openEndpoint(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const taken = code === 'EADDRINUSE';
    if (error instanceof Error && (taken || (code === 'EACCES' && 'port' in error))) {
      throw new PortProblem(String(port), taken, error);
    }
    throw error;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A mistake in one task must not end the guarding of all databases: it is recorded, and the service goes on. */
function captureErrors(core: Core): { tooMany: Promise<never>; release: () => void } {
  const { promise: tooMany, reject } = deferred<never>();
  // Nobody waits for it while the service starts or ends.
  tooMany.catch(() => undefined);
  const faults = new UncaughtFaults();
  const take = (thrown: unknown, counts: boolean): void => {
    const { isRecorded, isTooMany } = faults.take(performance.now(), counts);
    const error = wrapError(thrown);
    if (isRecorded) {
      process.stderr.write(`holdfast: ${error.code}: ${error.detail}\n`);
      core.reportError(error.toView());
    }
    if (!isTooMany || core.diagnosis.safeMode() !== null) return;
    core.diagnosis.crashing(error.detail);
    reject(error);
  };
  const onException = (thrown: unknown): void => take(thrown, true);
  const onRejection = (thrown: unknown): void => take(thrown, false);
  process.on('uncaughtException', onException);
  process.on('unhandledRejection', onRejection);
  return {
    tooMany,
    release() {
      process.off('uncaughtException', onException);
      process.off('unhandledRejection', onRejection);
    },
  };
}
