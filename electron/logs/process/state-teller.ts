/** Calls `tell` soon after something changed, and not more often than twice a second. */
const EVERY_MS = 500;

export class StateTeller {
  private timer: NodeJS.Timeout | undefined;
  private toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly tell: () => void) {}

  soon(): void {
    if (this.timer) return;
    const waitMs = Math.max(0, this.toldAtMs + EVERY_MS - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.toldAtMs = performance.now();
      this.tell();
    }, waitMs);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
