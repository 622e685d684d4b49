/** The process that follows log files, indexes them, and answers what is asked of them. */
import { setImmediate as giveWay } from 'node:timers/promises';
import { holdfastError } from '../../errors/holdfast-error';
import { wrapError } from '../../errors/wrap';
import type { FromLogs, LogAnswer, LogMethod, LogRequest, LogsSetup, ToLogs } from '../protocol';
import { preview } from '../reading/preview';
import { readText } from '../reading/text';
import { LogIndex } from '../index/log-index';
import { retainSome } from '../index/retention';
import type { StartRegex } from '../index/scan';
import { discardIndex, isDamage } from '../index/schema';
import { Searcher } from '../index/searcher';
import { Following } from './following';
import { StateTeller } from './state-teller';

/** Read in one go: about this long nothing is answered. */
const SLICE_BYTES = 128 * 1024;
const RETAIN_MS = 60_000;
/** What is kept to be fast is freed when nobody asked for so long. */
const IDLE_MS = 60_000;
/** After what stands in the way of writing the index: a full disk. */
const AFTER_FAULT_MS = 10_000;
const TEXT_BYTES = 1_000_000;
const TRIAL = { files: 20, entries: 20, bytes: 256 * 1024 };

export interface LogsProcessParts {
  send: (message: FromLogs) => void;
  startRegex: StartRegex;
  nowMs: () => number;
  /** Everything is closed. */
  onStopped: () => void;
}

interface Open {
  index: LogIndex;
  searcher: Searcher;
  following: Following;
}

export class LogsProcess {
  private setup: LogsSetup | null = null;
  private open: Open | null = null;
  private readonly teller: StateTeller;
  private isStopping = false;
  /** Requests in hand: reading waits for them. */
  private asking = 0;
  private wake: (() => void) | null = null;
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private retainedAtMs = Number.NEGATIVE_INFINITY;
  private faultUntilMs = Number.NEGATIVE_INFINITY;
  private running: Promise<void> | null = null;

  constructor(private readonly parts: LogsProcessParts) {
    this.teller = new StateTeller(() => this.tell());
  }

  take(message: ToLogs): void {
    switch (message.type) {
      case 'setup':
        this.begin(message.setup);
        break;
      case 'request':
        void this.answer(message.requestId, message.request);
        break;
      case 'stop':
        void this.stop();
        break;
    }
  }

  private begin(setup: LogsSetup): void {
    this.setup = setup;
    this.retainedAtMs = Number.NEGATIVE_INFINITY;
    if (!this.open) this.openIndex();
    this.open?.following.use(setup.sources);
    this.teller.soon();
    this.running ??= this.run();
    this.wake?.();
  }

  private openIndex(): void {
    if (!this.setup) return;
    const { nowMs } = this.parts;
    const { index, rebuilt } = LogIndex.open(this.setup.folder, nowMs);
    if (rebuilt !== null) this.parts.send({ type: 'rebuilt', reason: rebuilt });
    const searcher = new Searcher(
      index,
      { startRegex: this.parts.startRegex, limitMs: this.setup.regexLimitMs },
      nowMs,
    );
    const following = new Following(index, nowMs, () => this.teller.soon());
    following.use(this.setup.sources);
    this.open = { index, searcher, following };
  }

  /** Reads, keeps, cleans up, and waits. Ends with the process only. */
  private async run(): Promise<void> {
    while (!this.isStopping) {
      let isBusy = false;
      try {
        isBusy = await this.step();
      } catch (thrown) {
        await this.recover(thrown);
      }
      if (this.isStopping) break;
      if (this.asking > 0 || !isBusy) await this.rest(this.asking > 0 ? null : (this.setup?.pollMs ?? null));
      else await giveWay();
    }
  }

  /** True when there is more to do at once. */
  private async step(): Promise<boolean> {
    const { open, setup } = this;
    const nowMs = performance.now();
    if (!open || !setup) return false;
    if (nowMs < this.faultUntilMs) return false;
    const isBehind = await open.following.poll(SLICE_BYTES);
    open.index.commit();
    const isForgetting = open.following.forgetSome();
    let isRetaining = false;
    if (nowMs - this.retainedAtMs >= RETAIN_MS) {
      isRetaining = retainSome(open.index, setup, this.parts.nowMs());
      if (!isRetaining) this.retainedAtMs = nowMs;
    }
    if (nowMs - this.askedAtMs > IDLE_MS && this.asking === 0) {
      open.searcher.forget();
      this.askedAtMs = Number.POSITIVE_INFINITY;
    }
    return isBehind || isForgetting || isRetaining;
  }

  /** Until there is something to do: null waits for those who ask. */
  private rest(forMs: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = forMs === null ? undefined : setTimeout(() => this.wake?.(), forMs);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = null;
        resolve();
      };
    });
  }

  private async recover(thrown: unknown): Promise<void> {
    const { open, setup } = this;
    if (!open || !setup) return;
    if (isDamage(thrown)) {
      await this.rebuild((thrown as Error).message);
      return;
    }
    // What was taken and not kept is undone: all is read on from where it is kept.
    await open.following.restart(wrapError(thrown));
    this.faultUntilMs = performance.now() + AFTER_FAULT_MS;
    this.parts.send({ type: 'fault', error: wrapError(thrown, { path: setup.folder }).toView() });
  }

  private async rebuild(reason: string): Promise<void> {
    const { open, setup } = this;
    if (!open || !setup) return;
    this.open = null;
    await open.following.close();
    open.index.close();
    discardIndex(setup.folder);
    this.parts.send({ type: 'rebuilt', reason });
    this.openIndex();
    this.teller.soon();
  }

  private async answer(requestId: number, request: LogRequest): Promise<void> {
    const { send } = this.parts;
    // What is forgotten is so by the loop that reads.
    const holdsReading = request.method !== 'forget';
    if (holdsReading) this.asking++;
    else this.wake?.();
    this.askedAtMs = performance.now();
    try {
      send({ type: 'answer', requestId, value: await this.answerTo(request) });
    } catch (thrown) {
      send({ type: 'refused', requestId, error: wrapError(thrown).toView() });
      if (isDamage(thrown)) await this.rebuild((thrown as Error).message);
    } finally {
      if (holdsReading) this.asking--;
      if (this.asking === 0) this.wake?.();
    }
  }

  private answerTo(request: LogRequest): Promise<LogAnswer<LogMethod>> | LogAnswer<LogMethod> {
    const { open } = this;
    if (!open) throw holdfastError('NOT_AVAILABLE');
    const { searcher } = open;
    switch (request.method) {
      case 'search':
        return searcher.search(request.query);
      case 'rows':
        return searcher.rows(request.resultId, request.offset, request.limit);
      case 'histogram':
        return searcher.histogram(request.query, request.buckets);
      case 'patterns':
        return searcher.patterns(request.query, request.limit);
      case 'around':
        return searcher.around(request.at, request.sourceId, request.count);
      case 'text':
        return this.textOf(searcher, request.entryId);
      case 'try':
        return preview(request.path, request.format, TRIAL);
      case 'forget':
        return open.following.forget(request.sourceId).then(() => null);
    }
  }

  private async textOf(searcher: Searcher, id: number): Promise<string> {
    const place = searcher.place(id);
    if (!place) throw holdfastError('ITEM_UNKNOWN', { params: { id } });
    const { file, offset, sizeBytes, text } = place;
    if (!file) return text;
    try {
      return await readText(file, offset, sizeBytes, TEXT_BYTES);
    } catch {
      // The file is gone, or cannot be read: what is kept is shown.
      return text;
    }
  }

  private tell(): void {
    if (!this.open || this.isStopping) return;
    const { following } = this.open;
    this.parts.send({ type: 'state', sources: following.states(), news: following.news() });
  }

  private async stop(): Promise<void> {
    if (this.isStopping) return;
    this.isStopping = true;
    this.wake?.();
    this.teller.stop();
    await this.running;
    try {
      await this.open?.following.close();
      this.open?.index.commit();
    } finally {
      this.open?.index.close();
      this.parts.send({ type: 'stopped' });
      this.parts.onStopped();
    }
  }
}
