/** Followed logs as the core sees them: the sources, and the process that reads, indexes and searches. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { LogSourceInput, SavedSearchInput } from '@shared/ipc-diagnosis';
import type { RequestPayload } from '@shared/ipc';
import {
  type LogFormat,
  type LogPattern,
  type LogQuery,
  type LogSourceConfig,
  type LogSourceStatus,
  OWN_LOG_SOURCE,
  type SavedSearch,
} from '@shared/logs';
import type { Settings } from '@shared/settings';
import { type Failures, restartDelayMs } from '../continuous/restart-policy';
import type { Logs } from '../core/diagnosis-types';
import type { JobLauncher } from '../core/types';
import type { HoldfastError } from '../errors/holdfast-error';
import { errorFromView, holdfastError } from '../errors/holdfast-error';
import type { Store } from '../store/open';
import type { StoredLogSource } from '../store/log-sources';
import { OWN_LOG_NAME } from './own-log-file';
import { PatternNewsBook } from './pattern-news';
import { LogsLink, type LogsNews } from './process/link';
import type { LogAnswer, LogMethod, LogRequest, LogsSetup, SourceState } from './protocol';
import type { Logger } from './types';

export interface LogTiming {
  /** Between two looks at the files. */
  pollMs: number;
  /** Time that a regular expression may take. */
  regexLimitMs: number;
  restartDelayMs: (failures: Failures, nowMs: number) => number;
}

export interface LogServiceParts {
  store: Store;
  /** Folder of the index. */
  folder: string;
  /** Folder of Holdfast's own log, which is always a source. */
  ownLog: string;
  settings: () => Settings['logs'];
  /** Starts the process; without it nothing is followed, and requests are NOT_AVAILABLE. */
  launch: JobLauncher | null;
  log: Logger;
  nowMs: () => number;
  /** Sources, entries or searches changed; at most twice a second. */
  onChange: () => void;
  /** There are other new patterns than before. */
  onNewPatterns?: () => void;
  /** A source cannot be read, the index was made anew. */
  report: (error: HoldfastError) => void;
  /** What was reported of a source is over. */
  settle: () => void;
  timing?: Partial<LogTiming>;
}

/** A pattern that nobody has seen before, in a source that wants to be told of such. */
export interface NewPattern {
  pattern: LogPattern;
  sourceName: string;
}

/** New patterns of a source beyond those that are told of one by one. */
export interface MoreNewPatterns {
  sourceId: string;
  sourceName: string;
  count: number;
  /** When the last of them was read. */
  lastAtMs: number;
}

/** Without a source of the user's, the process ends when nobody asked for so long. */
const IDLE_MS = 5 * 60_000;

const TIMING: LogTiming = {
  pollMs: 1_000,
  regexLimitMs: 4_000,
  restartDelayMs: (failures, nowMs) => restartDelayMs(failures, nowMs, Math.random()),
};

const OWN_NAME = 'Holdfast';

export class LogService implements Logs {
  private readonly link: LogsLink | null;
  private readonly timing: LogTiming;
  private readonly patternNews: PatternNewsBook;
  private readonly states = new Map<string, SourceState>();
  private started = false;
  private idle: NodeJS.Timeout | undefined;
  /** Names of the sources that were reported, with why. */
  private reported = '';

  constructor(readonly parts: LogServiceParts) {
    const { launch, store } = parts;
    this.timing = { ...TIMING, ...parts.timing };
    this.patternNews = new PatternNewsBook(store.facts);
    this.link =
      launch &&
      new LogsLink({
        launch,
        restartDelayMs: this.timing.restartDelayMs,
        onNews: (news) => this.take(news),
        onCrash: (error, inRow) => {
          parts.log.error('the process of the logs ended', { detail: error.detail, inRow });
          // One that the next start makes good is in the log alone.
          if (inRow > 1) parts.report(error);
        },
      });
  }

  start(): void {
    this.started = true;
    this.apply();
  }

  async stop(): Promise<void> {
    this.started = false;
    clearTimeout(this.idle);
    await this.link?.want(null);
  }

  settingsChanged(): void {
    this.apply();
  }

  /** New patterns of the last day, for alerts. */
  newPatterns(): NewPattern[] {
    return this.listening().flatMap(({ id, config }) =>
      this.patternNews.own(id, this.parts.nowMs()).map((pattern) => ({ pattern, sourceName: config.name })),
    );
  }

  /** Of the last day, beyond those that are told of one by one. */
  morePatterns(): MoreNewPatterns[] {
    return this.listening().flatMap(({ id, config }) => {
      const more = this.patternNews.more(id, this.parts.nowMs());
      return more.length > 0
        ? [{ sourceId: id, sourceName: config.name, count: more.length, lastAtMs: Math.max(...more) }]
        : [];
    });
  }

  /** Process id of the process; undefined while it does not run. */
  get pid(): number | undefined {
    return this.link?.pid;
  }

  sources(): LogSourceStatus[] {
    return this.all().map(({ id, config }) => this.status(id, config));
  }

  saveSource({ id: known, config }: LogSourceInput): LogSourceStatus {
    if (known !== undefined && !this.parts.store.logSources.list().some(({ id }) => id === known)) throw unknown(known);
    const id = known ?? randomUUID();
    this.parts.store.logSources.save({ id, config }, new Date(this.parts.nowMs()).toISOString());
    this.apply();
    this.changed();
    return this.status(id, config);
  }

  async removeSource(id: string): Promise<void> {
    if (!this.parts.store.logSources.remove(id)) throw unknown(id);
    this.states.delete(id);
    this.patternNews.forget(id);
    this.parts.onNewPatterns?.();
    this.judge();
    this.changed();
    // Should it fail: what the next start of the process finds of sources that are none goes then.
    if (this.link && this.started) await this.ask({ method: 'forget', sourceId: id });
    this.apply();
  }

  trySource = (path: string, format: LogFormat | null) => this.ask({ method: 'try', path, format });
  search = (query: LogQuery) => this.ask({ method: 'search', query });
  rows = (resultId: string, offset: number, limit: number) => this.ask({ method: 'rows', resultId, offset, limit });
  histogram = (query: LogQuery, buckets: number) => this.ask({ method: 'histogram', query, buckets });
  patterns = (query: LogQuery, limit: number) => this.ask({ method: 'patterns', query, limit });
  around = (request: RequestPayload<'logs:around'>) => this.ask({ method: 'around', ...request });
  text = (entryId: number) => this.ask({ method: 'text', entryId });

  searches = (): SavedSearch[] => this.parts.store.savedSearches.list().map(({ id, config }) => ({ id, ...config }));

  saveSearch({ id: known, name, query }: SavedSearchInput): SavedSearch {
    if (known !== undefined && !this.searches().some(({ id }) => id === known)) throw unknown(known);
    const id = known ?? randomUUID();
    this.parts.store.savedSearches.save({ id, config: { name, query } }, new Date(this.parts.nowMs()).toISOString());
    this.changed();
    return { id, name, query };
  }

  removeSearch(id: string): void {
    if (!this.parts.store.savedSearches.remove(id)) throw unknown(id);
    this.changed();
  }

  private async ask<M extends LogMethod>(request: Extract<LogRequest, { method: M }>): Promise<LogAnswer<M>> {
    if (!this.link) throw holdfastError('NOT_AVAILABLE');
    if (!this.started) throw holdfastError('CANCELLED');
    const isIdle = this.idle === undefined && !this.isWanted();
    this.armIdle();
    if (isIdle) await this.link.want(this.setup());
    return this.link.request<M>(request);
  }

  /** The process runs while a source of the user's is followed, and for some time after somebody asked. */
  private apply(): void {
    if (!this.link || !this.started) return;
    if (this.isWanted() || this.idle !== undefined) void this.link.want(this.setup());
    else void this.link.want(null);
  }

  private isWanted(): boolean {
    return this.parts.store.logSources.list().some(({ config }) => config.enabled);
  }

  private armIdle(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => {
      this.idle = undefined;
      this.apply();
    }, IDLE_MS);
    this.idle.unref();
  }

  private setup(): LogsSetup {
    const { folder, settings } = this.parts;
    const { keepDays, limitMegabytes } = settings();
    const { pollMs, regexLimitMs } = this.timing;
    return { folder, keepDays, limitMegabytes, pollMs, regexLimitMs, sources: this.all() };
  }

  /** Its own log comes first. */
  private all(): StoredLogSource[] {
    const own: LogSourceConfig = {
      name: OWN_NAME,
      path: join(this.parts.ownLog, OWN_LOG_NAME),
      format: 'json',
      enabled: true,
      alertFrom: null,
    };
    return [{ id: OWN_LOG_SOURCE, config: own }, ...this.parts.store.logSources.list()];
  }

  /** Sources that want to be told of new patterns. */
  private listening(): StoredLogSource[] {
    return this.parts.store.logSources.list().filter(({ config }) => config.enabled && config.alertFrom !== null);
  }

  private status(id: string, config: LogSourceConfig): LogSourceStatus {
    const state = this.states.get(id);
    const unread = config.enabled ? 'reading' : 'disabled';
    return {
      id,
      config,
      format: state?.format ?? config.format,
      state: config.enabled && state && state.state !== 'disabled' ? state.state : unread,
      files: state?.files ?? 0,
      entries: state?.entries ?? 0,
      behindBytes: state?.behindBytes ?? 0,
      lastEntryAt: state?.lastEntryAt ?? null,
      error: state?.error ?? null,
    };
  }

  private take(news: LogsNews): void {
    const { log, report } = this.parts;
    switch (news.type) {
      case 'state':
        for (const state of news.sources) this.states.set(state.id, state);
        if (this.patternNews.take(news.news)) this.parts.onNewPatterns?.();
        this.judge();
        this.changed();
        break;
      case 'rebuilt':
        log.warning('the index of the logs was made anew', { reason: news.reason });
        report(holdfastError('LOG_INDEX_REBUILT', { detail: news.reason }));
        break;
      case 'fault':
        log.error('the index of the logs cannot be written', { code: news.error.code, detail: news.error.detail });
        report(errorFromView(news.error));
        break;
    }
  }

  /** Reports the sources that cannot be read, once for each state of that; settles it when all can be read again. */
  private judge(): void {
    const failing = this.parts.store.logSources.list().flatMap(({ id, config }) => {
      const state = this.states.get(id);
      return config.enabled && state?.state === 'failing' && state.error
        ? [{ name: config.name, error: state.error }]
        : [];
    });
    const seen = JSON.stringify(failing.map(({ name, error }) => [name, error.code, error.detail]));
    if (failing.length === 0) {
      if (this.reported !== '') this.parts.settle();
      this.reported = '';
      return;
    }
    if (seen === this.reported) return;
    this.reported = seen;
    for (const { name, error } of failing) {
      const params = { reason: error.detail, ...error.params, name };
      this.parts.report(holdfastError('LOG_SOURCE_UNREADABLE', { params, detail: error.detail }));
    }
  }

  private changed(): void {
    this.parts.onChange();
  }
}

const unknown = (id: string): HoldfastError => holdfastError('ITEM_UNKNOWN', { params: { id } });
