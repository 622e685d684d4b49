/** Transaction logs: generations (logs without a gap), their sealed segments, and the restore points they are replayed on. */
import { GENERATION_ENDS, type GenerationEnd } from '@shared/recovery';
import { z } from 'zod';
import type { LogBase, LogGeneration, LogSegment } from '../continuous/types';
import type { Connection } from './connection';

const SEGMENT_STATES = ['proved', 'replayed', 'failed', 'missing', 'elsewhere'] as const;

const Generation = z
  .object({
    id: z.string(),
    database_id: z.string(),
    started_at: z.string(),
    until_at: z.string().nullable(),
    last_transaction: z.number(),
    page_size_bytes: z.number(),
    ended_at: z.string().nullable(),
    ended_because: z.enum(GENERATION_ENDS).nullable(),
    other_home: z.string().nullable(),
  })
  .transform(
    (row): LogGeneration => ({
      id: row.id,
      databaseId: row.database_id,
      startedAt: row.started_at,
      untilAt: row.until_at,
      lastTransaction: row.last_transaction,
      pageSizeBytes: row.page_size_bytes,
      endedAt: row.ended_at,
      endedBecause: row.ended_because,
      otherHome: row.other_home,
    }),
  );

const Segment = z
  .object({
    id: z.string(),
    generation_id: z.string(),
    number: z.number(),
    file: z.string(),
    first_transaction: z.number(),
    last_transaction: z.number(),
    from_at: z.string(),
    until_at: z.string(),
    size_bytes: z.number(),
    content_bytes: z.number(),
    sha256: z.string(),
    content_sha256: z.string(),
    state: z.enum(SEGMENT_STATES),
    verified_at: z.string().nullable(),
  })
  .transform(
    (row): LogSegment => ({
      id: row.id,
      generationId: row.generation_id,
      number: row.number,
      file: row.file,
      firstTransaction: row.first_transaction,
      lastTransaction: row.last_transaction,
      fromAt: row.from_at,
      untilAt: row.until_at,
      sizeBytes: row.size_bytes,
      contentBytes: row.content_bytes,
      sha256: row.sha256,
      contentSha256: row.content_sha256,
      state: row.state,
      verifiedAt: row.verified_at,
    }),
  );

const Base = z
  .object({
    point_id: z.string(),
    generation_id: z.string(),
    replay_from: z.number(),
    usable_from: z.number(),
    usable_at: z.string(),
  })
  .transform(
    (row): LogBase => ({
      pointId: row.point_id,
      generationId: row.generation_id,
      replayFrom: row.replay_from,
      usableFrom: row.usable_from,
      usableAt: row.usable_at,
    }),
  );

const Bytes = z.object({ bytes: z.number() }).transform(({ bytes }) => bytes);

export class LogsTable {
  private readonly writeGeneration;
  private readonly generationById;
  private readonly generationsOf;
  private readonly writeReached;
  private readonly writeEnd;
  private readonly writeReopened;
  private readonly dropGeneration;
  private readonly writeSegment;
  private readonly segmentById;
  private readonly segmentByNumber;
  private readonly segmentByFile;
  private readonly segmentsOfGeneration;
  private readonly segmentsOfDatabase;
  private readonly bytesOfDatabase;
  private readonly writeSegmentState;
  private readonly writeSegmentPlace;
  private readonly dropSegment;
  private readonly writeBase;
  private readonly basesOfGeneration;
  private readonly basesOfDatabase;

  constructor(connection: Connection) {
    this.writeGeneration = connection.command(
      `INSERT INTO log_generations (id, database_id, started_at, until_at, last_transaction, page_size_bytes, ended_at,
         ended_because, other_home)
       VALUES (@id, @databaseId, @startedAt, @untilAt, @lastTransaction, @pageSizeBytes, @endedAt, @endedBecause,
         @otherHome)`,
    );
    this.generationById = connection.query('SELECT * FROM log_generations WHERE id = @id', Generation);
    this.generationsOf = connection.query(
      'SELECT * FROM log_generations WHERE database_id = @databaseId ORDER BY started_at, id',
      Generation,
    );
    this.writeReached = connection.command(
      'UPDATE log_generations SET until_at = @untilAt, last_transaction = @transaction WHERE id = @id',
    );
    this.writeEnd = connection.command(
      `UPDATE log_generations SET ended_at = @at, ended_because = @because WHERE id = @id AND ended_at IS NULL`,
    );
    this.writeReopened = connection.command(
      'UPDATE log_generations SET ended_at = NULL, ended_because = NULL WHERE id = @id',
    );
    this.dropGeneration = connection.command('DELETE FROM log_generations WHERE id = @id');
    this.writeSegment = connection.command(
      `INSERT INTO log_segments (id, generation_id, number, file, first_transaction, last_transaction, from_at, until_at,
         size_bytes, content_bytes, sha256, content_sha256, state, verified_at)
       VALUES (@id, @generationId, @number, @file, @firstTransaction, @lastTransaction, @fromAt, @untilAt, @sizeBytes,
         @contentBytes, @sha256, @contentSha256, @state, @verifiedAt)`,
    );
    const segment = 'SELECT log_segments.* FROM log_segments';
    const ofDatabase = 'JOIN log_generations ON log_generations.id = generation_id WHERE database_id = @databaseId';
    this.segmentById = connection.query(`${segment} WHERE id = @id`, Segment);
    this.segmentByNumber = connection.query(
      `${segment} WHERE generation_id = @generationId AND number = @number`,
      Segment,
    );
    this.segmentByFile = connection.query(`${segment} WHERE file = @file`, Segment);
    this.segmentsOfGeneration = connection.query(
      `${segment} WHERE generation_id = @generationId ORDER BY number`,
      Segment,
    );
    this.segmentsOfDatabase = connection.query(
      `${segment} ${ofDatabase} ORDER BY started_at, generation_id, number`,
      Segment,
    );
    this.bytesOfDatabase = connection.query(
      `SELECT coalesce(sum(size_bytes), 0) AS bytes FROM log_segments ${ofDatabase} AND state IN ('proved', 'replayed')`,
      Bytes,
    );
    this.writeSegmentState = connection.command(
      'UPDATE log_segments SET state = @state, verified_at = @verifiedAt WHERE id = @id',
    );
    this.writeSegmentPlace = connection.command(
      `UPDATE log_segments SET file = @file, size_bytes = @sizeBytes, sha256 = @sha256, state = 'proved',
         verified_at = @verifiedAt WHERE id = @id`,
    );
    this.dropSegment = connection.command('DELETE FROM log_segments WHERE id = @id');
    this.writeBase = connection.command(
      `INSERT INTO log_bases (point_id, generation_id, replay_from, usable_from, usable_at)
       VALUES (@pointId, @generationId, @replayFrom, @usableFrom, @usableAt)
       ON CONFLICT (point_id, generation_id) DO NOTHING`,
    );
    this.basesOfGeneration = connection.query(
      'SELECT * FROM log_bases WHERE generation_id = @generationId ORDER BY usable_from, point_id',
      Base,
    );
    this.basesOfDatabase = connection.query(`SELECT log_bases.* FROM log_bases ${ofDatabase} ORDER BY usable_at`, Base);
  }

  insertGeneration(generation: LogGeneration): void {
    this.writeGeneration({ ...generation });
  }

  /** Null when it is not known. */
  generation(id: string): LogGeneration | null {
    return this.generationById.get({ id });
  }

  /** Oldest first. */
  generations(databaseId: string): LogGeneration[] {
    return this.generationsOf.all({ databaseId });
  }

  /** Everything committed until then, up to this transaction, is in the log on the disk. */
  reached(id: string, untilAt: string, transaction: number): void {
    this.writeReached({ id, untilAt, transaction });
  }

  /** False when it had ended before: how it ended first stays. */
  end(id: string, because: GenerationEnd, at: string): boolean {
    return this.writeEnd({ id, because, at }) > 0;
  }

  /** It goes on without a gap. */
  reopen(id: string): void {
    this.writeReopened({ id });
  }

  /** With its segments and bases. */
  removeGeneration(id: string): void {
    this.dropGeneration({ id });
  }

  insertSegment(segment: LogSegment): void {
    this.writeSegment({ ...segment });
  }

  segment(id: string): LogSegment | null {
    return this.segmentById.get({ id });
  }

  segmentOf(generationId: string, number: number): LogSegment | null {
    return this.segmentByNumber.get({ generationId, number });
  }

  byFile(file: string): LogSegment | null {
    return this.segmentByFile.get({ file });
  }

  /** Of one generation, by number. */
  segmentsIn(generationId: string): LogSegment[] {
    return this.segmentsOfGeneration.all({ generationId });
  }

  /** Of all generations of a database, oldest first. */
  segments(databaseId: string): LogSegment[] {
    return this.segmentsOfDatabase.all({ databaseId });
  }

  /** Of the sealed files that lie in the backup folder. */
  sealedBytes(databaseId: string): number {
    return this.bytesOfDatabase.get({ databaseId }) ?? 0;
  }

  /** @param verifiedAt when it was found so by reading; null when nobody read it */
  setSegmentState(id: string, state: LogSegment['state'], verifiedAt: string | null): void {
    this.writeSegmentState({ id, state, verifiedAt });
  }

  /** Its file was found there and read to its end. */
  setSegmentPlace(id: string, place: Pick<LogSegment, 'file' | 'sizeBytes' | 'sha256'> & { verifiedAt: string }): void {
    this.writeSegmentPlace({ id, ...place });
  }

  removeSegment(id: string): void {
    this.dropSegment({ id });
  }

  /** One that is known stays as it is. */
  insertBase(base: LogBase): void {
    this.writeBase({ ...base });
  }

  /** Of one generation, by the transaction from which on they are usable. */
  basesIn(generationId: string): LogBase[] {
    return this.basesOfGeneration.all({ generationId });
  }

  /** Of all generations of a database. */
  bases(databaseId: string): LogBase[] {
    return this.basesOfDatabase.all({ databaseId });
  }
}
