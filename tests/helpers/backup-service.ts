/** The backup service with a store, jobs and folders of its own in a place, and what a test wants to say of copies and time. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CopyView, GuardedDatabase } from '@shared/models';
import { BackupService } from '../../electron/backup/backup-service';
import { localChain } from '../../electron/backup/chain';
import type { CoreContext } from '../../electron/core/context';
import { homePaths } from '../../electron/core/home';
import { ProblemLog } from '../../electron/core/problem-log';
import { RunTotals } from '../../electron/core/run-totals';
import { Scratch } from '../../electron/core/scratch';
import type { JobLauncher } from '../../electron/core/types';
import { holdfastError } from '../../electron/errors/holdfast-error';
import { wrapError } from '../../electron/errors/wrap';
import type { FromJob, ToJob } from '../../electron/jobs/protocol';
import { runJob } from '../../electron/jobs/run-job';
import { JobRunner } from '../../electron/jobs/runner';
import { NO_LOG } from '../../electron/logs/types';
import { openStore, type Store } from '../../electron/store/open';
import { HERE } from './backups';
import { launcher, type Place } from './engine';

/** Runs jobs in this process, which has no database open then: the same code, without the time that a process takes. */
export const inThisProcess = (onStart: () => void): JobLauncher => {
  return () => {
    const told: ((message: unknown) => void)[] = [];
    const ended: ((code: number | null) => void)[] = [];
    const abort = new AbortController();
    onStart();
    return {
      pid: undefined,
      send: (raw) => {
        const message = raw as ToJob;
        if (message.type === 'cancel') return abort.abort(holdfastError('CANCELLED'));
        const running = runJob(message.job, message.request, { ...HERE, signal: abort.signal });
        const tell = (answer: FromJob): void => {
          for (const listener of told) listener(answer);
          for (const listener of ended) listener(0);
        };
        running.then(
          (value) => tell({ type: 'done', value }),
          (thrown: unknown) => tell({ type: 'failed', error: wrapError(thrown).toView() }),
        );
      },
      onMessage: (listener) => void told.push(listener),
      onExit: (listener) => void ended.push(listener),
      kill: () => undefined,
    };
  };
};

export interface Service {
  backups: BackupService;
  store: Store;
  context: CoreContext;
  database: GuardedDatabase;
  /** How many jobs were started. */
  jobs: number;
  /** Process id of the newest job that has a process of its own. */
  pid: number;
  /** Databases whose restore points changed, each time. */
  told: string[];
  /** Copies of restore points at destinations. */
  copies: Map<string, CopyView[]>;
}

export interface ServiceOptions {
  /** The service's clock. */
  nowMs?: () => number;
  /** Jobs in processes of their own, as always outside of tests. */
  processes?: boolean;
}

export function backupService(place: Place, file: string, options: ServiceOptions = {}): Service {
  const paths = homePaths(place.file('service'));
  for (const folder of [paths.root, paths.scratch, paths.pages]) mkdirSync(folder, { recursive: true });
  const store = openStore(paths.store);
  const settings = store.settings.read(join(paths.root, 'backups')).settings;
  const told: string[] = [];
  const copies = new Map<string, CopyView[]>();
  const onStart = (pid = 0): void => {
    service.jobs++;
    service.pid = pid;
  };
  const launch = options.processes ? launcher(place.programs.job, { onStart }) : inThisProcess(onStart);
  const context: CoreContext = {
    paths,
    store,
    jobs: new JobRunner(launch, () => undefined),
    scratch: new Scratch(paths.scratch),
    problems: new ProblemLog(store, () => undefined),
    log: NO_LOG,
    settings: () => settings,
    changed: () => undefined,
    restoreEnded: () => undefined,
    totals: new RunTotals(),
    copiesOf: (pointId) => copies.get(pointId) ?? [],
    copiesByPoint: () => copies,
    chainOf: (_job, entry) => localChain(store, entry),
    logMark: async () => null,
    logBase: () => undefined,
    releaseCapture: async () => () => undefined,
    pointsChanged: (databaseId) => void told.push(databaseId),
  };
  const database = store.databases.add({
    id: 'database-1',
    name: 'app',
    path: file,
    addedAt: new Date().toISOString(),
    sample: false,
    schedules: settings.defaultSchedules,
  });
  const backups = new BackupService(context, { nowMs: options.nowMs ?? Date.now });
  const service: Service = { backups, store, context, database, jobs: 0, pid: 0, told, copies };
  return service;
}
