/** `holdfast restore`: into the live database, into a new file, or only a preview of what would change. */
import type { RestoreSource } from '@shared/ipc';
import type { GuardedDatabase, RestorePoint } from '@shared/models';
import { z } from 'zod';
import { holdfastError } from '../errors/holdfast-error';
import {
  type CommandContext,
  type CommandOutcome,
  findPoint,
  finish,
  newestProved,
  stopIfCancelled,
  withInspection,
} from './command-work';
import type { Core } from './types';

const Path = z.string().min(1).max(4096);

export const RestoreArgs = z.object({
  name: z.string().min(1).max(200),
  /** Restore point or file; when both this and `at` are left out, what `newestProved` gives. */
  from: z.object({ text: Path, path: Path }).optional(),
  /** The newest proved restore point at or before this moment. */
  at: z.iso.datetime({ offset: true }).optional(),
  /** Writes a file of its own instead of touching the live database. */
  to: Path.optional(),
  dryRun: z.boolean(),
});
export type RestoreArgs = z.infer<typeof RestoreArgs>;

/** Where the content comes from, and what a person is told about that. */
interface Source {
  source: RestoreSource;
  described: { restorePoint: string | null; file: string; contentAt: string };
}

/** Errors: `DATABASE_UNKNOWN`, `BACKUP_UNKNOWN`, `INVALID_INPUT` for a point of another database, the core's own. */
export async function restoreCommand(core: Core, args: RestoreArgs, context: CommandContext): Promise<CommandOutcome> {
  const database = core.databaseByName(args.name);
  if (!args.from) return run(core, database, ofPoint(newestProved(core, database, args.at)), args, context);
  const point = await findPoint(core, args.from);
  if (!point) {
    return withInspection(core, args.from.path, context, (inspection) => {
      const described = { restorePoint: null, file: inspection.file, contentAt: inspection.contentAt };
      return run(core, database, { source: { token: inspection.token }, described }, args, context);
    });
  }
  if (point.databaseId !== database.id) {
    throw holdfastError('INVALID_INPUT', {
      params: { reason: `the restore point ${point.id} is of ${point.database}, not of ${database.name}` },
    });
  }
  return run(core, database, ofPoint(point), args, context);
}

function ofPoint({ id, file, createdAt }: RestorePoint): Source {
  return { source: { pointId: id }, described: { restorePoint: id, file, contentAt: createdAt } };
}

async function run(
  core: Core,
  database: GuardedDatabase,
  { source, described }: Source,
  { to, dryRun }: RestoreArgs,
  context: CommandContext,
): Promise<CommandOutcome> {
  stopIfCancelled(context.signal);
  const base = { database: database.name, ...described };
  if (dryRun) {
    const preview = await core.previewRestore(source, database.id);
    return { value: { ...base, dryRun: true, to: to ?? database.path, preview } };
  }
  if (to !== undefined) {
    const file = await finish(core, core.saveCopy(source, to, false), context);
    return { value: { ...base, dryRun: false, to: file } };
  }
  const record = await finish(core, core.restore(source, database.id), context);
  if (record.outcome !== 'restored' && record.outcome !== 'unchanged') {
    throw holdfastError(record.errorCode ?? 'RESTORE_ROLLED_BACK', { params: { name: database.name } });
  }
  return { value: { ...base, dryRun: false, to: database.path, restore: record } };
}
