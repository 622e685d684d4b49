/** A capture process under test, and writers that write down what they committed. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type CaptureSettings, FromCapture, type ToCapture } from '../../electron/continuous/protocol';
import type { Programs } from './build-programs';
import { until } from './until';

type News<T extends FromCapture['type']> = Extract<FromCapture, { type: T }>;

export class CapturePlace {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-capture-'));
  readonly live = join(this.folder, 'live.db');
  readonly logs = join(this.folder, 'log');
  private readonly children: ChildProcess[] = [];

  constructor(private readonly programs: Programs) {}

  /** A database for the writers, nobody has it open; a copy of it is `base.db`. */
  make(pragmas: readonly string[] = []): void {
    const db = new Database(this.live);
    for (const pragma of pragmas) db.pragma(pragma);
    db.pragma('journal_mode = WAL');
    db.exec(`CREATE TABLE counter (total INTEGER NOT NULL); INSERT INTO counter VALUES (0);
      CREATE TABLE done (total INTEGER PRIMARY KEY, writer TEXT NOT NULL, seq INTEGER NOT NULL, filler BLOB);
      CREATE TABLE spread (id INTEGER PRIMARY KEY, filler BLOB);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
        INSERT INTO spread SELECT i, randomblob(100) FROM n;`);
    db.close();
    writeFileSync(join(this.folder, 'base.db'), readFileSync(this.live));
  }

  settings(changes: Partial<CaptureSettings> = {}): CaptureSettings {
    return {
      database: { id: 'db-1', name: 'live', path: this.live },
      home: '0123abcd',
      folder: this.logs,
      pollMs: 30,
      checkpointBytes: 256 << 10,
      walLimitBytes: 64 << 20,
      sealBytes: 1 << 20,
      sealMs: 60_000,
      ...changes,
    };
  }

  /** @param wrap a command in front of the process's own, such as `prlimit` */
  capture(changes: Partial<CaptureSettings> = {}, wrap: readonly string[] = []): CaptureRun {
    const [command = process.execPath, ...args] = [...wrap, process.execPath, this.programs.capture];
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
    this.children.push(child);
    const run = new CaptureRun(child);
    run.send({ type: 'start', settings: this.settings(changes) });
    return run;
  }

  async writer(language: 'node' | 'python', name: string, perSecond: number, pragmas: readonly string[] = []) {
    const lines = join(this.folder, `${name}.lines`);
    const args = [this.live, name, lines, String(perSecond), ...pragmas];
    const [command, program] =
      language === 'node' ? [process.execPath, 'commit-writer.mjs'] : ['python3', 'commit-writer.py'];
    const child = spawn(command, [join(import.meta.dirname, program), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.children.push(child);
    const writer = new CommitWriter(child, name, lines);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await until(`writer ${name}`, () => output.includes('ready') || child.exitCode !== null);
    return writer;
  }

  /** Copies the database through SQLite, in another process and in one piece, as a restore point would. */
  copyLive(to: string): void {
    execFileSync('python3', [
      '-c',
      'import sqlite3,sys; a=sqlite3.connect(sys.argv[1],timeout=20); b=sqlite3.connect(sys.argv[2]); a.backup(b,pages=-1); b.close()',
      this.live,
      to,
    ]);
  }

  end(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

export class CaptureRun {
  readonly news: FromCapture[] = [];
  private nextMark = 1;
  private isGone = false;

  constructor(readonly child: ChildProcess) {
    child.on('message', (raw) => this.news.push(FromCapture.parse(raw)));
    child.once('close', () => {
      this.isGone = true;
    });
    child.once('error', () => {
      this.isGone = true;
    });
  }

  send(message: ToCapture): void {
    this.child.send(message);
  }

  all<T extends FromCapture['type']>(type: T): News<T>[] {
    return this.news.filter((news): news is News<T> => news.type === type);
  }

  next<T extends FromCapture['type']>(type: T, which: (news: News<T>) => boolean = () => true): Promise<News<T>> {
    return until(`${type} from the capture`, () => this.all(type).find(which) ?? null);
  }

  /** Everything that is committed now is in the log on the disk. */
  mark(): Promise<News<'marked'>> {
    const requestId = this.nextMark++;
    this.send({ type: 'mark', requestId });
    return this.next('marked', (news) => news.requestId === requestId);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.gone();
  }

  async stop(): Promise<void> {
    this.send({ type: 'stop' });
    await this.next('stopped');
    await this.gone();
  }

  async gone(): Promise<void> {
    await until('the end of the capture', () => this.isGone);
  }
}

export class CommitWriter {
  constructor(
    private readonly child: ChildProcess,
    readonly name: string,
    private readonly lines: string,
  ) {}

  /** What it wrote down: totals by its own numbers, ascending. The last line may be torn. */
  committed(): { total: number; seq: number }[] {
    if (!existsSync(this.lines)) return [];
    const text = readFileSync(this.lines, 'latin1');
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' ').map(Number))
      .map(([total = 0, seq = 0]) => ({ total, seq }));
  }

  async reach(commits: number): Promise<void> {
    await until(`${commits} commits of ${this.name}`, () => this.committed().length >= commits);
  }

  async stop(): Promise<void> {
    this.child.stdin?.write('end\n');
    await this.gone();
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.gone();
  }

  private async gone(): Promise<void> {
    await until(`the end of ${this.name}`, () => this.child.exitCode !== null || this.child.signalCode !== null);
  }
}
