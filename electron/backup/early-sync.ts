/** Brings a large file to the disk while it is being written, so that the sync at its end has little left to do. */
import type { FileHandle } from 'node:fs/promises';

const EVERY_BYTES = 32 << 20;

export class EarlySync {
  private unsynced = 0;
  private running: Promise<void> | null = null;
  private failure: { thrown: unknown } | null = null;

  constructor(private readonly handle: Pick<FileHandle, 'datasync'>) {}

  /** Counts what was written; begins a sync when there is enough and none runs. Does not wait for it. */
  wrote(bytes: number): void {
    this.unsynced += bytes;
    if (this.unsynced < EVERY_BYTES || this.running || this.failure) return;
    this.unsynced = 0;
    this.running = this.sync();
  }

  private async sync(): Promise<void> {
    try {
      await this.handle.datasync();
    } catch (thrown) {
      this.failure = { thrown };
    } finally {
      this.running = null;
    }
  }

  /**
   * Waits for what runs. The file still has to be synced for good; a sync that failed is told by that no more, so here.
   * @throws what a sync threw
   */
  async end(): Promise<void> {
    await this.running;
    if (this.failure) throw this.failure.thrown;
  }
}
