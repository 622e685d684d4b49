/** Brings the files of a restore point back from the destinations that have them. */
import type { Chain, ChainLink } from '../backup/chain';
import { expectationOf } from '../backup/catalogue';
import type { ScratchFolder } from '../core/scratch';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { RunningJob } from '../jobs/runner';
import type { CatalogueEntry } from '../store/backups';
import type { StoredCopy } from '../store/copies';
import type { CopySteps } from './copy-steps';
import type { DestinationBook } from './destination-book';
import { type CopyParts, stallOf } from './parts';

/** What tells more than that a destination could not be reached; the first of what happened is thrown. */
export const TELLING = ['PASSPHRASE_WRONG', 'PASSPHRASE_NEEDED', 'COPY_DAMAGED', 'COPY_MISSING'];

export class Fetcher {
  constructor(
    private readonly parts: CopyParts,
    private readonly book: DestinationBook,
    private readonly steps: CopySteps,
  ) {}

  /**
   * Fetches each file into `folder`, compared with what the catalogue knows of it. Without a destination, files that the
   * backup folder has stay there and the others come from whichever destination has them whole.
   * @param entries the full restore point first, the one that is wanted last
   * @throws CHAIN_BROKEN {name, createdAt} when nobody has an earlier link, BACKUP_FILE_MISSING when nobody has the last; what
   * kept the copies that are there from being fetched; CANCELLED
   */
  async fetchChain(
    job: RunningJob,
    entries: readonly CatalogueEntry[],
    folder: ScratchFolder,
    destinationId: string | null,
  ): Promise<Chain> {
    const links: ChainLink[] = [];
    for (const entry of entries) {
      const isHere = destinationId === null && (entry.state === 'proved' || entry.state === 'unproved');
      links.push(isHere ? linkAt(entry, entry.file) : await this.fetch(job, entry, entries, folder, destinationId));
    }
    const [base, ...rest] = links;
    if (!base) throw holdfastError('INTERNAL', { detail: 'a chain without files' });
    return [base, ...rest];
  }

  private async fetch(
    job: RunningJob,
    entry: CatalogueEntry,
    entries: readonly CatalogueEntry[],
    folder: ScratchFolder,
    destinationId: string | null,
  ): Promise<ChainLink> {
    const { store } = this.parts.context;
    const target = folder.file(`fetched-${entry.id}`);
    const errors: HoldfastError[] = [];
    for (const copy of this.candidates(entry, destinationId)) {
      const destination = this.book.require(copy.destinationId);
      try {
        const got = await job.process(
          'fetch',
          {
            destination: this.book.target(destination),
            remoteName: copy.remoteName,
            ...{ sizeBytes: copy.sizeBytes, sha256: copy.sha256 },
            ...{ download: folder.file(`download-${entry.id}`), target },
            expected: entry.sha256 === '' ? null : { sizeBytes: entry.sizeBytes, sha256: entry.sha256 },
          },
          stallOf(destination.config, this.parts),
        );
        return linkAt({ ...entry, sizeBytes: got.sizeBytes }, target);
      } catch (thrown) {
        const error = wrapError(thrown);
        if (error.code === 'CANCELLED' || error.code === 'DISK_FULL') throw error;
        if (error.code === 'COPY_DAMAGED' || error.code === 'COPY_MISSING') this.steps.lost(copy, error);
        errors.push(error);
      }
    }
    const telling = errors.find(({ code }) => TELLING.includes(code)) ?? errors[0];
    if (telling) throw telling;
    const wanted = entries.at(-1) ?? entry;
    const name = store.databases.get(entry.databaseId)?.name ?? entry.databaseId;
    throw holdfastError(entry === wanted ? 'BACKUP_FILE_MISSING' : 'CHAIN_BROKEN', {
      params: { name, createdAt: wanted.createdAt, path: entry.file },
      detail: `no destination has a copy of ${entry.id}`,
    });
  }

  /** Those that were compared first, and near ones before those on the network. */
  private candidates({ id }: CatalogueEntry, destinationId: string | null): StoredCopy[] {
    const { store } = this.parts.context;
    const kinds = new Map(store.destinations.list().map(({ id: key, config }) => [key, config.kind]));
    const rank = (copy: StoredCopy): number =>
      (copy.verifiedAt === null ? 2 : 0) + (kinds.get(copy.destinationId) === 'folder' ? 0 : 1);
    return store.copies
      .of(id)
      .filter(({ state }) => state === 'copied')
      .filter((copy) => destinationId === null || copy.destinationId === destinationId)
      .toSorted((a, b) => rank(a) - rank(b));
  }
}

const linkAt = (entry: CatalogueEntry, file: string): ChainLink => ({
  file,
  expected: expectationOf(entry),
  id: entry.id,
});
