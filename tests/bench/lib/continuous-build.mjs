/** The replay of the log, built from the sources as they are now. */
import { buildSources } from '../../helpers/build-sources.mjs';

/** @returns {Promise<{ replayLog: Function, remove(): Promise<void> }>} */
export async function buildReplay() {
  const { file, remove } = await buildSources('continuous', { replay: 'electron/continuous/replay.ts' });
  const { replayLog } = await import(file('replay'));
  return { replayLog, remove };
}
