/** Starts the core: everything that works without a window. */
import type { LogLevel } from '@shared/logs';
import type { HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { createOwnLog } from '../logs/own-log';
import { withLoggedOutput } from '../jobs/child-output';
import type { Logger } from '../logs/types';
import { openStore, type Store } from '../store/open';
import { HoldfastCore } from './holdfast-core';
import { claimHome, type Role } from './home';
import { openKeeper } from './keeper';
import { beginRun, type RunGuard } from './run-guard';
import type { Core, JobLauncher } from './types';
import type { WatchOptions } from './watch';

export interface CoreOptions extends WatchOptions {
  home: string;
  role: Role;
  defaultBackupFolder: string;
  /** Of the local endpoint, while Settings name none. */
  defaultEndpointPort?: number | undefined;
  /** Starts the processes that capture transactions; without it none are captured. */
  launchCapture?: JobLauncher;
  /** Starts the process that asks network and FUSE mounts; those are left out without it. */
  launchMounts?: JobLauncher;
  /** Starts the process that follows and searches log files; none are followed without it. */
  launchLogs?: JobLauncher;
  /** Reading the index of measurements and writing the own log: `inline` in this process; in threads when left out. */
  helperThreads?: 'worker' | 'inline';
  /** Whether the machine runs on battery; the operating system's power supplies are asked when it is left out. */
  onBattery?: () => boolean;
}

/**
 * Takes the home, opens the store and clears up after a crash. Nothing is scheduled before `start()`.
 * @throws HOME_OWNED, HOME_UNUSABLE, STORE_NEWER, STORE_DAMAGED
 */
export async function createCore(options: CoreOptions): Promise<Core> {
  const ownership = claimHome(options.home, options.role);
  let store: Store | undefined;
  let run: RunGuard | undefined;
  const early: HoldfastError[] = [];
  const report: { to(error: HoldfastError): void } = { to: (error) => void early.push(error) };
  const level: { of(): LogLevel } = { of: () => 'INFO' };
  const log = createOwnLog({
    folder: ownership.paths.ownLog,
    level: () => level.of(),
    onFailure: (error) => report.to(error),
    writer: options.helperThreads ?? 'worker',
  });
  try {
    store = openStore(ownership.paths.store);
    // A command is not kept running: how it ends says nothing of the next start.
    run = beginRun(options.role === 'command' ? null : ownership.paths.runInfo, Date.now, (error) => report.to(error));
    const keeper = await openKeeper(ownership.paths.root, options.helperThreads ?? 'worker', (error) =>
      report.to(error),
    );
    const core = new HoldfastCore({ ...options, ...logged(options, log.part('children')) }, ownership, {
      store,
      keeper,
      log,
      run,
    });
    level.of = () => core.settings().logs.ownLevel;
    report.to = (error) => core.reportError(error.toView());
    for (const error of early) report.to(error);
    await core.recover();
    return core;
  } catch (thrown) {
    store?.close();
    // A start that is refused says why: that is no crash.
    run?.ended();
    await log.close();
    ownership.release();
    throw wrapError(thrown, { path: ownership.paths.root });
  }
}

/** The launchers of `options`, of whose processes the log has what they write to stderr. */
function logged(options: CoreOptions, log: Logger) {
  const { launchJob, launchCapture, launchMounts, launchLogs } = options;
  return {
    launchJob: withLoggedOutput(launchJob, 'job', log),
    ...(launchCapture && { launchCapture: withLoggedOutput(launchCapture, 'capture', log) }),
    ...(launchMounts && { launchMounts: withLoggedOutput(launchMounts, 'mounts', log) }),
    ...(launchLogs && { launchLogs: withLoggedOutput(launchLogs, 'logs', log) }),
  };
}
