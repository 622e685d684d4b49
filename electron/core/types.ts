/** What the window, the tray and the command ask of Holdfast: one facade, the same for all three. */
import type { ErrorView } from '@shared/errors';
import type { RestoreSource } from '@shared/ipc';
import type { MetricReading } from '@shared/metrics';
import type {
  AppState,
  BackupKind,
  FileInspection,
  GuardedDatabase,
  HealthComponent,
  JobView,
  Problem,
  RestorePoint,
  RestorePreview,
  RestoreRecord,
  RetentionDecision,
} from '@shared/models';
import type { Settings, SettingsPatch } from '@shared/settings';
import type { Copying } from './copy-types';
import type { Recovery } from './recovery-types';
import type { Diagnosis } from './diagnosis-types';
import type { Soundness } from './soundness-types';
import type { Alerting, Monitoring } from './watch-types';

export interface CoreEvents {
  /** The state changed; ask `state()`. May fire often: the publisher thins it out. */
  changed: () => void;
  metrics: (reading: MetricReading) => void;
}

/** Work under way. `done` rejects with a `HoldfastError`. */
export interface JobHandle<T> {
  readonly id: string;
  view(): JobView;
  done: Promise<T>;
}

/** What rebuilding the catalogue found. */
export interface CatalogueReport {
  /** Backup files in the folder. */
  found: number;
  /** Files the catalogue did not know. */
  added: number;
  /** Entries whose file is gone. */
  missing: number;
  proved: number;
  failed: number;
  /** Files that are no backups of Holdfast: listed, never touched. */
  foreign: string[];
  /** Backup files whose end is damaged or missing: listed, never touched. */
  damaged: string[];
  /** How many more of either there are: the lists have an end. */
  unlisted: number;
}

/** All that Holdfast can do. Methods throw or reject with a `HoldfastError`; ids that are not known are `…_UNKNOWN`. */
export interface Core {
  /** Full path of the data folder. */
  readonly home: string;

  on<E extends keyof CoreEvents>(event: E, listener: CoreEvents[E]): () => void;
  state(): AppState;

  addDatabase(request: { file: string; name?: string }): Promise<GuardedDatabase>;
  /** Builds the sample database in the data folder and guards it. */
  addSample(): Promise<GuardedDatabase>;
  /** Stops guarding; the backups stay. */
  removeDatabase(databaseId: string): Promise<void>;
  setSchedules(databaseId: string, schedules: GuardedDatabase['schedules']): GuardedDatabase;
  databases(): GuardedDatabase[];
  databaseByName(name: string): GuardedDatabase;

  /** A request for a database whose backup is queued or running already joins that one. */
  startBackup(databaseId: string, kind: BackupKind, options?: { changesOnly?: boolean }): JobHandle<RestorePoint>;
  /** Proves a backup file and takes it, with the chain that lies beside it, into the backup folder. */
  importBackup(file: string): JobHandle<RestorePoint>;
  backups(databaseId?: string): RestorePoint[];
  backup(pointId: string): RestorePoint;
  verifyBackup(pointId: string): JobHandle<RestorePoint>;
  /** Refuses (`BACKUP_KEPT`) to delete the last proved one. */
  deleteBackup(pointId: string): Promise<void>;
  /** Copies the backup file; refuses a target that exists unless `overwrite`. */
  exportBackup(pointId: string, target: string, overwrite: boolean): Promise<void>;
  /** Makes the catalogue say what the backup folder holds; every file that was added is proved anew. */
  rebuildCatalogue(): Promise<CatalogueReport>;
  retentionPreview(databaseId: string): RetentionDecision[];
  runRetention(databaseId: string): Promise<RetentionDecision[]>;

  /** Identifies and proves any file in a process of its own. */
  inspectFile(file: string, passphrase?: string): JobHandle<FileInspection>;
  releaseInspection(token: string): Promise<void>;
  previewRestore(source: RestoreSource, databaseId: string): Promise<RestorePreview>;
  restore(source: RestoreSource, databaseId: string): JobHandle<RestoreRecord>;
  /** Writes the database out as a file of its own; refuses a target that exists unless `overwrite`. */
  saveCopy(source: RestoreSource, target: string, overwrite: boolean): JobHandle<string>;
  undoRestore(restoreId: string): JobHandle<RestoreRecord>;
  restores(databaseId?: string): RestoreRecord[];

  jobs(): JobView[];
  cancelJob(jobId: string): void;

  problems(includeResolved: boolean): Problem[];
  resolveProblem(problemId: string): void;
  /** Records an error nobody else reports: a rejected promise, a crashed window. */
  reportError(error: ErrorView, databaseId?: string): void;

  settings(): Settings;
  /** Checks and applies; `SETTING_INVALID` names the setting that is wrong and why. */
  updateSettings(patch: SettingsPatch): Settings;

  health(): Promise<HealthComponent[]>;
  readonly monitoring: Monitoring;
  readonly alerting: Alerting;
  readonly copying: Copying;
  readonly recovery: Recovery;
  readonly soundness: Soundness;
  readonly diagnosis: Diagnosis;
  /** True once the store is open and the first sample was taken. */
  isReady(): boolean;
  /**
   * Opens the local endpoint at `port` (0: any free one), whatever the settings say; gives its address.
   * @throws what Node says when it cannot listen (`EADDRINUSE`, `EACCES`)
   */
  openEndpoint(port: number): Promise<string>;
  /** Opens the local endpoint where the settings want it, now and after each change of theirs. */
  followEndpoint(): void;

  /** Begins schedules, monitoring and the catch-up of missed periods. A command does not call it. */
  start(): void;
  /** Asks the scheduler to look at the clock again: after sleep, after the clock was set. */
  wake(): void;
  /** Ends work in hand safely, stops children, closes the store, gives the home free. */
  stop(): Promise<void>;
}

/** A child process that runs one job. */
export interface JobProcess {
  readonly pid: number | undefined;
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null) => void): void;
  /** Hears what it writes to stderr, which stays visible on this process's own. */
  onErrorText?(listener: (text: string) => void): void;
  /** Ends it at once (SIGKILL where there is one). */
  kill(): void;
}
/** Starts job processes: utility processes in Electron, forks of Node in the command. */
export type JobLauncher = () => JobProcess;
