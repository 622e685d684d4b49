/** The catalogue: every backup that is known, on disk or missing. */
import {
  BACKUP_KINDS,
  POINT_FORMS,
  PROOF_STATES,
  PROOF_STEPS,
  type ProofCheck,
  type ProofState,
  type RestorePoint,
} from '@shared/models';
import { z } from 'zod';
import { holdfastError } from '../errors/holdfast-error';
import { countRow, json } from './columns';
import type { Connection, Params } from './connection';

/** A restore point as the catalogue knows it; the database's name and what retention says are added by who asks. */
export type CatalogueEntry = Omit<RestorePoint, 'database' | 'retention' | 'copies'>;
export type NewCatalogueEntry = Omit<CatalogueEntry, 'verified'>;

const Check = z.object({ step: z.enum(PROOF_STEPS), outcome: z.enum(['ok', 'warning', 'failed']), detail: z.string() });

const Row = z
  .object({
    id: z.string(),
    database_id: z.string(),
    kind: z.enum(BACKUP_KINDS),
    created_at: z.string(),
    form: z.enum(POINT_FORMS),
    parent_id: z.string().nullable(),
    chain_id: z.string(),
    chain_length: z.number(),
    changed_pages: z.number().nullable(),
    file: z.string(),
    size_bytes: z.number(),
    content_bytes: z.number(),
    sha256: z.string(),
    content_sha256: z.string(),
    page_size_bytes: z.number(),
    page_count: z.number(),
    schema_version: z.number(),
    user_version: z.number(),
    application_id: z.number(),
    duration_ms: z.number(),
    state: z.enum(PROOF_STATES),
    verified_at: z.string().nullable(),
    checks: json(z.array(Check)),
  })
  .transform(
    (row): CatalogueEntry => ({
      id: row.id,
      databaseId: row.database_id,
      kind: row.kind,
      createdAt: row.created_at,
      form: row.form,
      parentId: row.parent_id,
      chainId: row.chain_id,
      chainLength: row.chain_length,
      changedPages: row.changed_pages,
      file: row.file,
      sizeBytes: row.size_bytes,
      contentBytes: row.content_bytes,
      sha256: row.sha256,
      contentSha256: row.content_sha256,
      pageSizeBytes: row.page_size_bytes,
      pageCount: row.page_count,
      schemaVersion: row.schema_version,
      userVersion: row.user_version,
      applicationId: row.application_id,
      durationMs: row.duration_ms,
      verified: row.state === 'proved',
      state: row.state,
      verifiedAt: row.verified_at,
      checks: row.checks,
    }),
  );

const TotalsRow = z.object({ points: z.number(), bytes: z.number() });
const NEWEST_FIRST = 'ORDER BY created_at DESC, id DESC';

export class BackupsTable {
  private readonly write;
  private readonly byId;
  private readonly ofFile;
  private readonly ofParent;
  private readonly all;
  private readonly ofDatabase;
  private readonly lastProved;
  private readonly last;
  private readonly sums;
  private readonly writeProof;
  private readonly writeState;
  private readonly erase;
  private readonly writePlace;
  private readonly writeHome;
  private readonly ofOtherHomes;
  private readonly counted;

  /** Lists as they were read last: parsing thousands of rows for each change of the state would be felt. */
  private readonly lists = new Map<string | undefined, readonly CatalogueEntry[]>();

  constructor(private readonly connection: Connection) {
    this.write = this.clearing(
      `INSERT INTO backups (id, database_id, kind, created_at, form, parent_id, chain_id, chain_length, changed_pages, file, size_bytes, content_bytes, sha256, content_sha256,
         page_size_bytes, page_count, schema_version, user_version, application_id, duration_ms, state, verified_at, checks)
       VALUES (@id, @databaseId, @kind, @createdAt, @form, @parentId, @chainId, @chainLength, @changedPages, @file, @sizeBytes, @contentBytes, @sha256, @contentSha256,
         @pageSizeBytes, @pageCount, @schemaVersion, @userVersion, @applicationId, @durationMs, @state, @verifiedAt, @checks)`,
    );
    this.byId = connection.query('SELECT * FROM backups WHERE id = @id', Row);
    this.ofFile = connection.query('SELECT * FROM backups WHERE file = @file', Row);
    this.ofParent = connection.query(`SELECT * FROM backups WHERE parent_id = @id ${NEWEST_FIRST}`, Row);
    this.all = connection.query(`SELECT * FROM backups ${NEWEST_FIRST}`, Row);
    this.ofDatabase = connection.query(`SELECT * FROM backups WHERE database_id = @databaseId ${NEWEST_FIRST}`, Row);
    this.lastProved = connection.query(
      `SELECT * FROM backups WHERE database_id = @databaseId AND state = 'proved' AND other_home IS NULL
         ${NEWEST_FIRST} LIMIT 1`,
      Row,
    );
    this.last = connection.query(`SELECT * FROM backups WHERE database_id = @databaseId ${NEWEST_FIRST} LIMIT 1`, Row);
    this.sums = connection.query(
      `SELECT count(*) AS points, ifnull(sum(size_bytes), 0) AS bytes FROM backups
       WHERE database_id = @databaseId AND state NOT IN ('missing', 'elsewhere')`,
      TotalsRow,
    );
    this.writeProof = this.clearing(
      `UPDATE backups SET state = @state, verified_at = @verifiedAt, checks = @checks, sha256 = ifnull(@sha256, sha256)
       WHERE id = @id`,
    );
    this.writeState = this.clearing('UPDATE backups SET state = @state WHERE id = @id');
    this.writePlace = this.clearing(
      "UPDATE backups SET file = @file, size_bytes = @sizeBytes, state = 'unproved' WHERE id = @id",
    );
    this.writeHome = connection.command('UPDATE backups SET other_home = @mark WHERE id = @id');
    this.ofOtherHomes = connection.query(
      'SELECT id FROM backups WHERE other_home IS NOT NULL AND (@databaseId IS NULL OR database_id = @databaseId)',
      z.object({ id: z.string() }),
    );
    this.erase = this.clearing('DELETE FROM backups WHERE id = @id');
    this.counted = connection.query('SELECT count(*) AS n FROM backups', countRow);
  }

  /** Adds an entry; its id and its file must be new, its database known. */
  insert(entry: NewCatalogueEntry): CatalogueEntry {
    // Field by field: a restore point from elsewhere carries more than the statement takes.
    const { id, databaseId, kind, createdAt, file, sizeBytes, contentBytes, sha256, contentSha256 } = entry;
    const { pageSizeBytes, pageCount, schemaVersion, userVersion, applicationId, durationMs, state, verifiedAt } =
      entry;
    const { form, parentId, chainId, chainLength, changedPages } = entry;
    this.write({
      ...{ form, parentId, chainId, chainLength, changedPages },
      ...{ id, databaseId, kind, createdAt, file, sizeBytes, contentBytes, sha256, contentSha256 },
      ...{ pageSizeBytes, pageCount, schemaVersion, userVersion, applicationId, durationMs, state, verifiedAt },
      checks: JSON.stringify(entry.checks),
    });
    return this.mustGet(id);
  }

  /** Null when the id is not known. */
  get(id: string): CatalogueEntry | null {
    return this.byId.get({ id });
  }

  /** The entry of a backup file, by full path. */
  byFile(file: string): CatalogueEntry | null {
    return this.ofFile.get({ file });
  }

  /** Restore points that are made of this one's image, newest first. */
  children(id: string): CatalogueEntry[] {
    return this.ofParent.all({ id });
  }

  /** Newest first, of one database or of all. */
  list(databaseId?: string): CatalogueEntry[] {
    const known = this.lists.get(databaseId);
    if (known) return [...known];
    const entries = databaseId === undefined ? this.all.all() : this.ofDatabase.all({ databaseId });
    // They are shared from here on. What a transaction reads may be undone, so it is not kept.
    if (!this.connection.inTransaction) this.lists.set(databaseId, entries);
    for (const entry of entries) Object.freeze(entry);
    return [...entries];
  }

  /** A statement that writes; whatever lists were read before are read anew. */
  private clearing(sql: string): (params?: Params) => number {
    const run = this.connection.command(sql);
    return (params) => {
      this.lists.clear();
      return run(params);
    };
  }

  /**
   * What another home made in a shared folder does not count: it may be of another machine's database at the same path,
   * and says nothing about this one.
   */
  newestProved(databaseId: string): CatalogueEntry | null {
    return this.lastProved.get({ databaseId });
  }

  /** Of any state. */
  newest(databaseId: string): CatalogueEntry | null {
    return this.last.get({ databaseId });
  }

  /** How many backups of a database are on disk, and how many bytes they take. */
  totals(databaseId: string): { points: number; bytes: number } {
    return this.sums.get({ databaseId }) ?? { points: 0, bytes: 0 };
  }

  count(): number {
    return this.counted.get() ?? 0;
  }

  /** Records what proving it found; `sha256` where the file was read for the first time. Throws `BACKUP_UNKNOWN`. */
  updateProof(
    id: string,
    proof: { state: ProofState; verifiedAt: string | null; checks: ProofCheck[]; sha256?: string },
  ): CatalogueEntry {
    const { state, verifiedAt, sha256 = null } = proof;
    const checks = JSON.stringify(proof.checks);
    if (this.writeProof({ id, state, verifiedAt, checks, sha256 }) === 0) throw unknown(id);
    return this.mustGet(id);
  }

  /** Changes the state alone: a file that went missing keeps what was proved of it. Throws `BACKUP_UNKNOWN`. */
  setState(id: string, state: ProofState): void {
    if (this.writeState({ id, state }) === 0) throw unknown(id);
  }

  /** Its file was found at another place: known by what was proved of it, and to be proved anew. Throws `BACKUP_UNKNOWN`. */
  setPlace(id: string, file: string, sizeBytes: number): void {
    if (this.writePlace({ id, file, sizeBytes }) === 0) throw unknown(id);
  }

  /** Notes which other home made the file; null for this one. Throws `BACKUP_UNKNOWN`. */
  setOtherHome(id: string, mark: string | null): void {
    if (this.writeHome({ id, mark }) === 0) throw unknown(id);
  }

  /** Ids of the restore points whose files another home made, of one database or of all. */
  ofOtherHome(databaseId: string | null): ReadonlySet<string> {
    return new Set(this.ofOtherHomes.all({ databaseId }).map(({ id }) => id));
  }

  /** Forgets the entry; the file is not touched. Throws `BACKUP_UNKNOWN`. */
  remove(id: string): void {
    if (this.erase({ id }) === 0) throw unknown(id);
  }

  private mustGet(id: string): CatalogueEntry {
    const found = this.get(id);
    if (!found) throw unknown(id);
    return found;
  }
}

const unknown = (id: string) => holdfastError('BACKUP_UNKNOWN', { params: { name: id } });
