/** Takes over files of transaction logs that a look at a destination found. Nothing there is changed. */
import path from 'node:path';
import { homeMark } from '../backup/naming';
import { rememberDatabase } from '../backup/unguarded';
import { generationStartedAt } from '../continuous/log-names';
import type { LogManifest } from '../continuous/log-manifest';
import { copyMissing } from '../destinations/errors';
import { copyDamaged } from '../destinations/remote-errors';
import type { StoredDestination } from '../store/destinations';
import { withoutAge } from './names';
import { type CopyParts, isoOf } from './parts';
import type { ListedLog, Listing } from './protocol';
import type { SegmentSteps } from './segment-steps';

export class LogScanner {
  constructor(
    private readonly parts: CopyParts,
    private readonly steps: SegmentSteps,
  ) {}

  private get store() {
    return this.parts.context.store;
  }

  /** What was copied and is no longer there, or has another size. */
  compare({ id, config }: StoredDestination, { files }: Listing): void {
    const sizes = new Map(files.map(({ name, sizeBytes }) => [name, sizeBytes]));
    for (const copy of this.store.segmentCopies.at(id)) {
      if (copy.state !== 'copied') continue;
      const sizeBytes = sizes.get(copy.remoteName);
      if (sizeBytes === undefined) this.steps.lost(copy, copyMissing(config.name, copy.remoteName));
      else if (copy.sizeBytes !== null && sizeBytes !== copy.sizeBytes) {
        this.steps.lost(copy, copyDamaged(config.name, copy.remoteName, `${sizeBytes} of ${copy.sizeBytes} bytes`));
      }
    }
  }

  /**
   * Restore points that its bases name are to be taken over before.
   * @param all also takes over what is not known; else only copies of what is known
   */
  take(destination: StoredDestination, log: ListedLog, all: boolean): 'added' | 'known' | 'foreign' {
    const { logs, segmentCopies } = this.store;
    const { manifest } = log;
    const before = logs.segmentOf(manifest.generationId, manifest.segment);
    if (before) {
      const same =
        before.contentSha256 === manifest.contentSha256 &&
        before.sizeBytes === log.file.sizeBytes &&
        (before.sha256 === '' || log.file.sha256 === null || before.sha256 === log.file.sha256);
      const there = segmentCopies.get(before.id, destination.id);
      if (!same || (there?.state === 'copied' && there.remoteName !== log.name)) return 'foreign';
      // Its size was right before, and its bytes were not: only reading them shows that they are whole again.
      if (there?.state === 'damaged' && there.sizeBytes === log.sizeBytes) return 'known';
    } else if (!all || !this.add(log)) return all ? 'foreign' : 'known';
    const segment = before ?? logs.segmentOf(manifest.generationId, manifest.segment);
    if (!segment) return 'foreign';
    if (segment.state === 'missing') logs.setSegmentState(segment.id, 'elsewhere', null);
    // Its size and manifest fit. Its bytes were not compared: the rotation reads it back.
    segmentCopies.add({
      ...{ segmentId: segment.id, destinationId: destination.id, remoteName: log.name, state: 'copied' },
      ...{ sizeBytes: log.sizeBytes, sha256: log.sha256 },
      copiedAt: log.modifiedAt ?? isoOf(this.parts.clock.nowMs()),
    });
    return before ? 'known' : 'added';
  }

  /** False when another file of the catalogue has its name. */
  private add({ name, manifest, file }: ListedLog): boolean {
    const { logs, backups } = this.store;
    const { backupFolder } = this.parts.context.settings();
    // Where it would lie in the backup folder.
    const local = path.join(backupFolder, ...withoutAge(name).split('/'));
    if (logs.byFile(local)) return false;
    this.addGeneration(manifest);
    logs.insertSegment({
      ...{ id: `${manifest.generationId}-${manifest.segment}`, generationId: manifest.generationId },
      ...{ number: manifest.segment, file: local, fromAt: manifest.fromAt, untilAt: manifest.untilAt },
      ...{ firstTransaction: manifest.firstTransaction, lastTransaction: manifest.lastTransaction },
      ...{ sizeBytes: file.sizeBytes, sha256: file.sha256 ?? '' },
      ...{ contentBytes: manifest.contentBytes, contentSha256: manifest.contentSha256 },
      ...{ state: 'elsewhere', verifiedAt: null },
    });
    for (const base of manifest.bases) if (backups.get(base.pointId)) logs.insertBase(base);
    return true;
  }

  private addGeneration(manifest: LogManifest): void {
    const { logs } = this.store;
    const { generationId: id, untilAt, lastTransaction, home } = manifest;
    const known = logs.generation(id);
    if (!known) {
      const nowAt = isoOf(this.parts.clock.nowMs());
      logs.insertGeneration({
        ...{ id, databaseId: rememberDatabase(this.parts.context, manifest, nowAt).id, untilAt, lastTransaction },
        ...{ startedAt: generationStartedAt(id), pageSizeBytes: manifest.pageSizeBytes },
        // Whoever wrote it does so no more, or elsewhere: as far as it is known here, it ends with what was found.
        ...{ endedAt: untilAt, endedBecause: 'interrupted' },
        otherHome: home === homeMark(this.parts.context.paths.root) ? null : home,
      });
    } else if (known.endedAt !== null && lastTransaction > known.lastTransaction) {
      logs.reached(id, untilAt, lastTransaction);
      logs.end(id, 'interrupted', untilAt);
    }
  }
}
