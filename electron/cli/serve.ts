/** `holdfast serve`: schedules, monitoring and the health endpoint, without a window, until it is told to end. */
import { createCore } from '../core/core';
import { homePaths } from '../core/home';
import type { Core, JobLauncher } from '../core/types';
import { holdfastVersion } from '../core/version';
import { wrapError } from '../errors/wrap';
import { type HealthEndpoint, startHealthEndpoint } from '../health/endpoint';
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
  /** Ends the service. */
  signal: AbortSignal;
  /** Called once everything runs. */
  onReady: (service: { address: string; home: string; tokenFile: string }) => void;
}

/** Serves until `signal` is aborted, then ends the work in hand. Errors: `HOME_OWNED`, `PortProblem`, the core's. */
export async function serve({ choice, port, launchJob, signal, onReady }: ServeOptions): Promise<void> {
  const core = await createCore({
    home: choice.home,
    role: 'serve',
    launchJob,
    defaultBackupFolder: choice.backupFolder,
  });
  const release = captureErrors(core);
  try {
    const tokenFile = homePaths(core.home).healthToken;
    const endpoint = await listen(core, port, tokenFile);
    try {
      core.start();
      onReady({ address: endpoint.address, home: core.home, tokenFile });
      await aborted(signal);
    } finally {
      await endpoint.close();
    }
  } finally {
    await core.stop();
    release();
  }
}

async function listen(core: Core, port: number, tokenFile: string): Promise<HealthEndpoint> {
  try {
    return await startHealthEndpoint({
      port,
      tokenFile,
      version: holdfastVersion(),
      isReady: () => core.metrics().length > 0,
      health: () => core.health(),
      report: (error) => core.reportError(error.toView()),
    });
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
