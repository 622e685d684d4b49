/** Bytes to and from an SFTP server, with many small requests under way: a line with a long delay is filled, memory not. */
import type { Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { wrapError } from '../errors/wrap';
import type { SftpConnection } from './sftp-connection';

/** Every server takes requests of this size. */
const REQUEST_BYTES = 32 * 1024;
const REQUESTS_AT_ONCE = 64;
const BLOCK_BYTES = 1 << 20;

export interface ByteRange {
  fromByte: number;
  /** First one that does not belong to it. */
  toByte: number;
}

/** The local file, in blocks: each call gives the bytes of the one buffer that there is. Its errors name the file. */
export class SourceFile {
  private readonly block = Buffer.allocUnsafe(BLOCK_BYTES);

  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
  ) {}

  static async open(file: string): Promise<SourceFile> {
    try {
      return new SourceFile(file, await open(file, 'r'));
    } catch (thrown) {
      throw wrapError(thrown, { path: file });
    }
  }

  /** Empty when the file ends before `position`. */
  async read(position: number, toByte: number): Promise<Buffer> {
    try {
      const length = Math.min(BLOCK_BYTES, toByte - position);
      const { bytesRead } = await this.handle.read(this.block, 0, length, position);
      return this.block.subarray(0, bytesRead);
    } catch (thrown) {
      throw wrapError(thrown, { path: this.file });
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/**
 * Writes a part of a local file to the same place of a remote one. It ends when the server has confirmed all of it.
 * @param hash gets the bytes as they were read
 * @throws what the server answered, as it is
 */
export async function writeFrom(
  connection: SftpConnection,
  handle: Buffer,
  {
    source,
    fromByte,
    toByte,
    hash,
    onProgress,
  }: ByteRange & { source: SourceFile; hash: Hash; onProgress: (doneBytes: number) => void },
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let done = fromByte;
  const send = (bytes: Buffer, position: number): void => {
    const one = connection
      .call<void>((session, answered) => session.write(handle, bytes, 0, bytes.length, position, answered))
      .then(
        () => onProgress((done += bytes.length)),
        (thrown: unknown) => void failures.push(thrown),
      )
      .finally(() => running.delete(one));
    running.add(one);
  };
  try {
    for (let position = fromByte; position < toByte && failures.length === 0; ) {
      const block = await source.read(position, toByte);
      // The hash of the whole tells that the file became shorter.
      if (block.length === 0) break;
      hash.update(block);
      for (let offset = 0; offset < block.length && failures.length === 0; offset += REQUEST_BYTES) {
        while (running.size >= REQUESTS_AT_ONCE) await Promise.race(running);
        // A request copies its bytes before it returns: the block may be filled again.
        send(block.subarray(offset, offset + REQUEST_BYTES), position + offset);
      }
      position += block.length;
    }
  } finally {
    await Promise.all(running);
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * Reads a part of a remote file, in order.
 * @throws what the server answered, as it is; an error when the file ends before the range does
 */
export async function* readAhead(
  connection: SftpConnection,
  handle: Buffer,
  { fromByte, toByte }: ByteRange,
): AsyncGenerator<Buffer> {
  const queue: Promise<Buffer>[] = [];
  let next = fromByte;
  try {
    while (next < toByte || queue.length > 0) {
      while (next < toByte && queue.length < REQUESTS_AT_ONCE) {
        const chunk = readChunk(connection, handle, next, Math.min(REQUEST_BYTES, toByte - next));
        // Those behind one that failed fail as well, and nobody waits for them.
        chunk.catch(() => undefined);
        queue.push(chunk);
        next += Math.min(REQUEST_BYTES, toByte - next);
      }
      const chunk = await queue.shift();
      if (chunk) yield chunk;
    }
  } finally {
    await Promise.allSettled(queue);
  }
}

/** Servers may answer with less than was asked for. */
async function readChunk(
  connection: SftpConnection,
  handle: Buffer,
  position: number,
  length: number,
): Promise<Buffer> {
  const chunk = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const bytes = await connection.call<number>((session, answered) =>
      session.read(handle, chunk, done, length - done, position + done, answered),
    );
    if (bytes === 0) throw new Error('the file became shorter while it was read');
    done += bytes;
  }
  return chunk;
}
