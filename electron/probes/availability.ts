/** Share of successful tries over a day, a week and a month: asked of the record, kept for a minute. */
import { metricKey } from '@shared/metrics';
import type { ProbeStatus } from '@shared/monitoring';
import type { HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { MetricKeeper } from '../metrics/types';

const HOUR_MS = 3_600_000;
export const RANGES_MS = { day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS, month: 30 * 24 * HOUR_MS } as const;
const KEPT_MS = 60_000;

export type Availability = ProbeStatus['availability'];
/** Share of successes in a time, 0…1; null when nothing was tried. */
export type AskAvailability = (probeId: string, fromMs: number, toMs: number) => Promise<number | null>;

const UNKNOWN: Availability = { day: null, week: null, month: null };

/** Answers from what is measured: the average of `probe.up`, weighted by the number of tries. */
export function availabilityFrom(keeper: Pick<MetricKeeper, 'query'>): AskAvailability {
  return async (probeId, fromMs, toMs) => {
    // Minutes for a day, so that the last hour counts; hours are fine enough for longer times.
    const stepMs = toMs - fromMs <= RANGES_MS.day ? 60_000 : HOUR_MS;
    const points = Math.ceil((toMs - fromMs) / stepMs);
    const { series } = await keeper.query({ keys: [metricKey('probe.up', probeId)], fromMs, toMs, points });
    let [tries, successes] = [0, 0];
    for (const { avg, count } of series) {
      for (const [index, n] of count.entries()) {
        // A bucket without a measurement is NaN.
        if (!(n > 0)) continue;
        tries += n;
        successes += n * (avg[index] ?? 0);
      }
    }
    return tries > 0 ? successes / tries : null;
  };
}

export interface AvailabilityOptions {
  ask: AskAvailability;
  clock: { nowMs(): number; monotonicMs(): number };
  /** Some value became another one. */
  onChange(): void;
  report(error: HoldfastError): void;
}

export class Availabilities {
  private readonly known = new Map<string, Availability>();
  private askedMs = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | null = null;

  constructor(private readonly options: AvailabilityOptions) {}

  /** What was last found; nothing is asked. */
  get(probeId: string): Availability {
    return this.known.get(probeId) ?? UNKNOWN;
  }

  /** Asks anew for all of these, one after the other, unless that was done in the last minute. Never waits. */
  refresh(probeIds: readonly string[]): void {
    const { clock } = this.options;
    if (this.asking || clock.monotonicMs() - this.askedMs < KEPT_MS) return;
    this.askedMs = clock.monotonicMs();
    this.asking = this.askAll(probeIds)
      .catch((thrown: unknown) => this.options.report(wrapError(thrown)))
      .finally(() => {
        this.asking = null;
      });
  }

  forget(probeId: string): void {
    this.known.delete(probeId);
  }

  /** Waits for what is being asked. */
  async settled(): Promise<void> {
    await this.asking;
  }

  private async askAll(probeIds: readonly string[]): Promise<void> {
    const toMs = this.options.clock.nowMs();
    let changed = false;
    for (const id of probeIds) {
      const share = (rangeMs: number) => this.options.ask(id, toMs - rangeMs, toMs);
      const now: Availability = {
        day: await share(RANGES_MS.day),
        week: await share(RANGES_MS.week),
        month: await share(RANGES_MS.month),
      };
      const before = this.get(id);
      changed ||= now.day !== before.day || now.week !== before.week || now.month !== before.month;
      this.known.set(id, now);
    }
    if (changed) this.options.onChange();
  }
}
