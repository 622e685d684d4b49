/** What the services of the core share. */
import type { CopyView, RestoreRecord } from '@shared/models';
import type { Settings } from '@shared/settings';
import type { Chain } from '../backup/chain';
import type { LogBase, LogMark } from '../continuous/types';
import type { Logger } from '../logs/types';
import type { JobRunner, RunningJob } from '../jobs/runner';
import type { CatalogueEntry } from '../store/backups';
import type { Store } from '../store/open';
import type { HomePaths } from './home';
import type { ProblemLog } from './problem-log';
import type { RunTotals } from './run-totals';
import type { Scratch, ScratchFolder } from './scratch';

export interface CoreContext {
  readonly paths: HomePaths;
  readonly store: Store;
  readonly jobs: JobRunner;
  readonly scratch: Scratch;
  readonly problems: ProblemLog;
  /** Holdfast's own log. */
  readonly log: Logger;
  settings(): Settings;
  /** The catalogue, the databases, problems or settings changed. */
  changed(): void;
  /** A restore, an undo included, ended in any way. `contentAt`: the moment that it brings back. */
  restoreEnded(restore: RestoreRecord, contentAt: string): void;
  readonly totals: RunTotals;
  /** Copies of a restore point at destinations. */
  copiesOf(pointId: string): CopyView[];
  /** Copies of all restore points of a database, by restore point; those without any are left out. */
  copiesByPoint(databaseId: string): ReadonlyMap<string, CopyView[]>;
  /**
   * The files that a restore point is made of, base first: those of the backup folder where they are there, else fetched
   * from a destination into `folder`; with a destination always from there.
   * @throws CHAIN_BROKEN, BACKUP_FILE_MISSING, and what fetching throws
   */
  chainOf(job: RunningJob, entry: CatalogueEntry, folder: ScratchFolder, destinationId?: string): Promise<Chain>;
  /** What is in the log of a database now; null where nothing is captured. See `LogBase`. */
  logMark(databaseId: string): Promise<LogMark | null>;
  /** A proved restore point whose snapshot was pinned between two marks of the log. */
  logBase(base: LogBase): void;
  /** Closes a database that is captured, so that its file can be replaced; capturing goes on when the function that it gives is called. */
  releaseCapture(databaseId: string): Promise<() => void>;
  /** A proved backup came into the catalogue, or one was let go: copies follow. */
  pointsChanged(databaseId: string): void;
}

/** How long a backup or restore waits for a lock that an application holds. */
export const LOCK_TIMEOUT_MS = 30_000;
