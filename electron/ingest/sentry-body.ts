/** The body of a request, unpacked while it comes. What it takes of memory does not grow with its length. */
import type { IncomingMessage } from 'node:http';
import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** Why a request is refused. */
export interface Refusal {
  status: 400 | 403 | 413 | 415;
  reason: string;
}

export interface BodyLimits {
  /** As it comes, and unpacked. */
  packedBytes: number;
  rawBytes: number;
}

const PIECE_BYTES = 64 * 1024;
const UNPACKERS: Record<string, () => Transform> = {
  gzip: () => createGunzip({ chunkSize: PIECE_BYTES }),
  'x-gzip': () => createGunzip({ chunkSize: PIECE_BYTES }),
  deflate: () => createInflate({ chunkSize: PIECE_BYTES }),
  br: () => createBrotliDecompress({ chunkSize: PIECE_BYTES }),
};
/** For `Accept-Encoding`. */
export const ENCODINGS = 'gzip, deflate, br';

export class UnpackedBody {
  /** Why the pieces ended before the body did: what is wrong with it, or that its sender went away. */
  fault: Refusal | 'client-gone' | null = null;
  private readonly encoding: string;

  constructor(
    private readonly request: IncomingMessage,
    private readonly limits: BodyLimits,
  ) {
    this.encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  }

  get isPacked(): boolean {
    return this.encoding !== 'identity';
  }

  /** What is known to be wrong before anything was read. */
  refusedAtOnce(): Refusal | null {
    if (this.isPacked && !Object.hasOwn(UNPACKERS, this.encoding)) {
      return { status: 415, reason: `only ${ENCODINGS} can be unpacked` };
    }
    const announced = Number(this.request.headers['content-length'] ?? 0);
    return announced > this.limits.packedBytes ? this.tooLarge(this.limits.packedBytes) : null;
  }

  /** Ends early when something is wrong: see `fault`. The connection stays open, for the answer. */
  async *pieces(): AsyncGenerator<Buffer, void> {
    const unpacker = UNPACKERS[this.encoding]?.();
    if (!unpacker) {
      yield* this.asItComes();
      return;
    }
    const source = Readable.from(this.asItComes(), { objectMode: false });
    source.pipe(unpacker);
    let bytes = 0;
    try {
      for await (const piece of unpacker as AsyncIterable<Buffer>) {
        bytes += piece.length;
        if (bytes > this.limits.rawBytes) {
          this.fault = this.tooLarge(this.limits.rawBytes);
          return;
        }
        yield piece;
      }
    } catch {
      // The unpacker says no more than that it could not go on.
      this.fault ??= { status: 400, reason: 'the body cannot be unpacked' };
    } finally {
      source.destroy();
      unpacker.destroy();
    }
  }

  private async *asItComes(): AsyncGenerator<Buffer, void> {
    let bytes = 0;
    try {
      for await (const piece of this.request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += piece.length;
        if (bytes > this.limits.packedBytes) {
          this.fault = this.tooLarge(this.limits.packedBytes);
          return;
        }
        yield piece;
      }
    } catch {
      // Node has closed the connection, because of the client or because of its slowness.
      this.fault = 'client-gone';
    }
  }

  private readonly tooLarge = (limit: number): Refusal => ({
    status: 413,
    reason: `the body is longer than ${limit} bytes`,
  });
}
