/** Integrity checks, business rules and repair, put together. */
import type { ErrorCode } from '@shared/errors';
import type { DataRuleStatus } from '@shared/integrity';
import type { JobView } from '@shared/models';
import type { BackupService } from '../backup/backup-service';
import type { Guard } from '../database/guard';
import type { RuleInputs } from '../health/rule-checks';
import type { IntegrityInputs } from '../health/integrity-checks';
import { IntegrityService } from '../integrity/integrity-service';
import type { MetricSink } from '../metrics/types';
import { RepairService } from '../repair/repair-service';
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

/** While these run, what a database holds is not what it will hold. */
const HOLDING: ReadonlySet<JobView['kind']> = new Set(['restore', 'repair']);

export class SoundnessPart implements Soundness, RulesForRepair {
  private readonly dataRules: DataRules;
  private readonly integrity: IntegrityService;
  private readonly repairService: RepairService;

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
    this.integrity = new IntegrityService(context, {
      clock: SYSTEM_CLOCK,
      databases: () => parts.guard.list(),
      mayRun: () => !(context.settings().pauseOnBattery && parts.onBattery()),
      onScheduled: (database, result) => void this.repairService.mendMinor(database, result),
    });
    this.repairService = new RepairService(context, {
      clock: SYSTEM_CLOCK,
      backups: parts.backups,
      integrity: this.integrity,
      rules: this,
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
  ruleError: RulesForRepair['ruleError'] = (ruleId) => this.dataRules.errorOf(ruleId);
  ruleFindings: RulesForRepair['ruleFindings'] = (databaseId) => this.dataRules.runAll(databaseId);

  /** A database was restored: what rules said of it is of what it held before. */
  contentChanged(databaseId: string): void {
    this.dataRules.contentChanged(databaseId);
  }

  /** For Health: what only rules know. */
  ruleHealth = (): RuleInputs => ({ dataRules: this.dataRules.health() });

  /** Checks and rules are run when they are due from now on. */
  start(): void {
    this.dataRules.start();
    this.wake();
  }
  /** Ends the queries of rules; resolves when they have ended. */
  async stop(): Promise<void> {
    this.integrity.stop();
    await this.dataRules.stop();
  }
  /** After sleep, and when the clock or the settings changed. */
  wake(): void {
    this.dataRules.wake();
    this.integrity.wake();
  }

  // Integrity checks.
  check: Soundness['check'] = (databaseId, depth) => this.integrity.start(this.parts.guard.get(databaseId), depth);
  checks: Soundness['checks'] = (databaseId) => this.integrity.list(this.parts.guard.get(databaseId).id);
  statusOf: Soundness['statusOf'] = (databaseId) => {
    const last = this.integrity.newest(databaseId);
    const full = this.integrity.newest(databaseId, 'full');
    return {
      // The state is sent whole with each change; the rows are fetched by whoever looks at them.
      last: last && { ...last, foreignKeyExamples: [] },
      lastFullAt: full?.finishedAt ?? null,
      damaged: this.context.store.problems.find('DATABASE_CORRUPT', databaseId) !== null,
      ...this.dataRules.summary(databaseId),
    };
  };

  // Repair.
  plan: Soundness['plan'] = (databaseId) => this.repairService.plan(this.parts.guard.get(databaseId));
  repair: Soundness['repair'] = (databaseId, steps) => {
    const handle = this.repairService.start(this.parts.guard.get(databaseId), steps);
    const ended = (): void => this.contentChanged(databaseId);
    handle.done.then(ended, ended);
    return handle;
  };
  repairs: Soundness['repairs'] = (databaseId) => this.repairService.list(this.parts.guard.get(databaseId).id);
  salvage: Soundness['salvage'] = (databaseId, target, overwrite) =>
    this.repairService.salvage(this.parts.guard.get(databaseId), target, overwrite);

  /** For Health: the newest checks of all databases. */
  integrityHealth(): IntegrityInputs {
    const { quick, full } = this.context.settings().integrityChecks;
    const databases = this.parts.guard.list();
    const { problems } = this.context.store;
    const isOpen = (code: ErrorCode) => databases.map(({ id }) => problems.find(code, id) !== null);
    const [violated, overdue] = [isOpen('FOREIGN_KEYS_VIOLATED'), isOpen('CHECK_OVERDUE')];
    return {
      integrity: {
        enabled: quick.enabled || full.enabled,
        databases: databases.length,
        checked: databases.filter(({ id }) => this.integrity.newest(id) !== null).length,
        // The newest check may be older than the restore or the backup that showed the database whole.
        damaged: isOpen('DATABASE_CORRUPT').filter(Boolean).length,
        affected: databases.filter((_, index) => violated[index] || overdue[index]).length,
      },
    };
  }
}
