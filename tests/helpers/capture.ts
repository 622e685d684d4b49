/** A capture process under test, writers that write down what they committed, and a reader of the log made apart from Holdfast's own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import zlib from 'node:zlib';
import Database from 'better-sqlite3';
import { type CaptureSettings, FromCapture, type ToCapture } from '../../electron/continuous/protocol';
import type { Programs } from './programs';
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
    rmSync(this.folder, { recursive: true, force: true });
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

export interface ReadTransaction {
  number: number;
  pageCountAfter: number;
  fromMs: number;
  untilMs: number;
  pages: { number: number; content: Buffer }[];
}

export interface ReadLog {
  pageSize: number;
  transactions: ReadTransaction[];
  segments: { number: number; sealed: boolean }[];
}

/** Reads a generation as `log-format.ts` describes it: sealed files by `gunzip`, then the one that is still written. */
export function readLog(folder: string, generationId: string): ReadLog {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.') && name.includes(`-${generationId}-`));
  const numbers = [...new Set(names.map((name) => Number(/-(\d{6})\.log/.exec(name)?.[1])))].toSorted((a, b) => a - b);
  const log: ReadLog = { pageSize: 0, transactions: [], segments: [] };
  let hash: Buffer = Buffer.alloc(32);
  for (const number of numbers) {
    const sealed = names.find((name) => name.endsWith(`${String(number).padStart(6, '0')}.log.gz`));
    const open = names.find((name) => name.endsWith(`${String(number).padStart(6, '0')}.log`));
    const bytes = sealed ? zlib.gunzipSync(readFileSync(join(folder, sealed))) : readFileSync(join(folder, open ?? ''));
    log.segments.push({ number, sealed: sealed !== undefined });
    hash = readSegment(bytes, generationId, number, hash, log, sealed !== undefined);
  }
  return log;
}

function readSegment(
  bytes: Buffer,
  generationId: string,
  segment: number,
  before: Buffer,
  log: ReadLog,
  whole: boolean,
): Buffer {
  const header = {
    magic: bytes.toString('latin1', 0, 16),
    pageSize: bytes.readUInt32LE(16),
    segment: bytes.readUInt32LE(20),
    transactionsBefore: Number(bytes.readBigUInt64LE(24)),
    generationId: bytes.toString('latin1', 32, 64).replace(/\0+$/, ''),
    previousHash: bytes.toString('hex', 64, 96),
  };
  const last = log.transactions.at(-1)?.number ?? 0;
  const right = {
    magic: 'HOLDFAST LOG 1\n\0',
    segment,
    transactionsBefore: last,
    generationId,
    previousHash: before.toString('hex'),
  };
  if (JSON.stringify({ ...header, pageSize: 0 }) !== JSON.stringify({ ...header, ...right, pageSize: 0 })) {
    throw new Error(`segment ${segment}: ${JSON.stringify(header)}`);
  }
  log.pageSize = header.pageSize;
  let at = 96;
  let hash = before;
  while (at + 40 <= bytes.length) {
    const pages = bytes.readUInt32LE(at + 4);
    const length = 40 + pages * (4 + header.pageSize) + 32;
    if (at + length > bytes.length) break;
    hash = createHash('sha256')
      .update(hash)
      .update(bytes.subarray(at, at + length - 32))
      .digest();
    if (
      bytes.toString('latin1', at, at + 4) !== 'TXN\n' ||
      !hash.equals(bytes.subarray(at + length - 32, at + length))
    ) {
      throw new Error(`segment ${segment}: record at byte ${at}`);
    }
    const number = Number(bytes.readBigUInt64LE(at + 16));
    if (number !== (log.transactions.at(-1)?.number ?? 0) + 1) throw new Error(`transaction ${number} out of turn`);
    log.transactions.push({
      number,
      pageCountAfter: bytes.readUInt32LE(at + 8),
      fromMs: Number(bytes.readBigUInt64LE(at + 24)),
      untilMs: Number(bytes.readBigUInt64LE(at + 32)),
      pages: Array.from({ length: pages }, (_, index) => ({
        number: bytes.readUInt32LE(at + 40 + index * 4),
        content: bytes.subarray(
          at + 40 + pages * 4 + index * header.pageSize,
          at + 40 + pages * 4 + (index + 1) * header.pageSize,
        ),
      })),
    });
    at += length;
  }
  if (whole && at !== bytes.length) throw new Error(`segment ${segment}: ${bytes.length - at} bytes too many`);
  return hash;
}

/** The image after each transaction, from the image of a base on. */
export class Replayed {
  private image: Buffer;
  private next = 0;

  constructor(
    base: string,
    private readonly log: ReadLog,
    private readonly replayFrom = 0,
  ) {
    this.image = readFileSync(base);
    this.next = this.replayFrom;
  }

  /** Writes the image after a transaction to a file, in rollback mode so that it can be opened by itself. */
  writeAfter(transaction: number, file: string): void {
    const { transactions, pageSize } = this.log;
    for (; this.next < transaction; this.next++) {
      const { pages, pageCountAfter } = transactions[this.next]!;
      const size = pageCountAfter * pageSize;
      const needed = Math.max(size, ...pages.map(({ number }) => number * pageSize));
      if (needed > this.image.length)
        this.image = Buffer.concat([this.image, Buffer.alloc(needed - this.image.length)]);
      for (const { number, content } of pages) content.copy(this.image, (number - 1) * pageSize);
      this.image = this.image.subarray(0, size);
    }
    const copy = Buffer.from(this.image);
    copy[18] = 1;
    copy[19] = 1;
    writeFileSync(file, copy);
  }
}

/** What the writers left in an image: how many commits, and whose. */
export function readCommits(file: string): {
  total: number;
  rows: { total: number; writer: string; seq: number }[];
  check: unknown;
} {
  const db = new Database(file, { readonly: true });
  try {
    return {
      total: db.prepare('SELECT total FROM counter').pluck().get() as number,
      rows: db.prepare('SELECT total, writer, seq FROM done ORDER BY total').all() as {
        total: number;
        writer: string;
        seq: number;
      }[],
      check: db.pragma('integrity_check', { simple: true }),
    };
  } finally {
    db.close();
  }
}
