/** An orderly end: work in hand is ended safely before the process goes. */
import { app } from 'electron';
import { wrapError } from '../errors/wrap';
import { writeError } from './errors';

/** Holds the process when it is told to quit, until everything that was added has ended. */
export class OrderlyQuit {
  readonly #endings: (() => void | Promise<void>)[] = [];
  #starting: Promise<unknown> = Promise.resolve();
  #ending: Promise<void> | null = null;
  #begun = false;
  #status = 0;

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
    app.exit(this.#status);
  }
}
