/** The built `holdfast` command as a real process, with a home and real databases of its own. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { vi } from 'vitest';
import { type Ended, killHard, type Running, start } from './process';

// each test runs several processes, and a busy machine takes its time for them
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const CLI = resolve(import.meta.dirname, '../../../out/main/cli.js');

export interface JsonDocument {
  ok: boolean;
  value: unknown;
  error: { code: string; severity: string; message: string; action: string; detail?: string };
}

export interface Answer extends Ended {
  /** The one JSON document of stdout. Throws when stdout is not exactly one. */
  document: JsonDocument;
}

/** A home in a folder of its own; `end()` ends what still runs there and removes it. */
export class Place {
  readonly home: string;
  private readonly running: Running[] = [];

  private constructor(readonly folder: string) {
    this.home = join(folder, 'home');
  }

  static async make(): Promise<Place> {
    if (!existsSync(CLI)) throw new Error(`${CLI} is not built: run npm run build first`);
    return new Place(await mkdtemp(join(tmpdir(), 'holdfast-cli-')));
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  /** Starts the command with `--home` and these arguments. */
  start(args: string[], options: { env?: NodeJS.ProcessEnv; wrap?: typeof identity } = {}): Running {
    const wrap = options.wrap ?? identity;
    const [command, all] = wrap(process.execPath, [CLI, '--home', this.home, ...args]);
    const running = start(command, all, {
      cwd: this.folder,
      env: { ...process.env, HOME: this.folder, LC_ALL: 'en_US.UTF-8', ...options.env },
    });
    this.running.push(running);
    return running;
  }

  /** Runs the command to its end, with the text that people see. */
  text(...args: string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  /** Runs the command to its end with `--json`. */
  async json(...args: string[]): Promise<Answer> {
    return answer(await this.start(['--json', ...args]).ended);
  }

  /** The value of a command that must do its work; the test says what it expects that to be. */
  async value<T = unknown>(...args: string[]): Promise<T> {
    const { document, code, stderr } = await this.json(...args);
    if (!document.ok || code !== 0) throw new Error(`${args.join(' ')}: ${code} ${JSON.stringify(document)} ${stderr}`);
    return document.value as T;
  }

  /** Starts `holdfast serve` on any free port; resolves when it says its address. */
  async serve(): Promise<{ running: Running; address: string; tokenFile: string; pid: number }> {
    const running = this.start(['--json', 'serve', '--port', '0']);
    await running.until(({ stdout }) => stdout.endsWith('}\n'));
    return { running, ...JSON.parse(running.output().stdout).value };
  }

  async end(): Promise<void> {
    await Promise.all(this.running.map(killHard));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

const identity = (command: string, args: string[]): [string, string[]] => [command, args];

export function answer(ended: Ended): Answer {
  return { ...ended, document: oneDocument(ended) };
}

function oneDocument({ stdout, stderr }: Ended): JsonDocument {
  try {
    return JSON.parse(stdout);
  } catch (error) {
    throw new Error(`stdout is not one JSON document: ${stdout}\n${stderr}`, { cause: error });
  }
}

/** Makes a database with `rows` videos that refer to authors. Returns its path. */
export function makeDatabase(file: string, rows = 50, journalMode: 'wal' | 'delete' = 'wal'): string {
  const database = new Database(file);
  database.pragma(`journal_mode = ${journalMode}`);
  database.exec(`
    CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE video (id INTEGER PRIMARY KEY, author INTEGER NOT NULL REFERENCES author (id), title TEXT);
    CREATE INDEX video_author ON video (author);
    INSERT INTO author (id, name) VALUES (1, '김하늘'), (2, 'Ada');
  `);
  const insert = database.prepare('INSERT INTO video (author, title) VALUES (?, ?)');
  database.transaction(() => {
    for (let row = 0; row < rows; row++) insert.run(1 + (row % 2), `title ${row} ${'x'.repeat(200)}`);
  })();
  database.close();
  return file;
}

export function countVideos(file: string): number {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare('SELECT count(*) FROM video').pluck().get() as number;
  } finally {
    database.close();
  }
}

export function change(file: string, sql: string): void {
  const database = new Database(file);
  try {
    database.pragma('foreign_keys = OFF');
    database.exec(sql);
  } finally {
    database.close();
  }
}
