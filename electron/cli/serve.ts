/** `holdfast serve`: schedules, monitoring and the health endpoint, without a window, until it is told to end. */
import { createCore } from '../core/core';
import type { Core, JobLauncher } from '../core/types';
import { wrapError } from '../errors/wrap';
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
  /** Called once everything runs. */
  onReady: (service: { address: string; home: string; tokenFile: string }) => void;
}

/** Serves until `signal` is aborted, then ends the work in hand. Errors: `HOME_OWNED`, `PortProblem`, the core's. */
export async function serve({
  choice,
  port,
  launchJob,
  launchCapture,
  launchMounts,
  launchLogs,
  signal,
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
  const release = captureErrors(core);
  try {
    const address = await listen(core, port);
    core.start();
    onReady({ address, home: core.home, tokenFile: core.monitoring.endpoint().tokenFile });
    await aborted(signal);
  } finally {
    await core.stop();
    release();
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
function captureErrors(core: Core): () => void {
  const record = (error: unknown) => {
    const view = wrapError(error).toView();
    process.stderr.write(`holdfast: ${view.code}: ${view.detail}\n`);
    core.reportError(view);
  };
  process.on('unhandledRejection', record);
  process.on('uncaughtException', record);
  return () => {
    process.off('unhandledRejection', record);
    process.off('uncaughtException', record);
  };
}
