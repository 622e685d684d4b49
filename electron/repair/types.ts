/** What repair needs of others, and what its steps carry from the plan to the job that runs them. */
import type { ErrorView } from '@shared/errors';
import type { DataRuleStatus } from '@shared/integrity';

/** A rule that is broken now and names a statement that mends its rows. */
export interface RuleFix {
  ruleId: string;
  name: string;
  /** Returns the rows that break it. */
  sql: string;
  fixSql: string;
  /** Rows that break it now. */
  count: number;
}

/** Business rules, as far as checks and repair ask for them. */
export interface RulesForRepair {
  /** Asks now; rules that are switched off, hold, or name no fix are left out. Those that cannot be asked too. */
  rulesWithFixes(databaseId: string): Promise<RuleFix[]>;
  /** Why a rule could not be asked the last time; null when it was, and for one that is gone. */
  ruleError(ruleId: string): ErrorView | null;
  /** Asks every rule of a database that is switched on, now. */
  ruleFindings(databaseId: string): Promise<DataRuleStatus[]>;
}
