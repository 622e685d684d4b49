/** The 100-byte header of a SQLite file (https://www.sqlite.org/fileformat2.html#the_database_header). */

export const SQLITE_MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
export const HEADER_BYTES = 100;

export interface SqliteHeader {
  pageSizeBytes: number;
  /** Pages by the header; null when the header says that its own count is stale. */
  pageCount: number | null;
  /** True when the file was last left in WAL mode. */
  wal: boolean;
  encoding: 'UTF-8' | 'UTF-16le' | 'UTF-16be' | 'unknown';
  userVersion: number;
  applicationId: number;
  schemaVersion: number;
}

/** Parses the header; null when the bytes are not the beginning of a SQLite database. */
export function parseHeader(bytes: Buffer): SqliteHeader | null {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, SQLITE_MAGIC.length).equals(SQLITE_MAGIC)) return null;
  const rawPageSize = bytes.readUInt16BE(16);
  const pageSizeBytes = rawPageSize === 1 ? 65_536 : rawPageSize;
  const powerOfTwo = pageSizeBytes >= 512 && (pageSizeBytes & (pageSizeBytes - 1)) === 0;
  if (!powerOfTwo) return null;
  const pageCount = bytes.readUInt32BE(28);
  const countIsCurrent = pageCount > 0 && bytes.readUInt32BE(24) === bytes.readUInt32BE(92);
  const encodings = ['unknown', 'UTF-8', 'UTF-16le', 'UTF-16be'] as const;
  return {
    pageSizeBytes,
    pageCount: countIsCurrent ? pageCount : null,
    wal: bytes[18] === 2 || bytes[19] === 2,
    encoding: encodings[bytes.readUInt32BE(56)] ?? 'unknown',
    userVersion: bytes.readInt32BE(60),
    applicationId: bytes.readInt32BE(68),
    schemaVersion: bytes.readUInt32BE(40),
  };
}

/**
 * Header fields that say how often and by which library a file was written, not what it holds: file format versions
 * (journal mode), change counter, schema cookie, version-valid-for and library version. Two images of the same content
 * may differ here and nowhere else.
 */
const COUNTER_FIELDS: [offset: number, length: number][] = [
  [18, 2],
  [24, 4],
  [40, 4],
  [92, 8],
];

/** Zeroes the counters in the first bytes of an image, in place, so that images can be compared by content. */
export function clearCounters(firstBytes: Buffer): void {
  for (const [offset, length] of COUNTER_FIELDS) firstBytes.fill(0, offset, offset + length);
}
