/**
 * Passwords and tokens: encrypted with a key of the operating system's keyring where there is one, else kept in the
 * store file, which only the user can read. A secret leaves the vault only to be sent to the service it is for.
 */
import { holdfastError } from '../errors/holdfast-error';
import type { SecretProtection, SecretsTable } from '../store/secrets';

/** Encryption with a key that the operating system keeps. */
export interface SecretCipher {
  /** False without a keyring, and while it is locked. */
  available(): boolean;
  /** Throws when the keyring refuses. */
  encrypt(text: string): Buffer;
  /** Throws when the data was encrypted with another key, or the keyring refuses. */
  decrypt(data: Buffer): string;
}

export interface Vault {
  /**
   * Keeps a secret in place of the one of the same name; says how it is kept.
   * @throws NOT_AVAILABLE when there is a keyring and it refuses: then nothing is kept in its place
   */
  set(name: string, secret: string): SecretProtection;
  /**
   * Null when there is none. `label` is what people call the thing it belongs to, for the error.
   * @throws SECRET_UNREADABLE when it cannot be decrypted
   */
  get(name: string, label?: string): string | null;
  has(name: string): boolean;
  remove(name: string): void;
  /** Null when there is none of this name. */
  protection(name: string): SecretProtection | null;
  /** How a secret would be kept now; `locked` while there are encrypted ones and no keyring that could read them. */
  state(): SecretProtection | 'locked';
}

/** Makes the vault over the table of secrets; `cipher` is null where there is no keyring at all (the command). */
export function createVault({ table, cipher }: { table: SecretsTable; cipher: SecretCipher | null }): Vault {
  const available = (): boolean => cipher?.available() ?? false;

  const encrypted = (secret: string): Buffer | null => {
    if (!cipher || !available()) return null;
    try {
      return cipher.encrypt(secret);
    } catch {
      // Neither kept in the open instead, which nobody asked for, nor told in words that may hold the secret.
      throw holdfastError('NOT_AVAILABLE', { detail: 'the keyring refused to encrypt' });
    }
  };

  return {
    set(name, secret) {
      const data = encrypted(secret);
      const protection = data ? 'keyring' : 'file';
      table.set(name, { protection, value: data ?? Buffer.from(secret, 'utf8') });
      return protection;
    },
    get(name, label = name) {
      const stored = table.get(name);
      if (!stored) return null;
      if (stored.protection === 'file') return stored.value.toString('utf8');
      const unreadable = (detail: string) => holdfastError('SECRET_UNREADABLE', { params: { name: label }, detail });
      if (!cipher || !available()) throw unreadable('there is no keyring, or it is locked');
      try {
        return cipher.decrypt(stored.value);
      } catch {
        // What the keyring says of it is not passed on: it may hold what was to be kept.
        throw unreadable('it was encrypted with another key');
      }
    },
    has: (name) => table.protection(name) !== null,
    remove: (name) => table.remove(name),
    protection: (name) => table.protection(name),
    state() {
      if (available()) return 'keyring';
      return table.inUse().includes('keyring') ? 'locked' : 'file';
    },
  };
}
