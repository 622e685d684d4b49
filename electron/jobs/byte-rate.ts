/** Bytes a second and time left, over the last seconds, so that both follow the disk and do not jump. */

const WINDOW_MS = 5_000;

interface Point {
  atMs: number;
  doneBytes: number;
}

export class ByteRate {
  private points: Point[] = [];

  reset(): void {
    this.points = [];
  }

  /** Null and 0 until two reports half a second apart are there. */
  update(atMs: number, doneBytes: number, totalBytes: number): { bytesPerSecond: number; secondsLeft: number | null } {
    this.points.push({ atMs, doneBytes });
    while (this.points.length > 2 && atMs - (this.points[0]?.atMs ?? atMs) > WINDOW_MS) this.points.shift();
    const first = this.points[0];
    const elapsedMs = first ? atMs - first.atMs : 0;
    if (!first || elapsedMs < 500) return { bytesPerSecond: 0, secondsLeft: null };
    const bytesPerSecond = Math.max(0, Math.round(((doneBytes - first.doneBytes) * 1000) / elapsedMs));
    const left = Math.max(0, totalBytes - doneBytes);
    const secondsLeft = totalBytes > 0 && bytesPerSecond > 0 ? Math.ceil(left / bytesPerSecond) : null;
    return { bytesPerSecond, secondsLeft };
  }
}
