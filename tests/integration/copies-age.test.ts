/** Files in the age format: what Holdfast writes the `age` program opens, and the other way round. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { appendFile, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AgeKeys, decryptFile, encryptFile, isAgeFile } from '../../electron/copies/age';
import {
  ageToRecipient,
  ageWithPassphrase,
  makeKey,
  openWithKeyFile,
  openWithPassphrase,
} from '../helpers/age-program';
import { fileHash } from '../helpers/databases';
import { codeOf } from '../helpers/engine';

const PASSPHRASE = 'correct horse battery 말';
const CHUNK_BYTES = 64 * 1024;
const HERE = { signal: new AbortController().signal, onProgress: () => undefined };

let folder: string;
/** Key of every test; made once. */
const key = makeKey();
const at = (name: string): string => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-age-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function plain(bytes: number): string {
  writeFileSync(at('plain'), randomBytes(bytes));
  return at('plain');
}
const encrypt = (source: string) =>
  encryptFile(source, at('sealed.age'), { mode: 'passphrase' }, { passphrase: PASSPHRASE }, HERE);
/** Without the time that a passphrase takes. */
const encryptToKey = (source: string) =>
  encryptFile(source, at('sealed.age'), { mode: 'recipient', recipient: key.recipient }, {}, HERE);
const decrypt = (keys: AgeKeys, source = at('sealed.age')) => decryptFile(source, at('opened'), keys, HERE);

/** Fails with the code, and leaves nothing of the target behind. */
async function refused(keys: AgeKeys, source = at('sealed.age')): Promise<string> {
  const code = await codeOf(decrypt(keys, source));
  expect(readdirSync(folder).filter((name) => name.startsWith('opened'))).toEqual([]);
  return code;
}

describe('with the age program', () => {
  test('it opens what was encrypted with a passphrase, and the size and hash are those of the file', async () => {
    const source = plain(300_000);
    const sealed = await encrypt(source);
    openWithPassphrase(at('sealed.age'), at('by-age'), PASSPHRASE);
    expect(fileHash(at('by-age'))).toBe(fileHash(source));
    const bytes = readFileSync(at('sealed.age'));
    expect(sealed).toEqual({
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sourceSha256: fileHash(source),
    });
    expect(isAgeFile(bytes)).toBe(true);
    expect(isAgeFile(readFileSync(source))).toBe(false);
  });

  test('it opens what was encrypted to a recipient, and so does its key here', async () => {
    const source = plain(200_000);
    await encryptToKey(source);
    writeFileSync(at('key.txt'), key.identity);
    openWithKeyFile(at('sealed.age'), at('by-age'), at('key.txt'));
    expect(fileHash(at('by-age'))).toBe(fileHash(source));
    const opened = await decrypt({ identities: [key.identity] });
    expect(opened.sha256).toBe(fileHash(source));
    expect(fileHash(at('opened'))).toBe(fileHash(source));
  });

  test('what it encrypted is opened here, by passphrase and by key', async () => {
    const source = plain(200_000);
    ageToRecipient(source, at('to-key.age'), key.recipient);
    ageWithPassphrase(source, at('to-passphrase.age'), PASSPHRASE);
    const keys = { passphrases: ['not this one', PASSPHRASE], identities: [makeKey().identity, key.identity] };
    expect((await decrypt(keys, at('to-key.age'))).sha256).toBe(fileHash(source));
    expect((await decrypt(keys, at('to-passphrase.age'))).sha256).toBe(fileHash(source));
  });
});

test('files of every length come back, also at the borders of the chunks', async () => {
  for (const bytes of [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 1024 * 1024 + CHUNK_BYTES]) {
    const source = plain(bytes);
    await encryptToKey(source);
    const opened = await decrypt({ identities: [key.identity] });
    expect(opened).toEqual({ sizeBytes: bytes, sha256: fileHash(source), sourceSha256: fileHash(at('sealed.age')) });
    expect(fileHash(at('opened'))).toBe(fileHash(source));
  }
});

test('a missing key, a key of the other kind and a wrong one are told apart, and nothing is written', async () => {
  await encrypt(plain(1000));
  expect(await refused({})).toBe('PASSPHRASE_NEEDED');
  expect(await refused({ identities: [key.identity] })).toBe('PASSPHRASE_NEEDED');
  expect(await refused({ passphrases: ['wrong passphrase'] })).toBe('PASSPHRASE_WRONG');
  await encryptToKey(at('plain'));
  expect(await refused({ passphrases: [PASSPHRASE] })).toBe('PASSPHRASE_NEEDED');
  expect(await refused({ identities: [makeKey().identity] })).toBe('PASSPHRASE_WRONG');
  expect(await refused({ identities: ['no key at all'] })).toBe('PASSPHRASE_WRONG');
  expect(await codeOf(encryptFile(at('plain'), at('x.age'), { mode: 'passphrase' }, {}, HERE))).toBe(
    'PASSPHRASE_NEEDED',
  );
  expect(existsSync(at('x.age'))).toBe(false);
});

describe('a damaged file leaves nothing half opened:', () => {
  const keys = { passphrases: [PASSPHRASE], identities: [key.identity] };

  test('cut at the end of a chunk, inside one, inside the header', async () => {
    await encryptToKey(plain(3 * CHUNK_BYTES));
    const whole = readFileSync(at('sealed.age'));
    const header = whole.length - 3 * (CHUNK_BYTES + 16);
    for (const length of [whole.length - 1, header + 2 * (CHUNK_BYTES + 16), header + 100, header - 20, 30]) {
      writeFileSync(at('sealed.age'), whole);
      await truncate(at('sealed.age'), length);
      expect([length, await refused(keys)]).toEqual([length, 'ENCRYPTED_FILE_DAMAGED']);
    }
  });

  test('one bit flipped in the payload, bytes added at the end', async () => {
    await encryptToKey(plain(3 * CHUNK_BYTES));
    const whole = readFileSync(at('sealed.age'));
    for (const back of [1, CHUNK_BYTES, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES]) {
      const bytes = Buffer.from(whole);
      bytes[bytes.length - back] = (bytes[bytes.length - back] ?? 0) ^ 4;
      writeFileSync(at('sealed.age'), bytes);
      expect(await refused(keys)).toBe('ENCRYPTED_FILE_DAMAGED');
    }
    writeFileSync(at('sealed.age'), whole);
    await appendFile(at('sealed.age'), 'x');
    expect(await refused(keys)).toBe('ENCRYPTED_FILE_DAMAGED');
  });

  test('no age file, a header without end, one that asks for all memory', async () => {
    writeFileSync(at('sealed.age'), 'SQLite format 3');
    expect(await refused(keys)).toBe('ENCRYPTED_FILE_DAMAGED');
    writeFileSync(at('sealed.age'), `age-encryption.org/v1\n-> scrypt ${'A'.repeat(3_000_000)}`);
    expect(await refused(keys)).toBe('ENCRYPTED_FILE_DAMAGED');
    await encrypt(plain(100));
    const bytes = readFileSync(at('sealed.age'), 'latin1').replace(/(-> scrypt \S+) 16/, '$1 20');
    writeFileSync(at('sealed.age'), bytes, 'latin1');
    expect(await refused(keys)).toBe('ENCRYPTED_FILE_DAMAGED');
  });
});

test('a source that is not there is no damaged one; a cancelled run leaves nothing', async () => {
  expect(await codeOf(decrypt({ passphrases: [PASSPHRASE] }, at('nothing')))).toBe('FILE_NOT_FOUND');
  expect(await codeOf(encrypt(at('nothing')))).toBe('FILE_NOT_FOUND');
  const source = plain(3 * 1024 * 1024);
  const stop = new AbortController();
  const onProgress = (done: number): void => {
    if (done > 1024 * 1024) stop.abort();
  };
  const options = { signal: stop.signal, onProgress };
  expect(
    await codeOf(encryptFile(source, at('x.age'), { mode: 'passphrase' }, { passphrase: PASSPHRASE }, options)),
  ).toBe('CANCELLED');
  expect(readdirSync(folder)).toEqual(['plain']);
});
