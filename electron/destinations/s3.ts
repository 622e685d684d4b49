/** Copies in a bucket of Amazon S3 or of one of the many services that speak the same protocol. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { heartbeat } from './heartbeat';
import { copyDamaged, isPlainName } from './remote-errors';
import { type S3Config, S3Bucket, type S3Limits, S3_LIMITS } from './s3-bucket';
import { NO_SERVICE, statusOf } from './s3-errors';
import { abortStaleUploads } from './s3-multipart';
import { plainEtag } from './s3-parts';
import { expectedEtag, HASH_METADATA, upload } from './s3-upload';
import type {
  Destination,
  OpenDestination,
  OpenOptions,
  PutRequest,
  RemoteFile,
  ResumePoint,
  StoredFile,
} from './types';

/** Opens a bucket: one request for a list proves address, bucket and key. There is no marker: a bucket is there or not. */
export const openS3: OpenDestination = (options) => openS3With(options, S3_LIMITS);

/** @param now Unix time, ms */
export async function openS3With(
  options: OpenOptions,
  limits: S3Limits,
  now: () => number = Date.now,
): Promise<Destination> {
  const bucket = await S3Bucket.create(options.config as S3Config, options, limits);
  const destination = new S3Destination(bucket, now);
  try {
    await destination.look();
  } catch (thrown) {
    bucket.close();
    throw thrown;
  }
  return destination;
}

interface Head {
  sizeBytes: number;
  etag: string;
  /** What the uploader said that the hash is; null for objects that others made. */
  sha256: string | null;
  modifiedAt: string | null;
}

class S3Destination implements Destination {
  constructor(
    private readonly bucket: S3Bucket,
    private readonly now: () => number,
  ) {}

  async look(): Promise<void> {
    const { Name, KeyCount, IsTruncated } = await this.listPage({ MaxKeys: 1 });
    // A page of some web server has none of them.
    if (Name === undefined && KeyCount === undefined && IsTruncated === undefined)
      throw this.bucket.unusable(NO_SERVICE);
  }

  async put(request: PutRequest): Promise<StoredFile> {
    const { name, sizeBytes, sha256, signal } = request;
    const there = await this.head(name, signal);
    if (there) {
      const other = there.sizeBytes !== sizeBytes || (there.sha256 !== null && there.sha256 !== sha256);
      if (other) throw copyDamaged(this.bucket.name, name, 'another object has this name');
      return this.compare(request, there, await expectedEtag(this.bucket, request));
    }
    const sent = await upload(this.bucket, request);
    const stored = await this.head(name, signal);
    if (!stored) {
      const reason = sent.created
        ? 'it took a copy and does not show it'
        : 'another upload of the same copy is under way';
      throw this.bucket.unusable(reason);
    }
    try {
      return await this.compare(request, stored, sent.etag);
    } catch (thrown) {
      // It is ours and wrong: under this name only a whole copy may lie. One that came from elsewhere meanwhile stays.
      if (sent.created && stored.sha256 === sha256 && isDamage(thrown)) await this.remove(name);
      throw thrown;
    }
  }

  async read(name: string, { fromByte, signal }: { fromByte: number; signal: AbortSignal }): Promise<Readable> {
    const { bucket } = this;
    const input = {
      ...{ Bucket: bucket.bucket, Key: bucket.key(name) },
      ...(fromByte === 0 ? {} : { Range: `bytes=${fromByte}-` }),
    };
    const beyond = (thrown: unknown) => statusOf(thrown) === 416;
    const both = bucket.bothSignals(signal);
    try {
      const { Body } = await bucket.request(
        name,
        (client, options) => client.send(new bucket.sdk.GetObjectCommand(input), options),
        { signal, expected: beyond },
      );
      const body = Body instanceof Readable ? Body : Readable.from([]);
      return Readable.from(this.named(body, name, both), { objectMode: false });
    } catch (thrown) {
      if (!beyond(thrown)) throw thrown;
      return Readable.from([]);
    }
  }

  async stat(name: string): Promise<RemoteFile | null> {
    const head = await this.head(name);
    return head && { name, sizeBytes: head.sizeBytes, modifiedAt: head.modifiedAt };
  }

  async *list(signal: AbortSignal): AsyncGenerator<RemoteFile> {
    const below = this.bucket.keysBelow();
    let after: string | undefined;
    do {
      const page = await this.listPage(after === undefined ? {} : { ContinuationToken: after }, signal);
      for (const { Key = '', Size, LastModified } of page.Contents ?? []) {
        const name = Key.slice(below.length);
        // Folders that consoles make are empty objects whose names end in a slash.
        if (!Key.startsWith(below) || !isPlainName(name)) continue;
        yield { name, sizeBytes: Size ?? 0, modifiedAt: LastModified?.toISOString() ?? null };
      }
      after = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (after);
  }

  async remove(name: string): Promise<void> {
    const { bucket } = this;
    const input = { Bucket: bucket.bucket, Key: bucket.key(name) };
    await bucket.request(name, (client, options) => client.send(new bucket.sdk.DeleteObjectCommand(input), options));
  }

  async tidy(keep: readonly ResumePoint[]): Promise<void> {
    const kept = new Set(keep.map(({ uploadId }) => String(uploadId)));
    await abortStaleUploads(this.bucket, kept, this.now());
  }

  async freeBytes(): Promise<null> {
    return null;
  }

  hostKey(): null {
    return null;
  }

  async close(): Promise<void> {
    this.bucket.close();
  }

  private listPage(more: { MaxKeys?: number; ContinuationToken?: string }, signal?: AbortSignal) {
    const { bucket } = this;
    const input = { Bucket: bucket.bucket, Prefix: bucket.keysBelow(), ...more };
    return bucket.request(
      '',
      (client, options) => client.send(new bucket.sdk.ListObjectsV2Command(input), options),
      signal ? { signal } : {},
    );
  }

  private async head(name: string, signal?: AbortSignal): Promise<Head | null> {
    const { bucket } = this;
    const input = { Bucket: bucket.bucket, Key: bucket.key(name) };
    const absent = (thrown: unknown) => statusOf(thrown) === 404;
    try {
      const found = await bucket.request(
        name,
        (client, options) => client.send(new bucket.sdk.HeadObjectCommand(input), options),
        { ...(signal ? { signal } : {}), expected: absent },
      );
      return {
        sizeBytes: found.ContentLength ?? -1,
        etag: plainEtag(found.ETag),
        sha256: found.Metadata?.[HASH_METADATA] ?? null,
        modifiedAt: found.LastModified?.toISOString() ?? null,
      };
    } catch (thrown) {
      if (!absent(thrown)) throw thrown;
      return null;
    }
  }

  /** By the service's own hash; where it shows something else (its own encryption, other servers), by reading back. */
  private async compare(request: PutRequest, stored: Head, etag: string): Promise<StoredFile> {
    const { name, sizeBytes, sha256, signal } = request;
    const destination = this.bucket.name;
    if (stored.sizeBytes !== sizeBytes) throw copyDamaged(destination, name, `it has ${stored.sizeBytes} bytes`);
    if (stored.etag === etag) return { sizeBytes, comparedBy: 'service-hash' };
    const hash = createHash('sha256');
    const onBytes = heartbeat(() => request.onProgress(sizeBytes));
    for await (const bytes of await this.read(name, { fromByte: 0, signal })) {
      hash.update(bytes as Buffer);
      onBytes(bytes.length);
    }
    if (hash.digest('hex') !== sha256) throw copyDamaged(destination, name, 'what was read back is not what was sent');
    return { sizeBytes, comparedBy: 'read-back' };
  }

  private async *named(body: Readable, name: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    try {
      for await (const bytes of body) yield bytes as Buffer;
    } catch (thrown) {
      throw this.bucket.errorOf(thrown, name, signal);
    } finally {
      body.destroy();
    }
  }
}

const isDamage = (thrown: unknown): boolean => (thrown as { code?: unknown } | null)?.code === 'COPY_DAMAGED';
