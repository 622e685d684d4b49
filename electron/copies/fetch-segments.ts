/** Brings files of a transaction log back from the destinations that have them. */
import { access } from 'node:fs/promises';
import type { LogFile, LogReplay, LogSegment } from '../continuous/types';
import type { ScratchFolder } from '../core/scratch';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { RunningJob } from '../jobs/runner';
import type { SegmentCopy } from '../store/segment-copies';
import type { DestinationBook } from './destination-book';
import { TELLING } from './fetch-chain';
import { type CopyParts, stallOf } from './parts';
import type { SegmentSteps } from './segment-steps';

export class SegmentFetcher {
  constructor(
    private readonly parts: CopyParts,
    private readonly book: DestinationBook,
    private readonly steps: SegmentSteps,
  ) {}

  /**
   * The same replay with files that are there: those of the backup folder, the others fetched into `folder` and compared
   * with what the catalogue knows of them.
   * @throws LOG_DAMAGED {path} when nobody has one; what kept the copies that are there from being fetched; CANCELLED
   */
  async segmentsFor(job: RunningJob, replay: LogReplay, folder: ScratchFolder): Promise<LogReplay> {
    const files: LogFile[] = [];
    for (const file of replay.files) {
      const segment = file.expected && this.parts.context.store.logs.segmentOf(replay.generationId, file.number);
      const isHere = !segment || (isWhole(segment) && (await isThere(file.file)));
      files.push(isHere ? file : await this.fetch(job, file, segment, folder));
    }
    return { ...replay, files };
  }

  private async fetch(job: RunningJob, file: LogFile, segment: LogSegment, folder: ScratchFolder): Promise<LogFile> {
    const target = folder.file(`log-${segment.id}`);
    const errors: HoldfastError[] = [];
    for (const copy of this.candidates(segment)) {
      const destination = this.book.require(copy.destinationId);
      const { sizeBytes, sha256 } = segment;
      try {
        const got = await job.process(
          'fetch',
          {
            destination: this.book.target(destination),
            remoteName: copy.remoteName,
            ...{ sizeBytes: copy.sizeBytes, sha256: copy.sha256 },
            ...{ download: folder.file(`download-${segment.id}`), target },
            expected: sha256 === '' ? null : { sizeBytes, sha256 },
          },
          stallOf(destination.config, this.parts),
        );
        return { ...file, file: target, expected: got };
      } catch (thrown) {
        const error = wrapError(thrown);
        if (error.code === 'CANCELLED' || error.code === 'DISK_FULL') throw error;
        if (error.code === 'COPY_DAMAGED' || error.code === 'COPY_MISSING') this.steps.lost(copy, error);
        errors.push(error);
      }
    }
    const telling = errors.find(({ code }) => TELLING.includes(code)) ?? errors[0];
    if (telling) throw telling;
    throw holdfastError('LOG_DAMAGED', {
      params: { path: segment.file },
      detail: `no destination has a copy of ${segment.id}`,
    });
  }

  /** Those that were compared first, and near ones before those on the network. */
  private candidates({ id }: LogSegment): SegmentCopy[] {
    const { segmentCopies, destinations } = this.parts.context.store;
    const kinds = new Map(destinations.list().map(({ id: key, config }) => [key, config.kind]));
    const rank = (copy: SegmentCopy): number =>
      (copy.verifiedAt === null ? 2 : 0) + (kinds.get(copy.destinationId) === 'folder' ? 0 : 1);
    return segmentCopies
      .of(id)
      .filter(({ state }) => state === 'copied')
      .toSorted((a, b) => rank(a) - rank(b));
  }
}

const isWhole = ({ state }: LogSegment): boolean => state === 'proved' || state === 'replayed';

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
