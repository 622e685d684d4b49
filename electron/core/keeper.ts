/** Opens the keeper of measurements of a home. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemTimeZone } from '../backup/local-time';
import type { HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { openMetricKeeper } from '../metrics/open';
import type { KeeperWithStart } from '../metrics/types';

/**
 * Opens it in the folder `metrics` of the home `root`. A folder that cannot be used must not keep backups from being
 * taken: that is reported, and until the next start measurements are kept in a temporary folder.
 */
export async function openKeeper(
  root: string,
  queries: 'worker' | 'inline',
  report: (error: HoldfastError) => void,
): Promise<KeeperWithStart> {
  const open = (folder: string): Promise<KeeperWithStart> =>
    openMetricKeeper({ folder, nowMs: () => Date.now(), timeZone: systemTimeZone, report, queries });
  const folder = join(root, 'metrics');
  try {
    return await open(folder);
  } catch (thrown) {
    report(wrapError(thrown, { path: folder }));
    return open(mkdtempSync(join(tmpdir(), 'holdfast-metrics-')));
  }
}
