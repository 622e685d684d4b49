/**
 * Captures one database: looks at its WAL again and again, writes what was committed to the log, and keeps the WAL small.
 * All it does between two timers is synchronous, but sealing, which runs beside it.
 */
import { makePrivateFolders } from '../core/folders';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { endOf, errorOf, reasonFor } from './capture-ended';
import { CaptureLog, GenerationOver } from './capture-log';
import { openLive, pinPatiently, tryPin } from './capture-open';
import { findGenerations, type FoundGeneration, goOnWith, leftovers } from './capture-resume';
import { Seals } from './capture-seals';
import type { CaptureSettings, FromCapture } from './protocol';
import type { Sealer } from './segment-seal';
import type { LogBase } from './types';
import type { LiveWal, WalState } from './wal-live';
import { nextDelayMs, WalKeeper } from './wal-keeper';

/** Progress is told at most so often. */
const TELL_EVERY_MS = 1_000;
/** Under a flood segments are larger, so that fewer files are made and synced: at most so many times as large. */
const FASTEST_SEAL_MS = 2_000;
const LARGEST = 16;
/** So many looks in a row that could not be made end the capture: something holds the locks, or the index is broken. */
const MOST_MISSED_LOOKS = 200;

export interface CaptureOptions {
  send: (message: FromCapture) => void;
  seal: Sealer;
  /** Called once, when nothing is open any more. */
  onEnd: () => void;
  /** Milliseconds since 1970. */
  nowMs?: () => number;
}

export class Capture {
  private live: LiveWal | null = null;
  private keeper: WalKeeper | null = null;
  private log: CaptureLog | null = null;
  private seen: WalState | null = null;
  private timer: NodeJS.Timeout | null = null;
  private readonly aborted = new AbortController();
  private readonly seals: Seals;
  private readonly marks: number[] = [];
  private missedLooks = 0;
  private isStopping = false;
  private hasEnded = false;
  /** Transactions were taken that are in no sync yet. */
  private isUnsynced = false;
  private syncing: Promise<void> | null = null;
  private toldAtMs = Number.NEGATIVE_INFINITY;
  private syncedAtMs = Number.NEGATIVE_INFINITY;
  private readonly nowMs: () => number;

  constructor(
    private readonly settings: CaptureSettings,
    private readonly options: CaptureOptions,
  ) {
    this.nowMs = options.nowMs ?? Date.now;
    this.seals = new Seals(
      options.seal,
      {
        onSealed: (generationId, segment) => options.send({ type: 'sealed', generationId, segment }),
        onFailed: (thrown) => this.fail(thrown),
      },
      this.aborted.signal,
    );
  }

  /** Goes on with the newest generation in the folder, or begins one. What goes wrong is sent. */
  async start(): Promise<void> {
    try {
      makePrivateFolders(this.settings.folder);
      const found = findGenerations(this.settings);
      const state = await this.open(found);
      if (this.isStopping) return;
      const resumed = await this.resume(found, state);
      if (this.isStopping) return;
      if (!resumed) this.begin();
      this.loop();
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  /** Answered when everything that is committed by now is in the log on the disk. */
  mark(requestId: number): void {
    this.marks.push(requestId);
    if (this.timer !== null) this.step();
  }

  noteBase(base: LogBase): void {
    const bases = this.log?.facts.id === base.generationId ? this.log.bases : [];
    const known = bases.findIndex(({ pointId }) => pointId === base.pointId);
    if (known >= 0) bases[known] = base;
    else bases.push(base);
  }

  /** Takes what was committed by now, seals it, and closes everything. */
  async stop(): Promise<void> {
    if (this.isStopping || this.hasEnded) return;
    this.isStopping = true;
    this.halt();
    try {
      if (this.log && this.live) {
        this.look();
        this.endLog(null);
      }
      await this.seals.idle();
      this.finish({ type: 'stopped' });
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  private async open(found: readonly FoundGeneration[]): Promise<WalState> {
    try {
      this.live = openLive(this.settings, found);
    } catch (thrown) {
      const error = wrapError(thrown);
      if (error.code === 'CONTINUOUS_NOT_WAL') await this.endFound(found, new GenerationOver('not-wal', error.detail));
      throw error;
    }
    this.keeper = new WalKeeper(this.live, this.settings);
    return pinPatiently(this.live, this.settings, this.aborted.signal);
  }

  /** False when no generation that was found goes on: they have ended then. */
  private async resume(found: FoundGeneration[], state: WalState): Promise<boolean> {
    const { live } = this;
    const newest = found.at(-1);
    if (!live || !newest) return false;
    await this.endFound(found.slice(0, -1), null);
    const log = await goOnWith(this.settings, newest, live, state, this.aborted.signal);
    if (typeof log === 'string') {
      await this.endFound([newest], new GenerationOver(reasonFor(newest, live), log));
      return false;
    }
    const { requests, damaged } = await leftovers(this.settings, newest, log.segment - 1, this.aborted.signal);
    for (const request of requests) this.seals.add(request);
    this.log = log;
    if (damaged.length > 0) {
      this.endLog(new GenerationOver('failed', `damaged: ${damaged.join(', ')}`));
      return false;
    }
    this.tellStarted(true);
    return true;
  }

  /** Seals what generations left, and says that they have ended. */
  private async endFound(found: readonly FoundGeneration[], over: GenerationOver | null): Promise<void> {
    for (const generation of found) {
      const { requests, news } = await endOf(this.settings, generation, over, this.nowMs(), this.aborted.signal);
      for (const request of requests) this.seals.add(request);
      this.options.send(news);
      const { noteFile } = generation;
      if (noteFile) this.seals.after(() => noteFile.remove());
    }
  }

  private begin(): void {
    const { live } = this;
    if (!live) return;
    const lookedAtMs = this.nowMs();
    const state = live.state();
    if (!state) throw holdfastError('CONTINUOUS_FAILED', { params: this.reason('the wal-index cannot be read') });
    this.log = CaptureLog.begin(this.settings, live, state, lookedAtMs);
    live.letOld();
    this.seen = state;
    this.tellStarted(false);
  }

  private tellStarted(resumed: boolean): void {
    if (!this.log) return;
    const { facts, transaction } = this.log;
    this.options.send({
      type: 'started',
      generationId: facts.id,
      startedAt: facts.startedAt,
      resumed,
      transaction,
      pageSizeBytes: facts.pageSizeBytes,
    });
    this.toldAtMs = Number.NEGATIVE_INFINITY;
  }

  private loop(): void {
    if (!this.isStopping && !this.hasEnded) this.step();
  }

  /** One look, what follows from it, and the timer for the next. */
  private step(): void {
    this.halt();
    let delayMs = this.settings.pollMs;
    try {
      const foundBytes = this.look();
      this.keepSmall();
      this.settle();
      delayMs = nextDelayMs(foundBytes, this.settings);
    } catch (thrown) {
      if (!this.survives(thrown)) return;
    }
    this.timer = setTimeout(() => this.step(), delayMs);
  }

  private halt(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  /**
   * Takes what was committed since the last look.
   * @param repin also takes a new pin
   * @returns bytes that were added to the log
   * @throws GenerationOver; what `fs` and SQLite throw
   */
  private look(repin = false): number {
    const { live, log } = this;
    if (!live || !log) return 0;
    const where = live.whereabouts();
    if (where !== 'same') throw new GenerationOver('database-replaced', `the file of the database is ${where}`);
    const beganMs = this.nowMs();
    let state = live.state();
    const isSame = state !== null && this.seen?.bytes.equals(state.bytes) === true;
    if (state && isSame && !repin && live.isPinBest(state)) {
      log.sawNothing(beganMs);
      this.missedLooks = 0;
      return 0;
    }
    // A pin from before the WAL was begun anew keeps everybody from copying frames, and each commit tries to. And where
    // nobody commits, somebody may be waiting for the pin to let go.
    if (!state || repin || isSame || !live.isPinIn(state)) state = tryPin(live);
    if (!state) {
      this.missedLooks++;
      if (this.missedLooks < MOST_MISSED_LOOKS) return 0;
      throw holdfastError('CONTINUOUS_FAILED', { params: this.reason('the wal-index cannot be read') });
    }
    const before = log.openBytes;
    const found = log.take(live, state, { beganMs, endedMs: this.nowMs() });
    live.letOld();
    this.seen = state;
    this.missedLooks = 0;
    this.isUnsynced ||= found > 0;
    return log.openBytes - before;
  }

  private keepSmall(): void {
    const { live, keeper, seen } = this;
    if (!live || !keeper || !seen || live.bytesOf(seen) < this.settings.checkpointBytes) return;
    keeper.keepSmall({ look: () => this.look(true), seen: () => this.seen ?? seen });
  }

  /** Brings to the disk what is due, answers who waits for that, and begins a new segment when this one is full. */
  private settle(): void {
    const { log } = this;
    if (!log) return;
    if (this.syncing === null) {
      const isDue = this.marks.length > 0 || performance.now() - this.syncedAtMs >= this.settings.pollMs;
      if (!this.isUnsynced) this.settled(log, log.transaction, this.missedLooks === 0 ? this.marks.splice(0) : []);
      else if (isDue) this.sync(log);
    }
    this.tellProgress(log);
  }

  /** Beside the looks: writers do not wait for a disk that is slow, and the WAL does not grow meanwhile. */
  private sync(log: CaptureLog): void {
    const { transaction } = log;
    const marks = this.missedLooks === 0 ? this.marks.splice(0) : [];
    this.isUnsynced = false;
    this.syncedAtMs = performance.now();
    this.syncing = log
      .syncBeside(() => this.log === log)
      .then(
        () => this.synced(() => this.settled(log, transaction, marks)),
        (thrown: unknown) =>
          this.synced(() => {
            throw thrown;
          }),
      );
  }

  private synced(then: () => void): void {
    this.syncing = null;
    if (this.hasEnded) return;
    try {
      then();
      if (this.marks.length > 0 && this.timer !== null) this.step();
    } catch (thrown) {
      this.halt();
      if (this.survives(thrown)) this.timer = setTimeout(() => this.step(), this.settings.pollMs);
    }
  }

  /** Everything up to a transaction is on the disk. */
  private settled(log: CaptureLog, transaction: number, marks: readonly number[]): void {
    if (this.log !== log) {
      // They are for what comes after it.
      this.marks.unshift(...marks);
      return;
    }
    for (const requestId of marks) {
      this.options.send({ type: 'marked', requestId, generationId: log.facts.id, transaction });
    }
    const fromMs = log.segmentFromMs;
    if (fromMs === null) return;
    const { sealBytes, sealMs } = this.settings;
    const ageMs = this.nowMs() - fromMs;
    const isFull = log.openBytes >= sealBytes && (ageMs >= FASTEST_SEAL_MS || log.openBytes >= LARGEST * sealBytes);
    if (isFull || ageMs >= sealMs) this.seals.add(log.nextSegment());
  }

  private tellProgress(log: CaptureLog): void {
    const nowMs = performance.now();
    if (nowMs - this.toldAtMs < TELL_EVERY_MS) return;
    this.toldAtMs = nowMs;
    this.options.send({
      type: 'progress',
      generationId: log.facts.id,
      transaction: log.transaction,
      untilAt: new Date(log.lookedAtMs).toISOString(),
      openBytes: log.openBytes,
      walBytes: this.seen && this.live ? this.live.bytesOf(this.seen) : 0,
    });
  }

  /** False when what was thrown ends the process. */
  private survives(thrown: unknown): boolean {
    if (thrown instanceof GenerationOver) return this.goOnAfter(thrown);
    this.fail(thrown);
    return false;
  }

  /** Ends the generation, and begins the next one where that can be. False when the process ends. */
  private goOnAfter(over: GenerationOver): boolean {
    try {
      this.endLog(over);
      if (over.because === 'wal-restarted') {
        this.begin();
        return true;
      }
      // Capturing is tried again by a new process, which opens what is there then, or says that it still cannot be done.
      this.fail(errorOf(over, this.settings));
      return false;
    } catch (thrown) {
      this.fail(thrown);
      return false;
    }
  }

  private reason(reason: string): { name: string; reason: string } {
    return { name: this.settings.database.name, reason };
  }

  /** Ends writing the generation. `over`: it has ended; null: it may go on after the next start. */
  private endLog(over: GenerationOver | null): void {
    const { log } = this;
    if (!log) return;
    this.log = null;
    this.seen = null;
    const request = log.end(over);
    if (over) {
      const { because, detail } = over;
      this.options.send({ type: 'ended', generationId: log.facts.id, because, at: log.endedAt, detail });
    }
    // The note stays until the last segment is sealed: what cannot be sealed now, the next start seals.
    const close = (): void => log.close(over !== null);
    if (request) this.seals.add(request, close);
    else this.seals.after(close);
  }

  /** Tells why capturing cannot go on, and ends. */
  private fail(thrown: unknown): void {
    if (this.hasEnded) return;
    this.halt();
    this.aborted.abort();
    this.finish({ type: 'failed', error: wrapError(thrown, { path: this.settings.database.path }).toView() });
  }

  private finish(lastWord: FromCapture): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.live?.close();
    this.live = null;
    this.options.send(lastWord);
    this.options.onEnd();
  }
}
