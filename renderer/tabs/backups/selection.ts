/** What is selected on Backups; kept while other tabs are shown. */
import type { RestorePoint } from '@shared/models';
import { createValue } from '@/value';

export const PARTS = ['points', 'integrity'] as const;
/** What of a guarded database is looked at. */
export const shownPart = createValue<(typeof PARTS)[number]>('points');
export const chosenDatabase = createValue<string | null>(null);
export const chosenPoint = createValue<string | null>(null);
/** True while the drills of the database are shown at the right, in place of a restore point. */
export const drillsShown = createValue(false);
/** True while the restores into the database are shown there. */
export const restoresShown = createValue(false);
/** Chains that somebody opened or closed, by the id of their full backup. */
export const openedChains = createValue<ReadonlyMap<string, boolean>>(new Map());

/** Shows another database; the selected restore point belonged to the one before. */
export function chooseDatabase(databaseId: string): void {
  if (chosenDatabase.get() === databaseId) return;
  chosenDatabase.set(databaseId);
  choosePoint(null);
}

/** Shows a restore point at the right; null closes it. */
export function choosePoint(pointId: string | null): void {
  if (pointId !== null) shownPart.set('points');
  drillsShown.set(false);
  restoresShown.set(false);
  chosenPoint.set(pointId);
}

/** Shows a restore point wherever it is: its database, its chain opened. */
export function showPoint({ id, databaseId, chainId }: RestorePoint): void {
  chooseDatabase(databaseId);
  openChain(chainId, true);
  choosePoint(id);
}

export function showDrills(): void {
  shownPart.set('points');
  choosePoint(null);
  drillsShown.set(true);
}

export function showRestores(): void {
  shownPart.set('points');
  choosePoint(null);
  restoresShown.set(true);
}

export function openChain(chainId: string, open: boolean): void {
  openedChains.update((before) => new Map(before).set(chainId, open));
}
