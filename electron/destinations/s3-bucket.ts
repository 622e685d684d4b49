/** A bucket of an S3 service: the client, its limits, and its errors in our words. The SDK is loaded with the first one. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type * as Sdk from '@aws-sdk/client-s3';
import type { DestinationConfig } from '@shared/destinations';
import { holdfastError } from '../errors/holdfast-error';
import { guardedLookup } from '../net/lookup';
import type { Peer } from '../net/request-error';
import { requireHost, requirePlainName, unusable } from './remote-errors';
import { type S3Place, s3Error } from './s3-errors';
import { SMALLEST_PART_BYTES } from './s3-parts';
import type { OpenOptions } from './types';

export type S3Config = Extract<DestinationConfig, { kind: 's3' }>;

export interface S3Limits {
  connectMs: number;
  /** Longest time in which no byte moves. */
  silenceMs: number;
  /** Up to here a file is sent with one request, larger ones in parts of at least this size. */
  partBytes: number;
}
export const S3_LIMITS: S3Limits = { connectMs: 10_000, silenceMs: 60_000, partBytes: SMALLEST_PART_BYTES };

/** One more for each request without a body from a stream; the copy service tries again later, with growing pauses. */
const MOST_ATTEMPTS = 2;
const MOST_SOCKETS = 8;

export class S3Bucket {
  readonly name: string;
  readonly bucket: string;
  private readonly hashes = new WeakMap<object, string>();

  private constructor(
    readonly sdk: typeof Sdk,
    private readonly client: Sdk.S3Client,
    private readonly agents: readonly HttpAgent[],
    private readonly place: S3Place,
    private readonly prefix: string,
    readonly partBytes: number,
    /** Of the whole destination. */
    private readonly signal: AbortSignal,
  ) {
    this.name = place.name;
    this.bucket = place.bucket;
    client.middlewareStack.add(
      (next) => (args) => {
        const { Body } = args.input as { Body?: object };
        const sha256 = Body && this.hashes.get(Body);
        const { headers } = args.request as { headers: Record<string, string> };
        if (sha256 !== undefined) headers['x-amz-content-sha256'] = sha256;
        return next(args);
      },
      { step: 'build', name: 'announcedHash' },
    );
  }

  /** The service compares the bytes of this body with the hash before it stores them. @param sha256 hex */
  announce(body: object, sha256: string): void {
    this.hashes.set(body, sha256);
  }

  /** Makes the client; nothing is asked yet. Errors: DESTINATION_UNUSABLE, CREDENTIALS_REFUSED without a key. */
  static async create(config: S3Config, { secrets, signal }: OpenOptions, limits: S3Limits): Promise<S3Bucket> {
    const secretAccessKey = secrets.secretAccessKey ?? '';
    if (secretAccessKey === '') {
      const detail = 'no secret access key is stored';
      throw holdfastError('CREDENTIALS_REFUSED', { params: { name: config.name }, detail });
    }
    const peer = peerOf(config);
    requireHost(config.name, peer);
    // The SDK would write about the version of Node to the error output of whoever started this process.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
    const sdk = await import('@aws-sdk/client-s3');
    const agentOptions = { keepAlive: true, maxSockets: MOST_SOCKETS, lookup: guardedLookup(signal) };
    const httpAgent = new HttpAgent(agentOptions);
    const httpsAgent = new HttpsAgent(agentOptions);
    const client = new sdk.S3Client({
      region: config.region,
      ...(config.endpoint === '' ? {} : { endpoint: config.endpoint }),
      forcePathStyle: config.pathStyle,
      credentials: { accessKeyId: config.accessKeyId, secretAccessKey },
      maxAttempts: MOST_ATTEMPTS,
      retryMode: 'standard',
      defaultsMode: 'standard',
      followRegionRedirects: false,
      // Services besides Amazon refuse the checksums that newer SDKs add. Each request carries its hash in the signature.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      expectContinueHeader: false,
      requestHandler: {
        connectionTimeout: limits.connectMs,
        socketTimeout: limits.silenceMs,
        httpAgent,
        httpsAgent,
      },
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    const place = { name: config.name, bucket: config.bucket, peer, secrets: [secretAccessKey, config.accessKeyId] };
    return new S3Bucket(sdk, client, [httpAgent, httpsAgent], place, config.prefix, limits.partBytes, signal);
  }

  /** @throws INVALID_INPUT for a name that would lead elsewhere */
  key(name: string): string {
    requirePlainName(name);
    return this.keysBelow() + name;
  }

  /** What the keys of this destination begin with. */
  keysBelow(): string {
    return this.prefix === '' ? '' : `${this.prefix}/`;
  }

  /**
   * Sends requests; what they throw becomes an error of ours, or the reason of the signal.
   * @param path name of the copy it is about; empty when it is about the bucket
   * @param expected errors of the SDK that the caller deals with: they come as they are
   */
  async request<T>(
    path: string,
    send: (client: Sdk.S3Client, options: { abortSignal: AbortSignal }) => Promise<T>,
    { signal, expected }: { signal?: AbortSignal; expected?: (thrown: unknown) => boolean } = {},
  ): Promise<T> {
    const both = this.bothSignals(signal);
    both.throwIfAborted();
    try {
      return await send(this.client, { abortSignal: both });
    } catch (thrown) {
      if (!both.aborted && expected?.(thrown)) throw thrown;
      throw this.errorOf(thrown, path, both);
    }
  }

  /** The error for anything that was thrown while bytes came. */
  errorOf(thrown: unknown, path: string, signal = this.signal): unknown {
    return signal.aborted ? signal.reason : s3Error(thrown, this.place, path);
  }

  bothSignals(signal?: AbortSignal): AbortSignal {
    return signal === undefined || signal === this.signal ? this.signal : AbortSignal.any([this.signal, signal]);
  }

  unusable(reason: string, detail?: string) {
    return unusable(this.name, reason, detail);
  }

  close(): void {
    this.client.destroy();
    for (const agent of this.agents) agent.destroy();
  }
}

function peerOf({ endpoint, region, bucket }: S3Config): Peer {
  if (endpoint === '') return { host: `${bucket}.s3.${region}.amazonaws.com`, port: 443 };
  const { hostname, port, protocol } = new URL(endpoint);
  return { host: hostname, port: Number(port) || (protocol === 'http:' ? 80 : 443) };
}
