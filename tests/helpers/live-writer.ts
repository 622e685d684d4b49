/** Starts `writer.mjs`: a live writer in another process that measures what it gets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export interface WriterResult {
  commits: number;
  errors: string[];
  maxMs: number;
  /** Highest id it committed. */
  last: number;
}

export class Writer {
  private text = '';
  private readonly ended: Promise<void>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = new Promise((resolve) => child.once('close', () => resolve()));
  }

  /** @param perSecond commits a second; 0 writes as fast as it can */
  static start(file: string, perSecond: number): Promise<Writer> {
    const program = join(import.meta.dirname, 'writer.mjs');
    const child = spawn(process.execPath, [program, file, String(perSecond), '5000'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const writer = new Writer(child);
    return new Promise((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        writer.text += text;
        if (writer.text.includes('"ready"')) resolve(writer);
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the writer ended with ${String(code)}: ${writer.text}`)));
    });
  }

  async stop(): Promise<WriterResult> {
    this.child.stdin?.write('end\n');
    await this.ended;
    return JSON.parse(this.text.trim().split('\n').at(-1) ?? '') as WriterResult;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
