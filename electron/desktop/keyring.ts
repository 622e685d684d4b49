/** The keyring of the desktop, through Electron. */
import type { SafeStorage } from 'electron';
import type { SecretCipher } from '../secrets/vault';

/** What of Electron's `safeStorage` is used; the name of the backend exists on Linux only. */
export type KeyringApi = Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'> &
  Partial<Pick<SafeStorage, 'getSelectedStorageBackend'>>;

/** Without a keyring Chromium encrypts with a password that is written in its source: that protects nothing. */
const NO_KEYRING: ReadonlySet<string> = new Set(['basic_text', 'unknown']);

/**
 * Encryption with a key of the keyring. To be asked after the application is ready; the first use may wait for the
 * user to unlock the keyring.
 */
export function createKeyring(api: KeyringApi, platform = process.platform): SecretCipher {
  return {
    available() {
      if (!api.isEncryptionAvailable()) return false;
      return platform !== 'linux' || !NO_KEYRING.has(api.getSelectedStorageBackend?.() ?? 'unknown');
    },
    encrypt: (text) => api.encryptString(text),
    decrypt: (data) => api.decryptString(data),
  };
}
