/** Starts `ledger-process.mjs`: a writer at full speed whose every state keeps an invariant. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export class Ledger {
  private constructor(private readonly child: ChildProcess) {}

  static async start(file: string): Promise<Ledger> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'ledger-process.mjs'), file], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    return new Ledger(child);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** What must hold in a copy: `ok` and 0 in every state; `count` grows with every commit. */
export function auditLedger(copy: string): { integrity: unknown; sum: unknown; count: number } {
  const database = new Database(copy, { readonly: true, fileMustExist: true });
  try {
    const ask = (sql: string): unknown => database.prepare(sql).pluck().get();
    return {
      integrity: ask('PRAGMA integrity_check'),
      sum: ask('SELECT sum(balance) FROM account'),
      count: Number(ask('SELECT count FROM moved')),
    };
  } finally {
    database.close();
  }
}
