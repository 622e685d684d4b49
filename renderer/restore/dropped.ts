/** Several files that were dropped: each is identified and proved, one after the other, and listed. */
import type { FileInspection } from '@shared/models';
import { call } from '@/api';
import { saveCopy } from '@/commands';
import { createValue } from '@/value';
import { type Loadable, openRestore } from './flow';
import { cancelInspection, release } from './release';

export interface DroppedItem {
  file: string;
  inspection: Loadable<FileInspection>;
  /** True while what was extracted is kept: restoring needs no second check then. */
  held: boolean;
}

/** More are not taken at once: each is read from its beginning to its end. */
export const MOST_FILES = 100;
/** Extracted databases take space, and the main process keeps a few only. */
const MOST_HELD = 2;

const IDLE = { state: 'idle' } as const;

/** In the order they were dropped; empty while there is no list. */
export const droppedFiles = createValue<readonly DroppedItem[]>([]);

let checking = false;

const itemOf = (file: string): DroppedItem | undefined => droppedFiles.get().find((item) => item.file === file);

function patch(file: string, change: Partial<DroppedItem>): void {
  droppedFiles.update((items) => items.map((item) => (item.file === file ? { ...item, ...change } : item)));
}

/** Adds files to the list, each once, and begins to check them. Says how many were not taken. */
export function addDropped(files: readonly string[]): number {
  const known = new Set(droppedFiles.get().map(({ file }) => file));
  const fresh = [...new Set(files)].filter((file) => !known.has(file));
  const taken = fresh.slice(0, Math.max(0, MOST_FILES - known.size));
  droppedFiles.update((items) => [...items, ...taken.map((file) => ({ file, inspection: IDLE, held: false }))]);
  void checkAll();
  return fresh.length - taken.length;
}

async function checkAll(): Promise<void> {
  if (checking) return;
  checking = true;
  try {
    for (let next = nextWaiting(); next; next = nextWaiting()) await check(next.file);
  } finally {
    checking = false;
  }
}

const nextWaiting = (): DroppedItem | undefined =>
  droppedFiles.get().find(({ inspection }) => inspection.state === 'idle');

/** Identifies and proves one; with a passphrase when it is encrypted. */
async function check(file: string, passphrase?: string): Promise<void> {
  patch(file, { inspection: { state: 'loading' } });
  try {
    const value = await call('files:inspect', passphrase === undefined ? { file } : { file, passphrase });
    if (!itemOf(file)) {
      release(value.token);
      return;
    }
    patch(file, { inspection: { state: 'ready', value }, held: true });
    holdFew(file);
  } catch (thrown) {
    patch(file, { inspection: { state: 'failed', thrown } });
  }
}

/** Lets go of what was extracted of all but the newest. */
function holdFew(newest: string): void {
  const held = droppedFiles.get().filter((item) => item.held && item.file !== newest);
  for (const item of held.slice(0, Math.max(0, held.length + 1 - MOST_HELD))) letGo(item);
}

function letGo({ file, inspection, held }: DroppedItem): void {
  if (!held || inspection.state !== 'ready') return;
  patch(file, { held: false });
  release(inspection.value.token);
}

/** Checks a file again after a failure, or with its passphrase. */
export function checkAgain(file: string, passphrase?: string): void {
  void check(file, passphrase);
}

/** Opens the three steps for a file of the list. What was extracted goes with it. */
export function restoreDropped({ file, inspection, held }: DroppedItem): void {
  patch(file, { held: false });
  openRestore({
    kind: 'file',
    file,
    ...(held && inspection.state === 'ready' ? { inspection: inspection.value } : {}),
  });
}

/** Writes the database of a file out; one that was let go is checked again before. */
export async function saveDropped(given: DroppedItem): Promise<void> {
  if (!given.held) await check(given.file);
  const item = itemOf(given.file);
  if (item?.held && item.inspection.state === 'ready') await saveCopy({ token: item.inspection.value.token });
}

/** Takes a file off the list. */
export function leaveOut(item: DroppedItem): void {
  droppedFiles.update((items) => items.filter(({ file }) => file !== item.file));
  if (item.inspection.state === 'loading') cancelInspection(item.file);
  if (item.held && item.inspection.state === 'ready') release(item.inspection.value.token);
}

/** Closes the list: a check that runs is stopped, and what was extracted is let go. */
export function closeDropped(): void {
  for (const item of droppedFiles.get()) leaveOut(item);
}
