/**
 * The container of backups and of sealed files of the transaction log. It is plain gzip (RFC 1952): any gunzip gives back the content. Holdfast cuts the
 * content into members that are compressed and decompressed side by side, and says more in the "extra field" that
 * every other reader skips:
 *
 *   member   FEXTRA 'HF' (8 bytes): length of this whole member, length of its content; both uint32, little endian
 *   …
 *   trailer  a member without content. FEXTRA 'HM': the manifest as JSON. 'HS': SHA-256 of every byte of the file
 *            before the seal's own 32. 'HL': length of the trailer, uint32. It is read from the end of the file.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { Manifest } from './manifest';

export const MEMBER_HEADER_BYTES = 24;
const PLAIN_HEADER_BYTES = 10;
const FEXTRA = 4;
/** An empty final deflate block, CRC-32 and length of nothing. */
const EMPTY_CONTENT = Buffer.from([0x03, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]);
const SHA256_BYTES = 32;
const LENGTH_FIELD_BYTES = 8;
/** The trailer's last bytes: length field and empty content. */
export const TRAILER_TAIL_BYTES = LENGTH_FIELD_BYTES + EMPTY_CONTENT.length;
export const TRAILER_MAX_BYTES = 12 + 0xffff + EMPTY_CONTENT.length;

function extraField(id: string, content: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.write(id, 'latin1');
  head.writeUInt16LE(content.length, 2);
  return Buffer.concat([head, content]);
}

/** The pieces of a member, to be written one after the other, made of what `zlib.gzip` gave for its content. */
export function memberPieces(gzipped: Buffer, contentBytes: number): [header: Buffer, body: Buffer] {
  const header = Buffer.alloc(MEMBER_HEADER_BYTES);
  gzipped.copy(header, 0, 0, PLAIN_HEADER_BYTES);
  if (header[3] !== 0) throw new RangeError('gzip header with fields of its own');
  header[3] = FEXTRA;
  header.writeUInt16LE(12, 10);
  header.write('HF', 12, 'latin1');
  header.writeUInt16LE(8, 14);
  header.writeUInt32LE(gzipped.length + MEMBER_HEADER_BYTES - PLAIN_HEADER_BYTES, 16);
  header.writeUInt32LE(contentBytes, 20);
  return [header, gzipped.subarray(PLAIN_HEADER_BYTES)];
}

/** Reads a member's header; null when it is not one that Holdfast wrote. */
export function parseMemberHeader(header: Buffer): { memberBytes: number; contentBytes: number } | null {
  if (header.length < MEMBER_HEADER_BYTES) return null;
  const known =
    header[0] === 0x1f &&
    header[1] === 0x8b &&
    header[2] === 0x08 &&
    header[3] === FEXTRA &&
    header.readUInt16LE(10) === 12 &&
    header.toString('latin1', 12, 14) === 'HF' &&
    header.readUInt16LE(14) === 8;
  if (!known) return null;
  return { memberBytes: header.readUInt32LE(16), contentBytes: header.readUInt32LE(20) };
}

/**
 * The trailer that ends a file.
 * @param bodyHash SHA-256 over everything written before; it is used up.
 */
export function encodeTrailer<M extends { format: string }>(
  manifest: M,
  bodyHash: ReturnType<typeof createHash>,
): Buffer {
  const json = Buffer.from(JSON.stringify(manifest), 'utf8');
  const extraBytes = 4 + json.length + 4 + SHA256_BYTES + LENGTH_FIELD_BYTES;
  if (extraBytes > 0xffff) throw new RangeError('manifest too large');
  const header = Buffer.from([0x1f, 0x8b, 0x08, FEXTRA, 0, 0, 0, 0, 0, 3, 0, 0]);
  header.writeUInt16LE(extraBytes, 10);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length + extraBytes + EMPTY_CONTENT.length);
  const sealed = Buffer.concat([header, extraField('HM', json), Buffer.from([0x48, 0x53, SHA256_BYTES, 0])]);
  const seal = bodyHash.update(sealed).digest();
  return Buffer.concat([sealed, seal, extraField('HL', length), EMPTY_CONTENT]);
}

/** Length of the trailer, from the last `TRAILER_TAIL_BYTES` of a file; null when the file has none. */
export function trailerLength(tail: Buffer): number | null {
  if (tail.length !== TRAILER_TAIL_BYTES) return null;
  if (tail.toString('latin1', 0, 2) !== 'HL' || tail.readUInt16LE(2) !== 4) return null;
  if (!tail.subarray(LENGTH_FIELD_BYTES).equals(EMPTY_CONTENT)) return null;
  const length = tail.readUInt32LE(4);
  return length > TRAILER_TAIL_BYTES && length <= TRAILER_MAX_BYTES ? length : null;
}

export interface Trailer<M = Manifest> {
  manifest: M;
  /** SHA-256 (hex) that everything before the seal must have. */
  seal: string;
  /** The part of the trailer that the seal covers. */
  sealedBytes: Buffer;
}

/** Parses a whole trailer of a backup; null when it is damaged or none. */
export const parseTrailer = (trailer: Buffer): Trailer | null => parseTrailerAs(trailer, Manifest);

/** Parses a whole trailer whose manifest is what `schema` says; null when it is damaged or another one. */
export function parseTrailerAs<M>(trailer: Buffer, schema: z.ZodType<M>): Trailer<M> | null {
  const start = [0x1f, 0x8b, 0x08, FEXTRA, 0, 0, 0, 0, 0, 3];
  if (trailer.length < 12 || start.some((byte, index) => trailer[index] !== byte)) return null;
  if (trailer.readUInt16LE(10) !== trailer.length - 12 - EMPTY_CONTENT.length) return null;
  if (trailer.toString('latin1', 12, 14) !== 'HM') return null;
  const jsonBytes = trailer.readUInt16LE(14);
  const sealAt = 16 + jsonBytes;
  if (sealAt + 4 + SHA256_BYTES + TRAILER_TAIL_BYTES !== trailer.length) return null;
  if (trailer.toString('latin1', sealAt, sealAt + 2) !== 'HS') return null;
  if (trailer.readUInt16LE(sealAt + 2) !== SHA256_BYTES) return null;
  const manifest = schema.safeParse(parseJson(trailer.toString('utf8', 16, sealAt)));
  if (!manifest.success) return null;
  return {
    manifest: manifest.data,
    seal: trailer.toString('hex', sealAt + 4, sealAt + 4 + SHA256_BYTES),
    sealedBytes: trailer.subarray(0, sealAt + 4),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Damaged text is not a manifest: the schema refuses `undefined`.
    return undefined;
  }
}
