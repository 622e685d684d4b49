/** What the window and the command ask of moments, continuous protection and rows: a part of the `Core` facade. */
import type { RequestPayload, RestoreSource } from '@shared/ipc';
import type { GuardedDatabase, RestoreRecord } from '@shared/models';
import type {
  ContinuousStatus,
  OpenedMoment,
  PartialPreview,
  PartialTableInfo,
  ResolvedMoment,
  TablePage,
  Timeline,
} from '@shared/recovery';
import type { JobHandle } from './types';

export type PartialRequest = RequestPayload<'partial:preview'>;

export interface Recovery {
  /** Notes it; capturing begins and ends by itself. @throws DATABASE_UNKNOWN */
  setContinuous(databaseId: string, enabled: boolean): GuardedDatabase;
  continuousOf(databaseId: string): ContinuousStatus;
  timeline(databaseId: string): Timeline;
  /** @throws MOMENT_NOT_COVERED {name, at} */
  resolve(databaseId: string, at: string): ResolvedMoment;
  /** Extracts and proves it, and keeps it ready to be looked at and restored until `releaseInspection`. */
  open(source: RestoreSource, databaseId: string): JobHandle<OpenedMoment>;
  rows(request: RequestPayload<'moments:rows'>): Promise<TablePage>;
  partialTables(request: RequestPayload<'partial:tables'>): Promise<PartialTableInfo[]>;
  partialPreview(request: PartialRequest): Promise<PartialPreview>;
  /** Rejects with PARTIAL_NOT_POSSIBLE, PARTIAL_WOULD_BREAK, QUERY_INVALID (a filter), DATABASE_LOCKED: nothing changed. */
  partialRestore(request: PartialRequest): JobHandle<RestoreRecord>;
}
