import { chmodSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createKeyring, type KeyringApi } from '../../../electron/desktop/keyring';
import { createVault, type SecretCipher } from '../../../electron/secrets/vault';
import { errorOf } from '../../helpers/engine';
import { scratchStore } from '../store/fixture';

/** Encrypts by turning the bytes around: what matters here is who is asked when. */
function keyring(): SecretCipher & { locked: boolean; refuses: boolean } {
  return {
    locked: false,
    refuses: false,
    available() {
      return !this.locked;
    },
    encrypt(text) {
      if (this.refuses) throw new Error(`cannot encrypt ${text}`);
      return Buffer.from(text, 'utf8').reverse();
    },
    decrypt(data) {
      if (this.refuses) throw new Error(`cannot decrypt ${data.toString('hex')}`);
      return Buffer.from(data).reverse().toString('utf8');
    },
  };
}

test('with a keyring a secret is encrypted; without it can not be read, and nothing of it is told', async () => {
  const store = scratchStore();
  const cipher = keyring();
  const vault = createVault({ table: store.secrets, cipher });
  expect(vault.set('mail', 'hunter2-hunter2')).toBe('keyring');
  expect([vault.get('mail'), vault.protection('mail'), vault.has('mail'), vault.state()]).toEqual([
    'hunter2-hunter2',
    'keyring',
    true,
    'keyring',
  ]);
  cipher.locked = true;
  expect(vault.state()).toBe('locked');
  const locked = await errorOf(() => vault.get('mail', 'Mail'));
  expect(locked).toMatchObject({ code: 'SECRET_UNREADABLE', params: { name: 'Mail' } });
  cipher.locked = false;
  cipher.refuses = true;
  const refused = await errorOf(() => vault.get('mail', 'Mail'));
  expect(refused.code).toBe('SECRET_UNREADABLE');
  const notKept = await errorOf(() => vault.set('mail', 'another-secret'));
  expect(notKept.code).toBe('NOT_AVAILABLE');
  for (const error of [locked, refused, notKept]) {
    const hex = Buffer.from('hunter2-hunter2').reverse().toString('hex');
    expect(`${error.message} ${JSON.stringify(error.toView())} ${String(error.cause)}`).not.toMatch(
      new RegExp(`hunter2|another-secret|${hex}`),
    );
  }
  cipher.refuses = false;
  expect(vault.get('mail')).toBe('hunter2-hunter2');
  const noKeyring = createVault({ table: store.secrets, cipher: null });
  expect([noKeyring.state(), (await errorOf(() => noKeyring.get('mail'))).code]).toEqual([
    'locked',
    'SECRET_UNREADABLE',
  ]);
  // The words are nowhere in the file or its log.
  for (const file of [store.file, `${store.file}-wal`]) expect(readFileSync(file, 'latin1')).not.toContain('hunter2');
});

test('without a keyring the file keeps it, and says so; a keyring that comes later takes the next one', () => {
  const { secrets: table } = scratchStore();
  const plain = createVault({ table, cipher: null });
  expect([plain.state(), plain.set('mail', 'pässword 비밀'), plain.get('mail')]).toEqual([
    'file',
    'file',
    'pässword 비밀',
  ]);
  const later = createVault({ table, cipher: keyring() });
  expect([later.get('mail'), later.protection('mail'), later.state()]).toEqual(['pässword 비밀', 'file', 'keyring']);
  expect([later.set('mail', 'next'), later.protection('mail'), later.get('mail')]).toEqual([
    'keyring',
    'keyring',
    'next',
  ]);
  later.remove('mail');
  expect([later.get('mail'), later.has('mail'), later.protection('mail')]).toEqual([null, false, null]);
});

test('the keyring of the desktop: the password that everybody knows is none', () => {
  const api = (available: boolean, backend?: string): KeyringApi => ({
    isEncryptionAvailable: () => available,
    encryptString: (text) => Buffer.from(text),
    decryptString: (data) => data.toString(),
    ...(backend === undefined ? {} : { getSelectedStorageBackend: () => backend as 'basic_text' }),
  });
  const available = (platform: NodeJS.Platform, ...given: Parameters<typeof api>) =>
    createKeyring(api(...given), platform).available();
  expect(available('linux', true, 'gnome_libsecret')).toBe(true);
  expect(available('linux', true, 'kwallet6')).toBe(true);
  expect(available('linux', true, 'basic_text')).toBe(false);
  expect(available('linux', true, 'unknown')).toBe(false);
  expect(available('linux', true)).toBe(false);
  expect(available('linux', false, 'gnome_libsecret')).toBe(false);
  expect([available('darwin', true), available('win32', true), available('win32', false)]).toEqual([true, true, false]);
});

test('a file that keeps a secret in the open can be read by the user alone, also after it was opened anew', () => {
  const store = scratchStore();
  const modes = () => [store.file, `${store.file}-wal`, `${store.file}-shm`].map((file) => statSync(file).mode & 0o777);
  for (const file of [store.file, `${store.file}-wal`, `${store.file}-shm`]) chmodSync(file, 0o644);
  createVault({ table: store.secrets, cipher: null }).set('mail', 'hunter2');
  expect(modes()).toEqual([0o600, 0o600, 0o600]);
  store.close();
  const again = scratchStore(store.file);
  again.channels.remove('x');
  expect(modes()).toEqual([0o600, 0o600, 0o600]);
});
