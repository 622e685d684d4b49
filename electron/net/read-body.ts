/** Reads the body of an answer, unpacked, to a limit that is counted while it streams. */
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';

export interface Body {
  body: Buffer;
  /** True when the answer was longer than the limit; `body` is its beginning. */
  truncated: boolean;
}

/** What `readBody` unpacks, as a request says it. */
export const ACCEPT_ENCODING = 'gzip, deflate, br';

/** @throws what the connection or zlib says when the answer breaks off or cannot be unpacked */
export async function readBody(answer: IncomingMessage, limitBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  let truncated = false;
  try {
    await pipeline(answer, unpacker(answer), async (unpacked: AsyncIterable<Buffer>) => {
      for await (const chunk of unpacked) {
        chunks.push(chunk);
        sizeBytes += chunk.length;
        truncated = sizeBytes > limitBytes;
        // Leaving the loop ends the streams: nothing more is received or unpacked.
        if (truncated) break;
      }
    });
  } catch (thrown) {
    if (!truncated) throw thrown;
  }
  return { body: Buffer.concat(chunks).subarray(0, limitBytes), truncated };
}

function unpacker(answer: IncomingMessage): Transform {
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  switch (encoding) {
    case '':
    case 'identity':
      return new PassThrough();
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip();
    // Senders of bare deflate data exist; RFC 9110 calls them wrong, and asks for the zlib form.
    case 'deflate':
      return zlib.createInflate();
    case 'br':
      return zlib.createBrotliDecompress();
    default:
      throw new TypeError('the answer has an encoding that was not asked for');
  }
}
