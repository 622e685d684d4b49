/** Restores: those that ended, and the one that a start must settle because it was interrupted. */
import type { ErrorCode } from '@shared/errors';
import type { RestoreRecord } from '@shared/models';
import { z } from 'zod';
import { holdfastError } from '../errors/holdfast-error';
import { errorCode, flag, json } from './columns';
import type { Connection } from './connection';

/** How far a restore got: written before that part begins. */
export const RESTORE_PHASES = ['prepare', 'safety', 'apply', 'verify', 'roll-back', 'done'] as const;
export type RestorePhase = (typeof RESTORE_PHASES)[number];

const OUTCOMES = ['running', 'restored', 'rolled-back', 'unchanged', 'interrupted', 'failed'] as const;
type RestoreOutcome = RestoreRecord['outcome'];

export interface StoredRestore extends RestoreRecord {
  phase: RestorePhase;
  /** SHA-256 of the database that is being applied, hex; null until it is known. */
  contentSha256: string | null;
  /** Schema cookie that the transaction of a restore of rows leaves; null until that is begun, and for whole databases. */
  commitMark: number | null;
}

const Row = z
  .object({
    id: z.string(),
    database_id: z.string(),
    database: z.string(),
    source_point_id: z.string().nullable(),
    source_file: z.string(),
    started_at: z.string(),
    finished_at: z.string().nullable(),
    outcome: z.enum(OUTCOMES),
    undo_point_id: z.string().nullable(),
    written_since: flag,
    undone: flag,
    error_code: errorCode.nullable(),
    phase: z.enum(RESTORE_PHASES),
    content_sha256: z.string().nullable(),
    content_at: z.string().nullable(),
    tables: json(z.array(z.string())).nullable(),
    commit_mark: z.number().nullable(),
  })
  .transform(
    (row): StoredRestore => ({
      id: row.id,
      databaseId: row.database_id,
      database: row.database,
      sourcePointId: row.source_point_id,
      sourceFile: row.source_file,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      outcome: row.outcome,
      undoPointId: row.undo_point_id,
      writtenSince: row.written_since,
      undone: row.undone,
      errorCode: row.error_code,
      phase: row.phase,
      contentSha256: row.content_sha256,
      contentAt: row.content_at,
      tables: row.tables,
      commitMark: row.commit_mark,
    }),
  );

const UndoRow = z.object({ undo_point_id: z.string().nullable() });
const SELECT = `SELECT restores.*, databases.name AS database FROM restores
  JOIN databases ON databases.id = restores.database_id`;
const NEWEST_FIRST = 'ORDER BY started_at DESC, restores.id DESC';

export class RestoresTable {
  private readonly byId;
  private readonly all;
  private readonly ofDatabase;
  private readonly running;
  private readonly undoPoints;
  private readonly insert;
  private readonly writePhase;
  private readonly writeContent;
  private readonly writeMark;
  private readonly writeUndoPoint;
  private readonly writeEnd;
  private readonly writeUndone;

  constructor(connection: Connection) {
    this.byId = connection.query(`${SELECT} WHERE restores.id = @id`, Row);
    this.all = connection.query(`${SELECT} ${NEWEST_FIRST} LIMIT @limit`, Row);
    this.ofDatabase = connection.query(`${SELECT} WHERE database_id = @databaseId ${NEWEST_FIRST} LIMIT @limit`, Row);
    this.running = connection.query(`${SELECT} WHERE outcome = 'running' ORDER BY started_at, restores.id`, Row);
    this.undoPoints = connection.query(
      `SELECT undo_point_id FROM restores WHERE database_id = @databaseId
       ORDER BY started_at DESC, id DESC LIMIT @limit`,
      UndoRow,
    );
    this.insert = connection.command(
      `INSERT INTO restores (id, database_id, source_point_id, source_file, started_at, outcome, undone, phase, content_sha256, content_at, tables)
       VALUES (@id, @databaseId, @sourcePointId, @sourceFile, @startedAt, 'running', 0, 'prepare', @contentSha256, @contentAt, @tables)`,
    );
    this.writePhase = connection.command('UPDATE restores SET phase = @phase WHERE id = @id');
    this.writeContent = connection.command('UPDATE restores SET content_sha256 = @contentSha256 WHERE id = @id');
    this.writeMark = connection.command(
      "UPDATE restores SET commit_mark = @commitMark, phase = 'apply' WHERE id = @id",
    );
    this.writeUndoPoint = connection.command('UPDATE restores SET undo_point_id = @undoPointId WHERE id = @id');
    this.writeEnd = connection.command(
      `UPDATE restores SET outcome = @outcome, finished_at = @finishedAt, error_code = @errorCode, written_since = @writtenSince,
         phase = 'done'
       WHERE id = @id`,
    );
    this.writeUndone = connection.command('UPDATE restores SET undone = 1 WHERE id = @id');
  }

  /** Records that a restore begins: outcome `running`, phase `prepare`. */
  begin(restore: {
    id: string;
    databaseId: string;
    sourcePointId: string | null;
    sourceFile: string;
    startedAt: string;
    contentSha256: string | null;
    contentAt: string | null;
    /** Null: the whole database. */
    tables: string[] | null;
  }): StoredRestore {
    const { tables, ...columns } = restore;
    this.insert({ ...columns, tables: tables && JSON.stringify(tables) });
    return this.mustGet(restore.id);
  }

  /** Null when the id is not known. */
  get(id: string): StoredRestore | null {
    return this.byId.get({ id });
  }

  /** Newest first, of one database or of all, at most `limit`. */
  list(databaseId?: string, limit = 200): StoredRestore[] {
    return databaseId === undefined ? this.all.all({ limit }) : this.ofDatabase.all({ databaseId, limit });
  }

  /** Restores without an end, oldest first: at start-up those that were interrupted. */
  unfinished(): StoredRestore[] {
    return this.running.all();
  }

  /** The safety backups that bring back what the last `limit` restores of a database replaced. */
  undoPointIds(databaseId: string, limit = 10): Set<string> {
    const ids = this.undoPoints.all({ databaseId, limit }).map((row) => row.undo_point_id);
    return new Set(ids.filter((id) => id !== null));
  }

  /** Records that `phase` begins. */
  setPhase(id: string, phase: RestorePhase): void {
    if (this.writePhase({ id, phase }) === 0) throw unknown(id);
  }

  setContent(id: string, contentSha256: string): void {
    if (this.writeContent({ id, contentSha256 }) === 0) throw unknown(id);
  }

  /** Records that the transaction of a restore of rows begins. */
  beginRows(id: string, commitMark: number): void {
    if (this.writeMark({ id, commitMark }) === 0) throw unknown(id);
  }

  /** Names the safety backup that brings back what was there before. */
  setUndoPoint(id: string, undoPointId: string): void {
    if (this.writeUndoPoint({ id, undoPointId }) === 0) throw unknown(id);
  }

  /** Ends it: phase `done`. */
  finish(
    id: string,
    end: {
      outcome: Exclude<RestoreOutcome, 'running'>;
      finishedAt: string;
      errorCode: ErrorCode | null;
      writtenSince?: boolean;
    },
  ): StoredRestore {
    const { outcome, finishedAt, errorCode, writtenSince = false } = end;
    if (this.writeEnd({ id, outcome, finishedAt, errorCode, writtenSince: writtenSince ? 1 : 0 }) === 0)
      throw unknown(id);
    return this.mustGet(id);
  }

  markUndone(id: string): void {
    if (this.writeUndone({ id }) === 0) throw unknown(id);
  }

  private mustGet(id: string): StoredRestore {
    const found = this.get(id);
    if (!found) throw unknown(id);
    return found;
  }
}

const unknown = (id: string) => holdfastError('INVALID_INPUT', { params: { reason: `no restore has the id ${id}` } });
