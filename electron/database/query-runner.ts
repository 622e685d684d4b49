/**
 * Runs queries in processes of their own, apart from backups and restores: they do not wait for those, and are not
 * shown as work in hand. The process of a query that takes too long is killed; SQLite cannot be stopped otherwise.
 */
import type { Result } from '@shared/errors';
import { QUERY_LIMITS, type QueryResult } from '@shared/monitoring';
import type { JobLauncher, JobProcess } from '../core/types';
import { errorFromView, type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { Gate } from '../jobs/gate';
import { runInProcess } from '../jobs/job-process';
import { QUERY_MEMORY_BYTES } from './query-memory';

const MOST_AT_ONCE = 2;
const CELL_LIMIT = 2_000;
/** A process that has not begun by then never will. */
const START_LIMIT_MS = 30_000;

export interface QueryStatement {
  sql: string;
  /** 0: the statement is checked and not run. */
  rowLimit: number;
  /**
   * `rows`, when it is left out. `count`: one row with the number of rows, `truncated` when there are more than
   * `rowLimit`. `change`: checked to be one statement that changes rows, and never run.
   */
  as?: 'rows' | 'count' | 'change';
}

export interface QueryRunnerOptions {
  launch: JobLauncher;
  /** Path of a guarded database. @throws DATABASE_UNKNOWN */
  fileOf(databaseId: string): string;
  /** For each statement, from its own start. */
  limitMs?: number;
  /** A statement ended; not called for those that are checked only. */
  onQuery?(tookMs: number, ok: boolean): void;
}

/** How a process ended: with results, or in the midst of a statement. */
type Ending = { results: Result<QueryResult>[] } | { brokeAt: number; error: HoldfastError };

export class QueryRunner {
  private readonly gate = new Gate(MOST_AT_ONCE);
  private readonly processes = new Set<JobProcess>();
  private readonly stopped = new AbortController();
  private readonly limitMs: number;

  constructor(private readonly options: QueryRunnerOptions) {
    this.limitMs = options.limitMs ?? QUERY_LIMITS.timeoutMs;
  }

  /**
   * Runs statements on a guarded database, in one process as long as none of them has to be killed. Each has its own
   * result: QUERY_INVALID, QUERY_NOT_READ_ONLY, QUERY_TIMED_OUT, DATABASE_LOCKED, DATABASE_CORRUPT, or rows.
   * @throws DATABASE_UNKNOWN, DATABASE_MISSING and what `examineFile` throws; CHILD_CRASHED; CANCELLED after `stop`
   */
  async run(databaseId: string, statements: readonly QueryStatement[]): Promise<Result<QueryResult>[]> {
    const startedAt = performance.now();
    const count = (results: readonly Result<QueryResult>[]): void => {
      for (const [index, { rowLimit }] of statements.entries()) {
        if (rowLimit === 0) continue;
        const result = results[index];
        // How long one that failed took is not told; it was not longer than this.
        this.options.onQuery?.(result?.ok ? result.value.tookMs : performance.now() - startedAt, result?.ok ?? false);
      }
    };
    try {
      const results = await this.runAll(this.options.fileOf(databaseId), statements);
      count(results);
      return results;
    } catch (thrown) {
      count([]);
      throw thrown;
    }
  }

  /** Runs one statement. @throws its error, and what `run` throws */
  async one(databaseId: string, sql: string, rowLimit: number = QUERY_LIMITS.rows): Promise<QueryResult> {
    const [result] = await this.run(databaseId, [{ sql, rowLimit }]);
    if (!result?.ok) throw errorOf(result);
    return result.value;
  }

  /** Kills what runs; what waits is CANCELLED. */
  stop(): void {
    this.stopped.abort();
    for (const child of this.processes) child.kill();
  }

  private async runAll(file: string, statements: readonly QueryStatement[]): Promise<Result<QueryResult>[]> {
    const broken = new Map<QueryStatement, Result<QueryResult>>();
    for (;;) {
      const asked = statements.filter((statement) => !broken.has(statement));
      // Also with nothing left to ask: a process that is killed leaves files beside a database in WAL mode, and the next
      // one that ends by itself takes them away.
      const ending = await this.gate.run(() => this.process(file, asked));
      if ('results' in ending) {
        const found = new Map(asked.map((statement, index) => [statement, ending.results[index]]));
        return statements.flatMap((statement) => broken.get(statement) ?? found.get(statement) ?? []);
      }
      // What came before it in the same process is asked again: its answers went down with it.
      const statement = asked[ending.brokeAt];
      if (!statement) throw ending.error;
      broken.set(statement, { ok: false, error: ending.error.toView() });
    }
  }

  private async process(file: string, statements: QueryStatement[]): Promise<Ending> {
    let child: JobProcess | null = null;
    let running = -1;
    let late = false;
    const kill = (): void => {
      late = true;
      child?.kill();
    };
    const launch: JobLauncher = () => {
      child = this.options.launch();
      this.processes.add(child);
      return child;
    };
    let timer = setTimeout(kill, START_LIMIT_MS);
    const begins = (count: number): void => {
      running = count - 1;
      clearTimeout(timer);
      timer = setTimeout(kill, this.limitMs);
    };
    const request = { file, statements, cellLimit: CELL_LIMIT, lockTimeoutMs: Math.round(this.limitMs * 0.8) };
    try {
      const signal = this.stopped.signal;
      const results = await runInProcess(launch, 'query', request, {
        onProgress: (_, count) => begins(count),
        signal,
      });
      return { results };
    } catch (thrown) {
      const error = wrapError(thrown);
      if (error.code === 'FILE_NOT_FOUND') throw holdfastError('DATABASE_MISSING', { params: { path: file } });
      if (error.code !== 'CHILD_CRASHED' || running < 0) throw error;
      return { brokeAt: running, error: late ? this.timedOut() : tooMuch(error) };
    } finally {
      clearTimeout(timer);
      if (child) this.processes.delete(child);
    }
  }

  private timedOut(): HoldfastError {
    return holdfastError('QUERY_TIMED_OUT', { params: { seconds: this.limitMs / 1000 } });
  }
}

function tooMuch(cause: HoldfastError): HoldfastError {
  const reason = `its process ended, most likely because it used more than ${QUERY_MEMORY_BYTES >> 20} MB of memory`;
  return holdfastError('QUERY_INVALID', { params: { reason }, cause });
}

function errorOf(result: Result<QueryResult> | undefined): HoldfastError {
  if (result && !result.ok) return errorFromView(result.error);
  return holdfastError('INTERNAL', { detail: 'a query gave neither rows nor an error' });
}
