import { call } from '@/api';
import { attempt } from '@/notify';
import { openRestore } from './flow';

/** Asks for a backup file and opens the panel for it. */
export async function chooseFile(): Promise<void> {
  const file = await attempt(() => call('files:choose'));
  if (file) openRestore({ kind: 'file', file });
}
