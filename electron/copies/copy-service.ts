/** Destinations and copies as the core offers them. The work is done in job processes. */
import type { DestinationInput, DestinationStatus, DestinationTrial, ScanReport } from '@shared/destinations';
import type { CopyPlaces, CopyView } from '@shared/models';
import type { Chain } from '../backup/chain';
import type { LogReplay } from '../continuous/types';
import type { Copying } from '../core/copy-types';
import type { ScratchFolder } from '../core/scratch';
import type { JobHandle } from '../core/types';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { RunningJob } from '../jobs/runner';
import type { CatalogueEntry } from '../store/backups';
import type { StoredCopy } from '../store/copies';
import type { StoredDestination } from '../store/destinations';
import { CopyLoop } from './copy-loop';
import { syncProblems } from './copy-problems';
import { CopySteps, type StepEnd } from './copy-steps';
import { DestinationBook } from './destination-book';
import { Fetcher } from './fetch-chain';
import { SegmentFetcher } from './fetch-segments';
import { Media } from './media';
import { type CopyOptions, type CopyParts, isoOf, stallOf, withDefaults } from './parts';
import { countPlaces } from './places';
import { Scanner } from './scan';
import { LogScanner } from './scan-logs';
import { SegmentCopies } from './segment-copies';

export type { CopyOptions } from './parts';

export class CopyService implements Omit<Copying, 'drill' | 'drills'> {
  private readonly parts: CopyParts;
  private readonly book: DestinationBook;
  private readonly steps: CopySteps;
  private readonly scanner: Scanner;
  private readonly fetcher: Fetcher;
  private readonly segmentFetcher: SegmentFetcher;
  private readonly loop: CopyLoop;
  private readonly media: Media;
  private starting: Promise<void> = Promise.resolve();

  constructor(options: CopyOptions) {
    this.parts = withDefaults(options);
    this.book = new DestinationBook(this.parts);
    this.steps = new CopySteps(this.parts, this.book);
    const segments = new SegmentCopies(this.parts, this.book, this.steps);
    const logs = new LogScanner(this.parts, segments.steps);
    this.scanner = new Scanner(this.parts, this.book, this.steps, logs);
    this.fetcher = new Fetcher(this.parts, this.book, this.steps);
    this.segmentFetcher = new SegmentFetcher(this.parts, this.book, segments.steps);
    this.loop = new CopyLoop(this.parts, {
      ...{ steps: this.steps, segments },
      lookAt: (destination) => this.lookAt(destination),
    });
    this.media = new Media(this.parts.clock.nowMs, () => this.parts.context.changed());
  }

  /** Removes what a crash left, then copies what is owed, now and whenever something changes. */
  start(): void {
    this.starting = this.sweep().then(() => this.loop.start());
  }

  private async sweep(): Promise<void> {
    try {
      await this.steps.sweepOutgoing();
    } catch (thrown) {
      this.parts.context.problems.report(wrapError(thrown).toView(), null);
    }
  }

  /** Starts nothing more; resolves when the steps in hand have ended. The jobs themselves end with the runner. */
  async stop(): Promise<void> {
    this.steps.stopping = true;
    await this.starting;
    await this.loop.stop();
  }

  /** After sleep, and when power or network are back. */
  wake(): void {
    this.loop.wake();
  }

  /** Restore points of a database came or went. */
  pointsChanged(_databaseId: string): void {
    this.loop.look();
  }

  /** A file of a transaction log was sealed, or let go. */
  segmentsChanged(): void {
    this.loop.look();
  }

  settingsChanged(): void {
    this.loop.look();
  }

  /** Resolves when nothing is being copied. */
  async idle(): Promise<void> {
    await this.starting;
    await this.loop.idle();
  }

  /** Passphrases and keys of all destinations: what a file from elsewhere may be encrypted for. */
  knownSecrets(): { passphrases: string[]; identities: string[] } {
    return this.book.knownSecrets();
  }

  /** Of the destinations that are switched on: how many there are, and how many could not be used the last time. */
  reach(): { destinations: number; failing: number } {
    const enabled = this.parts.context.store.destinations.list().filter(({ config }) => config.enabled);
    return { destinations: enabled.length, failing: enabled.filter(({ facts }) => facts.error !== null).length };
  }

  destinations(): DestinationStatus[] {
    return this.parts.context.store.destinations.list().map((stored) => this.book.status(stored));
  }

  async saveDestination(input: DestinationInput): Promise<DestinationStatus> {
    const { stored, rekeyed, moved } = this.book.save(input);
    if (rekeyed || moved) await this.steps.sweepOutgoing(stored.id);
    this.parts.context.changed();
    this.loop.look();
    return this.book.status(this.book.require(stored.id));
  }

  removeDestination(id: string): void {
    const { store, changed } = this.parts.context;
    const points = store.copies.at(id).map(({ pointId }) => pointId);
    const segments = store.segmentCopies.at(id).map(({ segmentId }) => segmentId);
    store.atomically(() => {
      this.book.remove(id);
      for (const pointId of points) {
        const isNowhere = store.backups.get(pointId)?.state === 'elsewhere' && store.copies.of(pointId).length === 0;
        if (isNowhere) store.backups.remove(pointId);
      }
      for (const segmentId of segments) {
        const isNowhere = store.logs.segment(segmentId)?.state === 'elsewhere';
        if (isNowhere && store.segmentCopies.of(segmentId).length === 0) store.logs.removeSegment(segmentId);
      }
    });
    void this.sweep();
    syncProblems(this.parts.context);
    changed();
  }

  async tryDestination(input: DestinationInput): Promise<DestinationTrial> {
    const destination = this.book.trialTarget(input);
    const { scratch, jobs } = this.parts.context;
    const found = await jobs.start({
      ...{ kind: 'scan', databaseId: null, subject: destination.config.name },
      body: (job) =>
        scratch.use(job.id, (folder) =>
          job.process(
            'try-destination',
            { destination, scratch: folder.path, purpose: 'set-up' },
            stallOf(destination.config, this.parts),
          ),
        ),
    }).done;
    return { hostKey: found.hostKey, freeBytes: found.freeBytes, copiesFound: found.copiesFound };
  }

  scan(id: string): JobHandle<ScanReport> {
    return this.startScan(this.book.require(id), true);
  }

  private startScan(destination: StoredDestination, all: boolean): JobHandle<ScanReport> {
    return this.parts.context.jobs.start({
      ...{ kind: 'scan', databaseId: null, subject: destination.config.name },
      body: async (job) => {
        try {
          return await this.scanner.scan(job, destination, all);
        } finally {
          syncProblems(this.parts.context);
          this.parts.context.changed();
        }
      },
    });
  }

  /** Before the first copy, and after an edit. */
  private async lookAt(destination: StoredDestination): Promise<StepEnd> {
    try {
      await this.startScan(destination, false).done;
      return 'done';
    } catch (thrown) {
      const error = wrapError(thrown);
      // Nothing is sent to a place that could not be looked at.
      if (!this.steps.stopping && !this.book.require(destination.id).facts.error) {
        this.book.failed(destination.id, error.toView());
      }
      return 'stop';
    }
  }

  copyNow(id: string): void {
    this.book.require(id);
    this.loop.tryNow(id);
  }

  async copiedTo(id: string): Promise<DestinationStatus> {
    await this.loop.idleAt(id);
    return this.book.status(this.book.require(id));
  }

  verifyCopy(pointId: string, destinationId: string): JobHandle<CopyView> {
    const destination = this.book.require(destinationId);
    const copy = this.parts.context.store.copies.get(pointId, destinationId);
    const entry = this.parts.context.store.backups.get(pointId);
    if (!copy || !entry || copy.state === 'waiting') throw holdfastError('ITEM_UNKNOWN', { params: { name: pointId } });
    return this.parts.context.jobs.start({
      ...{ kind: 'verify-copy', databaseId: entry.databaseId, subject: destination.config.name },
      body: async (job) => {
        await this.steps.reread(job, destination, copy);
        // What was lost is copied again where the backup folder has it.
        this.loop.look();
        const after = this.parts.context.store.copies.get(pointId, destinationId);
        const isHere = this.parts.context.store.backups.get(pointId)?.state === 'proved';
        return this.view(after ?? copy, destination, isHere);
      },
    });
  }

  copiesOf(pointId: string): CopyView[] {
    const { store } = this.parts.context;
    const isHere = store.backups.get(pointId)?.state === 'proved';
    return store.copies.of(pointId).flatMap((copy) => {
      const destination = store.destinations.get(copy.destinationId);
      return destination ? [this.view(copy, destination, isHere)] : [];
    });
  }

  /** Of all restore points of a database, by restore point; those without any are left out. */
  copiesByPoint(databaseId: string): Map<string, CopyView[]> {
    const { store } = this.parts.context;
    const destinations = new Map(store.destinations.list().map((destination) => [destination.id, destination]));
    const found = new Map<string, CopyView[]>();
    if (destinations.size === 0) return found;
    const proved = new Set(store.backups.list(databaseId).flatMap(({ id, state }) => (state === 'proved' ? [id] : [])));
    for (const copy of store.copies.ofPoints(databaseId)) {
      const destination = destinations.get(copy.destinationId);
      if (!destination) continue;
      const views = found.get(copy.pointId) ?? [];
      views.push(this.view(copy, destination, proved.has(copy.pointId)));
      found.set(copy.pointId, views);
    }
    return found;
  }

  placesOf(databaseId: string): CopyPlaces {
    const { store, settings } = this.parts.context;
    const database = store.databases.get(databaseId);
    if (!database) throw holdfastError('DATABASE_UNKNOWN', { params: { name: databaseId } });
    const destinations = store.destinations.list();
    const { backupFolder } = settings();
    return countPlaces({
      points: store.backups.list(databaseId),
      copies: store.copies.ofPoints(databaseId),
      destinations,
      live: { path: database.path, isThere: store.problems.find('DATABASE_MISSING', databaseId) === null },
      backupFolder,
      media: {
        live: this.media.of(database.path),
        backupFolder: this.media.of(backupFolder),
        folders: new Map(destinations.flatMap(({ id, facts }) => (facts.medium === null ? [] : [[id, facts.medium]]))),
      },
    });
  }

  /** The files of a restore point, base first, from the destinations that have them; see `Fetcher`. */
  fetchChain(
    job: RunningJob,
    entries: readonly CatalogueEntry[],
    folder: ScratchFolder,
    destinationId: string | null,
  ): Promise<Chain> {
    return this.fetcher.fetchChain(job, entries, folder, destinationId);
  }

  /** The same replay with files that are there; see `SegmentFetcher`. */
  segmentsFor(job: RunningJob, replay: LogReplay, folder: ScratchFolder): Promise<LogReplay> {
    return this.segmentFetcher.segmentsFor(job, replay, folder);
  }

  /** @param isHere the backup folder has it, proved */
  private view(copy: StoredCopy, { config, facts }: StoredDestination, isHere: boolean): CopyView {
    const { destinationId, state, copiedAt, verifiedAt } = copy;
    const owed = state !== 'copied' && config.enabled && isHere;
    const tries = [copy.nextTryAt, facts.nextTryAt].filter((at) => at !== null).toSorted();
    return {
      ...{ destinationId, destination: config.name, state, copiedAt, verifiedAt },
      error: state === 'copied' ? null : (copy.error ?? facts.error),
      nextTryAt: owed ? (tries.at(-1) ?? isoOf(this.parts.clock.nowMs())) : null,
    };
  }
}
