/** Typed statements over better-sqlite3: rows are parsed when they are read, failures are named for what they are. */
import type { ErrorCode } from '@shared/errors';
import type Database from 'better-sqlite3';
import type { z } from 'zod';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { knownCode, wrapError } from '../errors/wrap';

type Value = string | number | null;
/** Values by name, without the `@`. */
export type Params = Record<string, Value>;

export interface Query<Row> {
  all(params?: Params): Row[];
  /** Null when there is none. */
  get(params?: Params): Row | null;
}

// A damaged guarded database and a damaged store are different disasters: the store's own faults have their own code.
const STORE_CODES: Partial<Record<ErrorCode, ErrorCode>> = {
  NOT_A_DATABASE: 'STORE_DAMAGED',
  DATABASE_CORRUPT: 'STORE_DAMAGED',
};

/** The error for anything that was thrown while the store at `file` was used. */
export function storeError(thrown: unknown, file: string): HoldfastError {
  if (thrown instanceof HoldfastError) return thrown;
  const known = knownCode(thrown);
  const code = known && STORE_CODES[known];
  return code ? holdfastError(code, { params: { path: file }, cause: thrown }) : wrapError(thrown, { path: file });
}

/** One open store file. Statements are prepared once and are synchronous: each touches a few rows by an index. */
export class Connection {
  readonly file: string;
  private readonly db: Database.Database;

  constructor(db: Database.Database, file: string) {
    this.db = db;
    this.file = file;
  }

  /** A statement that reads; a row that `schema` refuses is a damaged store. */
  query<Row>(sql: string, schema: z.ZodType<Row>): Query<Row> {
    const statement = this.named(() => this.db.prepare(sql));
    const parse = (row: unknown): Row => {
      const parsed = schema.safeParse(row);
      if (parsed.success) return parsed.data;
      const detail = `a row is not as it was written (${sql}): ${parsed.error.message}`;
      throw holdfastError('STORE_DAMAGED', { params: { path: this.file }, detail });
    };
    return {
      all: (params = {}) => this.named(() => statement.all(params)).map(parse),
      get: (params = {}) => {
        const row = this.named(() => statement.get(params));
        return row === undefined ? null : parse(row);
      },
    };
  }

  /** A statement that writes; gives the number of rows it changed. */
  command(sql: string): (params?: Params) => number {
    const statement = this.named(() => this.db.prepare(sql));
    return (params = {}) => this.named(() => statement.run(params)).changes;
  }

  /** While this is true, what is read may be undone. */
  get inTransaction(): boolean {
    return this.db.inTransaction;
  }

  /** Runs `work` as one transaction: all of it or, when it throws, nothing. May be nested. */
  atomically<T>(work: () => T): T {
    return this.named(() => this.db.transaction(work).immediate());
  }

  private named<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw storeError(thrown, this.file);
    }
  }
}
