/** What the services of the core share. */
import type { Settings } from '@shared/settings';
import type { Noticer } from '../alerts/noticer';
import type { JobRunner } from '../jobs/runner';
import type { Store } from '../store/open';
import type { HomePaths } from './home';
import type { ProblemLog } from './problem-log';
import type { Scratch } from './scratch';

export interface CoreContext {
  readonly paths: HomePaths;
  readonly store: Store;
  readonly jobs: JobRunner;
  readonly scratch: Scratch;
  readonly problems: ProblemLog;
  settings(): Settings;
  /** The catalogue, the databases, problems or settings changed. */
  changed(): void;
  readonly notices: Noticer;
}

/** How long a backup or restore waits for a lock that an application holds. */
export const LOCK_TIMEOUT_MS = 30_000;
