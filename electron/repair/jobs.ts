/** The jobs of integrity checks, repairs and salvage by name. */
import { makePrivateFolders } from '../core/folders';
import { checkLive } from '../integrity/check-live';
import type { JobRequest, JobResults } from '../jobs/protocol';
import { repairLive } from './repair-live';
import { salvage, type SalvageContext } from './salvage';
import { tryRepair } from './trial';

export const SOUNDNESS_RUNNERS = {
  'check-live': (request: JobRequest<'check-live'>, { onProgress, signal }: SalvageContext) => {
    onProgress('check', 0, 0);
    return checkLive(request, { onProgress: (done, total) => onProgress('check', done, total), signal });
  },
  repair: async (request: JobRequest<'repair'>, context: SalvageContext): Promise<JobResults['repair']> => {
    makePrivateFolders(request.folder);
    if (request.on === 'live') return { on: 'live', result: await repairLive(request, context) };
    const onProgress = (done: number, total: number): void => context.onProgress('check', done, total);
    const trialFile = `${request.folder}/trial.sqlite`;
    return { on: 'copy', trial: await tryRepair({ ...request, trialFile }, { onProgress, signal: context.signal }) };
  },
  salvage,
};
