/** Uploads in parts as an S3 service keeps them: what was begun, what of it lies there, what is stale. */
import { HoldfastError } from '../errors/holdfast-error';
import type { S3Bucket } from './s3-bucket';
import { codeOf, isUnknownRequest } from './s3-errors';

const STALE_MS = 24 * 3_600_000;

export interface ListedPart {
  number: number;
  sizeBytes: number;
  etag: string;
  modifiedAt: Date | null;
}

/** Begins an upload; gives its name. */
export async function createUpload(
  bucket: S3Bucket,
  { key, path, metadata, signal }: { key: string; path: string; metadata: Record<string, string>; signal: AbortSignal },
): Promise<string> {
  const input = { Bucket: bucket.bucket, Key: key, ContentType: 'application/octet-stream', Metadata: metadata };
  const { UploadId } = await bucket.request(
    path,
    (client, options) => client.send(new bucket.sdk.CreateMultipartUploadCommand(input), options),
    { signal },
  );
  if (!UploadId) throw bucket.unusable('the service began an upload and gave it no name');
  return UploadId;
}

/** The parts of an upload; null when it is gone, or when the service cannot list them. */
export async function listParts(
  bucket: S3Bucket,
  { key, uploadId, path, signal }: { key: string; uploadId: string; path: string; signal?: AbortSignal },
): Promise<ListedPart[] | null> {
  const parts: ListedPart[] = [];
  const gone = (thrown: unknown) => isUnknownRequest(thrown) || isNoUpload(thrown);
  let after: string | undefined;
  do {
    const input = {
      ...{ Bucket: bucket.bucket, Key: key, UploadId: uploadId },
      ...(after === undefined ? {} : { PartNumberMarker: after }),
    };
    const page = await bucket
      .request(path, (client, options) => client.send(new bucket.sdk.ListPartsCommand(input), options), {
        ...(signal ? { signal } : {}),
        expected: gone,
      })
      .catch(nullWhen(gone));
    if (page === null) return null;
    for (const { PartNumber, Size, ETag, LastModified } of page.Parts ?? []) {
      const seen = { number: PartNumber ?? 0, sizeBytes: Size ?? -1, etag: ETag ?? '' };
      parts.push({ ...seen, modifiedAt: LastModified ?? null });
    }
    after = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (after);
  return parts;
}

/** Takes back an upload; one that is gone is fine. */
export async function abortUpload(bucket: S3Bucket, key: string, uploadId: string): Promise<void> {
  const input = { Bucket: bucket.bucket, Key: key, UploadId: uploadId };
  await bucket
    .request('', (client, options) => client.send(new bucket.sdk.AbortMultipartUploadCommand(input), options), {
      expected: isNoUpload,
    })
    .catch(nullWhen(isNoUpload));
}

/**
 * Takes back uploads below this destination's prefix that nobody goes on with: begun, and their newest part sent, over a
 * day ago. A service that cannot list them keeps them.
 */
export async function abortStaleUploads(bucket: S3Bucket, keep: ReadonlySet<string>, nowMs: number): Promise<void> {
  let marker: { KeyMarker: string; UploadIdMarker?: string } | undefined;
  do {
    const input = { Bucket: bucket.bucket, Prefix: bucket.keysBelow(), ...marker };
    const page = await bucket
      .request('', (client, options) => client.send(new bucket.sdk.ListMultipartUploadsCommand(input), options), {
        expected: isUnknownRequest,
      })
      .catch(nullWhen(isUnknownRequest));
    for (const { Key = '', UploadId = '', Initiated } of page?.Uploads ?? []) {
      if (keep.has(UploadId) || !isStale(Initiated, nowMs)) continue;
      const parts = (await listParts(bucket, { key: Key, uploadId: UploadId, path: '' })) ?? [];
      if (parts.every(({ modifiedAt }) => isStale(modifiedAt, nowMs))) await abortUpload(bucket, Key, UploadId);
    }
    const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = page ?? {};
    marker =
      IsTruncated && NextKeyMarker
        ? { KeyMarker: NextKeyMarker, ...(NextUploadIdMarker ? { UploadIdMarker: NextUploadIdMarker } : {}) }
        : undefined;
  } while (marker);
}

/** A service that does not say when is left alone. */
const isStale = (at: Date | null | undefined, nowMs: number): boolean => !!at && nowMs - at.getTime() > STALE_MS;

export const isNoUpload = (thrown: unknown): boolean => codeOf(thrown) === 'NoSuchUpload';

/** For `catch`: null for what was expected of the SDK, everything else goes on. */
function nullWhen(expected: (thrown: unknown) => boolean): (thrown: unknown) => null {
  return (thrown) => {
    if (thrown instanceof HoldfastError || !expected(thrown)) throw thrown;
    return null;
  };
}
