/** `holdfast restore`: into the live database, into a new file, or only a preview of what would change. */
import type { RestoreSource } from '@shared/ipc';
import type { RestorePoint } from '@shared/models';
import { z } from 'zod';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import {
  type CommandContext,
  type CommandOutcome,
  findPoint,
  finish,
  newestProved,
  Passphrase,
  stopIfCancelled,
  withInspection,
} from './command-work';
import { restoreRows } from './restore-rows-command';
import type { Core } from './types';

const Path = z.string().min(1).max(4096);

export const RestoreArgs = z.object({
  name: z.string().min(1).max(200),
  /** Restore point or file; when both this and `at` are left out, what `newestProved` gives. */
  from: z.object({ text: Path, path: Path }).optional(),
  /** The last that can be brought back at or before this moment. */
  at: z.iso.datetime({ offset: true }).optional(),
  /** Writes a file of its own instead of touching the live database. */
  to: Path.optional(),
  /** Only the rows of these tables: those that are missing, those that differ, those that came since. */
  tables: z.array(z.string().min(1).max(500)).min(1).max(500).optional(),
  dryRun: z.boolean(),
  /** For a file that is encrypted. */
  passphrase: Passphrase.optional(),
});
export type RestoreArgs = z.infer<typeof RestoreArgs>;

/** Where the content comes from, and what a person is told about that. */
interface Source {
  source: RestoreSource;
  described: { restorePoint: string | null; file: string; contentAt: string; encrypted: boolean };
}

/** What the name stands for: `id` null for one that nobody knows here, `path` null for one that nobody guards here. */
interface Named {
  id: string | null;
  name: string;
  path: string | null;
}

/**
 * Errors: `DATABASE_UNKNOWN`, `BACKUP_UNKNOWN`, `INVALID_INPUT` for a point of another database, `PASSPHRASE_NEEDED` and
 * `PASSPHRASE_WRONG` for an encrypted file, the core's own.
 */
export async function restoreCommand(core: Core, args: RestoreArgs, context: CommandContext): Promise<CommandOutcome> {
  const database = findNamed(core, args);
  if (!args.from) return run(core, database, ofMoment(core, database, args.at), args, context);
  const point = await findPoint(core, args.from);
  if (!point) {
    const inspect = { file: args.from.path, passphrase: args.passphrase };
    return withInspection(core, inspect, context, ({ token, file, contentAt, encrypted }) => {
      const described = { restorePoint: null, file, contentAt, encrypted };
      return run(core, database, { source: { token }, described }, args, context);
    });
  }
  if (point.databaseId !== database.id) {
    throw holdfastError('INVALID_INPUT', {
      params: { reason: `the restore point ${point.id} is of ${point.database}, not of ${database.name}` },
    });
  }
  return run(core, database, ofPoint(point), args, context);
}

/**
 * A guarded database by its name. With `--to` nothing live is touched: then also one that was guarded once, by its restore
 * points, and with a file to restore from any name at all, as on a new machine.
 */
function findNamed(core: Core, { name, from, to }: RestoreArgs): Named {
  try {
    return core.databaseByName(name);
  } catch (thrown) {
    if (to === undefined || !(thrown instanceof HoldfastError) || thrown.code !== 'DATABASE_UNKNOWN') throw thrown;
    const [id, ...others] = formerlyCalled(core, name);
    if (others.length > 0) {
      const reason = `several databases were called ${name}; name a restore point with --from`;
      throw holdfastError('INVALID_INPUT', { params: { reason } });
    }
    if (id === undefined && !from) throw thrown;
    return { id: id ?? null, name, path: null };
  }
}

/** Ids of the databases of that name, in any case of its letters, of which restore points are known. */
function formerlyCalled(core: Core, name: string): string[] {
  const same = core.backups().filter(({ database }) => database.toLowerCase() === name.toLowerCase());
  return [...new Set(same.map(({ databaseId }) => databaseId))];
}

/** Errors: `DATABASE_UNKNOWN` for one that nobody knows here. */
function known({ id, name, path }: Named): { id: string; name: string; path: string | null } {
  if (id === null) throw holdfastError('DATABASE_UNKNOWN', { params: { name } });
  return { id, name, path };
}

/** With a time, of a guarded database: also a transaction between restore points. */
function ofMoment(core: Core, database: Named, at: string | undefined): Source {
  const { id, name, path } = known(database);
  if (at === undefined || path === null) return ofPoint(newestProved(core, { id, name }, at));
  const moment = core.recovery.resolve(id, new Date(at).toISOString());
  const point = core.backup(moment.pointId);
  if (moment.contentAt === point.createdAt && moment.uncertaintyMs === 0) return ofPoint(point);
  const described = { restorePoint: point.id, file: point.file, contentAt: moment.contentAt, encrypted: false };
  return { source: { databaseId: id, at: moment.contentAt }, described };
}

function ofPoint({ id, file, createdAt }: RestorePoint): Source {
  return { source: { pointId: id }, described: { restorePoint: id, file, contentAt: createdAt, encrypted: false } };
}

async function run(
  core: Core,
  database: Named,
  { source, described }: Source,
  { to, tables, dryRun }: RestoreArgs,
  context: CommandContext,
): Promise<CommandOutcome> {
  stopIfCancelled(context.signal);
  const base = { database: database.name, ...described };
  if (tables) {
    const rows = await restoreRows(core, { source, databaseId: known(database).id, tables, dryRun }, context);
    return { value: { ...base, ...rows, dryRun, to: database.path } };
  }
  if (dryRun) {
    const preview = await core.previewRestore(source, known(database).id);
    return { value: { ...base, dryRun: true, to: to ?? database.path, preview } };
  }
  if (to !== undefined) {
    const file = await finish(core, core.saveCopy(source, to, false), context);
    return { value: { ...base, dryRun: false, to: file } };
  }
  const record = await finish(core, core.restore(source, known(database).id), context);
  if (record.outcome !== 'restored' && record.outcome !== 'unchanged') {
    throw holdfastError(record.errorCode ?? 'RESTORE_ROLLED_BACK', { params: { name: database.name } });
  }
  return { value: { ...base, dryRun: false, to: database.path, restore: record } };
}
