/**
 * The one partial restore that is being prepared or watched: tables, preview, done. Lives outside React, so that closing
 * the panel stops nothing.
 */
import type { RestoreSource } from '@shared/ipc';
import type { RestoreRecord } from '@shared/models';
import type { PartialPreview, PartialTable, PartialTableInfo } from '@shared/recovery';
import { call, errorViewOf } from '@/api';
import { currentTexts } from '@/i18n';
import { notifyDone, reportError } from '@/notify';
import type { OtherDatabase } from '@/restore/belonging';
import type { Loadable, RestoreStep } from '@/restore/flow';
import { release } from '@/restore/release';
import { createValue } from '@/value';
import { ALL_ROWS, type Filter, filterSql } from './filter';

export interface PartialInput {
  databaseId: string;
  contentAt: string;
  /** What was opened or inspected; without it `source` is opened first. */
  token?: string;
  source?: RestoreSource;
  /** The token is let go when the panel closes; otherwise whoever opened it does. */
  ownsToken?: boolean;
  /** Chosen to begin with. */
  table?: string;
  /** What speaks against restoring into this database. */
  other?: OtherDatabase | null;
  /** Leads back to where this was opened from. A token that is owned is handed back. */
  back?: () => void;
  /** Leads to the restore of the whole database. The same holds for the token. */
  whole?: () => void;
}

/** What is to be done with the rows of a table that was chosen. */
export interface TableChoice {
  insert: boolean;
  update: boolean;
  remove: boolean;
  filter: Filter;
}

export interface PartialFlow {
  /** Tells a flow from the one before it. */
  id: number;
  input: PartialInput;
  step: RestoreStep;
  token: string | null;
  ownsToken: boolean;
  tables: Loadable<PartialTableInfo[]>;
  /** By table, in the order they were chosen. */
  choices: ReadonlyMap<string, TableChoice>;
  /** A condition that was refused, and of which table; '' when that is not known. */
  refused: { table: string; thrown: unknown } | null;
  preview: Loadable<PartialPreview>;
  confirmedOther: boolean;
  run: Loadable<RestoreRecord>;
  undo: Loadable<RestoreRecord>;
}

const IDLE = { state: 'idle' } as const;
const LOADING = { state: 'loading' } as const;
/** Removing what came since is never what people mean when they say nothing. */
const USUAL: TableChoice = { insert: true, update: true, remove: false, filter: ALL_ROWS };
let lastId = 0;

export const partialFlow = createValue<PartialFlow | null>(null);

function patch(id: number, change: Partial<PartialFlow>): void {
  partialFlow.update((flow) => (flow?.id === id ? { ...flow, ...change } : flow));
}

const isShown = (id: number): boolean => partialFlow.get()?.id === id;

/** Opens the panel for the tables and rows of a moment, a restore point or a file. */
export function openPartial(input: PartialInput): void {
  closePartial();
  lastId += 1;
  partialFlow.set({
    id: lastId,
    input,
    step: 'what',
    token: input.token ?? null,
    ownsToken: input.ownsToken === true || input.token === undefined,
    tables: IDLE,
    choices: new Map(input.table === undefined ? [] : [[input.table, USUAL]]),
    refused: null,
    preview: IDLE,
    confirmedOther: false,
    run: IDLE,
    undo: IDLE,
  });
  void loadTables();
}

/** Opens what was not opened yet, and asks which tables can be restored by rows. Again after a failure. */
export async function loadTables(): Promise<void> {
  const flow = partialFlow.get();
  if (!flow) return;
  const { id, input } = flow;
  const { databaseId } = input;
  patch(id, { tables: LOADING });
  try {
    let { token } = flow;
    if (token === null && input.source) {
      ({ token } = await call('moments:open', { source: input.source, databaseId }));
      if (!isShown(id)) {
        release(token);
        return;
      }
      patch(id, { token });
    }
    const tables = await call('partial:tables', { token: token ?? '', databaseId });
    patch(id, { tables: { state: 'ready', value: tables }, choices: restorable(partialFlow.get()?.choices, tables) });
  } catch (thrown) {
    patch(id, { tables: { state: 'failed', thrown } });
  }
}

/** Choices without those of tables that cannot be restored by rows. */
function restorable(
  choices: PartialFlow['choices'] = new Map(),
  tables: readonly PartialTableInfo[],
): PartialFlow['choices'] {
  const possible = new Set(tables.filter(({ obstacle }) => obstacle === null).map(({ table }) => table));
  return new Map([...choices].filter(([table]) => possible.has(table)));
}

function change(how: (choices: Map<string, TableChoice>) => void): void {
  const flow = partialFlow.get();
  if (!flow) return;
  const choices = new Map(flow.choices);
  how(choices);
  patch(flow.id, { choices, refused: null, preview: IDLE });
}

export function toggleTable(table: string, chosen: boolean): void {
  change((choices) => {
    if (chosen) choices.set(table, USUAL);
    else choices.delete(table);
  });
}

export function changeChoice(table: string, part: Partial<TableChoice>): void {
  change((choices) => choices.set(table, { ...(choices.get(table) ?? USUAL), ...part }));
}

/** Rows that others refer to come back too: each of these tables is chosen, or brings its missing rows back as well. */
export function addParents(tables: readonly string[]): void {
  change((choices) => {
    for (const table of tables) {
      const before = choices.get(table);
      choices.set(table, before ? { ...before, insert: true } : { ...USUAL, update: false });
    }
  });
  void showPartialPreview();
}

/** What the main process is asked; null while something is missing. */
export function requestOf({ choices }: Pick<PartialFlow, 'choices'>): PartialTable[] | null {
  const tables: PartialTable[] = [];
  for (const [table, { filter, ...actions }] of choices) {
    const sql = filterSql(filter);
    if (sql === null || !(actions.insert || actions.update || actions.remove)) return null;
    tables.push({ table, ...actions, ...(sql === undefined ? {} : { filter: sql }) });
  }
  return tables.length === 0 ? null : tables;
}

/** Goes on to the preview. A condition that is refused leads back to where it was typed. */
export async function showPartialPreview(): Promise<void> {
  const flow = partialFlow.get();
  const tables = flow && requestOf(flow);
  if (!flow?.token || !tables) return;
  const { id, token, input } = flow;
  patch(id, { step: 'preview', preview: LOADING, refused: null });
  try {
    const preview = await call('partial:preview', { token, databaseId: input.databaseId, tables });
    patch(id, { preview: { state: 'ready', value: preview } });
  } catch (thrown) {
    const table = refusedTable(thrown, tables);
    if (table === null) patch(id, { preview: { state: 'failed', thrown } });
    else patch(id, { step: 'what', preview: IDLE, refused: { table, thrown } });
  }
}

/** The table whose condition was refused; null when something else went wrong. */
function refusedTable(thrown: unknown, tables: readonly PartialTable[]): string | null {
  const { code, params } = errorViewOf(thrown);
  if (!['QUERY_INVALID', 'QUERY_NOT_READ_ONLY', 'QUERY_TIMED_OUT'].includes(code)) return null;
  const filtered = tables.filter(({ filter }) => filter !== undefined);
  const named = filtered.find(({ table }) => table === params['table']);
  return (named ?? (filtered.length === 1 ? filtered[0] : undefined))?.table ?? '';
}

export function backToTables(): void {
  const flow = partialFlow.get();
  if (flow) patch(flow.id, { step: 'what', preview: IDLE, run: IDLE });
}

export function confirmOtherPartial(confirmedOther: boolean): void {
  const flow = partialFlow.get();
  if (flow) patch(flow.id, { confirmedOther });
}

/** Restores the rows. When the panel was closed meanwhile, a toast tells how it ended. */
export async function startPartial(): Promise<void> {
  const flow = partialFlow.get();
  const tables = flow && requestOf(flow);
  if (!flow?.token || !tables || flow.run.state === 'loading') return;
  const { id, token, input, ownsToken } = flow;
  patch(id, { step: 'run', run: LOADING });
  try {
    const record = await call('partial:start', { token, databaseId: input.databaseId, tables });
    if (isShown(id)) patch(id, { run: { state: 'ready', value: record } });
    else announceEnd(record);
  } catch (thrown) {
    if (isShown(id)) patch(id, { run: { state: 'failed', thrown } });
    else reportError(thrown, { databaseId: input.databaseId });
  }
  if (!isShown(id) && ownsToken) release(token);
}

function announceEnd(record: RestoreRecord): void {
  const { t, shared } = currentTexts();
  const name = record.database;
  if (record.outcome === 'restored') notifyDone(t('partial.doneToast', { name }));
  else notifyDone(t('restore.endedToast', { name }), { detail: shared(`restoreOutcome.${record.outcome}`) });
}

/** Undoes the restore that has just ended in the panel. */
export async function undoPartial(): Promise<void> {
  const flow = partialFlow.get();
  if (flow?.run.state !== 'ready') return;
  patch(flow.id, { undo: LOADING });
  try {
    const undone = await call('restore:undo', { restoreId: flow.run.value.id });
    patch(flow.id, { undo: { state: 'ready', value: undone } });
  } catch (thrown) {
    patch(flow.id, { undo: { state: 'failed', thrown } });
  }
}

/** Closes the panel and goes on elsewhere. */
export function leavePartial(goOn: () => void): void {
  const flow = partialFlow.get();
  if (!flow) return;
  partialFlow.set(null);
  // What was opened here goes; what was handed over is used there again.
  if (flow.token !== null && flow.input.token === undefined) release(flow.token);
  goOn();
}

/** Closes the panel: a restore that runs goes on, and what was opened is let go. */
export function closePartial(): void {
  const flow = partialFlow.get();
  if (!flow) return;
  partialFlow.set(null);
  if (flow.token !== null && flow.ownsToken && flow.run.state !== 'loading') release(flow.token);
}
