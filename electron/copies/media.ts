/** Remembers what places lie on, so that asking never waits. */
import { mediumOf } from './medium';

const KEPT_MS = 10 * 60_000;

interface Known {
  medium: string | null;
  atMs: number;
  asking: boolean;
}

export class Media {
  private readonly known = new Map<string, Known>();

  /**
   * @param changed called when an answer differs from the one before
   */
  constructor(
    private readonly nowMs: () => number,
    private readonly changed: () => void,
  ) {}

  /** The medium of a path as it is known now; null until it is. Begins a look when that is old. */
  of(path: string): string | null {
    const known = this.known.get(path) ?? { medium: null, atMs: Number.NEGATIVE_INFINITY, asking: false };
    this.known.set(path, known);
    if (!known.asking && Math.abs(this.nowMs() - known.atMs) >= KEPT_MS) {
      known.asking = true;
      void this.ask(path, known);
    }
    return known.medium;
  }

  private async ask(path: string, known: Known): Promise<void> {
    // What is not told is not known; it is asked again in a while.
    const medium = await mediumOf(path).catch(() => null);
    const differs = medium !== known.medium;
    Object.assign(known, { medium, atMs: this.nowMs(), asking: false });
    if (differs) this.changed();
  }
}
