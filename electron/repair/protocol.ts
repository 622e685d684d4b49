/** What the main process and the job processes of repairs say to each other. */
import { REPAIR_KINDS, type SalvageReport } from '@shared/integrity';
import { z } from 'zod';
import type { RepairLiveResult } from './repair-live';
import type { TrialResult } from './trial';

const Path = z.string().min(1);
const Step = z.object({
  id: z.string(),
  kind: z.enum(REPAIR_KINDS),
  subject: z.string(),
  rule: z.object({ sql: z.string(), fixSql: z.string() }).nullable(),
});
const Repair = z.object({ liveFile: Path, steps: z.array(Step), folder: Path, lockTimeoutMs: z.number() });

export const REPAIR_JOB_REQUESTS = {
  /** Tries the steps on a copy, or does them on the live database. */
  repair: z.discriminatedUnion('on', [
    Repair.extend({ on: z.literal('copy') }),
    Repair.extend({ on: z.literal('live') }),
  ]),
  /** Reads what can be read of a damaged database into a new file. */
  salvage: z.object({
    liveFile: Path,
    /** Scratch folder for copies. */
    folder: Path,
    target: Path,
    /** Name of the new file until it is whole, in the folder of the target. */
    temporary: Path,
    overwrite: z.boolean(),
    /** The `sqlite3` program; null leaves it out. */
    program: z.string().nullable(),
    programLimitMs: z.number(),
    lockTimeoutMs: z.number(),
  }),
};

export interface RepairJobResults {
  repair: { on: 'copy'; trial: TrialResult } | { on: 'live'; result: RepairLiveResult };
  salvage: SalvageReport;
}
