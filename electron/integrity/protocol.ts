/** What the main process and the job processes of integrity checks say to each other. */
import { CHECK_DEPTHS } from '@shared/integrity';
import { z } from 'zod';
import type { CheckResult } from './check-live';

const Path = z.string().min(1);

export const INTEGRITY_JOB_REQUESTS = {
  /** Checks a live database. Damage is a result. */
  'check-live': z.object({
    liveFile: Path,
    depth: z.enum(CHECK_DEPTHS),
    faultLimit: z.number().int().min(1),
    copyFile: Path,
    lockTimeoutMs: z.number(),
  }),
};

export interface IntegrityJobResults {
  'check-live': CheckResult;
}
