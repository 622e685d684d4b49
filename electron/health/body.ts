/** Reads the body of a request, never more of it than is allowed. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const unpack = promisify(gunzip);

export type BodyResult = { body: Buffer } | { status: 400 | 413 | 415; reason: string } | 'client-gone';

/** At most `limitBytes`, as it comes and unpacked; both are counted while they come. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<BodyResult> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') return { status: 415, reason: 'only gzip can be unpacked' };
  const tooLarge = { status: 413, reason: `the body is longer than ${limitBytes} bytes` } as const;
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return tooLarge;
  const packed = await collect(request, limitBytes);
  if (packed === null) return 'client-gone';
  if (packed === 'too-large') return tooLarge;
  if (encoding === 'identity') return { body: packed };
  try {
    return { body: await unpack(packed, { maxOutputLength: limitBytes }) };
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge;
    return { status: 400, reason: 'the body cannot be unpacked' };
  }
}

/** Null when the client went away. What is over the limit is left unread. */
async function collect(request: IncomingMessage, limitBytes: number): Promise<Buffer | 'too-large' | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    // The connection stays open when the reading ends early: an answer follows.
    for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > limitBytes) return 'too-large';
      pieces.push(piece);
    }
  } catch {
    // Node has closed the connection, because of the client or because of its slowness.
    return null;
  }
  return Buffer.concat(pieces);
}
