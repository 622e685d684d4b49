/** `holdfast check`: a guarded database in full, with its rules and, when asked for, its safe repairs; or any file. */
import type { DataRuleStatus, IntegrityRecord, RepairPlan, RepairRecord } from '@shared/integrity';
import type { FileInspection, GuardedDatabase } from '@shared/models';
import { integrityChecks } from '../backup/proof-checks';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import {
  type CommandContext,
  type CommandOutcome,
  finish,
  type PointOrFile,
  problemFound,
  withInspection,
} from './command-work';
import type { Core } from './types';

export interface CheckArgs {
  target: PointOrFile;
  fix: boolean;
}

/**
 * Unlike `verify` it also reports faults that a faithful copy would carry along.
 * @throws INVALID_INPUT for a repair of a file that is not guarded, and what the check throws
 */
export async function checkCommand(
  core: Core,
  { target, fix }: CheckArgs,
  context: CommandContext,
): Promise<CommandOutcome> {
  const guarded = core
    .databases()
    .find(({ name, id, path }) => [name, id].includes(target.text) || path === target.path);
  if (guarded) return checkGuarded(core, guarded, fix, context);
  if (fix) {
    const reason = `${target.text} is not guarded: only a guarded database, which has backups, is repaired`;
    throw holdfastError('INVALID_INPUT', { params: { reason } });
  }
  return withInspection(core, { file: target.path }, context, (inspection) => {
    const faults = inspection.checks.filter(({ outcome }) => outcome !== 'ok');
    const value = { name: null, ...withoutToken(inspection), sound: faults.length === 0 };
    return value.sound ? { value } : { value, problem: problemFound(target.text, describeChecks(faults)) };
  });
}

interface Look {
  check: IntegrityRecord;
  rules: DataRuleStatus[];
}

async function checkGuarded(
  core: Core,
  database: GuardedDatabase,
  fix: boolean,
  context: CommandContext,
): Promise<CommandOutcome> {
  const { soundness } = core;
  let plan: RepairPlan | null = null;
  let repair: RepairRecord | null = null;
  let refused: string | null = null;
  let check: IntegrityRecord;
  if (fix) {
    plan = await finish(core, soundness.plan(database.id), context);
    check = plan.check;
    if (plan.steps.length > 0) {
      try {
        repair = await finish(core, soundness.repair(database.id, plan.steps), context);
        check = soundness.checks(database.id)[0] ?? check;
      } catch (thrown) {
        // The database is as it was, which the check before has told; anything else ends the command.
        if (!(thrown instanceof HoldfastError) || thrown.code !== 'REPAIR_UNDONE') throw thrown;
        refused = String(thrown.params['reason']);
      }
    }
  } else {
    const before = new Set(core.jobs().map(({ id }) => id));
    const handle = soundness.check(database.id, 'full');
    check = await finish(core, handle, context, before.has(handle.id));
  }
  const look = { check, rules: check.outcome === 'damaged' ? [] : await soundness.ruleFindings(database.id) };
  const found = findings(look);
  const value = {
    name: database.name,
    file: database.path,
    sound: found.length === 0,
    checks: integrityChecks(check),
    check,
    rules: look.rules.map(ruleOf),
    repair,
    repairRefused: refused,
    proposals: plan?.proposals ?? [],
  };
  return value.sound ? { value } : { value, problem: problemFound(database.name, found.join('; ')) };
}

/** More rows break it than are allowed, or it could not be asked. */
const isBroken = ({ config, last }: DataRuleStatus): boolean =>
  last === null || last.error !== null || last.count > config.alert.above;

const ruleOf = (rule: DataRuleStatus) => ({
  name: rule.config.name,
  broken: isBroken(rule),
  rows: rule.last?.count ?? null,
  atLeast: rule.last?.atLeast ?? false,
  error: rule.last?.error ?? null,
});

/** One sentence for each thing that is wrong. */
function findings({ check, rules }: Look): string[] {
  const faults = integrityChecks(check).filter(({ outcome }) => outcome !== 'ok');
  const broken = rules.filter(isBroken).map(({ config, last }) => {
    if (!last || last.error) return `rule ${config.name}: ${last?.error?.detail ?? 'it was not asked'}`;
    return `rule ${config.name}: ${last.atLeast ? 'at least ' : ''}${last.count} rows`;
  });
  return [...(faults.length > 0 ? [describeChecks(faults)] : []), ...broken];
}

export function withoutToken({ token: _token, ...inspection }: FileInspection): Omit<FileInspection, 'token'> {
  return inspection;
}

export function describeChecks(checks: FileInspection['checks']): string {
  return checks.map(({ step, detail }) => `${step}: ${detail}`).join('; ');
}
