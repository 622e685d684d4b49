/** A session with an SFTP server. Whatever ends it — an error, silence, a cancelled job — ends every request at once. */
import type { Socket } from 'node:net';
import type { SftpSession } from 'ssh2-sftp-client';
import { noAnswer, type SftpConfig, sftpError } from './sftp-errors';

export type Start<T> = (session: SftpSession, done: (error: unknown, value: T) => void) => void;

export class SftpConnection {
  private readonly pending = new Set<(reason: unknown) => void>();
  private readonly silence: NodeJS.Timeout;
  private ended: { reason: unknown } | null = null;

  constructor(
    private readonly session: SftpSession,
    private readonly socket: Socket,
    readonly config: SftpConfig,
    readonly hostKey: string,
    /** Longest time without an answer, while one is waited for. */
    silenceMs: number,
  ) {
    this.silence = setTimeout(() => {
      if (this.pending.size > 0) this.end(noAnswer(config.name, config, `for ${silenceMs / 1000} s`));
    }, silenceMs).unref();
  }

  /** Asks the server. Rejects with what it answered, as it is; with an error of ours when the connection ended. */
  call<T>(start: Start<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.ended) {
        reject(this.ended.reason);
        return;
      }
      if (this.pending.size === 0) this.silence.refresh();
      this.pending.add(reject);
      const done = (error: unknown, value?: T): void => {
        // An answer after the end is nobody's any more.
        if (!this.pending.delete(reject)) return;
        this.silence.refresh();
        if (error) reject(error);
        else resolve(value as T);
      };
      try {
        start(this.session, done);
      } catch (thrown) {
        done(thrown);
      }
    });
  }

  /** The same, for requests that not every server offers: null then. */
  async callIfOffered<T>(start: Start<T>): Promise<{ value: T } | null> {
    let offered = true;
    const value = await this.call<T | null>((session, done) => {
      try {
        start(session, done);
      } catch {
        // ssh2 throws before anything was sent.
        offered = false;
        done(null, null);
      }
    });
    return offered ? { value: value as T } : null;
  }

  /** Ends the session with an error of the network. */
  fail(thrown: unknown): void {
    this.end(sftpError(thrown, this.config, this.config.path));
  }

  /** While work runs, an abort of its signal ends the session: nothing else runs in it. */
  async during<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const stop = (): void => this.end(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await work();
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** The error for what a request threw. @param path what it was about */
  errorOf(thrown: unknown, path: string): unknown {
    return this.ended ? this.ended.reason : sftpError(thrown, this.config, path);
  }

  /** Ends the session: what is under way, and whatever is asked later, rejects with the reason. */
  end(reason: unknown): void {
    if (this.ended) return;
    this.ended = { reason };
    clearTimeout(this.silence);
    const { pending } = this;
    for (const reject of [...pending]) reject(reason);
    pending.clear();
    this.socket.destroy();
  }
}
