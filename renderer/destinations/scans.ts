/** Looks at what destinations hold: they go on, and their results stay, while another tab is shown. */
import type { ScanReport } from '@shared/destinations';
import { call } from '@/api';
import { queryClient } from '@/queries';
import { createValue, useValue } from '@/value';
import { refreshDestinations } from './queries';

export type Scan = { state: 'running' } | { state: 'done'; report: ScanReport } | { state: 'failed'; thrown: unknown };

const scans = createValue<Readonly<Record<string, Scan>>>({});

const put = (id: string, scan: Scan): void => scans.update((all) => ({ ...all, [id]: scan }));

/** The newest look at a destination; null before the first. */
export function useScan(id: string): Scan | null {
  return useValue(scans)[id] ?? null;
}

/** Takes the result of a look away. */
export function dismissScan(id: string): void {
  scans.update((all) => Object.fromEntries(Object.entries(all).filter(([one]) => one !== id)));
}

/** Looks at everything that a destination holds. */
export async function scanDestination(id: string): Promise<void> {
  put(id, { state: 'running' });
  try {
    put(id, { state: 'done', report: await call('destinations:scan', { id }) });
  } catch (thrown) {
    put(id, { state: 'failed', thrown });
  }
  await Promise.all([refreshDestinations(), queryClient.invalidateQueries({ queryKey: ['backups'] })]);
}
