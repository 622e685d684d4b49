/** Sends bytes of a file to S3 as the body of one request, signed with their hash. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { S3Bucket } from './s3-bucket';
import { codeOf, isUnknownRequest, mayPass, statusOf } from './s3-errors';
import { isNoUpload } from './s3-multipart';
import type { HashedPart } from './s3-parts';

const ATTEMPTS = 3;
const PAUSE_MS = 200;

export interface SendOptions {
  file: string;
  /** Of the copy, for errors. */
  name: string;
  signal: AbortSignal;
  /** Told how many bytes of the part went out; from the beginning again when it is sent again. */
  onBytes: (bytes: number) => void;
  expected?: (thrown: unknown) => boolean;
}

type Send<T> = (body: Readable, client: S3Client, options: { abortSignal: AbortSignal }) => Promise<T>;

/**
 * Sends one part of a file, again when the trouble may be a passing one. It is read while it is sent: however large parts
 * are, memory holds none.
 */
export async function sendPart<T>(
  bucket: S3Bucket,
  part: HashedPart,
  { file, name, signal, onBytes, expected }: SendOptions,
  send: Send<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const unreadable = new AbortController();
    const body = Readable.from(bytesOf(file, part, onBytes), { objectMode: false });
    bucket.announce(body, part.sha256);
    // The request would wait for the rest of a body that broke off.
    body.on('error', (error) => unreadable.abort(wrapError(error, { path: file })));
    try {
      return await bucket.request(name, (client, options) => send(body, client, options), {
        signal: AbortSignal.any([signal, unreadable.signal]),
        expected: (thrown) => expected?.(thrown) === true || (attempt < ATTEMPTS && mayPass(thrown)),
      });
    } catch (thrown) {
      // What the SDK threw comes only if it may pass, or if the caller deals with it.
      const final = thrown instanceof HoldfastError || signal.aborted || unreadable.signal.aborted;
      if (final || expected?.(thrown)) throw thrown;
    } finally {
      body.destroy();
    }
    await pause(PAUSE_MS * attempt, undefined, { signal });
  }
}

async function* bytesOf(
  file: string,
  { fromByte, sizeBytes }: HashedPart,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  if (sizeBytes === 0) return;
  let out = 0;
  for await (const bytes of createReadStream(file, { start: fromByte, end: fromByte + sizeBytes - 1 })) {
    yield bytes as Buffer;
    onBytes((out += (bytes as Buffer).length));
  }
}

/**
 * Lets a request make an object only where there is none; for services that do not know such a condition, without it.
 * @returns false when there is one, or when the upload was completed before
 */
export async function unlessThere(
  send: (condition: { IfNoneMatch?: '*' }, expected: (thrown: unknown) => boolean) => Promise<unknown>,
): Promise<boolean> {
  const isThere = (thrown: unknown) => statusOf(thrown) === 412 || codeOf(thrown) === 'ConditionalRequestConflict';
  const expected = (thrown: unknown) => isThere(thrown) || isNoUpload(thrown) || isUnknownRequest(thrown);
  try {
    await send({ IfNoneMatch: '*' }, expected);
    return true;
  } catch (thrown) {
    if (thrown instanceof HoldfastError || !expected(thrown)) throw thrown;
    if (!isUnknownRequest(thrown)) return false;
  }
  await send({}, () => false);
  return true;
}
