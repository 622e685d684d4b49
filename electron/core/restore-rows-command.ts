/** `holdfast restore --tables`: all rows of chosen tables as they were, or a preview of them. */
import type { RestoreSource } from '@shared/ipc';
import type { RestoreRecord } from '@shared/models';
import type { PartialPreview } from '@shared/recovery';
import { holdfastError } from '../errors/holdfast-error';
import { type CommandContext, finish, stopIfCancelled } from './command-work';
import type { Core } from './types';

interface RowsArgs {
  source: RestoreSource;
  databaseId: string;
  tables: string[];
  dryRun: boolean;
}

/** `rows`: what would change; `restore`: what did. */
export type RestoredRows = { contentAt: string; tables: string[] } & (
  | { rows: PartialPreview }
  | { restore: RestoreRecord }
);

/** Errors: `PARTIAL_NOT_POSSIBLE`, `PARTIAL_WOULD_BREAK`, the core's own; nothing is changed then. */
export async function restoreRows(core: Core, args: RowsArgs, context: CommandContext): Promise<RestoredRows> {
  const { source, databaseId } = args;
  if ('token' in source) return onToken(core, args, source.token, context);
  const { token } = await finish(core, core.recovery.open(source, databaseId), context);
  try {
    return await onToken(core, args, token, context);
  } finally {
    await core.releaseInspection(token);
  }
}

async function onToken(
  core: Core,
  { databaseId, tables, dryRun }: RowsArgs,
  token: string,
  context: CommandContext,
): Promise<RestoredRows> {
  stopIfCancelled(context.signal);
  const everything = { insert: true, update: true, remove: true };
  const request = { token, databaseId, tables: tables.map((table) => ({ table, ...everything })) };
  if (dryRun) {
    const rows = await core.recovery.partialPreview(request);
    return { contentAt: rows.contentAt, tables, rows };
  }
  const restore = await finish(core, core.recovery.partialRestore(request), context);
  if (restore.contentAt === null) throw holdfastError('INTERNAL', { detail: `restore ${restore.id} has no moment` });
  return { contentAt: restore.contentAt, tables, restore };
}
