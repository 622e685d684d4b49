/**
 * The age format (https://age-encryption.org/v1): what leaves this machine is encrypted here, and any `age` program opens
 * it with the passphrase or the key. Both directions stream: memory does not grow with the file.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import type { DestinationSecrets, Encryption } from '@shared/destinations';
import type { Decrypter, Encrypter, Identity } from 'age-encryption';
import { writeAll } from '../backup/compress';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';

/**
 * scrypt needs 2^factor KiB of memory: 64 MiB at 16, within the 200 MB that a job may use. The `age` program's own factor
 * of 18 needs 256 MiB, which only decrypting a file from elsewhere may take.
 */
const SCRYPT_WORK_FACTOR = 16;
const HIGHEST_SCRYPT_WORK_FACTOR = 18;

const VERSION_LINE = 'age-encryption.org/v1\n';
const HEADER_LIMIT_BYTES = 64 * 1024;
const READ_BYTES = 1024 * 1024;

export interface AgeOptions {
  signal: AbortSignal;
  /** Bytes of the source that were read. */
  onProgress: (doneBytes: number, totalBytes: number) => void;
}

/** What was written, and the hash of what was read for it. */
export interface AgeResult {
  sizeBytes: number;
  /** SHA-256, hex. */
  sha256: string;
  sourceSha256: string;
}

/** What may open a file; wrong ones among right ones do no harm. */
export interface AgeKeys {
  passphrases?: readonly string[];
  /** `AGE-SECRET-KEY-1…` */
  identities?: readonly string[];
}

/** Whether a file that begins with `head` is in the age format; 22 bytes are enough. */
export function isAgeFile(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, VERSION_LINE.length)).toString('latin1') === VERSION_LINE;
}

/**
 * Encrypts `source` into `target`, which appears under its name only when it is whole and on the disk. Two runs give
 * different bytes: the format draws a new key each time.
 * @throws PASSPHRASE_NEEDED when the secret of the mode is not there; what `fs` throws, wrapped; CANCELLED
 */
export async function encryptFile(
  source: string,
  target: string,
  encryption: Exclude<Encryption, { mode: 'none' }>,
  secrets: Pick<DestinationSecrets, 'passphrase'>,
  options: AgeOptions,
): Promise<AgeResult> {
  const age = await import('age-encryption');
  const encrypter: Encrypter = new age.Encrypter();
  if (encryption.mode === 'recipient') encrypter.addRecipient(encryption.recipient);
  else {
    if (!secrets.passphrase) throw holdfastError('PASSPHRASE_NEEDED', { params: { path: target } });
    encrypter.setScryptWorkFactor(SCRYPT_WORK_FACTOR);
    encrypter.setPassphrase(secrets.passphrase);
  }
  return convert(source, target, (input) => encrypter.encrypt(input), options);
}

/**
 * Decrypts `source` into `target`, which appears under its name only after every byte was authenticated.
 * @throws PASSPHRASE_NEEDED when no key of the kind that the file asks for was given, PASSPHRASE_WRONG when none opens it,
 * ENCRYPTED_FILE_DAMAGED when it is no whole file of the format; what `fs` throws, wrapped; CANCELLED
 */
export async function decryptFile(
  source: string,
  target: string,
  keys: AgeKeys,
  options: AgeOptions,
): Promise<AgeResult> {
  const asked = await readStanzaTypes(source);
  if (asked === null) throw damaged(source, 'the header is no header of the age format');
  const decrypter = await keyedDecrypter(source, asked, keys);
  return convert(source, target, (input) => decrypter.decrypt(input), options);
}

/** Adds only keys of a kind that the file asks for, so that trying one tells a wrong key from a missing one. */
async function keyedDecrypter(source: string, asked: readonly string[], keys: AgeKeys): Promise<Decrypter> {
  const age = await import('age-encryption');
  const decrypter = new age.Decrypter();
  let usable = 0;
  // Before the passphrases: deriving a key from a hostile header must not take all memory.
  decrypter.addIdentity(limitScrypt(source));
  if (asked.includes('scrypt')) {
    for (const passphrase of keys.passphrases ?? []) {
      decrypter.addPassphrase(passphrase);
      usable++;
    }
  } else {
    for (const identity of keys.identities ?? []) {
      try {
        decrypter.addIdentity(identity.trim());
        usable++;
      } catch (thrown) {
        throw holdfastError('PASSPHRASE_WRONG', { params: { path: source }, cause: thrown });
      }
    }
  }
  if (usable === 0) throw holdfastError('PASSPHRASE_NEEDED', { params: { path: source } });
  // Asked last: every key was tried by then.
  decrypter.addIdentity({
    unwrapFileKey: () => {
      throw holdfastError('PASSPHRASE_WRONG', { params: { path: source } });
    },
  });
  return decrypter;
}

function limitScrypt(source: string): Identity {
  return {
    unwrapFileKey: (stanzas) => {
      const factor = stanzas.map(({ args }) => (args[0] === 'scrypt' ? Number(args[2]) : 0));
      if (factor.some((one) => !(one <= HIGHEST_SCRYPT_WORK_FACTOR))) {
        throw damaged(source, `scrypt work factor ${factor.join(', ')}: at most ${HIGHEST_SCRYPT_WORK_FACTOR}`);
      }
      return null;
    },
  };
}

/** The kinds of keys that the header names; null when it is no header. A header without end would be read for ever. */
async function readStanzaTypes(source: string): Promise<string[] | null> {
  const handle = await fs.open(source, 'r').catch((thrown: unknown) => {
    throw wrapError(thrown, { path: source });
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_LIMIT_BYTES), 0, HEADER_LIMIT_BYTES, 0);
    if (!isAgeFile(buffer)) return null;
    const text = buffer.toString('latin1', 0, bytesRead);
    const end = text.indexOf('\n--- ');
    if (end < 0 || !text.includes('\n', end + 1)) return null;
    const types = text.slice(0, end + 1).matchAll(/^-> (\S+)/gm);
    return [...types].map((match) => match[1] ?? '');
  } catch (thrown) {
    throw wrapError(thrown, { path: source });
  } finally {
    await handle.close();
  }
}

type Convert = (input: ReadableStream<Uint8Array>) => Promise<ReadableStream<Uint8Array>>;

async function convert(source: string, target: string, by: Convert, options: AgeOptions): Promise<AgeResult> {
  const partial = `${target}.partial`;
  const input = await fs.open(source, 'r').catch((thrown: unknown) => {
    throw wrapError(thrown, { path: source });
  });
  try {
    const reading = readWhole(input, source, options);
    const output = await fs.open(partial, 'w', 0o600);
    let result: AgeResult;
    try {
      const written = await writeWhole(output, await readable(by, reading, source), source, reading.failed);
      result = { ...written, sourceSha256: reading.sha256() };
      await output.sync();
    } finally {
      await output.close();
    }
    await fs.rename(partial, target);
    return result;
  } catch (thrown) {
    await fs.rm(partial, { force: true });
    throw wrapError(thrown, { path: target });
  } finally {
    await input.close();
  }
}

interface Reading {
  stream: ReadableStream<Uint8Array>;
  /** Throws what reading the source failed with; a damaged file is not an unreadable one. */
  failed: () => void;
  /** Of all that was read, hex; once, at the end. */
  sha256: () => string;
}

function readWhole(input: fs.FileHandle, source: string, { signal, onProgress }: AgeOptions): Reading {
  const hash = createHash('sha256');
  let failure: HoldfastError | null = null;
  let wanted = true;
  let totalBytes = 0;
  let doneBytes = 0;
  const stream = new ReadableStream<Uint8Array>({
    start: async () => {
      totalBytes = (await input.stat()).size;
    },
    pull: async (controller) => {
      try {
        if (signal.aborted) throw holdfastError('CANCELLED');
        const { buffer, bytesRead } = await input.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, null);
        if (!wanted) return;
        if (bytesRead === 0) {
          controller.close();
          return;
        }
        doneBytes += bytesRead;
        onProgress(doneBytes, Math.max(totalBytes, doneBytes));
        hash.update(buffer.subarray(0, bytesRead));
        controller.enqueue(new Uint8Array(buffer.buffer, buffer.byteOffset, bytesRead));
      } catch (thrown) {
        failure = wrapError(thrown, { path: source });
        controller.error(failure);
      }
    },
    // The conversion failed while a read was under way.
    cancel: () => {
      wanted = false;
    },
  });
  return {
    stream,
    failed: () => {
      if (failure) throw failure;
    },
    sha256: () => hash.digest('hex'),
  };
}

/** Starts the conversion; the library reads the header before it answers. */
async function readable(by: Convert, reading: Reading, source: string): Promise<ReadableStream<Uint8Array>> {
  try {
    return await by(reading.stream);
  } catch (thrown) {
    reading.failed();
    throw thrown instanceof HoldfastError ? thrown : damaged(source, thrown);
  }
}

async function writeWhole(
  output: fs.FileHandle,
  converted: ReadableStream<Uint8Array>,
  source: string,
  failed: () => void,
): Promise<Pick<AgeResult, 'sizeBytes' | 'sha256'>> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const reader = converted.getReader();
  try {
    for (;;) {
      const next = await reader.read().catch((thrown: unknown) => {
        failed();
        throw damaged(source, thrown);
      });
      if (next.done) return { sizeBytes, sha256: hash.digest('hex') };
      hash.update(next.value);
      const { buffer, byteOffset, byteLength } = next.value;
      await writeAll(output, [Buffer.from(buffer, byteOffset, byteLength)]);
      sizeBytes += next.value.length;
    }
  } catch (thrown) {
    // Stops reading the source. A stream that failed by itself has nothing to stop, and says so again.
    await reader.cancel(thrown).catch(() => undefined);
    throw thrown;
  }
}

const damaged = (path: string, why: unknown): HoldfastError =>
  holdfastError('ENCRYPTED_FILE_DAMAGED', {
    params: { path },
    ...(typeof why === 'string' ? { detail: why } : { cause: why }),
  });
