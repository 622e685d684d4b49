/** Integrity checks, business rules and repair, put together. */
import type { DataRuleStatus } from '@shared/integrity';
import type { JobView } from '@shared/models';
import type { BackupService } from '../backup/backup-service';
import type { Guard } from '../database/guard';
import type { RuleInputs } from '../health/rule-checks';
import { holdfastError } from '../errors/holdfast-error';
import type { MetricSink } from '../metrics/types';
import type { RulesForRepair } from '../repair/types';
import { dataRuleMetric, DataRules } from '../rules/data-rules';
import { SYSTEM_CLOCK } from './clock';
import type { CoreContext } from './context';
import { dataRuleAlertKey } from './signals';
import type { Soundness } from './soundness-types';
import type { JobLauncher } from './types';
import type { Watch } from './watch';

export interface SoundnessParts {
  guard: Guard;
  backups: BackupService;
  onBattery: () => boolean;
  /** Starts a job process. */
  launch: JobLauncher;
  /** Measurements and alerts, as far as rules need them. */
  watch: Pick<Watch, 'count' | 'language' | 'forget'>;
  sink: Pick<MetricSink, 'record'>;
}

const UNKNOWN = { last: null, lastFullAt: null };

/** While these run, what a database holds is not what it will hold. */
const HOLDING: ReadonlySet<JobView['kind']> = new Set(['restore', 'repair']);

export class SoundnessPart implements Soundness, RulesForRepair {
  private readonly dataRules: DataRules;

  constructor(
    readonly context: CoreContext,
    readonly parts: SoundnessParts,
  ) {
    const { launch, sink, watch } = parts;
    this.dataRules = new DataRules({
      table: context.store.dataRules,
      databases: () => context.store.databases.list(),
      isHeld: (databaseId) =>
        context.jobs.views().some((job) => job.databaseId === databaseId && HOLDING.has(job.kind)),
      launch,
      sink,
      clock: SYSTEM_CLOCK,
      language: watch.language,
      onChange: () => context.changed(),
      onQuery: (tookMs, ok) => watch.count('query', tookMs, ok),
      onRemoved: (id) => watch.forget([dataRuleMetric(id)], [dataRuleAlertKey(id)]),
      report: (error) => void context.problems.report(error.toView(), null),
    });
  }

  // Business rules.
  rules = (): DataRuleStatus[] => this.dataRules.list();
  saveRule: Soundness['saveRule'] = (input) => this.dataRules.save(input);
  removeRule = (id: string): void => this.dataRules.remove(id);
  runRule: Soundness['runRule'] = (id) => this.dataRules.runNow(id);
  tryRule: Soundness['tryRule'] = (databaseId, sql) => this.dataRules.tryQuery(databaseId, sql);
  ruleRows: Soundness['ruleRows'] = (id) => this.dataRules.rows(id);
  rulePresets: Soundness['rulePresets'] = (databaseId) => this.dataRules.presets(databaseId);
  rulesWithFixes: RulesForRepair['rulesWithFixes'] = (databaseId) => this.dataRules.withFixes(databaseId);
  ruleFindings: RulesForRepair['ruleFindings'] = (databaseId) => this.dataRules.runAll(databaseId);

  /** For Health: what only rules know. */
  ruleHealth = (): RuleInputs => ({ dataRules: this.dataRules.health() });

  /** Checks and rules are run when they are due from now on. */
  start(): void {
    this.dataRules.start();
    this.wake();
  }
  /** Ends the queries of rules; resolves when they have ended. */
  async stop(): Promise<void> {
    await this.dataRules.stop();
  }
  /** After sleep, and when the clock or the settings changed. */
  wake(): void {
    this.dataRules.wake();
  }

  check: Soundness['check'] = unavailable;
  checks: Soundness['checks'] = () => [];
  statusOf: Soundness['statusOf'] = (databaseId) => ({ ...UNKNOWN, ...this.dataRules.summary(databaseId) });
  plan: Soundness['plan'] = unavailable;
  repair: Soundness['repair'] = unavailable;
  repairs: Soundness['repairs'] = () => [];
  salvage: Soundness['salvage'] = unavailable;
}

const unavailable = (): never => {
  throw holdfastError('NOT_AVAILABLE');
};
