/** Brings the lines of Holdfast's own log from the queue to the thread that writes, or writes them itself. */
import type { ErrorCode } from '@shared/errors';
import { LOG_LEVELS } from '@shared/logs';
import { errorFromView, type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { CRITICAL, type LineBatch, LineQueue, linesIn, RANK } from './line-queue';
import { OWN_LOG_LIMITS, OwnLogFile } from './own-log-file';
import { writtenLines } from './own-log-lines';
import { type BatchAnswer, type OwnLogThread, ownLogProgram, startOwnLogThread } from './own-log-thread';
import { Turn } from './own-log-turn';
import type { OwnLogOptions } from './own-log';
import type { LogFields } from './types';

const MAX_WAITING = 10_000;
/** So many are handed over at once, without waiting for the time. */
const HAND_OVER = 2_000;
const HAND_OVER_MS = 200;
/** Commands that are over sooner write their few lines themselves, and pay for no thread. */
const FIRST_MS = 1_000;
const RETRY_MS = 5_000;
/** A thread that writes a line now and then would cost more memory than it saves time. */
const IDLE_MS = 60_000;
/** The thread appends within milliseconds; who waits longer waits for a disk that hangs, and then does not. */
const TURN_MS = 1_000;
const CLOSE_MS = 5_000;
/** A thread that ends so often by itself is not started again: this one writes then. */
const MAX_CRASHES = 3;
/** CRITICAL lines in a second that are written at once; more of them wait as other lines do. */
const URGENT_A_SECOND = 50;
const NOTICE_MS = 1_000;
/** Name of the log's own lines. */
const PART = 'log';

interface Flight {
  number: number;
  batch: LineBatch;
  /** Without those of the log's own. */
  logged: number;
}

export class OwnLogWriter {
  /** Hears the level of each line that is dropped. */
  onDrop: (level: number) => void = () => undefined;
  written = 0;

  private readonly queue = new LineQueue(MAX_WAITING);
  private readonly file: OwnLogFile;
  private readonly turn = new Turn();
  private thread: OwnLogThread | null = null;
  private flight: Flight | null = null;
  private sent = 0;
  private crashes = 0;
  private timer: NodeJS.Timeout | null = null;
  private idle: NodeJS.Timeout | null = null;
  private waiters: (() => void)[] = [];
  private failing = false;
  private begun = false;
  private closed = false;
  /** Dropped since that was last told in the log, by level. */
  private untold: number[] = [];
  private anyUntold = false;
  private toldAtMs = Number.NEGATIVE_INFINITY;
  private urgent = { sinceMs: 0, count: 0 };

  constructor(private readonly options: OwnLogOptions) {
    this.file = new OwnLogFile(options.folder, options.limits);
  }

  add(level: number, part: string, message: string, fields: LogFields | undefined): void {
    if (this.closed) {
      this.onDrop(level);
      return;
    }
    const dropped = this.queue.add(level, part, message, fields);
    if (dropped >= 0) this.drop(dropped);
    if (level === CRITICAL) this.addUrgent();
    else if (this.queue.count >= HAND_OVER) this.handOver(false);
    else if (this.timer === null) this.arm();
  }

  /** Counts a line that is not written. */
  drop(level: number): void {
    this.onDrop(level);
    this.untold[level] = (this.untold[level] ?? 0) + 1;
    this.anyUntold = true;
  }

  async flush(): Promise<void> {
    // what is under way, then what waited meanwhile
    for (let round = 0; round < 2; round++) {
      if (!this.flight) this.handOver(true);
      if (this.flight) await this.landed();
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    open.delete(this);
    this.toldAtMs = Number.NEGATIVE_INFINITY;
    if (this.thread) {
      let late: NodeJS.Timeout | undefined;
      this.thread.hold(true);
      // Holdfast ends also when the disk does not answer.
      await Promise.race([this.flush(), new Promise<void>((resolve) => (late = setTimeout(resolve, CLOSE_MS)))]);
      clearTimeout(late);
    }
    if (!this.writeHere(true)) this.giveUp();
    if (this.timer) clearTimeout(this.timer);
    if (this.idle) clearTimeout(this.idle);
    await this.thread?.end();
    this.thread = null;
  }

  /**
   * Writes all that waits, now: what the thread has not written of its batch, the queue, in the order in which it was
   * logged. When it gives true, everything is in the file; with `sync` also on the disk itself (fdatasync). It waits at
   * most a second for a thread that is in the midst of appending. False: it could not be written, and waits on.
   */
  writeHere(sync: boolean): boolean {
    this.tellDrops();
    if (!this.flight && this.queue.count === 0) return true;
    if (!this.turn.take(TURN_MS)) return false;
    try {
      return this.writeInTurn(sync);
    } finally {
      this.turn.give();
    }
  }

  private writeInTurn(sync: boolean): boolean {
    const { flight } = this;
    if (flight && !this.turn.isDone(flight.number)) {
      const before = this.turn.lines;
      const lines = writtenLines(flight.batch).slice(before);
      const { written, error } = this.append(lines, sync);
      const isDone = written === lines.length;
      this.turn.note(flight.number, before + written, isDone);
      if (!isDone) return this.failed(wrapError(error, { path: this.file.path }, 'IO_ERROR'));
    }
    if (flight) this.landedAt(flight);
    const lines = writtenLines(this.queue.view());
    const { written, error } = this.append(lines, sync);
    this.written += lines.slice(0, written).filter(({ isNotice }) => !isNotice).length;
    if (written === lines.length) {
      this.queue.clear();
      this.failing = false;
      return true;
    }
    this.queue.dropFirst(written);
    return this.failed(wrapError(error, { path: this.file.path }, 'IO_ERROR'));
  }

  private append(lines: ReturnType<typeof writtenLines>, sync: boolean): { written: number; error: unknown } {
    return this.file.append(
      lines.map(({ json }) => json),
      sync,
    );
  }

  private addUrgent(): void {
    const nowMs = performance.now();
    if (nowMs - this.urgent.sinceMs > 1_000) this.urgent = { sinceMs: nowMs, count: 0 };
    // On a disk that cannot be written each attempt would take time from what goes on in spite of it.
    if (!this.failing && this.urgent.count++ < URGENT_A_SECOND) {
      this.begin();
      this.writeHere(true);
    }
    if (this.queue.count > 0) this.arm();
  }

  private begin(): void {
    if (this.begun) return;
    this.begun = true;
    writeAtExit(this);
  }

  private arm(): void {
    if (this.timer !== null || this.closed) return;
    const delayMs = !this.begun ? FIRST_MS : this.failing ? RETRY_MS : HAND_OVER_MS;
    this.begin();
    this.timer = setTimeout(() => {
      this.timer = null;
      this.thread ??= this.startThread();
      this.handOver(true);
      if (this.queue.count > 0) this.arm();
    }, delayMs);
    this.timer.unref();
  }

  /** Gives what waits to the thread, when it is done with the batch before; without a thread it is written here. */
  private handOver(retry: boolean): void {
    if (this.flight && !this.settled(this.flight)) return;
    this.tellDrops();
    if (this.queue.count === 0) return;
    this.begin();
    if (this.queue.count >= HAND_OVER) this.thread ??= this.startThread();
    if (!this.thread) {
      // What is tried again for each line while it fails would take time from everything else.
      if (retry || !this.failing) this.writeHere(false);
      return;
    }
    this.idle?.refresh();
    const batch = this.queue.view();
    this.flight = { number: ++this.sent, batch, logged: this.queue.logged };
    this.queue.clear();
    this.thread.send({ number: this.sent, batch });
  }

  private startThread(): OwnLogThread | null {
    if (this.options.writer === 'inline' || this.crashes >= MAX_CRASHES || this.closed) return null;
    const program = this.options.workerFile ?? ownLogProgram();
    if (program === null) return null;
    const { folder, limits = OWN_LOG_LIMITS } = this.options;
    this.idle = setTimeout(() => this.endIdle(), IDLE_MS).unref();
    return startOwnLogThread(
      program,
      { folder, limits, memory: this.turn.memory, retryMs: RETRY_MS },
      (answer) => this.answered(answer),
      (reason) => this.crashed(reason),
    );
  }

  private endIdle(): void {
    if (this.flight) {
      this.idle?.refresh();
      return;
    }
    void this.thread?.end();
    this.thread = null;
  }

  private answered({ number, error }: BatchAnswer): void {
    if (error && this.flight?.number === number) this.failed(errorFromView(error));
    else if (this.flight?.number === number) this.landedAt(this.flight);
    if (this.flight || this.closed) return;
    if (this.queue.count >= HAND_OVER) this.handOver(false);
    else if (this.queue.count > 0) this.arm();
  }

  /** The thread ended by itself: what it had is written here, and what comes by another one. */
  private crashed(reason: Error): void {
    this.thread = null;
    this.crashes++;
    this.turn.give();
    if (this.idle) clearTimeout(this.idle);
    this.queue.addNotice(RANK.WARNING, PART, 'The thread that writes the log ended by itself', {
      reason: reason.message,
      times: this.crashes,
    });
    this.writeHere(false);
    this.wake();
  }

  /** Whether the batch is written; it need not have been heard of yet. */
  private settled(flight: Flight): boolean {
    if (!this.turn.isDone(flight.number)) return false;
    this.landedAt(flight);
    return true;
  }

  private landedAt(flight: Flight): void {
    this.written += flight.logged;
    this.flight = null;
    this.failing = false;
    this.wake();
  }

  /** Resolves when the batch under way is written, or could not be. */
  private landed(): Promise<void> {
    if (this.failing) this.thread?.again();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  private wake(): void {
    for (const waiter of this.waiters.splice(0)) waiter();
  }

  private failed(error: HoldfastError): false {
    this.wake();
    if (this.failing) return false;
    this.failing = true;
    const params = { path: this.options.folder, reason: REASONS[error.code] ?? error.detail };
    const told = holdfastError('LOG_NOT_WRITTEN', { params, cause: error });
    // Not from within the call that logs: who hears of it logs it.
    setImmediate(() => this.options.onFailure(told));
    return false;
  }

  private tellDrops(): void {
    if (!this.anyUntold || performance.now() - this.toldAtMs < NOTICE_MS || this.queue.count >= MAX_WAITING) return;
    const counts = LOG_LEVELS.map((level, index) => [level, this.untold[index] ?? 0] as const);
    const lines = Object.fromEntries(counts.filter(([, count]) => count > 0));
    this.queue.addNotice(RANK.WARNING, PART, 'Lines of this log were dropped: too many waited', lines);
    this.toldAtMs = performance.now();
    this.anyUntold = false;
    this.untold = [];
  }

  /** Counts what could not be written before the end. */
  private giveUp(): void {
    const waiting = [...linesIn(this.queue.view())];
    if (this.flight) {
      const lines = [...linesIn(this.flight.batch)];
      const written = this.turn.isDone(this.flight.number) ? lines.length : this.turn.lines;
      this.written += lines.slice(0, written).filter(({ isNotice }) => !isNotice).length;
      waiting.unshift(...lines.slice(written));
    }
    for (const { isNotice, level } of waiting) if (!isNotice) this.drop(RANK[level]);
    this.flight = null;
    this.queue.clear();
  }
}

const REASONS: Partial<Record<ErrorCode, string>> = {
  DISK_FULL: 'the disk is full',
  FILE_NO_PERMISSION: 'no permission to write it',
  FILE_IS_FOLDER: 'there is a folder where the file should be',
};

const open = new Set<OwnLogWriter>();
let listening = false;

/** A process that ends by itself writes what waits; the threads end with it. */
function writeAtExit(writer: OwnLogWriter): void {
  open.add(writer);
  // Once for all logs of the process; there is one, but in tests.
  if (listening) return;
  listening = true;
  process.on('exit', () => {
    for (const one of open) one.writeHere(false);
  });
}
