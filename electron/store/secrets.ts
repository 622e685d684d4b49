/** Passwords and tokens, as the vault (electron/secrets) hands them over: encrypted or, without a keyring, plain. */
import { chmodSync, statSync } from 'node:fs';
import { z } from 'zod';
import { wrapError } from '../errors/wrap';
import type { Connection } from './connection';

export type SecretProtection = 'keyring' | 'file';
export interface StoredSecret {
  protection: SecretProtection;
  value: Buffer;
}

const protection = z.enum(['keyring', 'file']);
const Row = z
  .object({ protection, value: z.string() })
  .transform((row): StoredSecret => ({ protection: row.protection, value: Buffer.from(row.value, 'hex') }));
const ProtectionRow = z.object({ protection }).transform((row) => row.protection);

export class SecretsTable {
  private readonly file: string;
  private readonly byName;
  private readonly protectionOf;
  private readonly protections;
  private readonly put;
  private readonly delete;

  constructor(connection: Connection) {
    this.file = connection.file;
    this.byName = connection.query('SELECT protection, hex(value) AS value FROM secrets WHERE name = @name', Row);
    this.protectionOf = connection.query('SELECT protection FROM secrets WHERE name = @name', ProtectionRow);
    this.protections = connection.query('SELECT DISTINCT protection FROM secrets ORDER BY protection', ProtectionRow);
    this.put = connection.command(
      `INSERT INTO secrets (name, protection, value) VALUES (@name, @protection, unhex(@value))
       ON CONFLICT DO UPDATE SET protection = @protection, value = unhex(@value)`,
    );
    this.delete = connection.command('DELETE FROM secrets WHERE name = @name');
  }

  /** Null when there is none of this name. */
  get(name: string): StoredSecret | null {
    return this.byName.get({ name });
  }

  /** How one is kept; null when there is none of this name. */
  protection(name: string): SecretProtection | null {
    return this.protectionOf.get({ name });
  }

  /** The ways in which any secret is kept. */
  inUse(): SecretProtection[] {
    return this.protections.all();
  }

  /** A plain one is written only after nobody but the user can read the file. */
  set(name: string, secret: StoredSecret): void {
    if (secret.protection === 'file') this.closeToOthers();
    this.put({ name, protection: secret.protection, value: secret.value.toString('hex') });
  }

  remove(name: string): void {
    this.delete({ name });
  }

  /** SQLite makes files beside the store with the mode that the store has. */
  private closeToOthers(): void {
    if (process.platform === 'win32') return;
    for (const file of [this.file, `${this.file}-wal`, `${this.file}-shm`]) {
      try {
        const mode = statSync(file, { throwIfNoEntry: false })?.mode;
        if (mode !== undefined && (mode & 0o077) !== 0) chmodSync(file, 0o600);
      } catch (thrown) {
        throw wrapError(thrown, { path: file });
      }
    }
  }
}
