import { expect, test } from 'vitest';
import { scratchStore } from './fixture';

test('a secret is kept byte for byte, with how it is protected', () => {
  const store = scratchStore();
  const value = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
  store.secrets.set('a', { protection: 'keyring', value });
  store.secrets.set('b', { protection: 'file', value: Buffer.from('비밀', 'utf8') });
  store.close();
  const { secrets } = scratchStore(store.file);
  expect(secrets.get('a')).toEqual({ protection: 'keyring', value });
  expect(secrets.get('b')?.value.toString('utf8')).toBe('비밀');
  expect([secrets.protection('a'), secrets.protection('c')]).toEqual(['keyring', null]);
  expect(secrets.inUse()).toEqual(['file', 'keyring']);
  secrets.set('a', { protection: 'file', value: Buffer.from('new') });
  secrets.remove('b');
  expect([secrets.get('a')?.value.toString(), secrets.get('b'), secrets.inUse()]).toEqual(['new', null, ['file']]);
});
