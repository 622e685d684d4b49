/** One capture process: what is said to it, and what it says, checked. It captures one database until it is stopped. */
import type { JobLauncher, JobProcess } from '../core/types';
import { errorFromView, type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { errorView } from '../store/columns';
import { type CaptureSettings, FromCapture, type ToCapture } from './protocol';
import type { LogBase, LogMark } from './types';

/** Calls `fire` once after `delayMs`; the returned function calls it off. */
export type Arm = (delayMs: number, fire: () => void) => () => void;

/** A mark waits for one look at the WAL and one sync of the log. */
const MARK_TIMEOUT_MS = 10_000;
/** To seal what there is; what is killed then is taken up by the next start. */
const STOP_GRACE_MS = 15_000;
export type CaptureNews = Exclude<FromCapture, { type: 'marked' | 'failed' | 'stopped' }>;

/** How a process ended. `error`: what it said of why, or that it said nothing; null when it was told to end and did. */
export interface CaptureEnd {
  error: HoldfastError | null;
  /** True when it ended without a word. */
  crashed: boolean;
}

export interface CaptureListener {
  onNews(news: CaptureNews): void;
  /** Once, after everything it said. */
  onEnd(end: CaptureEnd): void;
}

export class CaptureProcess {
  private readonly child: JobProcess;
  private readonly marks = new Map<number, (mark: LogMark | null) => void>();
  private readonly ended: Promise<void>;
  private nextMark = 1;
  private isStopping = false;
  private hasEnded = false;
  private lastWord: { error: HoldfastError | null } | null = null;
  private disarm: (() => void) | null = null;

  constructor(
    launch: JobLauncher,
    settings: CaptureSettings,
    private readonly listener: CaptureListener,
    private readonly arm: Arm,
  ) {
    this.child = launch();
    this.child.onMessage((raw) => this.take(raw));
    this.ended = new Promise((resolve) => {
      this.child.onExit((code) => {
        this.end(code);
        resolve();
      });
    });
    this.send({ type: 'start', settings });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** What is committed by now is in the log on the disk then. Null when the process does not answer, or ends. */
  mark(): Promise<LogMark | null> {
    if (this.isStopping || this.lastWord || this.hasEnded) return Promise.resolve(null);
    const requestId = this.nextMark++;
    return new Promise((resolve) => {
      const callOff = this.arm(MARK_TIMEOUT_MS, () => answer(null));
      const answer = (mark: LogMark | null): void => {
        callOff();
        this.marks.delete(requestId);
        resolve(mark);
      };
      this.marks.set(requestId, answer);
      this.send({ type: 'mark', requestId });
    });
  }

  noteBase(base: LogBase): void {
    this.send({ type: 'note-base', base });
  }

  /** Lets it seal what there is; kills it when that takes too long. Resolves when the process is gone. */
  stop(): Promise<void> {
    if (!this.isStopping && !this.hasEnded) {
      this.isStopping = true;
      this.send({ type: 'stop' });
      this.disarm = this.arm(STOP_GRACE_MS, () => this.kill());
    }
    return this.ended;
  }

  /** Ends it at once: it no longer answers. What is in the log on the disk stays. */
  kill(): void {
    this.child.kill();
  }

  private send(message: ToCapture): void {
    this.child.send(message);
  }

  private take(raw: unknown): void {
    if (this.hasEnded || this.lastWord) return;
    const parsed = FromCapture.safeParse(raw);
    if (!parsed.success) {
      this.lastWord = { error: holdfastError('INTERNAL', { detail: `capture: ${parsed.error.message}` }) };
      this.kill();
      return;
    }
    const message = parsed.data;
    if (message.type === 'marked') {
      this.marks.get(message.requestId)?.({ generationId: message.generationId, transaction: message.transaction });
    } else if (message.type === 'failed' || message.type === 'stopped') {
      this.lastWord = { error: message.type === 'failed' ? errorOf(message.error) : null };
      // It has closed everything, and waits only for its last word to arrive.
      this.kill();
    } else this.listener.onNews(message);
  }

  private end(code: number | null): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.disarm?.();
    for (const answer of this.marks.values()) answer(null);
    const crashed = this.lastWord === null;
    const error = crashed
      ? holdfastError('CHILD_CRASHED', { params: { job: 'capture' }, detail: `exit code ${String(code)}` })
      : (this.lastWord?.error ?? null);
    this.listener.onEnd({ error: this.isStopping && crashed ? null : error, crashed });
  }
}

function errorOf(raw: unknown): HoldfastError {
  const parsed = errorView.safeParse(raw);
  return parsed.success
    ? errorFromView(parsed.data)
    : holdfastError('INTERNAL', { detail: `capture failed: ${JSON.stringify(raw)}` });
}
