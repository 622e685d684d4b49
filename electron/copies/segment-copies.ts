/** Keeps the files of transaction logs at destinations: what is to be done next at one, decided anew each time. */
import { linksOf } from '../backup/chain';
import { wrapError } from '../errors/wrap';
import type { CatalogueEntry } from '../store/backups';
import type { StoredDestination } from '../store/destinations';
import type { SegmentCopy } from '../store/segment-copies';
import type { CopySteps, StepEnd } from './copy-steps';
import type { DestinationBook } from './destination-book';
import type { CopyParts } from './parts';
import { planSegments } from './segment-plan';
import { SegmentSteps } from './segment-steps';

/** Read back in one round, those first that were compared the longest ago. */
const REREAD_AT_ONCE = 10;

export class SegmentCopies {
  readonly steps: SegmentSteps;

  constructor(
    private readonly parts: CopyParts,
    book: DestinationBook,
    copySteps: CopySteps,
  ) {
    this.steps = new SegmentSteps(parts, book, copySteps);
  }

  private get store() {
    return this.parts.context.store;
  }

  /** Copies the oldest segment that is owed. Null when none is to be copied now. */
  async copyNext(destination: StoredDestination): Promise<StepEnd | null> {
    for (const { databaseId, plan } of this.plans(destination)) {
      const next = plan.copy.find(({ waitMs }) => waitMs === 0);
      const segment = next && this.store.logs.segment(next.segmentId);
      if (segment) return this.steps.copy(destination, databaseId, segment);
    }
    return null;
  }

  /** Lets the oldest segment go whose time is over there. Null when there is none. */
  async forgetNext(destination: StoredDestination): Promise<StepEnd | null> {
    for (const { plan } of this.plans(destination)) {
      const [segmentId] = plan.forget;
      const copy = segmentId === undefined ? null : this.store.segmentCopies.get(segmentId, destination.id);
      if (copy) return this.steps.forget(destination, copy);
    }
    return null;
  }

  /** Reads some copies back. `stop` when the destination cannot be used. */
  async reread(destination: StoredDestination, isStopped: () => boolean): Promise<StepEnd> {
    for (const copy of this.oldestCompared(destination)) {
      if (isStopped()) return 'stop';
      const { logs } = this.store;
      const segment = logs.segment(copy.segmentId);
      const databaseId = (segment && logs.generation(segment.generationId)?.databaseId) ?? null;
      try {
        await this.parts.context.jobs.start({
          ...{ kind: 'verify-copy', databaseId, subject: destination.config.name },
          body: (job) => this.steps.reread(job, destination, copy),
        }).done;
      } catch (thrown) {
        const { code } = wrapError(thrown);
        if (code !== 'CANCELLED') return 'stop';
      }
    }
    return 'done';
  }

  /** Moments before which nothing is tried again there. */
  waits({ id }: StoredDestination): (string | null)[] {
    return this.store.segmentCopies.at(id).map(({ nextTryAt }) => nextTryAt);
  }

  /** Whatever failed is tried once more now. */
  endPauses(destinationId: string): void {
    for (const { segmentId, nextTryAt } of this.store.segmentCopies.at(destinationId)) {
      if (nextTryAt !== null) this.store.segmentCopies.update(segmentId, destinationId, { nextTryAt: null });
    }
  }

  private oldestCompared({ id }: StoredDestination): SegmentCopy[] {
    return this.store.segmentCopies
      .at(id)
      .filter(({ state }) => state === 'copied')
      .toSorted((a, b) => (a.verifiedAt ?? '').localeCompare(b.verifiedAt ?? ''))
      .slice(0, REREAD_AT_ONCE);
  }

  private plans(destination: StoredDestination) {
    const { databases, logs, segmentCopies } = this.store;
    const nowMs = this.parts.clock.nowMs();
    const { keepHours } = this.parts.context.settings().continuous;
    const copies = segmentCopies.at(destination.id);
    return databases.list().map(({ id: databaseId }) => {
      const bases = logs.bases(databaseId);
      const known = {
        points: bases.flatMap(({ pointId }) => this.pointThere(destination, pointId)),
        ...{ generations: logs.generations(databaseId), segments: logs.segments(databaseId), bases },
      };
      return { databaseId, plan: planSegments({ known, copies, keepHours, nowMs }) };
    });
  }

  /** The restore point, when the destination has it with all that it is built on. */
  private pointThere({ id }: StoredDestination, pointId: string): CatalogueEntry[] {
    const { backups, copies } = this.store;
    const entry = backups.get(pointId);
    if (!entry) return [];
    const links = linksOf(entry, (linkId) => backups.get(linkId));
    return links.every((link) => copies.get(link.id, id)?.state === 'copied') ? [entry] : [];
  }
}
