/** Compiles the shim that makes file operations fail, and says how a program is started with it. Linux with a compiler. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const OPERATIONS = ['open', 'read', 'write', 'sync', 'rename', 'unlink'] as const;
export type FileOperation = (typeof OPERATIONS)[number];

export interface Fault {
  /** Only operations on files whose path begins with one of these count. */
  paths: readonly string[];
  operations: readonly FileOperation[];
  /** Which of them, counted from 1 over the command and its job processes; 0: none, they are only counted. */
  at: number;
  action: 'EIO' | 'ENOSPC' | 'kill';
  /** How many from that one on; 0: all. A kill is always one. */
  span: number;
}

const ERRNO = { EIO: '5', ENOSPC: '28', kill: 'kill' } as const;

export class FaultShim {
  private constructor(private readonly folder: string) {}

  static compile(): FaultShim {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-shim-'));
    const source = join(import.meta.dirname, 'fault-shim.c');
    execFileSync('gcc', ['-O2', '-shared', '-fPIC', '-o', join(folder, 'shim.so'), source, '-ldl']);
    return new FaultShim(folder);
  }

  /** Environment for the program that the fault is for; the count begins anew. */
  environment(fault: Fault): NodeJS.ProcessEnv {
    writeFileSync(this.state, Buffer.alloc(8));
    writeFileSync(this.log, '');
    return {
      LD_PRELOAD: join(this.folder, 'shim.so'),
      FAULT_STATE: this.state,
      FAULT_LOG: this.log,
      FAULT_PATHS: fault.paths.join(':'),
      FAULT_OPS: fault.operations.join(' '),
      FAULT_AT: String(fault.at),
      FAULT_SPAN: String(fault.span),
      FAULT_ACTION: ERRNO[fault.action],
    };
  }

  /** How many of these operations were counted since `environment`. */
  count(operations: readonly FileOperation[]): number {
    const kinds = new Set<string>(operations);
    return this.lines().filter((line) => kinds.has(line.split(' ')[1] ?? '')).length;
  }

  /** What the operation of that number was, for the message of a failed test. */
  operation(number: number): string {
    return this.lines().find((line) => line.startsWith(`${number} `)) ?? `${number} (never reached)`;
  }

  private lines(): string[] {
    return readFileSync(this.log, 'utf8').split('\n');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get state(): string {
    return join(this.folder, 'state');
  }
  private get log(): string {
    return join(this.folder, 'log');
  }
}
