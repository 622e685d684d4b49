/** Fetches the metrics of one target again and again, and says how that goes. */
import type { ErrorView } from '@shared/errors';
import { metricKey } from '@shared/metrics';
import type { ApplicationStatus } from '@shared/monitoring';
import { wrapError } from '../errors/wrap';
import type { ScrapeTarget } from '../store/scrape-targets';
import type { Application } from './application';
import { isCancelled, scrape } from './scrape';
import type { ScrapeParts } from './scrapes';

const SECOND_MS = 1_000;
/** Targets that were set up together are not asked together. */
const FIRST_WITHIN_MS = 10 * SECOND_MS;
const JITTER = 0.05;
const SHORTEST_PAUSE_MS = SECOND_MS;
/** After sleep the network comes back slowly: failures say nothing yet. */
const HELD_AFTER_SLEEP_MS = 60 * SECOND_MS;
const LOOKED_AT = 3;
const FAILURES = 2;

export class ScrapeLoop {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private readonly abort = new AbortController();
  private heldUntilMs = Number.NEGATIVE_INFINITY;
  /** Of the last tries, oldest first. */
  private outcomes: boolean[] = [];
  private failing = false;
  private told: ApplicationStatus['state'] | null = null;
  private lastAtMs: number | null = null;
  private series = 0;
  private leftOut = 0;
  private error: ErrorView | null = null;

  constructor(
    readonly target: ScrapeTarget,
    private readonly application: Application,
    private readonly parts: ScrapeParts,
  ) {}

  status(): ApplicationStatus {
    const { id, config } = this.target;
    const { name } = this.application;
    const scrapeView = { id, config, hasToken: this.parts.vault.has(tokenName(id)) };
    const { lastAtMs, series, leftOut, error } = this;
    return { name, scrape: scrapeView, state: this.state(), lastAtMs, series, leftOut, error };
  }

  start(): void {
    if (!this.target.config.enabled) return;
    this.arm(this.parts.random() * Math.min(FIRST_WITHIN_MS, this.intervalMs));
  }

  /** Begins anew after sleep: what was due is not made up for. */
  resumed(): void {
    if (!this.target.config.enabled || this.abort.signal.aborted) return;
    this.heldUntilMs = this.parts.clock.monotonicMs() + HELD_AFTER_SLEEP_MS;
    this.outcomes = [];
    if (this.timer) this.start();
  }

  /** Starts nothing more; resolves when the try in hand has ended. */
  async stop(): Promise<void> {
    this.abort.abort();
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    await this.running;
  }

  private get intervalMs(): number {
    return this.target.config.intervalSeconds * SECOND_MS;
  }

  private state(): ApplicationStatus['state'] {
    if (!this.target.config.enabled) return 'paused';
    if (this.failing) return 'failing';
    return this.lastAtMs === null ? 'silent' : 'receiving';
  }

  private arm(waitMs: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.running = this.tick().finally(() => {
        this.running = null;
      });
    }, waitMs);
    this.timer.unref();
  }

  private async tick(): Promise<void> {
    const { clock } = this.parts;
    const startedMs = clock.monotonicMs();
    try {
      await this.once(startedMs);
    } catch (thrown) {
      this.parts.report(wrapError(thrown));
    }
    if (this.abort.signal.aborted) return;
    const wantedMs = this.intervalMs * (1 - JITTER + 2 * JITTER * this.parts.random());
    this.arm(Math.max(SHORTEST_PAUSE_MS, wantedMs - (clock.monotonicMs() - startedMs)));
  }

  private async once(startedMs: number): Promise<void> {
    const { clock, sink, vault, request } = this.parts;
    const { id, config } = this.target;
    const { application, abort } = this;
    let error: ErrorView | null = null;
    try {
      const token = vault.get(tokenName(id), config.name);
      const scraped = await scrape({ config, token, request, signal: abort.signal, application });
      if (abort.signal.aborted) return;
      const batch = application.batch(id, clock.nowMs(), this.lastAtMs !== null);
      scraped.tell(batch);
      batch.end();
      this.lastAtMs = batch.nowMs;
      this.series = scraped.size;
      this.leftOut = scraped.leftOut;
    } catch (thrown) {
      if (abort.signal.aborted || isCancelled(thrown)) return;
      error = wrapError(thrown).toView();
      // A mistake of ours is told as one, and does not pass for a service that is down.
      if (error.code === 'INTERNAL') throw thrown;
    }
    const ok = error === null;
    this.parts.onScrape?.(clock.monotonicMs() - startedMs, ok);
    if (!ok && startedMs < this.heldUntilMs) return;
    sink.record(metricKey('app.up', id), ok ? 1 : 0, clock.nowMs());
    this.judge(ok, error);
  }

  private judge(ok: boolean, error: ErrorView | null): void {
    const before = this.state();
    const changed = this.error?.code !== error?.code;
    this.error = error;
    this.outcomes = [...this.outcomes, ok].slice(-LOOKED_AT);
    const failures = this.outcomes.filter((outcome) => !outcome).length;
    if (failures >= FAILURES) this.failing = true;
    else if (ok) this.failing = false;
    const state = this.state();
    if (state !== 'silent' && state !== this.told) {
      this.told = state;
      this.parts.onVerdict(this.status());
    }
    if (changed || state !== before) this.parts.onChange();
  }
}

/** Under which a target's token is in the vault. */
export const tokenName = (id: string): string => `scrape:${id}`;
