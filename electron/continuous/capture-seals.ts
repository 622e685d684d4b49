/** Seals segments one after the other, beside capturing. */
import fs from 'node:fs';
import type { SealedSegment, Sealer, SealRequest } from './segment-seal';

export interface SealListener {
  onSealed(generationId: string, segment: SealedSegment): void;
  /** The segment stays as it was written; the next start seals it. */
  onFailed(thrown: unknown): void;
}

export class Seals {
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly seal: Sealer,
    private readonly listener: SealListener,
    private readonly signal: AbortSignal,
  ) {}

  /** @param then called when it was sealed, and not when it could not be */
  add(request: SealRequest, then?: () => void): void {
    this.queue = this.sealAfter(this.queue, request, then);
  }

  private async sealAfter(before: Promise<void>, request: SealRequest, then?: () => void): Promise<void> {
    await before;
    try {
      const segment = await this.seal(request, this.signal);
      // It is told of before the segment goes: after a crash in between it is sealed, and told of, again.
      this.listener.onSealed(request.generationId, segment);
      fs.rmSync(request.file, { force: true });
      then?.();
    } catch (thrown) {
      this.listener.onFailed(thrown);
    }
  }

  /** Calls `then` when all that was added before is sealed. */
  after(then: () => void): void {
    this.queue = this.queue.then(then).catch((thrown: unknown) => this.listener.onFailed(thrown));
  }

  /** Resolves when nothing is left to seal. */
  idle(): Promise<void> {
    return this.queue;
  }
}
