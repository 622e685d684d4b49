/** Copies of segments of the transaction log at destinations. */
import type { ErrorView } from '@shared/errors';
import { COPY_STATES, type CopyState } from '@shared/models';
import { z } from 'zod';
import { errorView, json } from './columns';
import type { Connection } from './connection';

export interface SegmentCopy {
  segmentId: string;
  destinationId: string;
  state: CopyState;
  /** Below the destination's root, with forward slashes. */
  remoteName: string;
  /** Of the file as it lies there: encrypted where it is. Null until it was copied. */
  sizeBytes: number | null;
  /** Null also for one that was found there and never read. */
  sha256: string | null;
  /** In a row without success. */
  attempts: number;
  nextTryAt: string | null;
  copiedAt: string | null;
  /** When it was last compared in place. */
  verifiedAt: string | null;
  error: ErrorView | null;
}

/** What is changed of a copy. */
export type SegmentCopyChange = Partial<Omit<SegmentCopy, 'segmentId' | 'destinationId' | 'remoteName'>>;

const Row = z
  .object({
    segment_id: z.string(),
    destination_id: z.string(),
    state: z.enum(COPY_STATES),
    remote_name: z.string(),
    size_bytes: z.number().nullable(),
    sha256: z.string().nullable(),
    attempts: z.number(),
    next_try_at: z.string().nullable(),
    copied_at: z.string().nullable(),
    verified_at: z.string().nullable(),
    error: json(errorView).nullable(),
  })
  .transform(
    (row): SegmentCopy => ({
      segmentId: row.segment_id,
      destinationId: row.destination_id,
      state: row.state,
      remoteName: row.remote_name,
      sizeBytes: row.size_bytes,
      sha256: row.sha256,
      attempts: row.attempts,
      nextTryAt: row.next_try_at,
      copiedAt: row.copied_at,
      verifiedAt: row.verified_at,
      error: row.error,
    }),
  );

const NEW: Omit<SegmentCopy, 'segmentId' | 'destinationId' | 'remoteName'> = {
  state: 'waiting',
  sizeBytes: null,
  sha256: null,
  attempts: 0,
  nextTryAt: null,
  copiedAt: null,
  verifiedAt: null,
  error: null,
};

export class SegmentCopiesTable {
  private readonly connection: Connection;
  private readonly byKey;
  private readonly ofSegment;
  private readonly ofDestination;
  private readonly put;
  private readonly drop;

  constructor(connection: Connection) {
    this.connection = connection;
    const from = 'SELECT * FROM segment_copies';
    this.byKey = connection.query(`${from} WHERE segment_id = @segmentId AND destination_id = @destinationId`, Row);
    this.ofSegment = connection.query(`${from} WHERE segment_id = @segmentId ORDER BY destination_id`, Row);
    this.ofDestination = connection.query(`${from} WHERE destination_id = @destinationId ORDER BY segment_id`, Row);
    this.put = connection.command(
      `INSERT INTO segment_copies (segment_id, destination_id, state, remote_name, size_bytes, sha256, attempts,
         next_try_at, copied_at, verified_at, error)
       VALUES (@segmentId, @destinationId, @state, @remoteName, @sizeBytes, @sha256, @attempts, @nextTryAt, @copiedAt,
         @verifiedAt, @error)
       ON CONFLICT (segment_id, destination_id) DO UPDATE SET state = @state, remote_name = @remoteName,
         size_bytes = @sizeBytes, sha256 = @sha256, attempts = @attempts, next_try_at = @nextTryAt,
         copied_at = @copiedAt, verified_at = @verifiedAt, error = @error`,
    );
    this.drop = connection.command(
      'DELETE FROM segment_copies WHERE segment_id = @segmentId AND destination_id = @destinationId',
    );
  }

  /** Null when there is none. */
  get(segmentId: string, destinationId: string): SegmentCopy | null {
    return this.byKey.get({ segmentId, destinationId });
  }

  of(segmentId: string): SegmentCopy[] {
    return this.ofSegment.all({ segmentId });
  }

  at(destinationId: string): SegmentCopy[] {
    return this.ofDestination.all({ destinationId });
  }

  /** Adds a copy that waits, or one as it was found; one that is known already is replaced. */
  add(copy: Pick<SegmentCopy, 'segmentId' | 'destinationId' | 'remoteName'> & SegmentCopyChange): void {
    this.write({ ...NEW, ...copy });
  }

  /** False, and nothing is written, when there is no such copy any more. */
  update(segmentId: string, destinationId: string, change: SegmentCopyChange): boolean {
    return this.connection.atomically(() => {
      const before = this.get(segmentId, destinationId);
      if (before) this.write({ ...before, ...change });
      return before !== null;
    });
  }

  /** False when there is none. */
  remove(segmentId: string, destinationId: string): boolean {
    return this.drop({ segmentId, destinationId }) > 0;
  }

  private write({ error, ...columns }: SegmentCopy): void {
    this.put({ ...columns, error: error && JSON.stringify(error) });
  }
}
