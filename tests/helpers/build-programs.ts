/** The programs under test, built from the sources as they are now, apart from `out/`. */
import { buildSources } from './build-sources.mjs';

export interface Programs {
  /** The job process. */
  job: string;
  /** The capture process. */
  capture: string;
  /** The `holdfast` command, which starts that job process. */
  cli: string;
}

/** Takes about two seconds; most tests share what a run has built (`programs.ts`). */
export async function buildPrograms(): Promise<Programs & { remove: () => Promise<void> }> {
  const { file, remove } = await buildSources('programs', {
    cli: 'electron/cli/main.ts',
    job: 'electron/workers/job.ts',
    capture: 'electron/workers/capture.ts',
    seal: 'electron/workers/seal.ts',
    integrity: 'electron/workers/integrity.ts',
    hash: 'electron/workers/hash.ts',
    'own-log': 'electron/workers/own-log.ts',
  });
  return { job: file('job'), capture: file('capture'), cli: file('cli'), remove };
}
