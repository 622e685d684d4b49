/** Opens files in the age format with what a person typed and with the secrets that are known. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { decryptFile } from '../copies/age';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';

export interface Secrets {
  passphrases: readonly string[];
  /** `AGE-SECRET-KEY-1…` */
  identities: readonly string[];
}

const IDENTITY = /^\s*AGE-SECRET-KEY-1/i;

export class OpenEncrypted {
  private opened = 0;

  /**
   * @param folder where decrypted files go; whoever gave it removes them
   * @param typed a passphrase, or a key as text; null when nobody was asked yet
   * @param known the secrets of destinations
   */
  constructor(
    private readonly folder: string,
    private readonly typed: string | null,
    private readonly known: Secrets,
    private readonly options: { onProgress: (doneBytes: number, totalBytes: number) => void; signal: AbortSignal },
  ) {}

  /**
   * Decrypts a file; gives where the plain content is.
   * @throws PASSPHRASE_NEEDED when nothing was typed and no known secret fits, PASSPHRASE_WRONG when what was typed does
   * not fit either; ENCRYPTED_FILE_DAMAGED; DISK_FULL; CANCELLED
   */
  async open(file: string): Promise<string> {
    // Under its own name: that is what people are told when something is wrong with it.
    const target = path.join(this.folder, String(++this.opened), path.basename(file));
    await fs.mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    const { typed, known } = this;
    const typedKey = typed !== null && IDENTITY.test(typed);
    try {
      await decryptFile(
        file,
        target,
        {
          passphrases: [...(typed !== null && !typedKey ? [typed] : []), ...known.passphrases],
          identities: [...(typed !== null && typedKey ? [typed] : []), ...known.identities],
        },
        this.options,
      );
      return target;
    } catch (thrown) {
      if (!(thrown instanceof HoldfastError)) throw thrown;
      if (thrown.code !== 'PASSPHRASE_WRONG' && thrown.code !== 'PASSPHRASE_NEEDED') throw thrown;
      // What a person is told depends on what they did, not on which of the known secrets was tried last.
      throw holdfastError(typed === null ? 'PASSPHRASE_NEEDED' : 'PASSPHRASE_WRONG', {
        params: { path: file },
        cause: thrown,
      });
    }
  }
}
