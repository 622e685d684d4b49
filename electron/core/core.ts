/** Starts the core: everything that works without a window. */
import type { HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { openStore, type Store } from '../store/open';
import { HoldfastCore } from './holdfast-core';
import { claimHome, type Role } from './home';
import { openKeeper } from './keeper';
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
  /** `inline` reads the index of measurements in this process; in a thread of its own when left out. */
  metricQueries?: 'worker' | 'inline';
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
  try {
    store = openStore(ownership.paths.store);
    const early: HoldfastError[] = [];
    const report: { to(error: HoldfastError): void } = { to: (error) => void early.push(error) };
    const keeper = await openKeeper(ownership.paths.root, options.metricQueries ?? 'worker', (error) =>
      report.to(error),
    );
    const core = new HoldfastCore(options, ownership, store, keeper);
    report.to = (error) => core.reportError(error.toView());
    for (const error of early) report.to(error);
    await core.recover();
    return core;
  } catch (thrown) {
    store?.close();
    ownership.release();
    throw wrapError(thrown, { path: ownership.paths.root });
  }
}
