/** Copies of restore points at destinations. */
import type { ErrorView } from '@shared/errors';
import { COPY_STATES, type CopyState } from '@shared/models';
import { z } from 'zod';
import { errorView, json } from './columns';
import type { Connection } from './connection';

export interface StoredCopy {
  pointId: string;
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
  verifiedAt: string | null;
  /** When it was last read back whole. */
  rereadAt: string | null;
  error: ErrorView | null;
}

/** What is changed of a copy. */
export type CopyChange = Partial<Omit<StoredCopy, 'pointId' | 'destinationId' | 'remoteName'>>;

const Row = z
  .object({
    point_id: z.string(),
    destination_id: z.string(),
    state: z.enum(COPY_STATES),
    remote_name: z.string(),
    size_bytes: z.number().nullable(),
    sha256: z.string().nullable(),
    attempts: z.number(),
    next_try_at: z.string().nullable(),
    copied_at: z.string().nullable(),
    verified_at: z.string().nullable(),
    reread_at: z.string().nullable(),
    error: json(errorView).nullable(),
  })
  .transform(
    (row): StoredCopy => ({
      pointId: row.point_id,
      destinationId: row.destination_id,
      state: row.state,
      remoteName: row.remote_name,
      sizeBytes: row.size_bytes,
      sha256: row.sha256,
      attempts: row.attempts,
      nextTryAt: row.next_try_at,
      copiedAt: row.copied_at,
      verifiedAt: row.verified_at,
      rereadAt: row.reread_at,
      error: row.error,
    }),
  );

const NEW: Omit<StoredCopy, 'pointId' | 'destinationId' | 'remoteName'> = {
  state: 'waiting',
  sizeBytes: null,
  sha256: null,
  attempts: 0,
  nextTryAt: null,
  copiedAt: null,
  verifiedAt: null,
  rereadAt: null,
  error: null,
};

export class CopiesTable {
  private readonly connection: Connection;
  private readonly all;
  private readonly byKey;
  private readonly ofPoint;
  private readonly ofDestination;
  private readonly ofDatabase;
  private readonly put;
  private readonly drop;

  constructor(connection: Connection) {
    this.connection = connection;
    const columns = `point_id, destination_id, copies.state, remote_name, copies.size_bytes, copies.sha256, attempts,
      next_try_at, copied_at, copies.verified_at, reread_at, error`;
    const from = `SELECT ${columns} FROM copies`;
    this.all = connection.query(`${from} ORDER BY point_id, destination_id`, Row);
    this.byKey = connection.query(`${from} WHERE point_id = @pointId AND destination_id = @destinationId`, Row);
    this.ofPoint = connection.query(`${from} WHERE point_id = @pointId ORDER BY destination_id`, Row);
    this.ofDestination = connection.query(`${from} WHERE destination_id = @destinationId ORDER BY point_id`, Row);
    this.ofDatabase = connection.query(
      `${from} JOIN backups ON backups.id = point_id WHERE database_id = @databaseId ORDER BY point_id, destination_id`,
      Row,
    );
    this.put = connection.command(
      `INSERT INTO copies (point_id, destination_id, state, remote_name, size_bytes, sha256, attempts, next_try_at, copied_at,
         verified_at, reread_at, error)
       VALUES (@pointId, @destinationId, @state, @remoteName, @sizeBytes, @sha256, @attempts, @nextTryAt, @copiedAt,
         @verifiedAt, @rereadAt, @error)
       ON CONFLICT (point_id, destination_id) DO UPDATE SET state = @state, remote_name = @remoteName,
         size_bytes = @sizeBytes, sha256 = @sha256, attempts = @attempts, next_try_at = @nextTryAt, copied_at = @copiedAt,
         verified_at = @verifiedAt, reread_at = @rereadAt, error = @error`,
    );
    this.drop = connection.command('DELETE FROM copies WHERE point_id = @pointId AND destination_id = @destinationId');
  }

  list(): StoredCopy[] {
    return this.all.all();
  }

  /** Null when there is none. */
  get(pointId: string, destinationId: string): StoredCopy | null {
    return this.byKey.get({ pointId, destinationId });
  }

  of(pointId: string): StoredCopy[] {
    return this.ofPoint.all({ pointId });
  }

  at(destinationId: string): StoredCopy[] {
    return this.ofDestination.all({ destinationId });
  }

  /** Of all restore points of a database. */
  ofPoints(databaseId: string): StoredCopy[] {
    return this.ofDatabase.all({ databaseId });
  }

  /** Adds a copy that waits, or one as it was found; one that is known already is replaced. */
  add(copy: Pick<StoredCopy, 'pointId' | 'destinationId' | 'remoteName'> & CopyChange): void {
    this.write({ ...NEW, ...copy });
  }

  /** False, and nothing is written, when there is no such copy any more. */
  update(pointId: string, destinationId: string, change: CopyChange): boolean {
    return this.connection.atomically(() => {
      const before = this.get(pointId, destinationId);
      if (before) this.write({ ...before, ...change });
      return before !== null;
    });
  }

  /** False when there is none. */
  remove(pointId: string, destinationId: string): boolean {
    return this.drop({ pointId, destinationId }) > 0;
  }

  private write({ error, ...columns }: StoredCopy): void {
    this.put({ ...columns, error: error && JSON.stringify(error) });
  }
}
