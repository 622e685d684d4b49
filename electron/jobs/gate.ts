/** Lets so many pieces of work run at once; the others wait in the order they came. */
export class Gate {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly mostAtOnce: number) {}

  /** Runs `work` when it is its turn; gives or throws what it does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.mostAtOnce) this.running++;
    // Whoever ends hands the place on.
    else await new Promise<void>((go) => this.waiting.push(go));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
