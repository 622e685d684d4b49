/** What a source would give. */
import type { LogFormat, LogTrial } from '@shared/logs';
import type { TrialLimits } from './types';

/** Looks into the newest file that matches, without keeping anything. */
export function preview(_path: string, format: LogFormat | null, _limits: TrialLimits): Promise<LogTrial> {
  return Promise.resolve({ files: [], moreFiles: 0, format, entries: [] });
}
