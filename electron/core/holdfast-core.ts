/** Puts the parts of Holdfast together. */
import { EventEmitter } from 'node:events';
import type { RestoreSource } from '@shared/ipc';
import type { BackupKind, GuardedDatabase, HealthComponent } from '@shared/models';
import { Settings, type SettingsPatch } from '@shared/settings';
import { BackupService } from '../backup/backup-service';
import { CatalogueKeeper } from '../backup/catalogue';
import { importBackup } from '../backup/import';
import { Guard, requireCrons } from '../database/guard';
import { holdfastError } from '../errors/holdfast-error';
import { JobRunner } from '../jobs/runner';
import type { KeeperWithStart } from '../metrics/types';
import { onBattery } from '../monitor/battery';
import { Inspections } from '../restore/inspections';
import { RestoreService } from '../restore/restore-service';
import { settleInterrupted } from '../restore/settle';
import type { Store } from '../store/open';
import type { CoreContext } from './context';
import { DiagnosingPart } from './diagnosing';
import { CopyingPart } from './copying';
import { type ControlServer, startControlServer } from './control-server';
import type { CoreOptions } from './core';
import type { Ownership } from './home';
import type { RunGuard } from './run-guard';
import type { OwnLog } from '../logs/own-log';
import { logSignals } from './log-signals';
import { Lookout } from './lookout';
import { ProblemLog } from './problem-log';
import { Reconciler } from './reconcile';
import { RecoveringPart } from './recovering';
import { requireFolder } from './require-folder';
import { RunTotals } from './run-totals';
import { Scheduling } from './scheduling';
import { Scratch } from './scratch';
import { SoundnessPart } from './soundness';
import { StateBuilder } from './state';
import type { Core, CoreEvents, JobHandle } from './types';
import { holdfastVersion } from './version';
import { Watch } from './watch';

/** What is open already when the parts are put together. */
export interface OpenedParts {
  store: Store;
  keeper: KeeperWithStart;
  log: OwnLog;
  run: RunGuard;
}

export class HoldfastCore implements Core {
  readonly home: string;
  private readonly store: Store;
  private readonly emitter = new EventEmitter();
  private readonly context: CoreContext;
  private readonly guard: Guard;
  private readonly backupService: BackupService;
  private readonly catalogue: CatalogueKeeper;
  private readonly reconciler: Reconciler;
  private readonly inspections: Inspections;
  private readonly restoreService: RestoreService;
  private readonly lookout: Lookout;
  private readonly scheduling: Scheduling;
  readonly copying: CopyingPart;
  readonly recovery: RecoveringPart;
  readonly soundness: SoundnessPart;
  readonly diagnosis: DiagnosingPart;
  private readonly builder: StateBuilder;
  private readonly watch: Watch;
  private control: ControlServer | undefined;
  private readonly onBattery = (): boolean => (this.options.onBattery ?? onBattery)();
  private started = false;
  private endpointFollows = false;
  private stopping: Promise<void> | undefined;
  private knownSettings: Settings;

  constructor(
    private readonly options: CoreOptions,
    private readonly ownership: Ownership,
    private readonly opened: OpenedParts,
  ) {
    const { store, keeper, log } = opened;
    this.store = store;
    const { paths } = ownership;
    this.home = paths.root;
    const read = store.settings.read(options.defaultBackupFolder, options.defaultEndpointPort);
    this.knownSettings = read.settings;
    const problems = new ProblemLog(
      store,
      () => this.changed(),
      (error, databaseId) => this.diagnosis.ownError(error, databaseId),
    );
    const settings = (): Settings => this.knownSettings;
    this.context = {
      paths,
      store,
      scratch: new Scratch(paths.scratch),
      jobs: new JobRunner(
        options.launchJob,
        () => this.emit('changed'),
        (end) => this.watch.jobEnded(end),
        log.part('jobs'),
      ),
      totals: new RunTotals(),
      copiesOf: (pointId) => this.copying.copiesOf(pointId),
      copiesByPoint: (databaseId) => this.copying.copiesByPoint(databaseId),
      chainOf: (...wanted) => this.copying.chainOf(...wanted),
      logMark: (databaseId) => this.recovery.logMark(databaseId),
      logBase: (base) => this.recovery.logBase(base),
      releaseCapture: (databaseId) => this.recovery.releaseCapture(databaseId),
      pointsChanged: (databaseId) => {
        void this.reconciler.again();
        this.copying.pointsChanged(databaseId);
      },
      problems,
      log,
      restoreEnded: (restore, contentAt) => {
        const { id, databaseId, outcome, sourceFile, errorCode } = restore;
        log
          .part('restore')
          .info('Restore ended', { restoreId: id, databaseId, outcome, sourceFile, contentAt, errorCode });
        this.watch.alerting.restoreEnded(restore, contentAt);
        this.soundness.contentChanged(restore.databaseId);
      },
      settings,
      changed: () => this.changed(),
    };
    this.guard = new Guard(this.context);
    this.backupService = new BackupService(this.context);
    this.catalogue = new CatalogueKeeper(this.context);
    this.reconciler = new Reconciler(this.catalogue, this.context, { prove: (pointId) => this.proveFound(pointId) });
    this.inspections = new Inspections(this.context, () => this.copying.knownSecrets());
    this.restoreService = new RestoreService(this.context, this.backupService, this.inspections, (databaseId, at) =>
      this.recovery.momentSource(databaseId, at),
    );
    this.lookout = new Lookout(this.context, {
      guard: this.guard,
      backups: this.backupService,
      keeper: {
        record: (key, value, atMs) => keeper.record(key, value, atMs),
        markGap: (gap) => keeper.markGap(gap),
        endTick: (atMs) => {
          this.watch.tick(atMs);
          return keeper.endTick(atMs);
        },
      },
      ...(options.launchMounts ? { launchMounts: options.launchMounts } : {}),
      // Asking would wake a graphics processor.
      gpu: () => settings().gpuMetrics && !this.onBattery(),
      watched: () => ({
        ...this.watch.healthInputs(),
        ...this.copying.healthInputs(),
        ...this.recovery.healthInputs(),
        ...this.soundness.integrityHealth(),
        ...this.soundness.ruleHealth(),
        ...this.diagnosis.healthInputs(),
        safeMode: this.diagnosis.safeMode(),
      }),
      onReading: (reading) => this.emit('metrics', reading),
      onWake: (gapMs) => this.watch.resumed(gapMs),
      onRound: () => this.watch.beat(),
      onJudged: () => this.emit('changed'),
    });
    this.scheduling = new Scheduling(this.context, {
      guard: this.guard,
      backups: this.backupService,
      coveredUntilMs: this.lookout.coveredUntilMs,
      onBattery: this.onBattery,
    });
    this.builder = new StateBuilder(this.context, {
      guard: this.guard,
      backups: this.backupService,
      nextRun: (databaseId) => this.scheduling.next(databaseId),
      placesOf: (databaseId) => this.copying.placesOf(databaseId),
      newestDrill: (databaseId) => this.copying.newestDrill(databaseId),
      continuousOf: (databaseId) => this.recovery.continuousOf(databaseId),
      integrityOf: (databaseId) => this.soundness.statusOf(databaseId),
      overdueSinceMs: this.lookout.overdueSinceMs,
      coveredUntilMs: this.lookout.coveredUntilMs,
      liveBytes: this.lookout.liveBytes,
      health: this.lookout.lastHealth,
      watched: (open) => ({ ...this.watch.shown(), ...this.diagnosis.shown(open) }),
    });
    this.watch = new Watch(
      this.context,
      keeper,
      {
        lookout: this.lookout,
        builder: this.builder,
        dataRules: () => this.soundness.rules(),
        onChange: () => this.emit('changed'),
        onOperation: (operation, ok) => this.diagnosis.countOperation(operation, ok),
        errorBook: () => this.diagnosis.errors,
        newPatterns: () => logSignals(this.diagnosis.logs.newPatterns(), this.diagnosis.logs.morePatterns()),
      },
      options,
    );
    this.copying = new CopyingPart(this.context, {
      vault: this.watch.vault,
      guard: this.guard,
      backups: this.backupService,
      onBattery: this.onBattery,
    });
    this.recovery = new RecoveringPart(this.context, {
      guard: this.guard,
      backups: this.backupService,
      inspections: this.inspections,
      restores: this.restoreService,
      launchCapture: options.launchCapture ?? null,
      segmentsFor: (...wanted) => this.copying.segmentsFor(...wanted),
      segmentsChanged: () => this.copying.segmentsChanged(),
      onProgress: () => this.emit('changed'),
    });
    this.soundness = new SoundnessPart(this.context, {
      guard: this.guard,
      backups: this.backupService,
      onBattery: this.onBattery,
      launch: options.launchJob,
      watch: this.watch,
      sink: keeper,
    });
    this.diagnosis = new DiagnosingPart(this.context, {
      log,
      run: opened.run,
      launchLogs: options.role === 'command' ? null : (options.launchLogs ?? null),
      address: () => this.watch.endpoint.info().address,
      onChange: () => this.emit('changed'),
      onErrors: () => this.watch.syncSoon(),
      onNewPatterns: () => this.watch.syncSoon(),
      onLeaveSafeMode: () => this.startWork(),
      tellNatively: (error) => this.watch.tellNatively(error),
    });
    for (const key of read.invalid) {
      const params = { setting: key, reason: 'the stored value cannot be read; the default is used' };
      problems.report(holdfastError('SETTING_INVALID', { params }).toView(), null);
    }
  }

  /** Clears up after a crash, before anything else runs: scratch, unfinished files, restores in the midst. */
  async recover(): Promise<void> {
    await this.context.scratch.sweep();
    await this.backupService.sweep();
    await settleInterrupted(this.context);
    await this.reconciler.first();
    await this.lookout.lookAtFiles();
    // Last: nobody may ask for anything before it is known what is there.
    this.control = await startControlServer(this, this.ownership);
  }

  start(): void {
    const { role } = this.options;
    this.opened.log.part('core').info('Holdfast started', { version: holdfastVersion(), role, pid: process.pid });
    this.diagnosis.start();
    // After a crash loop nothing runs that may have been its cause, until somebody says so.
    if (this.diagnosis.safeMode() === null) this.startWork();
    else this.lookout.judgeOnce();
  }

  private startWork(): void {
    this.started = true;
    this.watch.start();
    this.lookout.start();
    this.scheduling.start();
    this.reconciler.start();
    this.copying.start();
    this.recovery.start();
    this.soundness.start();
  }

  /** A restore point whose file was found; one that was proved or deleted since needs nothing. */
  private async proveFound(pointId: string): Promise<void> {
    if (this.store.backups.get(pointId)?.state === 'unproved') await this.verifyBackup(pointId).done;
  }

  wake(): void {
    if (!this.started) return;
    this.scheduling.wake();
    this.copying.wake();
    this.recovery.wake();
    this.soundness.wake();
    void this.lookout.look();
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    this.lookout.stop();
    this.reconciler.stop();
    const sound = this.soundness.stop();
    // A command lets the requests of others finish; window and service end them.
    const closing = this.control?.close();
    const stopping = [this.scheduling.stop(), this.copying.stop(), this.recovery.stop()];
    if (this.options.role === 'command') await closing;
    await this.context.jobs.close();
    await Promise.all([closing, sound, ...stopping, this.watch.stop()]);
    await this.inspections.releaseAll();
    await this.diagnosis.stop();
    this.store.close();
    this.opened.run.ended();
    if (this.options.role !== 'command') this.opened.log.part('core').info('Holdfast stopped');
    await this.opened.log.close();
    this.ownership.release();
  }

  on<E extends keyof CoreEvents>(event: E, listener: CoreEvents[E]): () => void {
    this.emitter.on(event, listener);
    return () => this.emitter.off(event, listener);
  }

  private emit<E extends keyof CoreEvents>(event: E, ...args: Parameters<CoreEvents[E]>): void {
    if (!this.stopping) this.emitter.emit(event, ...args);
  }

  private changed(): void {
    this.builder.invalidate();
    this.emit('changed');
    this.lookout.judgeSoon();
    this.watch.syncSoon();
  }

  state = () => this.builder.build();

  async addDatabase(request: { file: string; name?: string }): Promise<GuardedDatabase> {
    return this.afterAdding(await this.guard.add(request));
  }

  async addSample(): Promise<GuardedDatabase> {
    return this.afterAdding(await this.guard.addSample());
  }

  /** A guarded database without a backup is not guarded: where there is time, the first one is taken at once. */
  private async afterAdding(database: GuardedDatabase): Promise<GuardedDatabase> {
    await this.lookout.lookAtFiles();
    if (this.started) {
      if (!this.store.backups.newestProved(database.id)) this.backupService.start(database, 'manual');
    }
    this.scheduling.wake();
    return database;
  }

  async removeDatabase(databaseId: string): Promise<void> {
    for (const job of this.jobs()) if (job.databaseId === databaseId) this.cancelJob(job.id);
    this.guard.remove(databaseId);
    this.recovery.follow();
    this.scheduling.wake();
  }

  setSchedules(databaseId: string, schedules: GuardedDatabase['schedules']): GuardedDatabase {
    const database = this.guard.setSchedules(databaseId, schedules);
    this.scheduling.wake();
    return database;
  }

  databases = () => this.guard.list();
  databaseByName = (name: string) => this.guard.byName(name);

  startBackup = (databaseId: string, kind: BackupKind, options?: { changesOnly?: boolean }) =>
    this.backupService.start(this.guard.get(databaseId), kind, options);
  importBackup = (file: string) =>
    importBackup(
      this.context,
      {
        inspect: (job, folder, name, passphrase) => this.inspections.inspect(job, folder, name, passphrase),
        point: (id) => this.backupService.point(id),
      },
      file,
    );
  backups = (databaseId?: string) => this.backupService.points(databaseId);
  backup = (pointId: string) => this.backupService.point(pointId);
  verifyBackup = (pointId: string) => this.backupService.verify(pointId);
  deleteBackup = (pointId: string) => this.backupService.delete(pointId);
  exportBackup = (pointId: string, target: string, overwrite: boolean) =>
    this.backupService.export(pointId, target, overwrite);
  retentionPreview = (databaseId: string) => this.backupService.decide(databaseId);
  runRetention = (databaseId: string) => this.backupService.runRetention(databaseId);
  rebuildCatalogue = () => this.catalogue.rebuild(async (id) => (await this.verifyBackup(id).done).verified);

  inspectFile = (file: string, passphrase?: string) => this.inspections.start(file, passphrase);
  releaseInspection = (token: string) => this.inspections.release(token);
  previewRestore = (source: RestoreSource, databaseId: string) =>
    this.restoreService.preview(source, this.guard.get(databaseId));
  restore = (source: RestoreSource, databaseId: string) =>
    this.restoreService.start(source, this.guard.get(databaseId));
  saveCopy = (source: RestoreSource, target: string, overwrite: boolean): JobHandle<string> =>
    this.restoreService.saveCopy(source, target, overwrite);
  undoRestore = (restoreId: string) => this.restoreService.undo(restoreId);
  restores = (databaseId?: string) => this.store.restores.list(databaseId);

  jobs = () => this.context.jobs.views();
  cancelJob = (jobId: string) => this.context.jobs.cancel(jobId);

  problems = (includeResolved: boolean) => this.store.problems.list(includeResolved);

  resolveProblem(problemId: string): void {
    if (this.store.problems.resolve(problemId, new Date().toISOString())) this.changed();
  }

  reportError: Core['reportError'] = (error, databaseId) => {
    this.context.problems.report(error, databaseId ?? null);
  };

  settings = () => this.knownSettings;

  updateSettings(patch: SettingsPatch): Settings {
    if (patch.defaultSchedules) requireCrons(patch.defaultSchedules);
    if (patch.backupFolder !== undefined) requireFolder(patch.backupFolder);
    this.store.settings.write(patch);
    this.context.log.part('core').info('Settings changed', { names: Object.keys(patch) });
    const { defaultBackupFolder, defaultEndpointPort } = this.options;
    this.knownSettings = this.store.settings.read(defaultBackupFolder, defaultEndpointPort).settings;
    this.watch.settingsChanged();
    this.diagnosis.settingsChanged();
    if (this.started) {
      this.copying.settingsChanged();
      this.recovery.follow();
      this.soundness.wake();
    }
    if (this.endpointFollows) void this.watch.endpoint.follow();
    this.changed();
    return this.knownSettings;
  }

  health = (): Promise<HealthComponent[]> => this.lookout.judge();
  isReady = (): boolean => this.watch.isReady();

  get monitoring(): Core['monitoring'] {
    return this.watch.monitoring;
  }

  get alerting(): Core['alerting'] {
    return this.watch.alerting;
  }

  followEndpoint(): void {
    this.endpointFollows = true;
    void this.watch.endpoint.follow();
  }

  openEndpoint(port: number): Promise<string> {
    return this.watch.endpoint.openAt(port);
  }
}
