/** Starts `app-process.mjs`: an application with a database open, steered step by step. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

interface Answer {
  id?: number;
  ready?: boolean;
  value?: unknown;
  error?: string;
}

interface OpenOptions {
  /** How long SQLite waits for a lock. */
  timeoutMs?: number;
  readonly?: boolean;
  /** Name of the connection; a process may have several. */
  as?: string;
}

export class App {
  private next = 1;
  private readonly waiting = new Map<number, (answer: Answer) => void>();

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (answer: Answer) => {
      if (answer.id === undefined) return;
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
  }

  static async start(): Promise<App> {
    const child = fork(join(import.meta.dirname, 'app-process.mjs'), [], { serialization: 'advanced' });
    const app = new App(child);
    await once(child, 'message');
    return app;
  }

  /** Starts an application and opens `file` in it. */
  static async holding(file: string, options: OpenOptions = {}): Promise<App> {
    const app = await App.start();
    await app.must('open', { file, ...options });
    return app;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the application did not start');
    return this.child.pid;
  }

  exec(sql: string, as?: string): Promise<unknown> {
    return this.must('exec', { sql, as });
  }

  get(sql: string, as?: string): Promise<unknown> {
    return this.must('get', { sql, as });
  }

  /** SQLite's code for what happens, or null when nothing went wrong. */
  async failure(sql: string, as?: string): Promise<string | null> {
    return (await this.ask('exec', { sql, as })).error ?? null;
  }

  async must(step: string, args: object = {}): Promise<unknown> {
    const { error, value } = await this.ask(step, args);
    if (error !== undefined) throw new Error(`${step} ${JSON.stringify(args)}: ${error}`);
    return value;
  }

  private ask(step: string, args: object): Promise<Answer> {
    const id = this.next++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.child.send({ id, step, args: JSON.parse(JSON.stringify(args)) as object });
    });
  }

  /** Ends the process as a crash would. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
