/** The last health results, so that asking often costs nothing and a check that hangs holds nobody up. */
import type { HealthComponent } from '@shared/models';

const FRESH_FOR_MS = 1_000;
const PATIENCE_MS = 3_000;

/**
 * One look at a time. While a look takes longer than `patienceMs`, the results before it are given: their own times say
 * how old they are.
 */
export class HealthCache {
  private last: { components: HealthComponent[]; atMs: number } | undefined;
  private looking: Promise<HealthComponent[]> | undefined;

  constructor(
    private readonly look: () => Promise<HealthComponent[]>,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /** Rejects with the look's own error when there is nothing older to give. */
  async components(): Promise<HealthComponent[]> {
    if (this.last && performance.now() - this.last.atMs < FRESH_FOR_MS) return this.last.components;
    this.looking ??= this.refresh();
    const { last } = this;
    if (!last) return this.looking;
    return firstOf(this.looking, this.patienceMs, last.components);
  }

  private async refresh(): Promise<HealthComponent[]> {
    try {
      const components = await this.look();
      this.last = { components, atMs: performance.now() };
      return components;
    } finally {
      this.looking = undefined;
    }
  }
}

/** What `work` gives, or `instead` when that takes longer. Its error counts also after that: it is thrown on. */
function firstOf<T>(work: Promise<T>, limitMs: number, instead: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(instead), limitMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
