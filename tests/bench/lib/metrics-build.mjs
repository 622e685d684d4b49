/** The keeper of measurements, built from the sources as they are now, for programs that are no test. */
import { buildSources } from '../../helpers/build-sources.mjs';

/** @returns {Promise<{ folder: string, keeper: string, worker: string, files: string, lines: string, remove(): Promise<void> }>} built files */
export async function buildMetrics() {
  const { folder, file, remove } = await buildSources('metrics', {
    keeper: 'electron/metrics/open.ts',
    metrics: 'electron/workers/metrics.ts',
    files: 'electron/metrics/record-files.ts',
    lines: 'electron/metrics/record-lines.ts',
  });
  return {
    ...{ folder, keeper: file('keeper'), worker: file('metrics') },
    ...{ files: file('files'), lines: file('lines'), remove },
  };
}
