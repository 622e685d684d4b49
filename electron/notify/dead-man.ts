/**
 * Tells a service outside of this machine that Holdfast works, so that it can tell people when nothing comes any more.
 * Speaks as Healthchecks does: the address itself for success, `/fail` behind it with the reason as the body.
 */
import type { Settings } from '@shared/settings';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { monotonic, type OutboxClock } from './lane';
import type { ProblemSink } from './outbox';
import { type Request, requireSuccess } from './webhook';

export interface DeadManOptions {
  settings(): Settings['deadMan'];
  /** `reason`: why it fails, for people; empty when it does not. */
  healthy(): { state: 'ok' | 'failing'; reason: string };
  /** `guardedRequest`. */
  request: Request;
  clock: OutboxClock;
  problems: ProblemSink;
  /** Takes what should not happen. */
  report(error: HoldfastError): void;
}

export interface DeadMan {
  start(): void;
  /** Ends what is being asked. */
  stop(): Promise<void>;
  /** The lookout has done its round. Without it nothing is asked: a process that only lives does not count as working. */
  beat(): void;
  /** The settings changed, or the machine woke. */
  wake(): void;
}

const TIMEOUT_MS = 20_000;
const LIMIT_BYTES = 4 * 1024;
/** Healthchecks keeps more, but promises no more to everybody. */
const LONGEST_REASON_BYTES = 10_000;
const FIRST_RETRY_MS = 30_000;
const REPORTED_AFTER = 3;

export function createDeadMan(options: DeadManOptions): DeadMan {
  return new Switch(options);
}

class Switch implements DeadMan {
  private state: 'new' | 'running' | 'stopped' = 'new';
  private timer: NodeJS.Timeout | undefined;
  private asking: Promise<void> | null = null;
  private readonly abort = new AbortController();
  private beaten = false;
  private failures = 0;
  private url = '';
  /** Monotonic. */
  private dueAtMs = 0;
  /** Wall time: it goes on while the machine sleeps. */
  private askedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: DeadManOptions) {}

  start(): void {
    this.state = 'running';
    this.wake();
  }

  async stop(): Promise<void> {
    this.state = 'stopped';
    clearTimeout(this.timer);
    this.abort.abort();
    await this.asking;
  }

  beat(): void {
    this.beaten = true;
    this.look();
  }

  wake(): void {
    const { url, intervalMinutes } = this.options.settings();
    if (url !== this.url) {
      this.url = url;
      this.failures = 0;
      this.askedAt = Number.NEGATIVE_INFINITY;
      this.options.problems.settle(null, ['DEAD_MAN_FAILED']);
    }
    const sinceMs = this.options.clock.nowMs() - this.askedAt;
    const leftMs = Math.max(0, intervalMinutes * 60_000 - sinceMs);
    this.dueAtMs = Math.min(this.failures > 0 ? this.dueAtMs : Number.POSITIVE_INFINITY, this.nowMs() + leftMs);
    this.look();
  }

  private nowMs(): number {
    return monotonic(this.options.clock);
  }

  /** Asks when it is due and the lookout has worked since; else sets the timer. A beat that is late asks at once. */
  private look(): void {
    clearTimeout(this.timer);
    if (this.state !== 'running' || this.asking || this.url === '') return;
    const leftMs = this.dueAtMs - this.nowMs();
    if (leftMs > 0) {
      this.timer = setTimeout(() => this.look(), leftMs);
      this.timer.unref();
    } else if (this.beaten) {
      this.asking = this.ask()
        .catch((thrown: unknown) => this.options.report(wrapError(thrown)))
        .finally(() => {
          this.asking = null;
          this.look();
        });
    }
  }

  private async ask(): Promise<void> {
    const { problems, clock } = this.options;
    const { url } = this;
    const intervalMs = this.options.settings().intervalMinutes * 60_000;
    this.beaten = false;
    this.askedAt = clock.nowMs();
    this.dueAtMs = this.nowMs() + intervalMs;
    try {
      await this.tell(url);
      if (url !== this.url) return;
      this.failures = 0;
      problems.settle(null, ['DEAD_MAN_FAILED']);
    } catch (thrown) {
      if (this.state === 'stopped' || url !== this.url) return;
      this.failures++;
      this.dueAtMs = this.nowMs() + Math.min(intervalMs, FIRST_RETRY_MS * 2 ** Math.min(this.failures - 1, 20));
      if (this.failures >= REPORTED_AFTER) problems.reportOnce(failed(url, wrapError(thrown)).toView(), null);
    }
  }

  private async tell(url: string): Promise<void> {
    const { request, clock } = this.options;
    const { state, reason } = this.options.healthy();
    const common = {
      timeoutMs: TIMEOUT_MS,
      limitBytes: LIMIT_BYTES,
      whenTooLarge: 'cut',
      signal: this.abort.signal,
    } as const;
    const answer =
      state === 'ok'
        ? await request({ ...common, url, followRedirects: true })
        : await request({
            ...common,
            url: failAddress(url),
            method: 'POST',
            headers: { 'content-type': 'text/plain; charset=utf-8' },
            body: Buffer.from(reason, 'utf8').subarray(0, LONGEST_REASON_BYTES),
          });
    requireSuccess(answer, url, clock.nowMs());
    // Healthchecks says so with status 200.
    if (/^OK \(not found\)/i.test(answer.body.toString('utf8'))) {
      throw holdfastError('ANSWER_UNEXPECTED', { detail: 'the service knows no check with this address' });
    }
  }
}

function failAddress(address: string): string {
  const url = new URL(address);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/fail`;
  return url.href;
}

function failed(url: string, { code, params, detail }: HoldfastError): HoldfastError {
  const reason = params['status'] === undefined ? (params['reason'] ?? (detail || code)) : `status ${params['status']}`;
  return holdfastError('DEAD_MAN_FAILED', {
    params: { host: new URL(url).hostname, reason },
    detail: `${code} ${detail}`,
  });
}
