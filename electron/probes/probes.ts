/** Tries every probe at its own interval, judges the outcomes and tells when a verdict changes. */
import { randomUUID } from 'node:crypto';
import { metricKey } from '@shared/metrics';
import type { ProbeConfig, ProbeInput, ProbeResult, ProbeStatus } from '@shared/monitoring';
import { errorFromView, type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { Gate } from '../jobs/gate';
import type { MetricKeeper, MetricSink } from '../metrics/types';
import type { ProbesTable } from '../store/probes';
import { type AskAvailability, Availabilities, RANGES_MS } from './availability';
import { pastResults, type RecentResult, shareOf } from './past-results';
import { runProbe } from './run-probe';
import { judge, nextTryMs, TRIES, type Verdict } from './verdict';

const MOST_AT_ONCE = 8;
const KEPT_RESULTS = 60;
/** First tries are spread over this, so that many probes do not begin at once. */
const START_SPREAD_MS = 15_000;
/** After sleep the network needs a moment: tries wait, and failures say nothing about the service yet. */
const RESUME_PAUSE_MS = 5_000;
const RESUME_GRACE_MS = 60_000;

export interface ProbesOptions {
  table: ProbesTable;
  sink: MetricSink;
  availability: AskAvailability;
  /** Closed minutes: the results of the time before this start. */
  minutes: MetricKeeper['minutes'];
  clock: { nowMs(): number; monotonicMs(): number };
  /** 0…1. */
  random(): number;
  /** Something that `list` gives is different. */
  onChange(): void;
  /** The state of a probe changed, also to paused and back. */
  onVerdict(status: ProbeStatus): void;
  onResult(status: ProbeStatus, result: ProbeResult): void;
  onRemoved(probeId: string): void;
  /** Hears what went wrong inside; a probe that fails is no such thing. */
  report(error: HoldfastError): void;
  run?: typeof runProbe;
}

export interface Probes {
  /** Begins; the first tries come within seconds. */
  start(): void;
  /** Ends the tries under way. */
  stop(): Promise<void>;
  list(): ProbeStatus[];
  /** Adds or changes a probe; it is tried at once. @throws ITEM_UNKNOWN */
  save(input: ProbeInput): ProbeStatus;
  /** @throws ITEM_UNKNOWN */
  remove(id: string): void;
  /** One try that is not counted. */
  tryOnce(config: ProbeConfig): Promise<ProbeResult>;
  /**
   * After sleep: what was under way is dropped, outcomes from before do not count towards a verdict, and for a minute
   * failures do not count at all.
   */
  resumed(gapMs: number): void;
}

interface Watched {
  id: string;
  config: ProbeConfig;
  verdict: Verdict;
  sinceMs: number | null;
  last: ProbeResult | null;
  /** Outcomes of the last tries. */
  tries: boolean[];
  recent: RecentResult[];
  timer: NodeJS.Timeout | null;
  /** The try under way; aborted, it does not count. */
  running: AbortController | null;
  /** When the next try begins after one that does not count. */
  againMs: number;
}

/** Keys of what is recorded about a probe. */
export const probeKeys = (id: string): string[] => [
  metricKey('probe.up', id),
  metricKey('probe.time', id),
  metricKey('probe.certificate', id),
];

export function createProbes(options: ProbesOptions): Probes {
  const { table, sink, clock } = options;
  const run = options.run ?? runProbe;
  const gate = new Gate(MOST_AT_ONCE);
  const watched = new Map<string, Watched>();
  const turns = new Set<Promise<void>>();
  const single = new Set<AbortController>();
  const availabilities = new Availabilities({ ...options, ask: options.availability });
  let failuresCountFromMs = Number.NEGATIVE_INFINITY;
  let state: 'new' | 'running' | 'stopped' = 'new';

  for (const { id, config, verdict } of table.list()) {
    watched.set(id, { ...fresh(id, config), ...(verdict && { ...verdict, verdict: verdict.state }) });
  }

  function arm(probe: Watched, delayMs: number): void {
    if (state !== 'running' || !probe.config.enabled || watched.get(probe.id) !== probe) return;
    if (probe.timer) clearTimeout(probe.timer);
    probe.timer = setTimeout(() => {
      probe.timer = null;
      const turn = take(probe).finally(() => turns.delete(turn));
      turns.add(turn);
    }, delayMs);
    // Watching is no reason to stay running.
    probe.timer.unref();
  }

  /** Begins anew: a try under way does not count any more, and only when it has ended the next one is set. */
  function restart(probe: Watched, delayMs: number): void {
    if (probe.timer) clearTimeout(probe.timer);
    probe.timer = null;
    probe.againMs = delayMs;
    if (probe.running) probe.running.abort();
    else arm(probe, delayMs);
  }

  async function take(probe: Watched): Promise<void> {
    const abort = new AbortController();
    probe.running = abort;
    let nextMs: number = probe.config.intervalSeconds * 1000;
    try {
      await gate.run(async () => {
        if (abort.signal.aborted) return;
        const startedMs = clock.monotonicMs();
        const result = await run(probe.config, { nowMs: () => clock.nowMs(), signal: abort.signal });
        if (abort.signal.aborted) return;
        const counts = result.ok || startedMs >= failuresCountFromMs;
        if (counts) count(probe, result);
        const dueMs = nextTryMs(counts ? probe.verdict : 'unknown', result.ok, probe.config.intervalSeconds * 1000);
        nextMs = Math.max(0, dueMs - (clock.monotonicMs() - startedMs));
      });
    } catch (thrown) {
      options.report(wrapError(thrown, { name: probe.config.name }));
    } finally {
      probe.running = null;
      arm(probe, abort.signal.aborted ? probe.againMs : nextMs);
    }
  }

  function count(probe: Watched, result: ProbeResult): void {
    if (result.error?.code === 'INTERNAL') options.report(errorFromView(result.error));
    const [up, time, certificate] = probeKeys(probe.id) as [string, string, string];
    sink.record(up, result.ok ? 1 : 0, result.atMs);
    if (result.ok) sink.record(time, result.timeMs, result.atMs);
    if (result.certificateDays !== null) sink.record(certificate, result.certificateDays, result.atMs);
    probe.last = result;
    keep(probe.recent, { atMs: result.atMs, ok: result.ok, timeMs: result.timeMs }, KEPT_RESULTS);
    keep(probe.tries, result.ok, TRIES);
    const verdict = judge(probe.verdict, probe.tries, probe.config.failuresOfThree);
    const changed = verdict !== probe.verdict;
    if (changed && verdict !== 'unknown') {
      Object.assign(probe, { verdict, sinceMs: result.atMs });
      // The only write: a service that stays as it is costs none.
      table.setVerdict(probe.id, { state: verdict, sinceMs: result.atMs, last: result });
    }
    options.onResult(view(probe), result);
    if (changed) options.onVerdict(view(probe));
    options.onChange();
  }

  function add(id: string, config: ProbeConfig): ProbeStatus {
    table.save(id, config, new Date(clock.nowMs()).toISOString());
    const probe = fresh(id, config);
    watched.set(id, probe);
    arm(probe, 0);
    options.onChange();
    return view(probe);
  }

  function change(probe: Watched, config: ProbeConfig): ProbeStatus {
    table.save(probe.id, config, new Date(clock.nowMs()).toISOString());
    const before = view(probe).state;
    const other = question(config) !== question(probe.config);
    probe.config = config;
    if (other) Object.assign(probe, { last: null, recent: [] });
    if (other || !config.enabled) {
      Object.assign(probe, { verdict: 'unknown', sinceMs: null, tries: [] });
      table.setVerdict(probe.id, null);
    }
    restart(probe, 0);
    const status = view(probe);
    if (status.state !== before) options.onVerdict(status);
    options.onChange();
    return status;
  }

  function view(probe: Watched): ProbeStatus {
    const { id, config, last, recent } = probe;
    const nowMs = clock.nowMs();
    // What was tried a moment ago is not in the record yet.
    const share = (rangeMs: number) => shareOf(recent.filter(({ atMs }) => atMs > nowMs - rangeMs));
    const { day, week, month } = availabilities.get(id);
    return {
      id,
      config,
      state: config.enabled ? probe.verdict : 'paused',
      sinceMs: config.enabled ? probe.sinceMs : null,
      last,
      recent: [...recent],
      availability: {
        day: day ?? share(RANGES_MS.day),
        week: week ?? share(RANGES_MS.week),
        month: month ?? share(RANGES_MS.month),
      },
    };
  }

  function known(id: string): Watched {
    const probe = watched.get(id);
    if (!probe) throw holdfastError('ITEM_UNKNOWN', { params: { name: id } });
    return probe;
  }

  /** Results from before this start, read one probe after the other. */
  async function recall(): Promise<void> {
    for (const probe of watched.values()) {
      const past = await pastResults(probe, clock.nowMs(), options.minutes);
      if (state !== 'running') return;
      const firstMs = probe.recent[0]?.atMs ?? Number.POSITIVE_INFINITY;
      probe.recent.unshift(...past.filter(({ atMs }) => atMs < firstMs));
      probe.recent.splice(0, probe.recent.length - KEPT_RESULTS);
    }
    if (watched.size > 0) options.onChange();
  }

  const spread = (probe: Watched): number =>
    options.random() * Math.min(START_SPREAD_MS, probe.config.intervalSeconds * 1000);

  return {
    start: () => {
      if (state !== 'new') return;
      state = 'running';
      for (const probe of watched.values()) arm(probe, spread(probe));
      const recalled = recall()
        .catch((thrown: unknown) => options.report(wrapError(thrown)))
        .finally(() => turns.delete(recalled));
      turns.add(recalled);
    },

    stop: async () => {
      state = 'stopped';
      for (const probe of watched.values()) restart(probe, 0);
      for (const abort of single) abort.abort();
      await Promise.all(turns);
      await availabilities.settled();
    },

    list: () => {
      if (state !== 'stopped') availabilities.refresh([...watched.keys()]);
      return [...watched.values()].map(view);
    },

    save: ({ id, config }) => (id === undefined ? add(randomUUID(), config) : change(known(id), config)),

    remove: (id) => {
      const probe = known(id);
      table.remove(id);
      watched.delete(id);
      restart(probe, 0);
      availabilities.forget(id);
      options.onRemoved(id);
      options.onChange();
    },

    tryOnce: async (config) => {
      const abort = new AbortController();
      single.add(abort);
      try {
        return await run(config, { nowMs: () => clock.nowMs(), signal: abort.signal });
      } finally {
        single.delete(abort);
      }
    },

    resumed: () => {
      failuresCountFromMs = clock.monotonicMs() + RESUME_GRACE_MS;
      for (const probe of watched.values()) {
        probe.tries = [];
        restart(probe, RESUME_PAUSE_MS + spread(probe));
      }
    },
  };
}

const fresh = (id: string, config: ProbeConfig): Watched => ({
  id,
  config,
  verdict: 'unknown',
  sinceMs: null,
  last: null,
  tries: [],
  recent: [],
  timer: null,
  running: null,
  againMs: 0,
});

/** What a probe asks, apart from how it is called, how often it asks and how bad a failure is. */
const question = (config: ProbeConfig): string =>
  JSON.stringify({ ...config, name: '', enabled: true, intervalSeconds: 0, severity: 'LOW' });

function keep<T>(list: T[], one: T, most: number): void {
  list.push(one);
  if (list.length > most) list.shift();
}
