/** The one restore that is being prepared or watched: what, preview, done. Lives outside React, so that closing the panel stops nothing. */
import type { RestoreSource } from '@shared/ipc';
import type { FileInspection, RestorePoint, RestorePreview, RestoreRecord } from '@shared/models';
import { call } from '@/api';
import { currentTexts } from '@/i18n';
import { notifyDone, reportError } from '@/notify';
import { loaded } from '@/store';
import { createValue } from '@/value';

export type RestoreInput = { kind: 'point'; point: RestorePoint } | { kind: 'file'; file: string };
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

/** Opens the panel for a restore point or a file. */
export function openRestore(input: RestoreInput): void {
  closeRestore();
  lastId += 1;
  const targetId = input.kind === 'point' ? input.point.databaseId : null;
  restoreFlow.set({
    id: lastId,
    input,
    step: 'what',
    inspection: IDLE,
    targetId,
    preview: IDLE,
    run: IDLE,
    undo: IDLE,
  });
  if (input.kind === 'file') void inspect(lastId, input.file);
}

async function inspect(id: number, file: string): Promise<void> {
  patch(id, { inspection: LOADING });
  try {
    const inspection = await call('files:inspect', { file });
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

/** Looks at the file again after a failure. */
export function inspectAgain(): void {
  const flow = restoreFlow.get();
  if (flow?.input.kind === 'file') void inspect(flow.id, flow.input.file);
}

/** What the main process restores from; null until a file was identified. */
export function sourceOf(flow: RestoreFlow): RestoreSource | null {
  if (flow.input.kind === 'point') return { pointId: flow.input.point.id };
  return flow.inspection.state === 'ready' ? { token: flow.inspection.value.token } : null;
}

/** Moment of the content that would be restored. */
export function contentTime(flow: RestoreFlow): string | null {
  if (flow.input.kind === 'point') return flow.input.point.createdAt;
  return flow.inspection.state === 'ready' ? flow.inspection.value.contentAt : null;
}

export function chooseTarget(databaseId: string): void {
  const flow = restoreFlow.get();
  if (flow) patch(flow.id, { targetId: databaseId, preview: IDLE });
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
  if (flow.inspection.state === 'loading') cancelInspections();
  const source = sourceOf(flow);
  if (source && 'token' in source && flow.run.state !== 'loading') release(source.token);
}

function cancelInspections(): void {
  for (const job of loaded().jobs) {
    if (job.kind === 'inspect') call('jobs:cancel', { jobId: job.id }).catch(reportError);
  }
}

function release(token: string): void {
  call('files:release', { token }).catch(reportError);
}
