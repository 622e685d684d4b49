/** Sends a file to S3: in one request, or in parts that survive an interruption. */
import { createHash } from 'node:crypto';
import type { CompletedPart } from '@aws-sdk/client-s3';
import { sourceDamaged } from './remote-errors';
import type { S3Bucket } from './s3-bucket';
import { abortUpload, createUpload, listParts } from './s3-multipart';
import {
  etagOfParts,
  etagOfSingle,
  type HashedPart,
  hashedParts,
  LARGEST_BYTES,
  partBytesFor,
  plainEtag,
} from './s3-parts';
import { sendPart, unlessThere } from './s3-send';
import type { PutRequest } from './types';

/** Name of the object's metadata that holds the SHA-256 of the file, hex. */
export const HASH_METADATA = 'holdfast-sha256';
const PARTS_AT_ONCE = 3;

export interface Sent {
  /** What the service shows as ETag, if it makes them of MD5s. */
  etag: string;
  /** False: an object of that name came up meanwhile and was left as it is. */
  created: boolean;
}

/**
 * Sends a file under a key that no object has. What is sent is what was announced, and never replaces an object.
 * Errors: those of a destination; BACKUP_FILE_DAMAGED when the file is not what was announced.
 */
export async function upload(bucket: S3Bucket, request: PutRequest): Promise<Sent> {
  if (request.sizeBytes > LARGEST_BYTES) throw bucket.unusable('the file is larger than S3 takes (5 TiB)');
  return request.sizeBytes <= bucket.partBytes ? sendWhole(bucket, request) : sendInParts(bucket, request);
}

/** What the service shows as ETag for this file, if it makes them of MD5s; the file is read for it. */
export async function expectedEtag(bucket: S3Bucket, request: PutRequest): Promise<string> {
  const { file, sizeBytes, sha256, signal, onProgress } = request;
  const partBytes = partBytesFor(sizeBytes, bucket.partBytes);
  const whole = createHash('sha256');
  const md5s: Buffer[] = [];
  for await (const { md5 } of hashedParts(file, { sizeBytes, partBytes, whole, signal })) {
    md5s.push(md5);
    onProgress(sizeBytes);
  }
  if (whole.digest('hex') !== sha256) throw sourceDamaged(file);
  const [single] = md5s;
  return sizeBytes <= bucket.partBytes && single ? etagOfSingle(single) : etagOfParts(md5s);
}

async function sendWhole(bucket: S3Bucket, request: PutRequest): Promise<Sent> {
  const { file, name, sizeBytes, sha256, signal } = request;
  const whole = createHash('sha256');
  for await (const part of hashedParts(file, { sizeBytes, partBytes: bucket.partBytes, whole, signal })) {
    if (whole.digest('hex') !== sha256) throw sourceDamaged(file);
    const object = { Bucket: bucket.bucket, Key: bucket.key(name), Metadata: { [HASH_METADATA]: sha256 } };
    const content = { ContentLength: sizeBytes, ContentType: 'application/octet-stream', ...contentMd5(part) };
    const created = await unlessThere((condition, expected) =>
      sendPart(bucket, part, { file, name, signal, expected, onBytes: request.onProgress }, (Body, client, options) =>
        client.send(new bucket.sdk.PutObjectCommand({ ...object, ...content, ...condition, Body }), options),
      ),
    );
    request.onProgress(sizeBytes);
    return { etag: etagOfSingle(part.md5), created };
  }
  throw sourceDamaged(file);
}

async function sendInParts(bucket: S3Bucket, request: PutRequest): Promise<Sent> {
  const { file, name, sizeBytes, sha256 } = request;
  const key = bucket.key(name);
  const partBytes = partBytesFor(sizeBytes, bucket.partBytes);
  const { uploadId, there } = await openUpload(bucket, key, request);
  request.onResume({ uploadId, key });
  const whole = createHash('sha256');
  const target = { Bucket: bucket.bucket, Key: key, UploadId: uploadId };
  const sent = new SentParts(request.onProgress);

  await inParallel(request.signal, async (signal, start) => {
    for await (const part of hashedParts(file, { sizeBytes, partBytes, whole, signal })) {
      const etag = there.get(part.number);
      if (etag === `${part.sizeBytes}-${etagOfSingle(part.md5)}`) {
        sent.add(part, etagOfSingle(part.md5));
        continue;
      }
      await start(async () => {
        const { ETag } = await sendPart(
          bucket,
          part,
          { file, name, signal, onBytes: sent.under(part) },
          (Body, client, options) => {
            const content = { ContentLength: part.sizeBytes, ...contentMd5(part), Body };
            const input = { ...target, PartNumber: part.number, ...content };
            return client.send(new bucket.sdk.UploadPartCommand(input), options);
          },
        );
        sent.add(part, plainEtag(ETag) || etagOfSingle(part.md5));
      });
    }
  });
  if (whole.digest('hex') !== sha256) {
    await abortUpload(bucket, key, uploadId);
    throw sourceDamaged(file);
  }
  const { signal } = request;
  const created = await unlessThere((condition, expected) => {
    const input = { ...target, MultipartUpload: { Parts: sent.parts }, ...condition };
    return bucket.request(
      name,
      (client, options) => client.send(new bucket.sdk.CompleteMultipartUploadCommand(input), options),
      { signal, expected },
    );
  });
  if (!created) await abortUpload(bucket, key, uploadId);
  return { etag: etagOfParts(sent.md5s), created };
}

const contentMd5 = ({ md5 }: HashedPart) => ({ ContentMD5: md5.toString('base64') });

class SentParts {
  readonly parts: CompletedPart[] = [];
  readonly md5s: Buffer[] = [];
  /** Bytes of each part that went out, by its number. */
  private readonly out: number[] = [];

  constructor(private readonly onProgress: (doneBytes: number) => void) {}

  /** Counts the bytes of a part that is under way; it begins anew when the part does. */
  under({ number }: HashedPart): (bytes: number) => void {
    return (bytes) => {
      this.out[number] = bytes;
      this.tell();
    };
  }

  /** Parts may end in any order. */
  add(part: HashedPart, etag: string): void {
    this.parts[part.number - 1] = { PartNumber: part.number, ETag: `"${etag}"` };
    this.md5s[part.number - 1] = part.md5;
    this.out[part.number] = part.sizeBytes;
    this.tell();
  }

  private tell(): void {
    this.onProgress(this.out.reduce((sum, bytes) => sum + bytes, 0));
  }
}

/** Goes on with the upload that the resume point names, if it still is one of this file; else begins one. */
async function openUpload(
  bucket: S3Bucket,
  key: string,
  request: PutRequest,
): Promise<{ uploadId: string; there: Map<number, string> }> {
  const { resume, name: path, signal, sha256 } = request;
  const uploadId = resume?.key === key ? resume.uploadId : undefined;
  if (typeof uploadId === 'string') {
    const parts = await listParts(bucket, { key, uploadId, path, signal });
    if (parts) {
      const there = new Map(parts.map((part) => [part.number, `${part.sizeBytes}-${plainEtag(part.etag)}`]));
      return { uploadId, there };
    }
  }
  const metadata = { [HASH_METADATA]: sha256 };
  return { uploadId: await createUpload(bucket, { key, path, metadata, signal }), there: new Map() };
}

/** Runs work that starts other work, a few pieces at once. The first failure ends all of it, and nothing runs on. */
async function inParallel(
  signal: AbortSignal,
  work: (signal: AbortSignal, start: (piece: () => Promise<void>) => Promise<void>) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const running = new Set<Promise<void>>();
  const start = async (piece: () => Promise<void>) => {
    while (running.size >= PARTS_AT_ONCE) await Promise.race(running);
    failed.signal.throwIfAborted();
    const one = piece()
      .catch((thrown: unknown) => failed.abort(thrown))
      .finally(() => running.delete(one));
    running.add(one);
  };
  await work(AbortSignal.any([signal, failed.signal]), start).catch((thrown: unknown) => failed.abort(thrown));
  await Promise.all(running);
  // The reason is what failed first.
  failed.signal.throwIfAborted();
}
