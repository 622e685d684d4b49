/**
 * Captures one database: looks at its WAL again and again, writes what was committed to the log, and keeps the WAL small.
 * All it does between two timers is synchronous, but sealing, which runs beside it.
 */
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { makePrivateFolders } from '../core/folders';
import { holdfastError, type HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { CaptureLog, GenerationOver } from './capture-log';
import { findGenerations, type FoundGeneration, goOnWith, leftovers } from './capture-resume';
import { Seals } from './capture-seals';
import type { CaptureSettings, FromCapture } from './protocol';
import type { LogBase } from './types';
import { saltsOf } from './wal-frames';
import { identityOf, isBusy, LiveWal, type WalState } from './wal-live';
import { WalKeeper } from './wal-keeper';

/** Progress is told at most so often. */
const TELL_EVERY_MS = 1_000;
/** How long to try to pin a database whose locks are held: a rebuild of the wal-index takes them, no work of a writer. */
const PIN_PATIENCE_MS = 20_000;
const RETRY_MS = 50;
/** Less room than this for the log is none: it would be full again at once. */
const NEEDED_BYTES = 64 << 20;
/** Under load the WAL is looked at more often, so that it is begun anew before it is large. */
const SHORTEST_POLL_MS = 20;
/** So many looks in a row that could not be made end the capture: something holds the locks, or the index is broken. */
const MOST_MISSED_LOOKS = 200;

export interface CaptureOptions {
  send: (message: FromCapture) => void;
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
  private isUnsynced = false;
  private toldAtMs = Number.NEGATIVE_INFINITY;
  private syncedAtMs = Number.NEGATIVE_INFINITY;
  private readonly nowMs: () => number;

  constructor(
    private readonly settings: CaptureSettings,
    private readonly options: CaptureOptions,
  ) {
    this.nowMs = options.nowMs ?? Date.now;
    this.seals = new Seals(
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
      if (state === null || this.isStopping) return;
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

  /** Opens the database and pins it. Null when capturing ended over it: that was sent. */
  private async open(found: readonly FoundGeneration[]): Promise<WalState | null> {
    try {
      this.requireSpace();
      requireOwnWal(found, this.settings.database);
      this.live = LiveWal.open(this.settings.database.path, this.settings.database.name);
    } catch (thrown) {
      const error = wrapError(thrown);
      if (error.code === 'CONTINUOUS_NOT_WAL') await this.endFound(found, new GenerationOver('not-wal', error.detail));
      throw error;
    }
    this.keeper = new WalKeeper(this.live, this.settings);
    for (const startedAt = performance.now(); ; ) {
      const state = this.tryPin(this.live);
      if (state) {
        this.requireSmallWal(this.live, state);
        return state;
      }
      if (performance.now() - startedAt > PIN_PATIENCE_MS) {
        const { path } = this.settings.database;
        throw holdfastError('DATABASE_LOCKED', { params: { path, seconds: PIN_PATIENCE_MS / 1000 } });
      }
      await pause(RETRY_MS);
      if (this.isStopping) return null;
    }
  }

  /** Takes a new pin; what is committed then. Null when locks are held, or the wal-index cannot be read. */
  private tryPin(live: LiveWal): WalState | null {
    try {
      live.pinNew();
      const state = live.state();
      if (!state) live.rebuildIndex();
      return state;
    } catch (thrown) {
      if (isBusy(thrown)) return null;
      throw thrown;
    }
  }

  /** A WAL that is over its limit must get smaller before it is pinned for longer. */
  private requireSmallWal(live: LiveWal, state: WalState): void {
    const { walLimitBytes, database } = this.settings;
    const walBytes = live.bytesOf(state);
    if (walBytes < walLimitBytes) return;
    live.checkpoint();
    if (live.isBackfilled(state)) return;
    const reason = `the WAL has ${walBytes} bytes and cannot be made smaller`;
    throw holdfastError('CONTINUOUS_FAILED', { params: { name: database.name, reason } });
  }

  private requireSpace(): void {
    const { folder } = this.settings;
    const { bavail, bsize } = fs.statfsSync(folder);
    const freeBytes = bavail * bsize;
    if (freeBytes >= NEEDED_BYTES) return;
    throw holdfastError('DISK_FULL', { params: { path: folder, neededBytes: NEEDED_BYTES, freeBytes } });
  }

  /** False when no generation that was found goes on: they have ended then. */
  private async resume(found: FoundGeneration[], state: WalState): Promise<boolean> {
    const { live } = this;
    const newest = found.at(-1);
    if (!live || !newest) return false;
    await this.endFound(found.slice(0, -1), null);
    const log = await goOnWith(this.settings, newest, live, state, this.aborted.signal);
    if (typeof log === 'string') {
      await this.endFound([newest], new GenerationOver(this.reasonFor(newest, live), log));
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

  private reasonFor({ note }: FoundGeneration, live: LiveWal): GenerationOver['because'] {
    if (note && note.identity !== live.identity) return 'database-replaced';
    return note && note.pageSizeBytes !== live.pageSizeBytes ? 'page-size-changed' : 'interrupted';
  }

  /** Seals what generations left, and says that they have ended. `over`: why; null: what they said, or `interrupted`. */
  private async endFound(found: readonly FoundGeneration[], over: GenerationOver | null): Promise<void> {
    for (const generation of found) {
      const { note, noteFile, id } = generation;
      const { requests, damaged } = await leftovers(this.settings, generation, Infinity, this.aborted.signal);
      for (const request of requests) this.seals.add(request);
      const at = new Date(note?.lookedAtMs ?? requests.at(-1)?.holds.between?.untilMs ?? this.nowMs()).toISOString();
      const because = note?.ended?.because ?? over?.because ?? 'interrupted';
      const detail = [note?.ended?.detail ?? over?.detail ?? '', ...damaged].join(' ');
      this.options.send({ type: 'ended', generationId: id, because, at: note?.ended?.at ?? at, detail });
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
      delayMs = this.nextDelay(foundBytes);
    } catch (thrown) {
      if (!(thrown instanceof GenerationOver)) return this.fail(thrown);
      if (!this.goOnAfter(thrown)) return;
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
    if (!state || repin || isSame || !live.isPinIn(state)) state = this.tryPin(live);
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
    const nowMs = performance.now();
    const isDue = this.marks.length > 0 || nowMs - this.syncedAtMs >= this.settings.pollMs;
    if (this.isUnsynced && !isDue) return;
    if (this.isUnsynced) {
      log.sync();
      this.isUnsynced = false;
      this.syncedAtMs = nowMs;
    }
    if (this.missedLooks > 0) return;
    const { facts, transaction } = log;
    for (const requestId of this.marks.splice(0)) {
      this.options.send({ type: 'marked', requestId, generationId: facts.id, transaction });
    }
    const { sealBytes, sealMs } = this.settings;
    const fromMs = log.segmentFromMs;
    if (fromMs !== null && (log.openBytes >= sealBytes || this.nowMs() - fromMs >= sealMs)) {
      this.seals.add(log.nextSegment());
    }
    if (nowMs - this.toldAtMs < TELL_EVERY_MS) return;
    this.toldAtMs = nowMs;
    this.options.send({
      type: 'progress',
      generationId: facts.id,
      transaction,
      untilAt: new Date(log.lookedAtMs).toISOString(),
      openBytes: log.openBytes,
      walBytes: this.seen && this.live ? this.live.bytesOf(this.seen) : 0,
    });
  }

  /** So that about half of what makes the WAL large enough comes in between. */
  private nextDelay(foundBytes: number): number {
    const { pollMs, checkpointBytes } = this.settings;
    if (foundBytes < checkpointBytes / 4) return pollMs;
    return Math.max(
      Math.min(SHORTEST_POLL_MS, pollMs),
      Math.min(pollMs, (pollMs * checkpointBytes) / (2 * foundBytes)),
    );
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
      this.fail(this.errorOf(over));
      return false;
    } catch (thrown) {
      this.fail(thrown);
      return false;
    }
  }

  private errorOf({ because, detail }: GenerationOver): HoldfastError {
    const { folder, database } = this.settings;
    if (because === 'disk-full') return holdfastError('DISK_FULL', { params: { path: folder }, detail });
    if (because === 'database-replaced' && !fs.existsSync(database.path)) {
      return holdfastError('FILE_NOT_FOUND', { params: { path: database.path }, detail });
    }
    return holdfastError('CONTINUOUS_FAILED', { params: this.reason(detail), detail });
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

/**
 * SQLite takes a WAL for that of the file beside it. One that was left by the file before would be written into the one that
 * took its place, and ruin it: such a database is not opened here.
 * @throws CONTINUOUS_FAILED; what `fs` throws
 */
function requireOwnWal(found: readonly FoundGeneration[], { path, name }: CaptureSettings['database']): void {
  const identity = identityOf(path);
  const salts = saltsOf(`${path}-wal`);
  const isForeign = found.some(
    ({ note }) =>
      note !== null &&
      identity !== null &&
      note.identity !== identity &&
      note.position.salts[0] === salts?.[0] &&
      note.position.salts[1] === salts[1],
  );
  if (!isForeign) return;
  const reason = `${path}-wal belongs to the file that was at this path before`;
  throw holdfastError('CONTINUOUS_FAILED', { params: { name, reason } });
}
