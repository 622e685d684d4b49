/** The one moment that is looked into: opened, browsed, compared. Lives outside React; closing the panel lets it go. */
import type { RestoreSource } from '@shared/ipc';
import type { RestorePreview } from '@shared/models';
import type { OpenedMoment } from '@shared/recovery';
import { call } from '@/api';
import { reportError } from '@/notify';
import { openPartial } from '@/partial/flow';
import { type Loadable, openRestore } from '@/restore/flow';
import { release } from '@/restore/release';
import { loaded } from '@/store';
import { createValue } from '@/value';

export type MomentView = 'tables' | 'compare';

export interface MomentInput {
  databaseId: string;
  /** Name of the database. */
  name: string;
  source: RestoreSource;
  /** Moment of the content as far as it is known before it is opened. */
  contentAt: string;
}

export interface MomentFlow {
  /** Tells a flow from the one before it. */
  id: number;
  input: MomentInput;
  view: MomentView;
  opened: Loadable<OpenedMoment>;
  /** Against the live database now. */
  compared: Loadable<RestorePreview>;
  /** The table whose rows are shown. */
  table: string | null;
}

const IDLE = { state: 'idle' } as const;
const LOADING = { state: 'loading' } as const;
let lastId = 0;

export const momentFlow = createValue<MomentFlow | null>(null);

function patch(id: number, change: Partial<MomentFlow>): void {
  momentFlow.update((flow) => (flow?.id === id ? { ...flow, ...change } : flow));
}

const isShown = (id: number): boolean => momentFlow.get()?.id === id;

/** Opens the panel, and the moment in it. */
export function openMoment(input: MomentInput, view: MomentView = 'tables'): void {
  closeMoment();
  lastId += 1;
  momentFlow.set({ id: lastId, input, view, opened: IDLE, compared: IDLE, table: null });
  void bringBack();
}

/** Brings the moment back into the scratch folder; again after a failure. */
export async function bringBack(): Promise<void> {
  const flow = momentFlow.get();
  if (!flow) return;
  const { id, input } = flow;
  patch(id, { opened: LOADING });
  try {
    const opened = await call('moments:open', { source: input.source, databaseId: input.databaseId });
    if (!isShown(id)) {
      release(opened.token);
      return;
    }
    patch(id, { opened: { state: 'ready', value: opened }, table: opened.tables[0]?.table ?? null });
    if (momentFlow.get()?.view === 'compare') compare();
  } catch (thrown) {
    patch(id, { opened: { state: 'failed', thrown } });
  }
}

export function showView(view: MomentView): void {
  const flow = momentFlow.get();
  if (!flow) return;
  patch(flow.id, { view });
  if (view === 'compare' && flow.compared.state === 'idle') compare();
}

/** The comparison that was begun last; it never rejects. */
let comparing: Promise<void> = Promise.resolve();

/** Compares with the live database as it is now. */
export function compare(): void {
  const flow = momentFlow.get();
  if (flow?.opened.state === 'ready') comparing = compareNow(flow, flow.opened.value.token);
}

async function compareNow({ id, input }: MomentFlow, token: string): Promise<void> {
  patch(id, { compared: LOADING });
  try {
    const value = await call('restore:preview', { source: { token }, databaseId: input.databaseId });
    patch(id, { compared: { state: 'ready', value } });
  } catch (thrown) {
    patch(id, { compared: { state: 'failed', thrown } });
  }
}

export function showTable(table: string): void {
  const flow = momentFlow.get();
  if (flow) patch(flow.id, { table });
}

/** Hands what was opened on to the restore of rows. */
export function goRestoreRows(table: string | null): void {
  const flow = momentFlow.get();
  if (flow?.opened.state !== 'ready') return;
  const opened = flow.opened.value;
  const { token, databaseId, contentAt, uncertaintyMs } = opened;
  momentFlow.set(null);
  openPartial({
    ...{ token, ownsToken: true, databaseId, contentAt },
    whole: () => openRestore({ kind: 'moment', databaseId, at: contentAt, uncertaintyMs, opened }),
    ...(table === null ? {} : { table }),
  });
}

/** Hands what was opened on to the restore of everything. */
export function goRestoreAll(): void {
  const flow = momentFlow.get();
  if (flow?.opened.state !== 'ready') return;
  const { input, opened } = flow;
  momentFlow.set(null);
  const { contentAt: at, uncertaintyMs } = opened.value;
  openRestore({ kind: 'moment', databaseId: input.databaseId, at, uncertaintyMs, opened: opened.value });
}

/** Closes the panel: what was opened is let go, opening that runs ends. */
export function closeMoment(): void {
  const flow = momentFlow.get();
  if (!flow) return;
  momentFlow.set(null);
  if (flow.opened.state === 'ready') {
    const { token } = flow.opened.value;
    // a comparison that runs reads it
    void comparing.then(() => release(token));
  }
  if (flow.opened.state === 'loading') stopOpening(flow.input.databaseId);
}

function stopOpening(databaseId: string): void {
  for (const job of loaded().jobs) {
    if (job.kind === 'inspect' && job.databaseId === databaseId) {
      call('jobs:cancel', { jobId: job.id }).catch(reportError);
    }
  }
}
