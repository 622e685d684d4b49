/**
 * What the `holdfast` command asks of a core: arguments parsed here, JSON values out. The same functions serve a core in
 * the command's own process and requests that come over the control socket.
 */
import type { ErrorView } from '@shared/errors';
import {
  BACKUP_KINDS,
  type DatabaseStatus,
  type FileInspection,
  type GuardedDatabase,
  type RestorePoint,
} from '@shared/models';
import { z } from 'zod';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { healthDocument } from '../health/document';
import { checkCommand, describeChecks, withoutToken } from './check-command';
import {
  type CommandContext,
  type CommandOutcome,
  finding,
  findPoint,
  finish,
  newestFirst,
  Passphrase,
  type PointOrFile,
  problemFound,
  stopIfCancelled,
  withInspection,
} from './command-work';
import {
  addDestination,
  copyToDestination,
  DestinationAddArgs,
  listDestinations,
  removeDestination,
  scanDestination,
} from './destination-commands';
import { restoreCommand, RestoreArgs } from './restore-command';
import type { Core } from './types';
import { holdfastVersion } from './version';

export type { CommandContext, CommandOutcome } from './command-work';

type Run = (core: Core, args: unknown, context: CommandContext) => Promise<CommandOutcome>;

/** Puts the parsing of its arguments before a command. Errors: `INVALID_INPUT` {reason}, and the command's own. */
function command<A>(
  schema: z.ZodType<A>,
  run: (core: Core, args: A, context: CommandContext) => Promise<CommandOutcome> | CommandOutcome,
): Run {
  return async (core, args, context) => {
    const parsed = schema.safeParse(args);
    if (!parsed.success) {
      const reason = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      throw holdfastError('INVALID_INPUT', { params: { reason } });
    }
    return run(core, parsed.data, context);
  };
}

const Name = z.string().min(1).max(200);
const FilePath = z.string().min(1).max(4096);
const Target = z.object({ text: z.string().min(1).max(4096), path: FilePath });
const Nothing = z.object({});
const Named = z.object({ name: Name });

const COMMANDS = {
  'db-add': command(z.object({ file: FilePath, name: Name.optional() }), async (core, { file, name }) => ({
    value: await core.addDatabase({ file, ...(name === undefined ? {} : { name }) }),
  })),

  'db-list': command(Nothing, (core) => ({ value: core.state().databases.map(listed) })),

  'db-remove': command(Named, async (core, { name }) => {
    const database = core.databaseByName(name);
    await core.removeDatabase(database.id);
    return { value: database };
  }),

  backup: command(
    z.object({ name: Name, kind: z.enum(BACKUP_KINDS).exclude(['safety']) }),
    async (core, { name, kind }, context) => {
      const database = core.databaseByName(name);
      const before = new Set(core.jobs().map(({ id }) => id));
      const handle = core.startBackup(database.id, kind);
      return { value: await backUp(core, () => finish(core, handle, context, before.has(handle.id))) };
    },
  ),

  backups: command(z.object({ name: Name.optional() }), (core, { name }) => ({
    value: newestFirst(core.backups(name === undefined ? undefined : core.databaseByName(name).id)),
  })),

  verify: command(
    z.object({ target: Target, passphrase: Passphrase.optional() }),
    (core, { target, passphrase }, context) => finding(() => verify(core, target, passphrase, context)),
  ),

  restore: command(RestoreArgs, restoreCommand),

  drill: command(Named, (core, { name }, context) => finding(() => drill(core, core.databaseByName(name), context))),

  // A command of an older version names no `fix`.
  check: command(z.object({ target: Target, fix: z.boolean().default(false) }), (core, args, context) =>
    finding(() => checkCommand(core, args, context)),
  ),

  retention: command(z.object({ name: Name, dryRun: z.boolean() }), async (core, { name, dryRun }) => {
    const database = core.databaseByName(name);
    const points = new Map(core.backups(database.id).map((point) => [point.id, point]));
    const decisions = dryRun ? core.retentionPreview(database.id) : await core.runRetention(database.id);
    const restorePoints = newestFirst(
      decisions.flatMap(({ id }) => {
        const point = points.get(id);
        return point ? [point] : [];
      }),
    ).map(({ id, kind, createdAt, file, sizeBytes, verified }) => ({
      ...{ id, kind, createdAt, file, sizeBytes, verified },
      ...decisions.find((decision) => decision.id === id),
    }));
    return { value: { database: database.name, dryRun, restorePoints } };
  }),

  'catalog-rebuild': command(Nothing, async (core) => ({ value: await core.rebuildCatalogue() })),

  'destination-list': command(Nothing, listDestinations),
  'destination-add': command(DestinationAddArgs, addDestination),
  'destination-remove': command(Named, (core, { name }) => removeDestination(core, name)),
  'destination-scan': command(Named, (core, { name }, context) => scanDestination(core, name, context)),
  'destination-copy': command(Named, (core, { name }, context) => copyToDestination(core, name, context)),

  health: command(Nothing, async (core) => {
    const document = healthDocument(await core.health(), holdfastVersion());
    if (document.status !== 'fail') return { value: document };
    const failed = Object.values(document.checks)
      .flat()
      .filter(({ status }) => status === 'fail')
      .map(({ componentId, output }) => `${componentId}: ${output ?? ''}`);
    return { value: document, problem: problemFound('health', failed.join('; ')) };
  }),
} satisfies Record<string, Run>;

export type CommandName = keyof typeof COMMANDS;

/**
 * Runs one command. Errors: `INVALID_INPUT` for a command or arguments that are not known, `CANCELLED` when
 * `context.signal` was aborted, and whatever the core refuses.
 */
export async function runCommand(
  core: Core,
  name: string,
  args: unknown,
  context: CommandContext,
): Promise<CommandOutcome> {
  if (!Object.hasOwn(COMMANDS, name)) {
    throw holdfastError('INVALID_INPUT', { params: { reason: `there is no command ${name}` } });
  }
  stopIfCancelled(context.signal);
  return COMMANDS[name as CommandName](core, args, context);
}

/** A guarded database with how well it is protected, flat. */
function listed(status: DatabaseStatus) {
  const { database, protection, lastProved, lastBackup, lastProofAt, nextRun, problem } = status;
  const { restorePoints, storedBytes, liveBytes } = status;
  return {
    ...database,
    protection,
    lastProvedAt: lastProved?.createdAt ?? null,
    lastBackupAt: lastBackup?.createdAt ?? null,
    lastProofAt,
    nextRun,
    restorePoints,
    storedBytes,
    liveBytes,
    problem: problem ? { code: problem.code, severity: problem.severity } : null,
  };
}

/** That nothing changed is an answer: the restore point that holds everything. */
async function backUp(
  core: Core,
  finished: () => Promise<RestorePoint>,
): Promise<RestorePoint & { unchanged: boolean }> {
  try {
    return { ...(await finished()), unchanged: false };
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'NOTHING_CHANGED') throw error;
    return { ...core.backup(String(error.params['pointId'])), unchanged: true };
  }
}

async function verify(
  core: Core,
  target: PointOrFile,
  passphrase: string | undefined,
  context: CommandContext,
): Promise<CommandOutcome> {
  const point = await findPoint(core, target);
  if (point) {
    const proved = await finish(core, core.verifyBackup(point.id), context);
    // What destinations alone keep stays `elsewhere`, and was fetched to be proved.
    const fetched = proved.state === 'elsewhere' && proved.checks.every(({ outcome }) => outcome !== 'failed');
    const verified = proved.verified || fetched;
    const value = { ...proved, verified };
    return verified ? { value } : { value, problem: notProved(proved) };
  }
  return withInspection(core, { file: target.path, passphrase }, context, (inspection) => {
    const value = { ...withoutToken(inspection), verified: inspection.proved };
    return inspection.proved
      ? { value }
      : { value, problem: notProved({ ...inspection, createdAt: inspection.contentAt }) };
  });
}

/** Which of the files is to blame: its own, or one before it in the chain. */
function notProved({ file, createdAt, checks }: Pick<RestorePoint, 'file' | 'createdAt' | 'checks'>): ErrorView {
  const broken = checks.find(({ step, outcome }) => step === 'chain' && outcome === 'failed');
  if (!broken) return damaged(file, checks);
  return holdfastError('CHAIN_BROKEN', { params: { path: file, createdAt }, detail: broken.detail }).toView();
}

/** The newest restore point and an older one, restored into the scratch folder, proved and compared table by table. */
async function drill(core: Core, database: GuardedDatabase, context: CommandContext): Promise<CommandOutcome> {
  const record = await finish(core, core.copying.drill(database.id), context);
  const failed = record.results.find(({ outcome }) => outcome === 'failed');
  const told = failed ?? record.results[0];
  const value = {
    database: database.name,
    restorePoint: told?.pointId,
    createdAt: told?.pointAt,
    verified: record.outcome === 'passed',
    checks: told?.checks,
    tables: told?.tables,
    drill: record,
  };
  if (!failed) return { value };
  const params = { name: database.name, createdAt: failed.pointAt };
  const detail = failed.error?.detail ?? describeChecks(failed.checks.filter(({ outcome }) => outcome === 'failed'));
  return { value, problem: holdfastError('DRILL_FAILED', { params, detail }).toView() };
}

function damaged(file: string, checks: FileInspection['checks']) {
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  return holdfastError('BACKUP_FILE_DAMAGED', { params: { path: file }, detail: describeChecks(failed) }).toView();
}
