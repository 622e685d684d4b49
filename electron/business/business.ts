/** Reads the figures of guarded databases at their intervals and judges them by their targets. */
import { randomUUID } from 'node:crypto';
import type { Result } from '@shared/errors';
import type { Language } from '@shared/languages';
import { metricKey } from '@shared/metrics';
import type { BusinessConfig, BusinessInput, BusinessStatus, QueryResult } from '@shared/monitoring';
import type { JobLauncher } from '../core/types';
import { requireReadingWord } from '../database/query-check';
import { QueryRunner } from '../database/query-runner';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { MetricSink } from '../metrics/types';
import type { BusinessMetricsTable, BusinessResult, StoredBusinessMetric } from '../store/business-metrics';
import { isDue, nextDueMs, offsetOf } from './due';
import { failureOf, resultOf, statusOf } from './figure';
import { BUSINESS_PRESET_NAMES, BUSINESS_PRESETS, presetConfig } from './presets';

/** After a start and after sleep others have more urgent work. */
const FIRST_LOOK_MS = 5_000;
/** The wall clock is looked at this often: it may be set, and timers stand still in sleep. */
const LONGEST_WAIT_MS = 60_000;

export interface BusinessOptions {
  table: BusinessMetricsTable;
  /** The guarded ones. */
  databases(): { id: string; path: string }[];
  launch: JobLauncher;
  sink: MetricSink;
  clock: { nowMs(): number };
  /** Of the words of presets. */
  language(): Language;
  /** Something that `list` gives is different. */
  onChange(): void;
  /** A target began or ceased to be met, or there is no value to judge any more. */
  onVerdict(status: BusinessStatus): void;
  /** A query ended. */
  onQuery(tookMs: number, ok: boolean): void;
  onRemoved(metricId: string): void;
  /** Hears what went wrong inside; a query that fails is no such thing. */
  report(error: HoldfastError): void;
  queries?: Pick<QueryRunner, 'run' | 'one' | 'stop'>;
}

export interface Business {
  /** Begins; what is due is read within seconds. */
  start(): void;
  /** Ends the queries under way. */
  stop(): Promise<void>;
  list(): BusinessStatus[];
  /** Adds or changes a figure. @throws ITEM_UNKNOWN, DATABASE_UNKNOWN, QUERY_NOT_READ_ONLY */
  save(input: BusinessInput): BusinessStatus;
  /** @throws ITEM_UNKNOWN */
  remove(id: string): void;
  /** Reads a figure now; a failure is in the status. @throws ITEM_UNKNOWN; CANCELLED when Holdfast ends */
  runNow(id: string): Promise<BusinessStatus>;
  /** The rows behind a figure. @throws ITEM_UNKNOWN, and what `QueryRunner.one` throws */
  rows(id: string): Promise<QueryResult>;
  /** Figures that come with Holdfast, fit the database, and are not set up for it yet. @throws what `QueryRunner.run` throws */
  presets(databaseId: string): Promise<BusinessConfig[]>;
  /** Runs a query that is not kept. @throws what `QueryRunner.one` throws */
  tryQuery(databaseId: string, sql: string): Promise<QueryResult>;
  /** After sleep: what was missed is caught up once. */
  resumed(gapMs: number): void;
}

/** Keys of what is recorded about a figure. */
export const businessKeys = (id: string): string[] => [metricKey('business.value', id)];

export function createBusiness(options: BusinessOptions): Business {
  const { table, sink, clock } = options;
  const queries = options.queries ?? new QueryRunner({ ...options, fileOf });
  const figures = new Map<string, StoredBusinessMetric>();
  /** Databases whose figures are being read. */
  const busy = new Set<string>();
  const batches = new Set<Promise<unknown>>();
  let timer: NodeJS.Timeout | null = null;
  let state: 'new' | 'running' | 'stopped' = 'new';

  for (const figure of table.list()) figures.set(figure.id, figure);

  function arm(delayMs: number): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (state !== 'running') return;
    timer = setTimeout(look, delayMs);
    // Figures are no reason to stay running.
    timer.unref();
  }

  function look(): void {
    try {
      dropOrphans();
      const nowMs = clock.nowMs();
      for (const [databaseId, due] of dueByDatabase(nowMs)) {
        if (!busy.has(databaseId)) void readAll(databaseId, due);
      }
    } catch (thrown) {
      options.report(wrapError(thrown));
    }
    arm(untilNextMs());
  }

  function dueByDatabase(nowMs: number): Map<string, StoredBusinessMetric[]> {
    const due = new Map<string, StoredBusinessMetric[]>();
    for (const figure of figures.values()) {
      const { enabled, databaseId, intervalMinutes } = figure.config;
      if (!enabled || !isDue(figure.last?.atMs ?? null, nowMs, intervalMinutes, offsetOf(databaseId))) continue;
      due.set(databaseId, [...(due.get(databaseId) ?? []), figure]);
    }
    return due;
  }

  function untilNextMs(): number {
    const nowMs = clock.nowMs();
    const waits = [...figures.values()]
      .filter(({ config }) => config.enabled && !busy.has(config.databaseId))
      .map(({ config }) => nextDueMs(nowMs, config.intervalMinutes, offsetOf(config.databaseId)) - nowMs);
    return Math.min(LONGEST_WAIT_MS, ...waits);
  }

  async function readAll(databaseId: string, due: StoredBusinessMetric[]): Promise<void> {
    let nextLookMs = LONGEST_WAIT_MS;
    busy.add(databaseId);
    try {
      await read(databaseId, due);
      // Some became due meanwhile, or were changed.
      nextLookMs = 0;
    } catch (thrown) {
      const error = wrapError(thrown);
      if (error.code !== 'CANCELLED') options.report(error);
    } finally {
      busy.delete(databaseId);
      arm(nextLookMs);
    }
  }

  /** Reads figures of one database together. @throws CANCELLED */
  async function read(databaseId: string, asked: readonly StoredBusinessMetric[]): Promise<void> {
    // One that was killed takes the answers of those before it along: the slow ones come last.
    const inOrder = asked.toSorted((a, b) => cost(a) - cost(b));
    const configs = new Map(inOrder.map((figure) => [figure, figure.config]));
    const atMs = clock.nowMs();
    const batch = ask(databaseId, inOrder, atMs);
    batches.add(batch);
    try {
      const results = await batch;
      // One that was changed or removed meanwhile was not asked this.
      const current = [...results].filter(
        ([figure]) => figures.get(figure.id) === figure && figure.config === configs.get(figure),
      );
      if (state !== 'stopped') take(new Map(current));
    } finally {
      batches.delete(batch);
    }
  }

  async function ask(
    databaseId: string,
    asked: readonly StoredBusinessMetric[],
    atMs: number,
  ): Promise<Map<StoredBusinessMetric, BusinessResult>> {
    let outcomes: Result<QueryResult>[];
    try {
      const statements = asked.map(({ config }) => ({ sql: config.sql, rowLimit: 1 }));
      outcomes = await queries.run(databaseId, statements);
    } catch (thrown) {
      const error = wrapError(thrown);
      if (error.code === 'CANCELLED') throw error;
      if (error.code === 'INTERNAL' || error.code === 'CHILD_CRASHED') options.report(error);
      return new Map(asked.map((figure) => [figure, failureOf(error, atMs)]));
    }
    return new Map(
      asked.flatMap((figure, index) => {
        const outcome = outcomes[index];
        return outcome ? [[figure, resultOf(outcome, atMs)] as const] : [];
      }),
    );
  }

  function take(results: ReadonlyMap<StoredBusinessMetric, BusinessResult>): void {
    table.setLast(new Map([...results].map(([figure, result]) => [figure.id, result])));
    for (const [figure, result] of results) {
      const before = statusOf(figure).targetMet;
      figure.last = result;
      if (result.value !== null) sink.record(metricKey('business.value', figure.id), result.value, result.atMs);
      const status = statusOf(figure);
      if (status.targetMet !== before) options.onVerdict(status);
    }
    if (results.size > 0) options.onChange();
  }

  /** A database that is not guarded any more takes its figures with it. */
  function dropOrphans(): void {
    const guarded = guardedIds();
    for (const figure of figures.values()) if (!guarded.has(figure.config.databaseId)) drop(figure.id);
  }

  function drop(id: string): void {
    table.remove(id);
    figures.delete(id);
    options.onRemoved(id);
    options.onChange();
  }

  function fileOf(databaseId: string): string {
    const database = options.databases().find(({ id }) => id === databaseId);
    if (!database) throw holdfastError('DATABASE_UNKNOWN', { params: { name: databaseId } });
    return database.path;
  }

  const guardedIds = (): Set<string> => new Set(options.databases().map(({ id }) => id));

  function known(id: string): StoredBusinessMetric {
    const figure = figures.get(id);
    if (!figure) throw holdfastError('ITEM_UNKNOWN', { params: { name: id } });
    return figure;
  }

  function save({ id, config }: BusinessInput): BusinessStatus {
    const before = id === undefined ? null : known(id);
    requireReadingWord(config.sql);
    if (config.rowsSql !== '') requireReadingWord(config.rowsSql);
    fileOf(config.databaseId);
    const figure = before ?? { id: randomUUID(), config, last: null };
    const metBefore = before && statusOf(before).targetMet;
    table.save(figure.id, config, new Date(clock.nowMs()).toISOString());
    if (figure.config.sql !== config.sql || figure.config.databaseId !== config.databaseId) {
      figure.last = null;
      table.setLast(new Map([[figure.id, null]]));
    }
    figure.config = config;
    figures.set(figure.id, figure);
    const status = statusOf(figure);
    if (status.targetMet !== metBefore) options.onVerdict(status);
    options.onChange();
    arm(0);
    return status;
  }

  return {
    start: () => {
      if (state !== 'new') return;
      state = 'running';
      arm(FIRST_LOOK_MS);
    },

    stop: async () => {
      state = 'stopped';
      if (timer) clearTimeout(timer);
      queries.stop();
      await Promise.allSettled(batches);
    },

    list: () => {
      const guarded = guardedIds();
      return [...figures.values()].filter(({ config }) => guarded.has(config.databaseId)).map(statusOf);
    },

    save,

    remove: (id) => drop(known(id).id),

    runNow: async (id) => {
      const figure = known(id);
      await read(figure.config.databaseId, [figure]);
      return statusOf(figure);
    },

    rows: async (id) => {
      const { databaseId, sql, rowsSql } = known(id).config;
      return queries.one(databaseId, rowsSql === '' ? sql : rowsSql);
    },

    presets: async (databaseId) => {
      const set = new Set(
        [...figures.values()]
          .filter(({ config }) => config.databaseId === databaseId)
          .map(({ config }) => config.preset),
      );
      const offered = BUSINESS_PRESET_NAMES.filter((name) => !set.has(name));
      if (offered.length === 0) return [];
      const statements = offered.flatMap((name) => {
        const { sql, rowsSql } = BUSINESS_PRESETS[name];
        return [sql, rowsSql].map((text) => ({ sql: text, rowLimit: 0 }));
      });
      const checked = await queries.run(databaseId, statements);
      const fits = offered.filter((_, index) => checked[2 * index]?.ok && checked[2 * index + 1]?.ok);
      return fits.map((name) => presetConfig(name, databaseId, options.language()));
    },

    tryQuery: (databaseId, sql) => queries.one(databaseId, sql),

    resumed: () => arm(FIRST_LOOK_MS),
  };
}

/** How long a figure took; one that was killed took longest. */
const cost = ({ last }: StoredBusinessMetric): number =>
  last?.error?.code === 'QUERY_TIMED_OUT' ? Number.POSITIVE_INFINITY : (last?.tookMs ?? 0);
