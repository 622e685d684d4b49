/** The applications whose metrics are fetched: each target on its own interval. */
import { randomUUID } from 'node:crypto';
import type { ApplicationStatus, ScrapeConfig, ScrapeInput } from '@shared/monitoring';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import type { MetricSink } from '../metrics/types';
import type { Vault } from '../secrets/vault';
import type { ScrapeTarget, ScrapeTargetsTable } from '../store/scrape-targets';
import { Application } from './application';
import { applicationName } from './labels';
import { type Request, scrape } from './scrape';
import { ScrapeLoop, tokenName } from './scrape-loop';
import type { ShownSeries } from './scraped-series';

const SHOWN = 20;

export interface ScrapeParts {
  table: Pick<ScrapeTargetsTable, 'list' | 'save' | 'remove'>;
  vault: Pick<Vault, 'get' | 'set' | 'has' | 'remove'>;
  sink: MetricSink;
  request: Request;
  clock: {
    /** Milliseconds since 1970. */
    nowMs(): number;
    /** Milliseconds on a clock that nobody can set. */
    monotonicMs(): number;
  };
  /** From 0 up to 1. */
  random(): number;
  /** The list changed, or how a target does. */
  onChange(): void;
  /** A target began or ceased to fail; told once after each start too, so that an older verdict can end. */
  onVerdict(status: ApplicationStatus): void;
  /** A scrape ended after `tookMs`. */
  onScrape?: (tookMs: number, ok: boolean) => void;
  /** Hears of mistakes in Holdfast itself; what a target does wrong is in its status. */
  report(error: HoldfastError): void;
}

export interface Scrapes {
  start(): void;
  /** Starts nothing more; resolves when the scrapes in hand have ended. */
  stop(): Promise<void>;
  /** In the order in which they were set up. */
  list(): ApplicationStatus[];
  /** Adds a target or changes one, and begins to fetch. @throws ITEM_UNKNOWN, NOT_AVAILABLE (the keyring refuses) */
  save(input: ScrapeInput): ApplicationStatus;
  /** Ends it and forgets its token. @throws ITEM_UNKNOWN */
  remove(id: string): void;
  /** Fetches once and keeps nothing. @throws what a request throws, HTTP_STATUS_UNEXPECTED, METRICS_UNREADABLE */
  tryOnce(config: ScrapeConfig, token: string | null): Promise<{ series: number; sample: ShownSeries[] }>;
  /** The machine was asleep, or the process stood still, for `gapMs`. */
  resumed(gapMs: number): void;
}

const NOWHERE: MetricSink = { record: () => undefined, observe: () => undefined, merge: () => undefined };

export function createScrapes(parts: ScrapeParts): Scrapes {
  const { table, vault, clock } = parts;
  const loops = new Map<string, ScrapeLoop>();
  const applications = new Map<string, Application>();
  const ending = new Set<Promise<void>>();
  let state: 'new' | 'running' | 'stopped' = 'new';

  for (const target of table.list()) loops.set(target.id, loopOf(target));

  function loopOf(target: ScrapeTarget): ScrapeLoop {
    const name = applicationName(target.config.name);
    // Targets of one name are processes of one application.
    const application = applications.get(name) ?? new Application(name, parts.sink, clock.nowMs());
    applications.set(name, application);
    return new ScrapeLoop(target, application, parts);
  }

  function end(loop: ScrapeLoop): void {
    const ended = loop.stop().finally(() => ending.delete(ended));
    ending.add(ended);
  }

  function dropUnused(): void {
    const used = new Set([...loops.values()].map(({ target }) => applicationName(target.config.name)));
    for (const name of applications.keys()) if (!used.has(name)) applications.delete(name);
  }

  return {
    start() {
      if (state !== 'new') return;
      state = 'running';
      for (const loop of loops.values()) loop.start();
    },
    async stop() {
      state = 'stopped';
      for (const loop of loops.values()) end(loop);
      await Promise.all(ending);
    },
    list: () => [...loops.values()].map((loop) => loop.status()),
    save({ id: given, config, token }) {
      const before = given === undefined ? undefined : loops.get(given);
      if (given !== undefined && !before) throw unknown(given);
      const id = given ?? randomUUID();
      // The keyring may refuse: then nothing is changed.
      if (typeof token === 'string') vault.set(tokenName(id), token);
      else if (token === null) vault.remove(tokenName(id));
      table.save({ id, config }, new Date(clock.nowMs()).toISOString());
      if (before) end(before);
      const loop = loopOf({ id, config });
      loops.set(id, loop);
      dropUnused();
      if (state === 'running') loop.start();
      parts.onChange();
      return loop.status();
    },
    remove(id) {
      const loop = loops.get(id);
      if (!loop || !table.remove(id)) throw unknown(id);
      vault.remove(tokenName(id));
      end(loop);
      loops.delete(id);
      dropUnused();
      parts.onChange();
    },
    async tryOnce(config, token) {
      const application = new Application(applicationName(config.name), NOWHERE, clock.nowMs());
      const scraped = await scrape({ config, token, request: parts.request, application });
      return { series: scraped.size + scraped.leftOut, sample: scraped.shown(SHOWN) };
    },
    resumed() {
      if (state !== 'running') return;
      for (const loop of loops.values()) loop.resumed();
    },
  };
}

const unknown = (id: string) => holdfastError('ITEM_UNKNOWN', { detail: `there is no scrape target ${id}` });
