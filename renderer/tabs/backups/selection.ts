/** What is selected on Backups; kept while other tabs are shown. */
import { createValue } from '@/value';

export const chosenDatabase = createValue<string | null>(null);
export const chosenPoint = createValue<string | null>(null);

/** Shows another database; the selected restore point belonged to the one before. */
export function chooseDatabase(databaseId: string): void {
  if (chosenDatabase.get() === databaseId) return;
  chosenDatabase.set(databaseId);
  chosenPoint.set(null);
}
