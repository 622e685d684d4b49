/** An orderly end: work in hand is ended safely before the process goes. */
import { setTimeout as wait } from 'node:timers/promises';
import { app } from 'electron';
import { wrapError } from '../errors/wrap';
import { writeError } from './errors';

/** A process that is broken may not be able to end in order. */
const ORDER_LIMIT_MS = 20_000;

/** Holds the process when it is told to quit, until everything that was added has ended. */
export class OrderlyQuit {
  readonly #endings: (() => void | Promise<void>)[] = [];
  #starting: Promise<unknown> = Promise.resolve();
  #ending: Promise<void> | null = null;
  #begun = false;
  #status = 0;
  /** Null: the end is for good. */
  #startAgainAfterMs: number | null = null;

  constructor() {
    app.on('before-quit', () => {
      this.#begun = true;
    });
    app.on('will-quit', (event) => {
      event.preventDefault();
      if (!this.#ending) this.#ending = this.#end();
    });
  }

  /** True once quitting has begun: nothing new should be started then. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Adds what is to be ended; the newest is ended first. */
  add(end: () => void | Promise<void>): void {
    this.#endings.unshift(end);
  }

  /** Told to quit before `starting` settles, the process waits for it: what it starts must be ended too. */
  waitFor(starting: Promise<unknown>): void {
    this.#starting = starting;
  }

  /** The process is to end with status 1, whoever ends it. */
  markFailed(): void {
    this.#status = 1;
  }

  /** Ends in order, also when that hangs, and starts the application again after `afterMs` milliseconds. */
  startAgain(afterMs: number): void {
    if (this.#begun) return;
    this.#startAgainAfterMs = afterMs;
    this.markFailed();
    setTimeout(() => {
      writeError('Holdfast did not end in order; it ends now.');
      this.#exit();
    }, ORDER_LIMIT_MS + afterMs);
    app.quit();
  }

  async #end(): Promise<void> {
    // how a start went is told by whoever started it
    await this.#starting.catch(() => undefined);
    for (const end of this.#endings) {
      try {
        await end();
      } catch (error) {
        writeError(wrapError(error).message);
        this.markFailed();
      }
    }
    if (this.#startAgainAfterMs !== null) await wait(this.#startAgainAfterMs);
    this.#exit();
  }

  #exit(): void {
    if (this.#startAgainAfterMs !== null) app.relaunch();
    app.exit(this.#status);
  }
}
