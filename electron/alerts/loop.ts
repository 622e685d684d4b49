/** Calls something again and again, each time as late as it asked for; sooner when something has happened. */
const SHORTEST_WAIT_MS = 50;

export class Loop {
  private timer: NodeJS.Timeout | undefined;
  private next: NodeJS.Immediate | undefined;
  private state: 'new' | 'running' | 'stopped' = 'new';

  /** `turn` gives the milliseconds until it wants to be called again; after `longestMs` when it throws. */
  constructor(
    private readonly turn: () => number,
    private readonly longestMs: number,
  ) {}

  /** The first turn is at once. */
  start(): void {
    if (this.state !== 'new') return;
    this.state = 'running';
    this.run();
  }

  /** A turn as soon as what is running has ended: many things that happen together cost one. */
  soon(): void {
    if (this.state !== 'running' || this.next) return;
    this.next = setImmediate(() => {
      this.next = undefined;
      this.run();
    });
    this.next.unref();
  }

  /** No turn comes afterwards. */
  stop(): void {
    this.state = 'stopped';
    clearTimeout(this.timer);
    clearImmediate(this.next);
  }

  private run(): void {
    if (this.state !== 'running') return;
    clearTimeout(this.timer);
    let waitMs = this.longestMs;
    try {
      waitMs = Math.min(waitMs, this.turn());
    } finally {
      // Whatever happened: a watch that stopped without a word is the worst.
      this.arm(waitMs);
    }
  }

  private arm(waitMs: number): void {
    if (this.state !== 'running') return;
    this.timer = setTimeout(() => this.run(), Math.max(SHORTEST_WAIT_MS, waitMs));
    // Watching is no reason to stay running.
    this.timer.unref();
  }
}
