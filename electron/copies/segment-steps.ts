/** The single steps of keeping files of a transaction log at a destination: each with its record. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { LogSegment } from '../continuous/types';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { RunningJob } from '../jobs/runner';
import type { SegmentCopy } from '../store/segment-copies';
import type { StoredDestination } from '../store/destinations';
import { retryDelayMs } from './backoff';
import { DESTINATION_CODES } from './copy-problems';
import type { CopySteps, StepEnd } from './copy-steps';
import type { DestinationBook } from './destination-book';
import { remoteNameOf } from './names';
import { type CopyParts, isoOf, stallOf } from './parts';

export class SegmentSteps {
  constructor(
    private readonly parts: CopyParts,
    private readonly book: DestinationBook,
    private readonly steps: CopySteps,
  ) {}

  private get store() {
    return this.parts.context.store;
  }

  /** Makes one copy. Never throws: how it went is recorded. */
  async copy(destination: StoredDestination, databaseId: string, segment: LogSegment): Promise<StepEnd> {
    const { segmentCopies, logs, destinations } = this.store;
    const key = { segmentId: segment.id, destinationId: destination.id };
    const before = segmentCopies.get(segment.id, destination.id);
    const remoteName = remoteNameOf(segment.file, destination.config.encryption.mode !== 'none');
    segmentCopies.add({ ...before, ...key, remoteName });
    try {
      const replace = before?.state === 'damaged' || before?.state === 'missing';
      const file = { ...segment, databaseId, createdAt: segment.fromAt };
      const result = await this.steps.send(destination, file, remoteName, replace);
      const at = isoOf(this.parts.clock.nowMs());
      if (logs.segment(segment.id) && destinations.get(destination.id)) {
        segmentCopies.add({
          ...{ ...key, remoteName, state: 'copied', copiedAt: at, verifiedAt: at },
          ...{ sizeBytes: result.sizeBytes, sha256: result.sha256 },
        });
      } else if (destinations.get(destination.id)) {
        // Let go here while it was sent: nobody would ever look for it there.
        await this.steps.remove(destination, remoteName);
      }
      await this.steps.dropOutgoing(segment.id, destination.id);
      return this.steps.ended('done');
    } catch (thrown) {
      return this.steps.ended(await this.failed(destination, databaseId, segment, wrapError(thrown)));
    }
  }

  private async failed(
    destination: StoredDestination,
    databaseId: string,
    segment: LogSegment,
    error: HoldfastError,
  ): Promise<StepEnd> {
    if (this.steps.stopping) return 'stop';
    const { segmentCopies } = this.store;
    const copy = segmentCopies.get(segment.id, destination.id);
    const kept = copy?.state === 'damaged' || copy?.state === 'missing' ? copy.state : 'failed';
    if (DESTINATION_CODES.has(error.code)) {
      this.book.failed(destination.id, error.toView());
      segmentCopies.update(segment.id, destination.id, { state: kept, error: error.toView() });
      return 'stop';
    }
    await this.noteLocal(databaseId, segment, error);
    const attempts = (copy?.attempts ?? 0) + 1;
    const damagedThere = error.code === 'COPY_DAMAGED';
    // Another file lies under its name: it is replaced at once, and only what fails again waits.
    const delayMs = damagedThere && kept === 'failed' ? 0 : retryDelayMs(attempts, this.parts.random());
    segmentCopies.update(segment.id, destination.id, {
      ...{ attempts, nextTryAt: isoOf(this.parts.clock.nowMs() + delayMs), state: damagedThere ? 'damaged' : kept },
      error: this.steps.copyError(error, destination, { createdAt: segment.fromAt }),
    });
    return 'failed';
  }

  /** What was found of the file here, on the way to a destination. */
  private async noteLocal(databaseId: string, segment: LogSegment, error: HoldfastError): Promise<void> {
    const { problems } = this.parts.context;
    if (error.code === 'DISK_FULL') problems.report(error.toView(), databaseId);
    const isGone = error.code === 'BACKUP_FILE_MISSING' && (await isAway(segment.file));
    if (error.code !== 'BACKUP_FILE_DAMAGED' && !isGone) return;
    this.store.logs.setSegmentState(segment.id, isGone ? 'missing' : 'failed', isoOf(this.parts.clock.nowMs()));
    const params = { path: segment.file, name: this.steps.databaseName({ databaseId }) };
    problems.report(holdfastError('LOG_DAMAGED', { params, detail: error.detail }).toView(), databaseId);
  }

  /** Reads a copy back inside `job`. Damage and loss are results, recorded; what keeps it from being read is thrown. */
  async reread(job: RunningJob, destination: StoredDestination, copy: SegmentCopy): Promise<void> {
    const { segmentId, remoteName, sizeBytes, sha256 } = copy;
    try {
      const found = await job.process(
        'reread',
        { destination: this.book.target(destination), remoteName, sizeBytes, sha256 },
        stallOf(destination.config, this.parts),
      );
      await this.book.used(destination, found.seen);
      this.store.segmentCopies.update(segmentId, destination.id, {
        ...{ state: 'copied', error: null, verifiedAt: isoOf(this.parts.clock.nowMs()) },
        ...{ sizeBytes: found.sizeBytes, sha256: found.sha256 },
      });
    } catch (thrown) {
      const error = wrapError(thrown);
      if (DESTINATION_CODES.has(error.code)) this.book.failed(destination.id, error.toView());
      if (error.code !== 'COPY_DAMAGED' && error.code !== 'COPY_MISSING') throw error;
      this.lost(copy, error);
    } finally {
      this.steps.ended('done');
    }
  }

  /** What is there is not what was copied, or nothing is there. */
  lost({ segmentId, destinationId }: Pick<SegmentCopy, 'segmentId' | 'destinationId'>, error: HoldfastError): void {
    this.store.segmentCopies.update(segmentId, destinationId, {
      ...{ state: error.code === 'COPY_MISSING' ? 'missing' : 'damaged', error: error.toView() },
      ...{ verifiedAt: null, attempts: 0, nextTryAt: null },
    });
    this.dropNowhere(segmentId, 'missing');
  }

  /** Removes a copy whose time is over there. */
  async forget(
    destination: StoredDestination,
    { segmentId, remoteName, state, attempts }: SegmentCopy,
  ): Promise<StepEnd> {
    try {
      // One that was never tried has left nothing there.
      if (state !== 'waiting' || attempts > 0) await this.steps.remove(destination, remoteName);
      this.store.segmentCopies.remove(segmentId, destination.id);
      this.dropNowhere(segmentId, null);
      await this.steps.dropOutgoing(segmentId, destination.id);
      return this.steps.ended('done');
    } catch (thrown) {
      const error = wrapError(thrown);
      if (this.steps.stopping) return 'stop';
      if (!DESTINATION_CODES.has(error.code) && error.code !== 'CANCELLED') {
        this.parts.context.problems.report(error.toView(), null);
      }
      this.book.failed(destination.id, error.toView());
      return this.steps.ended('stop');
    }
  }

  /** A segment that lay at destinations only, and now at none: it becomes `state`, or goes from the catalogue. */
  private dropNowhere(segmentId: string, state: 'missing' | null): void {
    const { logs, segmentCopies } = this.store;
    const isLeft = segmentCopies.of(segmentId).some((copy) => copy.state === 'copied');
    if (logs.segment(segmentId)?.state !== 'elsewhere' || isLeft) return;
    if (state) logs.setSegmentState(segmentId, state, null);
    else if (segmentCopies.of(segmentId).length === 0) logs.removeSegment(segmentId);
  }
}

/** False also when its folder is not there: a disk that is away says nothing of its files. */
async function isAway(file: string): Promise<boolean> {
  const names = await fs.readdir(path.dirname(file)).catch(() => null);
  return names?.includes(path.basename(file)) === false;
}
