/** A database as it was and as it is now, and the jobs that bring rows back, run in this process. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { PartialPreview, PartialTable, PartialTableInfo } from '@shared/recovery';
import { committedStamp } from '../../../electron/backup/committed-state';
import { LiveFiles } from '../../../electron/backup/live-image';
import { contentHash } from '../../../electron/database/content-hash';
import { PARTIAL_RUNNERS } from '../../../electron/partial/jobs';
import type { PartialApplied } from '../../../electron/partial/protocol';
import { HERE } from '../../helpers/backups';

export interface SceneOptions {
  /** Makes the database. */
  schema: string;
  /** Fills it as it was then. */
  then?: string;
  /** What happened since. */
  now?: string;
  journalMode?: 'wal' | 'delete';
  encoding?: 'UTF-8' | 'UTF-16le' | 'UTF-16be';
  /** Called with the connection that makes it, for functions and collations of an application. */
  with?: (connection: Database.Database) => void;
}

/** The tables by their names alone: everything of them. */
export type Asked = string | (Partial<PartialTable> & { table: string });

export const COMMIT_MARK = 1_234_567;

export class Scene {
  readonly live: string;
  readonly content: string;
  private runs = 0;

  private constructor(readonly folder: string) {
    // A name that has to be quoted wherever it is spelled.
    this.live = join(folder, `li"ve's #1.db`);
    this.content = join(folder, `con"tent's?.sqlite`);
  }

  static make({
    schema,
    then = '',
    now = '',
    journalMode = 'delete',
    encoding = 'UTF-8',
    ...options
  }: SceneOptions): Scene {
    const scene = new Scene(mkdtempSync(join(tmpdir(), 'holdfast-partial-')));
    const connection = new Database(scene.content);
    connection.pragma(`encoding = "${encoding}"`);
    connection.pragma(`journal_mode = ${journalMode}`);
    connection.pragma('foreign_keys = OFF');
    connection.pragma('synchronous = OFF');
    options.with?.(connection);
    connection.exec(schema);
    connection.exec(then);
    connection.close();
    copyFileSync(scene.content, scene.live);
    scene.change(now, options.with);
    return scene;
  }

  /** As an application that does not enforce references would. */
  change(sql: string, prepare?: (connection: Database.Database) => void): void {
    const connection = new Database(this.live);
    connection.pragma('foreign_keys = OFF');
    connection.pragma('synchronous = OFF');
    prepare?.(connection);
    connection.exec(sql);
    connection.close();
  }

  private request(tables: readonly Asked[]) {
    const everything = { insert: true, update: true, remove: true };
    const asked = tables.map((one): PartialTable => {
      const { table, filter, ...actions } = typeof one === 'string' ? { table: one, filter: undefined } : one;
      return { ...everything, ...actions, table, ...(filter === undefined ? {} : { filter }) };
    });
    const name = (end: string): string => join(this.folder, `run-${this.runs}-${end}`);
    this.runs++;
    return { asked, name, files: { contentFile: this.content, liveFile: this.live, lockTimeoutMs: 300 } };
  }

  async tables(): Promise<Map<string, PartialTableInfo>> {
    const infos = await PARTIAL_RUNNERS['partial-tables'](this.request([]).files, HERE);
    return new Map(infos.map((info) => [info.table, info]));
  }

  async preview(...tables: Asked[]): Promise<Pick<PartialPreview, 'tables' | 'newViolations'>> {
    const { asked, name, files } = this.request(tables);
    const request = { ...files, tables: asked, snapshotFile: name('now'), workFile: name('work') };
    return PARTIAL_RUNNERS['partial-preview'](request, HERE);
  }

  async apply(...tables: Asked[]): Promise<PartialApplied> {
    return this.applyWith({}, ...tables);
  }

  async applyWith(more: object, ...tables: Asked[]): Promise<PartialApplied> {
    const { asked, name, files } = this.request(tables);
    const request = {
      ...files,
      tables: asked,
      contentHash: await contentHash(this.content),
      ...{ workFile: name('work'), safetyFile: name('safety'), lateSafetyFile: name('late') },
      safetyStamp: stampOf(this.live),
      commitMark: COMMIT_MARK,
      ...more,
    };
    return PARTIAL_RUNNERS['partial-apply'](request, HERE);
  }

  /** Every row of a table, told apart by type and by every bit; in the order of all its columns. */
  rows(table: string, of: 'live' | 'content' = 'live'): string[] {
    return rowsOf(this[of], table);
  }

  ask(sql: string): unknown {
    return read(this.live, (connection) => connection.prepare(sql).pluck().get());
  }

  /** All that the schema says, byte for byte. */
  texts(of: 'live' | 'content' = 'live'): string[] {
    const sql = 'SELECT type || name || tbl_name || sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1';
    return read(this[of], (connection) => connection.prepare(sql).pluck().all() as string[]);
  }

  violations(): number {
    return read(this.live, (connection) => (connection.pragma('foreign_key_check') as unknown[]).length);
  }

  end(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** As a safety backup from just before would have it. */
function stampOf(file: string): string | null {
  if (!existsSync(file)) return null;
  const files = new LiveFiles(file);
  try {
    return committedStamp(files);
  } finally {
    files.close();
  }
}

export function read<T>(file: string, use: (connection: Database.Database) => T): T {
  const connection = new Database(file, { readonly: true });
  try {
    return use(connection);
  } finally {
    connection.close();
  }
}

export const rowsOf = (file: string, table: string): string[] =>
  read(file, (connection) => {
    const columns = connection.prepare('SELECT name FROM pragma_table_xinfo(?)').pluck().all(table) as string[];
    const shown = columns.map((name) => `typeof("${name}") || ' ' || hex("${name}") || ' ' || quote("${name}")`);
    return (
      connection
        .prepare(`SELECT ${shown.join(" || '|' || ")} FROM "${table}"`)
        .pluck()
        .all() as string[]
    ).toSorted();
  });
