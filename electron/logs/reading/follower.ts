/** Follows the files of one source. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { LogFormat } from '@shared/logs';
import { type HoldfastError, holdfastError } from '../../errors/holdfast-error';
import { wrapError } from '../../errors/wrap';
import type { ParsedEntry } from '../types';
import { asFound, findFiles, type FoundFile } from './find-files';
import { identityOf } from './identity';
import { matchFile } from './matching';
import { olderFirst } from './rotation';
import { isChanged, LogStream, type StreamParts } from './stream';
import type { FollowerOptions, FollowerState, PollBudget, PollResult } from './types';

/** Read at a time, and kept in one transaction. */
const PIECE_BYTES = 1 << 20;
/** While there is more to read, files are looked for only so often. */
const LOOK_MS = 1_000;
/** A walk that takes long takes at most a twentieth of the time. */
const WALK_SHARE = 20;
/** A file of which nothing can be told yet is looked into again after so long, or when it changes. */
const WAIT_MS = 5_000;
/** Files that are held open while there is nothing to read. */
const MOST_OPEN = 64;
/** Logs whose file is gone are remembered, in case a copy of them comes. */
const MOST_LOST = 500;

/** What was found out of a file that is not read itself. */
interface Verdict {
  file: FoundFile;
  /** The log that it is a copy of; null: nothing yet. */
  of: LogStream | null;
  /** When it is looked into again. */
  againMs: number;
}

export class Follower {
  readonly #parts: StreamParts;
  #streams: LogStream[] = [];
  #verdicts = new Map<string, Verdict>();
  #problems: { path: string; error: unknown }[] = [];
  #files = 0;
  #nextLookMs = 0;
  #isBehind = false;
  #format: LogFormat | null;
  #told = '';
  #walkAgainMs = 0;
  /** What `take` threw: no fault of a file. */
  #takeError: { error: unknown } | null = null;

  constructor(private readonly options: FollowerOptions) {
    const { format, nowMs } = options;
    this.#format = format;
    this.#parts = { format, nowMs, take: (stream, entries, recognised) => this.#take(stream, entries, recognised) };
    for (const position of options.positions) {
      const stream = LogStream.from(position, this.#parts);
      if (stream !== null) this.#streams.push(stream);
    }
  }

  /** Reads at most so many bytes and returns. Rejects only with what `take` threw. */
  async poll(budget: PollBudget): Promise<PollResult> {
    const now = this.options.nowMs();
    if (now >= this.#nextLookMs || (!this.#isBehind && now >= this.#walkAgainMs)) await this.#look();
    else if (!this.#isBehind) await this.#glance();
    await this.#settle();
    let readBytes = 0;
    let isAtEnd = false;
    let ended = 0;
    const tried = new Set<LogStream>();
    let buffer: Buffer | null = null;
    while (readBytes < budget.bytes) {
      const stream = this.#next(tried) ?? (await this.#released(tried));
      if (stream === null) {
        isAtEnd = true;
        break;
      }
      buffer ??= Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, budget.bytes));
      const size = await stream.step(buffer.subarray(0, Math.min(buffer.length, budget.bytes - readBytes)));
      readBytes += size;
      if (size === 0) tried.add(stream);
      else if (stream.behindBytes > 0) continue;
      ended += 1;
      if (ended % MOST_OPEN === 0) await this.#settle();
    }
    await this.#settle();
    const behindBytes = this.#behindBytes();
    // What waits for an older file to be quiet, or for a retry, cannot be read at once.
    this.#isBehind = !isAtEnd && behindBytes > 0;
    this.#tell(behindBytes);
    return { readBytes, behindBytes: this.#isBehind ? behindBytes : 0 };
  }

  /** Lets go of all files. What was not taken is read again by the next follower. */
  async close(): Promise<void> {
    for (const stream of this.#streams) await stream.drop();
    this.#streams = [];
  }

  /** Looks which files there are, and whose content they hold. */
  async #look(again = 2): Promise<void> {
    const begun = performance.now();
    let found = await findFiles(this.options.path);
    // A file that is renamed during the walk may be in neither of its places.
    if (this.#isMissing(found.files)) found = await findFiles(this.options.path);
    const tookMs = performance.now() - begun;
    const now = this.options.nowMs();
    this.#walkAgainMs = tookMs > 50 ? now + tookMs * WALK_SHARE : 0;
    this.#nextLookMs = Math.max(now + LOOK_MS, this.#walkAgainMs);
    this.#problems = found.problems;
    this.#files = found.files.length;

    const unknown = await this.#knownFiles(found.files);
    // The same inode first; then plain files: a .gz is compared with them. A log's own name last: what was in it may be in a copy.
    const known = new Set(this.#streams.filter(({ file }) => file === null).map(({ identity }) => identity.key));
    const order = ({ key, rotated }: FoundFile): number =>
      known.has(key) ? 0 : rotated.isLive ? 3 : rotated.isGzip ? 2 : 1;
    let isMoving = false;
    for (const file of unknown.sort((a, b) => order(a) - order(b))) {
      if (await this.#match(file)) isMoving = true;
    }
    this.#forget(found.files);
    // Rotated during the look: an older file is not to be read behind a younger one.
    if (isMoving && again > 0) await this.#look(again - 1);
  }

  #isMissing(files: FoundFile[]): boolean {
    const there = new Set(files.map((file) => file.key));
    return this.#streams.some((stream) => stream.file !== null && !there.has(stream.file.key));
  }

  /** Between two walks that take long: whether the files that are known grew. */
  async #glance(): Promise<void> {
    for (const stream of this.#streams) {
      const { file } = stream;
      if (file === null || stream.position.isDone) continue;
      try {
        const now = asFound(file.path, await stat(file.path));
        if (now.key === file.key && (!isChanged(file, now) || (await stream.isIn(now)))) await stream.attach(now);
        else this.#nextLookMs = 0;
      } catch (error) {
        if (this.#takeError?.error === error) throw error;
        // Renamed or gone: the walk finds out.
        this.#nextLookMs = 0;
      }
    }
  }

  /** Gives the files to the logs that they held before. Returns those that are left. */
  async #knownFiles(files: FoundFile[]): Promise<FoundFile[]> {
    const byKey = new Map<string, LogStream>();
    for (const stream of this.#streams) if (stream.file !== null) byKey.set(stream.file.key, stream);
    const left: FoundFile[] = [];
    const seen = new Set<LogStream>();
    for (const file of files) {
      const stream = byKey.get(file.key);
      if (stream?.file == null) {
        left.push(file);
        continue;
      }
      seen.add(stream);
      if (!isChanged(stream.file, file) || (await stream.isIn(file))) {
        await stream.attach(file);
      } else {
        await stream.replaced();
        left.push(file);
      }
    }
    for (const stream of this.#streams) if (stream.file !== null && !seen.has(stream)) stream.lose();
    return left;
  }

  /** Returns true when it is to be looked again. */
  async #match(file: FoundFile): Promise<boolean> {
    const verdict = this.#verdicts.get(file.key);
    const stands = verdict !== undefined && !isChanged(verdict.file, file);
    const now = this.options.nowMs();
    if (stands && (verdict.of === null ? now < verdict.againMs : verdict.of.file !== null)) return false;
    try {
      const match = await matchFile(file, this.#streams);
      if (match.kind === 'moved') return true;
      if (match.kind === 'known') await match.stream.attach(file, match.mayHaveMore);
      if (match.kind === 'copy') this.#verdicts.set(file.key, { file, of: match.stream, againMs: 0 });
      if (match.kind === 'wait') this.#verdicts.set(file.key, { file, of: null, againMs: now + WAIT_MS });
      if (match.kind !== 'new') return false;
      await this.#begin(file, match.head);
      // Where there is a new file, an older one may just be on its way to another name.
      return true;
    } catch (error) {
      if (this.#takeError?.error === error) throw error;
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
      this.#problems.push({ path: file.path, error });
      return false;
    }
  }

  async #begin(file: FoundFile, head: Buffer): Promise<void> {
    const used = new Set(this.#streams.map((stream) => stream.position.identity));
    const identity = identityOf(file.key, head, used);
    const position = { path: file.path, identity, offset: 0, check: '', isDone: false };
    const stream = LogStream.from(position, this.#parts);
    if (stream === null) return;
    this.#streams.push(stream);
    await stream.attach(file);
  }

  #forget(files: FoundFile[]): void {
    const there = new Set(files.map((file) => file.key));
    for (const key of this.#verdicts.keys()) if (!there.has(key)) this.#verdicts.delete(key);
    const lost = this.#streams.filter((stream) => stream.file === null && stream.position.isDone);
    const tooMany = new Set(lost.slice(0, Math.max(0, lost.length - MOST_LOST)));
    if (tooMany.size > 0) this.#streams = this.#streams.filter((stream) => !tooMany.has(stream));
  }

  async #settle(): Promise<void> {
    for (const stream of this.#streams) await stream.settle();
    const open = this.#streams.filter((stream) => stream.isOpen);
    for (const stream of open.slice(0, Math.max(0, open.length - MOST_OPEN))) await stream.rest();
  }

  /** What can be read after older files were found to be quiet. */
  async #released(tried: Set<LogStream>): Promise<LogStream | null> {
    await this.#settle();
    return this.#next(tried);
  }

  /** Of each family the oldest file that is not read to its end; of these the one that was written first. */
  #next(tried: Set<LogStream>): LogStream | null {
    const first = new Map<string, LogStream | null>();
    for (const stream of this.#sorted()) {
      const family = stream.lastFile?.family ?? '';
      if (first.has(family)) continue;
      if (stream.hasMore && !tried.has(stream)) first.set(family, stream);
      else if (stream.holds()) first.set(family, null);
    }
    let next: LogStream | null = null;
    for (const stream of first.values()) {
      if (stream === null) continue;
      if (next === null || (stream.lastFile?.mtimeMs ?? 0) < (next.lastFile?.mtimeMs ?? 0)) next = stream;
    }
    return next;
  }

  #sorted(): LogStream[] {
    const active = this.#streams.filter((stream) => stream.lastFile !== null && stream.isUnread);
    return active.sort((a, b) => {
      if (a.lastFile === null || b.lastFile === null) return 0;
      // What is gone is older than what is there.
      return Number(a.file !== null) - Number(b.file !== null) || olderFirst(a.lastFile, b.lastFile);
    });
  }

  #behindBytes(): number {
    return this.#streams.reduce((sum, stream) => sum + stream.behindBytes, 0);
  }

  #take(stream: LogStream, entries: ParsedEntry[], format: LogFormat): void {
    this.#format = this.options.format ?? format;
    const { sourceId } = this.options;
    const batch = { sourceId, format, position: { ...stream.position }, entries, behindBytes: this.#behindBytes() };
    try {
      this.options.take(batch);
    } catch (error) {
      this.#takeError = { error };
      throw error;
    }
  }

  #tell(behindBytes: number): void {
    const error = this.#error();
    const isEmpty = this.#files === 0;
    const kind = error !== null ? 'failing' : isEmpty ? 'no-file' : behindBytes > 0 ? 'reading' : 'following';
    const state: FollowerState = { state: kind, files: this.#files, format: this.#format, behindBytes, error };
    const told = JSON.stringify({ ...state, error: error?.toView() ?? null });
    if (told === this.#told) return;
    this.#told = told;
    this.options.onState(state);
  }

  /** The first file that cannot be read. */
  #error(): HoldfastError | null {
    const failing = this.#streams.find((stream) => stream.error !== null && stream.file !== null);
    const problem = failing === undefined ? this.#problems[0] : { path: failing.position.path, error: failing.error };
    if (problem === undefined) return null;
    const { path, error } = problem;
    const { detail } = wrapError(error);
    const params = { name: basename(path), path, reason: detail };
    return holdfastError('LOG_SOURCE_UNREADABLE', { params, cause: error });
  }
}
