/** Destinations, copies and drills, put together: what brings restore points to other places and tries them. */
import type { BackupService } from '../backup/backup-service';
import type { Chain } from '../backup/chain';
import { linksOf, localChain } from '../backup/chain';
import { recordProof } from '../backup/verify-point';
import { CopyService } from '../copies/copy-service';
import type { Guard } from '../database/guard';
import { DrillService } from '../drills/drill-service';
import type { CopyInputs } from '../health/copy-checks';
import type { RunningJob } from '../jobs/runner';
import { isOffline } from '../net/offline';
import type { Vault } from '../secrets/vault';
import type { CatalogueEntry } from '../store/backups';
import { SYSTEM_CLOCK } from './clock';
import type { CoreContext } from './context';
import type { Copying } from './copy-types';
import type { ScratchFolder } from './scratch';

export interface CopyingParts {
  vault: Vault;
  guard: Guard;
  backups: BackupService;
  onBattery: () => boolean;
}

export class CopyingPart implements Copying {
  private readonly copies: CopyService;
  private readonly drillService: DrillService;

  constructor(
    private readonly context: CoreContext,
    private readonly parts: CopyingParts,
  ) {
    const { vault, guard, onBattery } = parts;
    this.copies = new CopyService({ context, vault, clock: SYSTEM_CLOCK, isOffline, onBattery });
    this.drillService = new DrillService(context, {
      clock: SYSTEM_CLOCK,
      random: Math.random,
      databases: () => guard.list(),
      prove: (job, chain, contentFile) => job.process('prove', { chain, contentFile }),
      replay: (job, source, contentFile) => job.process('prove-log', { source, contentFile }),
      recordProof: (entry, proof) => recordProof(context, entry, proof),
      mayRun: () => !(context.settings().pauseOnBattery && onBattery()),
    });
  }

  start(): void {
    this.copies.start();
    this.drillService.wake();
  }

  /** Starts nothing more; resolves when the steps of copies in hand have ended. */
  async stop(): Promise<void> {
    this.drillService.stop();
    await this.copies.stop();
  }

  /** After sleep, and when the clock was set. */
  wake(): void {
    this.copies.wake();
    this.drillService.wake();
  }

  settingsChanged(): void {
    this.copies.settingsChanged();
    this.drillService.wake();
  }

  pointsChanged(databaseId: string): void {
    this.copies.pointsChanged(databaseId);
  }

  /** A file of a transaction log was sealed, or let go. */
  segmentsChanged(): void {
    this.copies.segmentsChanged();
  }

  /** The same replay with files that are there: what the backup folder has not is fetched into `folder`. */
  segmentsFor: CopyService['segmentsFor'] = (job, replay, folder) => this.copies.segmentsFor(job, replay, folder);

  /** See `CoreContext.chainOf`. */
  async chainOf(job: RunningJob, entry: CatalogueEntry, folder: ScratchFolder, destinationId?: string): Promise<Chain> {
    const { store } = this.context;
    const links = linksOf(entry, (id) => store.backups.get(id));
    if (destinationId === undefined && !this.needsFetching(links)) return localChain(store, entry);
    return this.copies.fetchChain(job, links, folder, destinationId ?? null);
  }

  /** True when the backup folder has not all of it and destinations have the rest. */
  private needsFetching(links: readonly CatalogueEntry[]): boolean {
    const absent = links.filter(({ state }) => state !== 'proved' && state !== 'unproved');
    const isCopied = ({ id }: CatalogueEntry) => this.copiesOf(id).some(({ state }) => state === 'copied');
    return absent.some(({ state }) => state === 'elsewhere') || (absent.length > 0 && absent.every(isCopied));
  }

  /** Passphrases and keys of all destinations: what a dropped file may be encrypted for. */
  knownSecrets = (): { passphrases: string[]; identities: string[] } => this.copies.knownSecrets();

  /** For Health. */
  healthInputs(): CopyInputs {
    const databases = this.parts.guard.list();
    const drills = databases.map(({ id }) => this.drillService.newest(id));
    const { problems } = this.context.store;
    return {
      copies: {
        databases: databases.length,
        behind: databases.filter(({ id }) => this.copies.placesOf(id).missing.length > 0).length,
        ...this.copies.reach(),
      },
      drills: {
        enabled: this.context.settings().drills.enabled,
        databases: databases.length,
        held: drills.filter((drill) => drill !== null).length,
        overdue: databases.filter(({ id }) => problems.find('DRILL_OVERDUE', id) !== null).length,
        failed: drills.filter((drill) => drill?.outcome === 'failed').length,
      },
    };
  }

  newestDrill: DrillService['newest'] = (databaseId) => this.drillService.newest(databaseId);

  destinations = () => this.copies.destinations();
  saveDestination: Copying['saveDestination'] = (input) => this.copies.saveDestination(input);
  removeDestination = (id: string): void => this.copies.removeDestination(id);
  tryDestination: Copying['tryDestination'] = (input) => this.copies.tryDestination(input);
  scan = (id: string) => this.copies.scan(id);
  copyNow = (id: string): void => this.copies.copyNow(id);
  copiedTo = (id: string) => this.copies.copiedTo(id);
  verifyCopy: Copying['verifyCopy'] = (pointId, destinationId) => this.copies.verifyCopy(pointId, destinationId);
  copiesOf = (pointId: string) => this.copies.copiesOf(pointId);
  copiesByPoint = (databaseId: string) => this.copies.copiesByPoint(databaseId);
  placesOf = (databaseId: string) => this.copies.placesOf(databaseId);

  drill = (databaseId: string) => this.drillService.start(this.parts.guard.get(databaseId));
  drills = (databaseId: string) => this.drillService.list(databaseId);
}
