/** The line to the process of the logs: started when it is wanted, started again when it dies, every request answered. */
import { crashesOfLastHour, type Failures } from '../../continuous/restart-policy';
import type { JobLauncher, JobProcess } from '../../core/types';
import { errorFromView, type HoldfastError, holdfastError } from '../../errors/holdfast-error';
import { wrapError } from '../../errors/wrap';
import { deferred, type Deferred } from '../../jobs/deferred';
import {
  ANSWERS,
  FromLogs,
  type LogAnswer,
  type LogMethod,
  type LogRequest,
  type LogsSetup,
  type ToLogs,
} from '../protocol';

/** To keep what was read; what is killed then is read again. */
const STOP_GRACE_MS = 5_000;
/** So long after it started without dying, a crash before that is forgiven. */
const SOUND_AFTER_MS = 60_000;

export type LogsNews = Exclude<FromLogs, { type: 'answer' | 'refused' | 'stopped' }>;

export interface LinkParts {
  launch: JobLauncher;
  onNews: (news: LogsNews) => void;
  /** It died without a word; `inRow` times since it last worked for a while. */
  onCrash: (error: HoldfastError, inRow: number) => void;
  /** Pause until the next start, milliseconds. */
  restartDelayMs: (failures: Failures, nowMs: number) => number;
}

interface Waiting {
  method: LogMethod;
  answer: Deferred<unknown>;
}

export class LogsLink {
  private child: JobProcess | null = null;
  private setup: LogsSetup | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private nextRequest = 1;
  private inRow = 0;
  private crashedAtMs: number[] = [];
  private startedAtMs = 0;
  private retry: NodeJS.Timeout | undefined;
  private lastError: HoldfastError | null = null;
  private ending: { done: Deferred<void>; timer: NodeJS.Timeout } | null = null;

  constructor(private readonly parts: LinkParts) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Runs with this from now on; null ends it in order. Resolves when it is ended, or at once. */
  want(setup: LogsSetup | null): Promise<void> {
    this.setup = setup;
    if (setup) {
      if (this.child && !this.ending) this.send({ type: 'setup', setup });
      else if (!this.child && !this.retry) this.start(setup);
      return Promise.resolve();
    }
    clearTimeout(this.retry);
    this.retry = undefined;
    const { child } = this;
    if (!child) return Promise.resolve();
    if (!this.ending) {
      this.ending = { done: deferred(), timer: setTimeout(() => child.kill(), STOP_GRACE_MS) };
      this.send({ type: 'stop' });
    }
    return this.ending.done.promise;
  }

  /** @throws CHILD_CRASHED when it dies before it answers, or waits to be started again */
  async request<M extends LogMethod>(request: Extract<LogRequest, { method: M }>): Promise<LogAnswer<M>> {
    // It ends because nobody asked: it is started again at once.
    await this.ending?.done.promise;
    if (!this.child || this.ending) throw this.lastError ?? crash('it does not run');
    const requestId = this.nextRequest++;
    const answer = deferred<unknown>();
    this.waiting.set(requestId, { method: request.method, answer });
    this.send({ type: 'request', requestId, request });
    return (await answer.promise) as LogAnswer<M>;
  }

  private start(setup: LogsSetup): void {
    this.startedAtMs = performance.now();
    let child: JobProcess;
    try {
      child = this.parts.launch();
    } catch (thrown) {
      this.crashed(wrapError(thrown));
      return;
    }
    this.child = child;
    child.onMessage((raw) => {
      if (this.child === child) this.take(raw, child);
    });
    child.onExit((code) => {
      if (this.child === child) this.gone(code);
    });
    this.send({ type: 'setup', setup });
  }

  private send(message: ToLogs): void {
    this.child?.send(message);
  }

  private take(raw: unknown, child: JobProcess): void {
    const parsed = FromLogs.safeParse(raw);
    if (!parsed.success) {
      this.lastError = holdfastError('INTERNAL', { detail: `logs: ${parsed.error.message}` });
      child.kill();
      return;
    }
    const message = parsed.data;
    if (message.type === 'answer') this.settle(message.requestId, message.value);
    else if (message.type === 'refused') this.taken(message.requestId)?.answer.reject(errorFromView(message.error));
    // It has closed everything, and waits only for its last word to arrive.
    else if (message.type === 'stopped') child.kill();
    else this.parts.onNews(message);
  }

  private settle(requestId: number, value: unknown): void {
    const waiting = this.taken(requestId);
    if (!waiting) return;
    const parsed = ANSWERS[waiting.method].safeParse(value);
    if (parsed.success) waiting.answer.resolve(parsed.data);
    else waiting.answer.reject(holdfastError('INTERNAL', { detail: `logs: ${parsed.error.message}` }));
  }

  private taken(requestId: number): Waiting | null {
    const waiting = this.waiting.get(requestId) ?? null;
    this.waiting.delete(requestId);
    return waiting;
  }

  private gone(code: number | null): void {
    this.child = null;
    const error = this.lastError ?? crash(`exit code ${String(code)}`);
    for (const { answer } of this.waiting.values()) answer.reject(error);
    this.waiting.clear();
    const { ending } = this;
    if (!ending) {
      this.crashed(error);
      return;
    }
    clearTimeout(ending.timer);
    this.ending = null;
    this.lastError = null;
    ending.done.resolve();
    if (this.setup) this.start(this.setup);
  }

  private crashed(error: HoldfastError): void {
    const nowMs = performance.now();
    this.inRow = nowMs - this.startedAtMs > SOUND_AFTER_MS ? 1 : this.inRow + 1;
    this.crashedAtMs = [...crashesOfLastHour(this.crashedAtMs, nowMs), nowMs];
    this.lastError = error;
    this.parts.onCrash(error, this.inRow);
    if (!this.setup) return;
    const failures = { inRow: this.inRow, crashed: true, crashedAtMs: this.crashedAtMs };
    this.retry = setTimeout(
      () => {
        this.retry = undefined;
        this.lastError = null;
        if (this.setup) this.start(this.setup);
      },
      this.parts.restartDelayMs(failures, nowMs),
    );
  }
}

const crash = (detail: string): HoldfastError => holdfastError('CHILD_CRASHED', { params: { job: 'logs' }, detail });
