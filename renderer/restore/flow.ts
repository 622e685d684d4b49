/** The one restore that is being prepared or watched: what, preview, done. Lives outside React, so that closing the panel stops nothing. */
import type { RestoreSource } from '@shared/ipc';
import type { FileInspection, RestorePoint, RestorePreview, RestoreRecord } from '@shared/models';
import type { OpenedMoment } from '@shared/recovery';
import { call } from '@/api';
import { currentTexts } from '@/i18n';
import { notifyDone, reportError } from '@/notify';
import { loaded } from '@/store';
import { createValue } from '@/value';
import { openPartial } from '@/partial/flow';
import { otherDatabase } from './belonging';
import { cancelInspection, release } from './release';

export type RestoreInput =
  /** With a destination: from its copy. */
  | { kind: 'point'; point: RestorePoint; destinationId?: string }
  /** With an inspection: the file was identified already; its token is let go when the panel closes. */
  | { kind: 'file'; file: string; inspection?: FileInspection }
  /** The state after a transaction. When it was opened already, its token is let go when the panel closes. */
  | { kind: 'moment'; databaseId: string; at: string; uncertaintyMs: number; opened?: OpenedMoment };
export type RestoreScope = 'whole' | 'rows';
export type RestoreStep = 'what' | 'preview' | 'run';
export type Loadable<T> =
  | { state: 'idle' }
  | { state: 'loading' }
  | { state: 'ready'; value: T }
  | { state: 'failed'; thrown: unknown };

export interface RestoreFlow {
  /** Tells a flow from the one before it. */
  id: number;
  input: RestoreInput;
  step: RestoreStep;
  /** Of a dropped file; idle for a restore point. */
  inspection: Loadable<FileInspection>;
  targetId: string | null;
  /** All of it, or chosen tables and rows. */
  scope: RestoreScope;
  /** Somebody confirmed that the target is to be replaced although the content does not belong to it. */
  confirmedOther: boolean;
  /** Destination that a restore point is taken from; null for the backup folder. */
  destinationId: string | null;
  preview: Loadable<RestorePreview>;
  run: Loadable<RestoreRecord>;
  undo: Loadable<RestoreRecord>;
}

const IDLE = { state: 'idle' } as const;
const LOADING = { state: 'loading' } as const;
let lastId = 0;

export const restoreFlow = createValue<RestoreFlow | null>(null);

function patch(id: number, change: Partial<RestoreFlow>): void {
  restoreFlow.update((flow) => (flow?.id === id ? { ...flow, ...change } : flow));
}

const isShown = (id: number): boolean => restoreFlow.get()?.id === id;

/** Opens the panel for a restore point, a file or a moment. */
export function openRestore(input: RestoreInput): void {
  closeRestore();
  lastId += 1;
  const known = input.kind === 'file' ? input.inspection : undefined;
  restoreFlow.set({
    id: lastId,
    input,
    step: 'what',
    inspection: known ? { state: 'ready', value: known } : IDLE,
    targetId: input.kind === 'file' ? (known?.candidates[0]?.databaseId ?? null) : guardedId(takenOf(input)),
    scope: 'whole',
    confirmedOther: false,
    destinationId: input.kind === 'point' ? (input.destinationId ?? sourcesOf(input.point)[0] ?? null) : null,
    preview: IDLE,
    run: IDLE,
    undo: IDLE,
  });
  if (input.kind === 'file' && !known) void inspect(lastId, input.file);
}

/** The database that a restore point or a moment belongs to. */
export const takenOf = (input: Exclude<RestoreInput, { kind: 'file' }>): string =>
  input.kind === 'point' ? input.point.databaseId : input.databaseId;

/** The database when it is guarded here; null when there is nothing to restore into. */
const guardedId = (databaseId: string): string | null =>
  loaded().databases.some(({ database }) => database.id === databaseId) ? databaseId : null;

/** Where a restore point can be taken from, the nearest first: null is the backup folder, else a destination. */
export function sourcesOf({ state, copies }: Pick<RestorePoint, 'state' | 'copies'>): (string | null)[] {
  const there = copies.filter((copy) => copy.state === 'copied').map(({ destinationId }) => destinationId);
  return state === 'elsewhere' || state === 'missing' ? there : [null, ...there];
}

async function inspect(id: number, file: string, passphrase?: string): Promise<void> {
  patch(id, { inspection: LOADING });
  try {
    const inspection = await call('files:inspect', passphrase === undefined ? { file } : { file, passphrase });
    if (!isShown(id)) {
      release(inspection.token);
      return;
    }
    patch(id, {
      inspection: { state: 'ready', value: inspection },
      targetId: inspection.candidates[0]?.databaseId ?? null,
    });
  } catch (thrown) {
    patch(id, { inspection: { state: 'failed', thrown } });
  }
}

/** Looks at the file again after a failure; with a passphrase when it is encrypted. */
export function inspectAgain(passphrase?: string): void {
  const flow = restoreFlow.get();
  if (flow?.input.kind === 'file') void inspect(flow.id, flow.input.file, passphrase);
}

/** What the main process restores from; null until a file was identified. */
export function sourceOf(flow: RestoreFlow): RestoreSource | null {
  if (flow.input.kind === 'point') {
    const { destinationId } = flow;
    return { pointId: flow.input.point.id, ...(destinationId === null ? {} : { destinationId }) };
  }
  if (flow.input.kind === 'moment') {
    const { databaseId, at, opened } = flow.input;
    return opened ? { token: opened.token } : { databaseId, at };
  }
  return flow.inspection.state === 'ready' ? { token: flow.inspection.value.token } : null;
}

/** Moment of the content that would be restored. */
export function contentTime(flow: RestoreFlow): string | null {
  if (flow.input.kind === 'point') return flow.input.point.createdAt;
  if (flow.input.kind === 'moment') return flow.input.at;
  return flow.inspection.state === 'ready' ? flow.inspection.value.contentAt : null;
}

export function chooseTarget(databaseId: string): void {
  const flow = restoreFlow.get();
  if (flow) patch(flow.id, { targetId: databaseId, confirmedOther: false, preview: IDLE });
}

export function chooseScope(scope: RestoreScope): void {
  const flow = restoreFlow.get();
  if (flow) patch(flow.id, { scope });
}

/** Somebody means to restore into a database that the content does not belong to, or not after all. */
export function confirmOther(confirmedOther: boolean): void {
  const flow = restoreFlow.get();
  if (flow) patch(flow.id, { confirmedOther });
}

export function chooseSource(destinationId: string | null): void {
  const flow = restoreFlow.get();
  if (flow) patch(flow.id, { destinationId, preview: IDLE });
}

/** Goes on to the tables: the partial restore takes over what was opened here, and leads back to it. */
export function showTables(): void {
  const flow = restoreFlow.get();
  const source = flow && sourceOf(flow);
  const contentAt = flow && contentTime(flow);
  if (!flow?.targetId || !source || !contentAt) return;
  const { input, inspection, destinationId, targetId: databaseId } = flow;
  const known = inspection.state === 'ready' ? { inspection: inspection.value } : {};
  const goBack = (scope: RestoreScope): void => {
    openRestore(input.kind === 'file' ? { ...input, ...known } : input);
    chooseTarget(databaseId);
    chooseScope(scope);
    chooseSource(destinationId);
  };
  restoreFlow.set(null);
  openPartial({
    ...('token' in source ? { token: source.token, ownsToken: true } : { source }),
    databaseId,
    contentAt,
    other: otherDatabase(flow),
    back: () => goBack('rows'),
    whole: () => goBack('whole'),
  });
}

/** Goes on to the preview and fetches it. */
export async function showPreview(): Promise<void> {
  const flow = restoreFlow.get();
  const source = flow && sourceOf(flow);
  if (!flow?.targetId || !source) return;
  patch(flow.id, { step: 'preview', preview: LOADING });
  try {
    const preview = await call('restore:preview', { source, databaseId: flow.targetId });
    patch(flow.id, { preview: { state: 'ready', value: preview } });
  } catch (thrown) {
    patch(flow.id, { preview: { state: 'failed', thrown } });
  }
}

export function backToWhat(): void {
  const flow = restoreFlow.get();
  if (flow) patch(flow.id, { step: 'what', run: IDLE });
}

/** Restores. When the panel was closed meanwhile, a toast tells how it ended. */
export async function startRestore(): Promise<void> {
  const flow = restoreFlow.get();
  const source = flow && sourceOf(flow);
  if (!flow?.targetId || !source || flow.run.state === 'loading') return;
  patch(flow.id, { step: 'run', run: LOADING });
  const databaseId = flow.targetId;
  try {
    const record = await call('restore:start', { source, databaseId });
    if (isShown(flow.id)) patch(flow.id, { run: { state: 'ready', value: record } });
    else announceEnd(record);
  } catch (thrown) {
    if (isShown(flow.id)) patch(flow.id, { run: { state: 'failed', thrown } });
    else reportError(thrown, { databaseId });
  }
  if (!isShown(flow.id) && 'token' in source) release(source.token);
}

function announceEnd(record: RestoreRecord): void {
  const { t, shared } = currentTexts();
  if (record.outcome === 'restored') notifyDone(t('restore.doneToast', { name: record.database }));
  else
    notifyDone(t('restore.endedToast', { name: record.database }), {
      detail: shared(`restoreOutcome.${record.outcome}`),
    });
}

/** Undoes the restore that has just ended in the panel. */
export async function undoHere(): Promise<void> {
  const flow = restoreFlow.get();
  if (flow?.run.state !== 'ready') return;
  patch(flow.id, { undo: LOADING });
  try {
    const undone = await call('restore:undo', { restoreId: flow.run.value.id });
    patch(flow.id, { undo: { state: 'ready', value: undone } });
  } catch (thrown) {
    patch(flow.id, { undo: { state: 'failed', thrown } });
  }
}

/** Closes the panel: a restore that runs goes on, a check that runs ends, what an inspection left is let go. */
export function closeRestore(): void {
  const flow = restoreFlow.get();
  if (!flow) return;
  restoreFlow.set(null);
  if (flow.inspection.state === 'loading' && flow.input.kind === 'file') cancelInspection(flow.input.file);
  const source = sourceOf(flow);
  if (source && 'token' in source && flow.run.state !== 'loading') release(source.token);
}
