/** Which processes are Holdfast's own, where nobody tells. */
import { scanProcesses, treeOf } from './processes';

/** A look at all processes takes milliseconds; children that come and go in between count when they end. */
const LOOK_EVERY_MS = 60_000;

export class OwnTree {
  private known: readonly number[] = [process.pid];
  private lookedAtMs = Number.NEGATIVE_INFINITY;
  private looking = false;

  constructor(private readonly failed: (thrown: unknown) => void) {}

  /** This process and those below it at the last look; begins a look when one is due. Never waits. */
  pids(atMs: number): readonly number[] {
    if (process.platform === 'linux' && !this.looking && atMs - this.lookedAtMs >= LOOK_EVERY_MS) {
      this.looking = true;
      this.lookedAtMs = atMs;
      void this.look();
    }
    return this.known;
  }

  private async look(): Promise<void> {
    try {
      this.known = treeOf(await scanProcesses(), process.pid);
    } catch (thrown) {
      this.failed(thrown);
    } finally {
      this.looking = false;
    }
  }
}
