/** What the main process and the job processes of the restore of rows say to each other. */
import type { ErrorView } from '@shared/errors';
import { PartialTableInput } from '@shared/ipc';
import type { PartialPreview, PartialTableInfo } from '@shared/recovery';
import { z } from 'zod';

const Path = z.string().min(1);

/** `contentFile`: a proved image that lies extracted. */
const Databases = z.object({ contentFile: Path, liveFile: Path, lockTimeoutMs: z.number() });
const Tables = z.array(PartialTableInput);

export const PARTIAL_JOB_REQUESTS = {
  'partial-tables': Databases,
  /** Whether it can be done at all, by schemas and conditions alone; reads no rows. */
  'partial-check': Databases.extend({ tables: Tables }),
  /** `snapshotFile`, `workFile`: scratch files that are not there. */
  'partial-preview': Databases.extend({ tables: Tables, snapshotFile: Path, workFile: Path }),
  'partial-apply': Databases.extend({
    tables: Tables,
    /** `contentHash` of the content. */
    contentHash: z.string(),
    workFile: Path,
    /** Snapshot of the live database from just before, and its `SnapshotFacts.stamp`. */
    safetyFile: Path,
    safetyStamp: z.string().nullable(),
    /** Where a newer snapshot is left when applications wrote after that one; must not exist. */
    lateSafetyFile: Path,
    /** Schema cookie that the transaction leaves: by it a start after a crash knows that it was committed. */
    commitMark: z.number().int(),
  }),
  /** Whether the transaction with that mark was committed. */
  'partial-settle': z.object({ liveFile: Path, commitMark: z.number().int(), lockTimeoutMs: z.number() }),
};

export type PartialApplied = {
  /** Whether `safetyFile` is exactly what was there before, or `lateSafetyFile` is. */
  safety: 'exact' | 'late';
} & (
  | {
      outcome: 'restored';
      /** An application wrote before the rows were compared: then the comparison inside the transaction is the proof. */
      writtenSince: boolean;
    }
  /** Committed, and then not what it should be. `beforeHash`: `contentHash` of what was there before. */
  | { outcome: 'not-proved'; reason: ErrorView; beforeHash: string }
);

export interface PartialJobResults {
  'partial-tables': PartialTableInfo[];
  'partial-check': null;
  'partial-preview': Pick<PartialPreview, 'tables' | 'newViolations'>;
  'partial-apply': PartialApplied;
  /** Null when the live database cannot be read. */
  'partial-settle': { committed: boolean | null };
}
