/** What the window and the command ask of integrity checks, business rules and repair: a part of the `Core` facade. */
import type {
  CheckDepth,
  DataRuleConfig,
  DataRuleInput,
  DataRuleStatus,
  IntegrityRecord,
  IntegrityStatus,
  RepairPlan,
  RepairRecord,
  RepairStep,
  SalvageReport,
} from '@shared/integrity';
import type { QueryResult } from '@shared/monitoring';
import type { JobHandle } from './types';

/** Unknown ids are `DATABASE_UNKNOWN` and `ITEM_UNKNOWN`. */
export interface Soundness {
  /** A request for a database whose check waits or runs joins that one, when it is as deep. */
  check(databaseId: string, depth: CheckDepth): JobHandle<IntegrityRecord>;
  /** Newest first. */
  checks(databaseId: string): IntegrityRecord[];
  statusOf(databaseId: string): IntegrityStatus;

  rules(): DataRuleStatus[];
  /** Asks every rule of a database that is switched on, now. */
  ruleFindings(databaseId: string): Promise<DataRuleStatus[]>;
  saveRule(input: DataRuleInput): Promise<DataRuleStatus>;
  removeRule(id: string): void;
  /** Asks now. */
  runRule(id: string): Promise<DataRuleStatus>;
  tryRule(databaseId: string, sql: string): Promise<QueryResult>;
  ruleRows(id: string): Promise<QueryResult>;
  /** Rules that fit the tables of a database and are not set up yet. */
  rulePresets(databaseId: string): Promise<DataRuleConfig[]>;

  /** Checks in full and says what could be done. */
  plan(databaseId: string): JobHandle<RepairPlan>;
  /** Runs steps of a plan behind a fresh backup; verified, and undone if it is worse afterwards. */
  repair(databaseId: string, steps: readonly RepairStep[]): JobHandle<RepairRecord>;
  repairs(databaseId: string): RepairRecord[];
  /** Reads what can be read into the new file `target`. @throws SALVAGE_FAILED, RESTORE_TARGET_EXISTS unless `overwrite` */
  salvage(databaseId: string, target: string, overwrite: boolean): JobHandle<SalvageReport>;
}
