/** Asks guarded databases which rows break their business rules, at the rules' intervals. */
import { randomUUID } from 'node:crypto';
import type { ErrorView } from '@shared/errors';
import {
  DATA_RULE_ROW_LIMIT,
  DATA_RULE_TIME_LIMIT_MS,
  type DataRuleConfig,
  type DataRuleInput,
  type DataRuleStatus,
} from '@shared/integrity';
import type { Language } from '@shared/languages';
import { metricKey } from '@shared/metrics';
import type { QueryResult } from '@shared/monitoring';
import { isDue, nextDueMs, offsetOf } from '../business/due';
import type { JobLauncher } from '../core/types';
import { requireChange, requireReadingWord } from '../database/query-check';
import { QueryRunner } from '../database/query-runner';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { MetricSink } from '../metrics/types';
import type { RuleFix } from '../repair/types';
import type { DataRuleResult, DataRulesTable, StoredDataRule } from '../store/data-rules';
import { askRules, prepareRule } from './ask';
import { Courses } from './courses';
import { fittingPresets } from './presets';
import { healthOf, isBroken, type RulesSummary, statusOf, summaryOf } from './verdict';

/** After a start and after sleep others have more urgent work. */
const FIRST_LOOK_MS = 5_000;
/** The wall clock is looked at this often: it may be set, and timers stand still in sleep. */
const LONGEST_WAIT_MS = 60_000;
/** How soon a database that was being restored or mended is looked at again. */
const HELD_MS = 2_000;

export interface DataRulesOptions {
  table: DataRulesTable;
  /** The guarded ones. */
  databases(): { id: string; path: string }[];
  /** A restore or repair of the database runs: what it holds now is not what it will hold. */
  isHeld(databaseId: string): boolean;
  launch: JobLauncher;
  sink: Pick<MetricSink, 'record'>;
  clock: { nowMs(): number };
  /** Of the names of presets. */
  language(): Language;
  /** Something that `list` gives is different. */
  onChange(): void;
  /** A query ended. */
  onQuery(tookMs: number, ok: boolean): void;
  onRemoved(ruleId: string): void;
  /** Hears what went wrong inside; a query that fails is no such thing. */
  report(error: HoldfastError): void;
  queries?: Pick<QueryRunner, 'run' | 'one' | 'stop'>;
}

/** Key of what is recorded about a rule. */
export const dataRuleMetric = (ruleId: string): string => metricKey('data.rule-violations', ruleId);

export class DataRules {
  private readonly queries: Pick<QueryRunner, 'run' | 'one' | 'stop'>;
  private readonly rules = new Map<string, StoredDataRule>();
  private readonly courses: Courses;
  /** Databases that hold something else now: their rules are due, whatever their intervals. */
  private readonly changed = new Set<string>();
  /** Databases whose due rules are being asked. */
  private readonly busy = new Set<string>();
  private readonly batches = new Set<Promise<unknown>>();
  private timer: NodeJS.Timeout | null = null;
  private state: 'new' | 'running' | 'stopped' = 'new';

  constructor(private readonly options: DataRulesOptions) {
    const fileOf = (databaseId: string): string => this.fileOf(databaseId);
    this.queries = options.queries ?? new QueryRunner({ ...options, fileOf, limitMs: DATA_RULE_TIME_LIMIT_MS });
    this.courses = new Courses(options.table);
    for (const rule of options.table.list()) this.rules.set(rule.id, rule);
  }

  /** Begins; what is due is asked within seconds. */
  start(): void {
    if (this.state !== 'new') return;
    this.state = 'running';
    this.arm(FIRST_LOOK_MS);
  }

  /** Ends the queries under way. */
  async stop(): Promise<void> {
    this.state = 'stopped';
    if (this.timer) clearTimeout(this.timer);
    this.queries.stop();
    await Promise.allSettled(this.batches);
  }

  /** After sleep, and when the clock was set: what was missed is caught up once. */
  wake(): void {
    this.arm(FIRST_LOOK_MS);
  }

  /** A database was restored or mended: its rules are asked as soon as that is over. */
  contentChanged(databaseId: string): void {
    this.changed.add(databaseId);
    this.arm(0);
  }

  /** In the order they were added. */
  list(): DataRuleStatus[] {
    const guarded = this.guardedIds();
    return [...this.rules.values()]
      .filter(({ config }) => guarded.has(config.databaseId))
      .map((rule) => this.status(rule));
  }

  /** What Status says of the rules of a database. */
  summary = (databaseId: string): RulesSummary => summaryOf(this.of(databaseId));

  /** Of all guarded databases, for Health. */
  health = (): ReturnType<typeof healthOf> => {
    const guarded = this.guardedIds();
    return healthOf([...this.rules.values()].filter(({ config }) => guarded.has(config.databaseId)));
  };

  /**
   * Adds or changes a rule. Its query and its fix are prepared on the database first, without being run.
   * @throws ITEM_UNKNOWN, DATABASE_UNKNOWN, QUERY_NOT_READ_ONLY, QUERY_INVALID, RULE_FIX_REFUSED
   */
  async save({ id, config }: DataRuleInput): Promise<DataRuleStatus> {
    const before = id === undefined ? null : this.known(id).config;
    requireReadingWord(config.sql);
    if (config.fixSql !== null) requireChange(config.fixSql);
    this.fileOf(config.databaseId);
    if (!before || asksElse(before, config) || before.fixSql !== config.fixSql) await prepareRule(this.queries, config);
    // While it was prepared, it may have been removed.
    const rule = id === undefined ? { id: randomUUID(), config, last: null } : this.known(id);
    this.options.table.save(rule.id, config, new Date(this.options.clock.nowMs()).toISOString());
    if (asksElse(rule.config, config)) {
      rule.last = null;
      this.options.table.forgetAnswers(rule.id);
      this.courses.forget(rule.id);
    }
    rule.config = config;
    this.rules.set(rule.id, rule);
    this.options.onChange();
    this.arm(0);
    return this.status(rule);
  }

  /** @throws ITEM_UNKNOWN */
  remove(id: string): void {
    this.drop(this.known(id).id);
  }

  /** Asks a rule now; a failure is in the status. @throws ITEM_UNKNOWN; CANCELLED when Holdfast ends */
  async runNow(id: string): Promise<DataRuleStatus> {
    const rule = this.known(id);
    await this.read(rule.config.databaseId, [rule]);
    return this.status(this.known(id));
  }

  /** Asks every rule of a database that is switched on now, and gives them all. @throws CANCELLED when Holdfast ends */
  async runAll(databaseId: string): Promise<DataRuleStatus[]> {
    const asked = this.of(databaseId).filter(({ config }) => config.enabled);
    if (asked.length > 0) await this.read(databaseId, asked);
    return this.of(databaseId)
      .filter(({ config }) => config.enabled)
      .map((rule) => this.status(rule));
  }

  /** Asks now, and gives the broken rules that name a fix and whose answer can be relied on. */
  async withFixes(databaseId: string): Promise<RuleFix[]> {
    const all = await this.runAll(databaseId);
    return all.flatMap((rule) => {
      const { name, sql, fixSql } = rule.config;
      if (fixSql === null || rule.last?.error !== null || !isBroken(rule)) return [];
      return [{ ruleId: rule.id, name, sql, fixSql, count: rule.last.count }];
    });
  }

  /** Why a rule could not be asked the last time; null when it was, and for one that is gone. */
  errorOf = (id: string): ErrorView | null => this.rules.get(id)?.last?.error ?? null;

  /** The rows that break a rule now. @throws ITEM_UNKNOWN, and what `QueryRunner.one` throws */
  async rows(id: string): Promise<QueryResult> {
    const { databaseId, sql } = this.known(id).config;
    return this.queries.one(databaseId, sql, DATA_RULE_ROW_LIMIT);
  }

  /** Runs a query that is not kept. @throws what `QueryRunner.one` throws */
  tryQuery = (databaseId: string, sql: string): Promise<QueryResult> =>
    this.queries.one(databaseId, sql, DATA_RULE_ROW_LIMIT);

  /** Rules that come with Holdfast, fit the database, and are not set up for it yet. @throws what `QueryRunner.run` throws */
  async presets(databaseId: string): Promise<DataRuleConfig[]> {
    const set = new Set(this.of(databaseId).map(({ config }) => config.preset));
    return fittingPresets(this.queries, databaseId, set, this.options.language());
  }

  private arm(delayMs: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.state !== 'running') return;
    this.timer = setTimeout(() => this.look(), delayMs);
    // Rules are no reason to stay running.
    this.timer.unref();
  }

  private look(): void {
    let held = false;
    try {
      this.dropOrphans();
      for (const [databaseId, due] of this.dueByDatabase(this.options.clock.nowMs())) {
        if (this.busy.has(databaseId)) continue;
        if (this.options.isHeld(databaseId)) held = true;
        else {
          this.changed.delete(databaseId);
          void this.readDue(databaseId, due);
        }
      }
    } catch (thrown) {
      this.options.report(wrapError(thrown));
    }
    this.arm(held ? HELD_MS : this.untilNextMs());
  }

  private dueByDatabase(nowMs: number): Map<string, StoredDataRule[]> {
    const due = new Map<string, StoredDataRule[]>();
    for (const rule of this.rules.values()) {
      const { enabled, databaseId, intervalMinutes } = rule.config;
      const lastMs = this.changed.has(databaseId) ? null : (rule.last?.atMs ?? null);
      if (!enabled || !isDue(lastMs, nowMs, intervalMinutes, offsetOf(databaseId))) continue;
      due.set(databaseId, [...(due.get(databaseId) ?? []), rule]);
    }
    return due;
  }

  private untilNextMs(): number {
    const nowMs = this.options.clock.nowMs();
    const waits = [...this.rules.values()]
      .filter(({ config }) => config.enabled && !this.busy.has(config.databaseId))
      .map(({ config }) => nextDueMs(nowMs, config.intervalMinutes, offsetOf(config.databaseId)) - nowMs);
    return Math.min(LONGEST_WAIT_MS, ...waits);
  }

  private async readDue(databaseId: string, due: StoredDataRule[]): Promise<void> {
    let nextLookMs = LONGEST_WAIT_MS;
    this.busy.add(databaseId);
    try {
      await this.read(databaseId, due);
      // Some became due meanwhile, or were changed.
      nextLookMs = 0;
    } catch (thrown) {
      const error = wrapError(thrown);
      if (error.code !== 'CANCELLED') this.options.report(error);
    } finally {
      this.busy.delete(databaseId);
      this.arm(nextLookMs);
    }
  }

  /** Asks rules of one database together. @throws CANCELLED */
  private async read(databaseId: string, asked: readonly StoredDataRule[]): Promise<void> {
    const configs = new Map(asked.map((rule) => [rule, rule.config]));
    const batch = askRules(this.queries, databaseId, asked, this.options);
    this.batches.add(batch);
    try {
      const results = await batch;
      // One that was changed or removed meanwhile was not asked this.
      const current = [...results].filter(
        ([rule]) => this.rules.get(rule.id) === rule && rule.config === configs.get(rule),
      );
      if (this.state !== 'stopped') this.take(new Map(current));
    } finally {
      this.batches.delete(batch);
    }
  }

  private take(results: ReadonlyMap<StoredDataRule, DataRuleResult>): void {
    if (results.size === 0) return;
    this.options.table.setLast(new Map([...results].map(([rule, result]) => [rule.id, result])));
    for (const [rule, result] of results) {
      rule.last = result;
      this.courses.forget(rule.id);
      if (result.error === null && result.count !== null) {
        this.options.sink.record(dataRuleMetric(rule.id), result.count, result.atMs);
      }
    }
    this.courses.thinOne(
      [...results.keys()].map(({ id }) => id),
      this.options.clock.nowMs(),
    );
    this.options.onChange();
  }

  /** A database that is not guarded any more takes its rules with it. */
  private dropOrphans(): void {
    const guarded = this.guardedIds();
    for (const rule of this.rules.values()) if (!guarded.has(rule.config.databaseId)) this.drop(rule.id);
  }

  private drop(id: string): void {
    this.options.table.remove(id);
    this.rules.delete(id);
    this.courses.forget(id);
    this.options.onRemoved(id);
    this.options.onChange();
  }

  private fileOf(databaseId: string): string {
    const database = this.options.databases().find(({ id }) => id === databaseId);
    if (!database) throw holdfastError('DATABASE_UNKNOWN', { params: { name: databaseId } });
    return database.path;
  }

  private guardedIds = (): Set<string> => new Set(this.options.databases().map(({ id }) => id));

  private of(databaseId: string): StoredDataRule[] {
    return [...this.rules.values()].filter(({ config }) => config.databaseId === databaseId);
  }

  private known(id: string): StoredDataRule {
    const rule = this.rules.get(id);
    if (!rule) throw holdfastError('ITEM_UNKNOWN', { params: { name: id } });
    return rule;
  }

  private status(rule: StoredDataRule): DataRuleStatus {
    return statusOf(rule, this.courses.of(rule.id, this.options.clock.nowMs()));
  }
}

const asksElse = (before: DataRuleConfig, after: DataRuleConfig): boolean =>
  before.sql !== after.sql || before.databaseId !== after.databaseId;
