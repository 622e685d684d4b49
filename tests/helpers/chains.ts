/**
 * Chains of backup files made by hand from images: what is in them is written here a second time, by the description of
 * the format, so that reader and writer are not wrong together.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import Database from 'better-sqlite3';
import type { ChainLink } from '../../electron/backup/chain';
import { encodeTrailer, memberPieces } from '../../electron/backup/gzip-member';
import type { Manifest } from '../../electron/backup/manifest';
import type { ExpectedFile } from '../../electron/backup/prove';

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What a test changes to make a file that is not right. */
export interface Forgery {
  manifest?: (manifest: Manifest) => Manifest;
  /** Of the uncompressed content. */
  stream?: (stream: Buffer) => Buffer;
  memberBytes?: number;
}

export interface MadeLink {
  file: string;
  bytes: Buffer;
  manifest: Manifest;
  image: Buffer;
  expected: ExpectedFile;
}

/** Images of one SQLite database after each of the changes; the first is of the database as `create` makes it. */
export function makeImages(
  folder: string,
  pageSizeBytes: number,
  create: string,
  changes: readonly string[],
): Buffer[] {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `source-${pageSizeBytes}.db`);
  rmSync(file, { force: true });
  const database = new Database(file);
  try {
    database.pragma(`page_size = ${pageSizeBytes}`);
    database.pragma('journal_mode = DELETE');
    return [create, ...changes].map((sql) => {
      database.exec(sql);
      return readFileSync(file);
    });
  } finally {
    database.close();
    rmSync(file);
  }
}

/** The sealed file of `stream`, cut into members. */
export function seal(stream: Buffer, manifest: Manifest): Buffer {
  const members: Buffer[] = [];
  for (let at = 0; at < stream.length; at += manifest.memberBytes) {
    const piece = stream.subarray(at, at + manifest.memberBytes);
    members.push(...memberPieces(zlib.gzipSync(piece), piece.length));
  }
  const body = Buffer.concat(members);
  return Buffer.concat([body, encodeTrailer(manifest, createHash('sha256').update(body))]);
}

/** The stream of changed pages between two images. */
export function changesStream(before: Buffer, after: Buffer, pageSizeBytes: number): { stream: Buffer; pages: number } {
  const pages: number[] = [];
  for (let at = 0; at < after.length; at += pageSizeBytes) {
    const was = before.subarray(at, at + pageSizeBytes);
    if (!after.subarray(at, at + pageSizeBytes).equals(was)) pages.push(at / pageSizeBytes + 1);
  }
  const numbers = [pageSizeBytes, after.length / pageSizeBytes, pages.length, 0, ...pages];
  const head = Buffer.alloc(16 + numbers.length * 4);
  head.write('HOLDFAST CHANGE\n', 'latin1');
  for (const [index, number] of numbers.entries()) head.writeUInt32LE(number, 16 + index * 4);
  const contents = pages.map((page) => after.subarray((page - 1) * pageSizeBytes, page * pageSizeBytes));
  return { stream: Buffer.concat([head, ...contents]), pages: pages.length };
}

/** Writes the full backup of the first image, and one file of changed pages for each that follows. */
export function writeChain(
  folder: string,
  images: readonly Buffer[],
  options: { name?: string; forge?: Record<number, Forgery> } = {},
): MadeLink[] {
  const { name = 'app', forge = {} } = options;
  mkdirSync(folder, { recursive: true });
  const links: MadeLink[] = [];
  for (const [index, image] of images.entries()) {
    const forgery = forge[index] ?? {};
    const made = linkOf(name, index, image, links, forgery);
    const stream = forgery.stream?.(made.stream) ?? made.stream;
    const manifest = forgery.manifest?.(made.manifest) ?? made.manifest;
    const bytes = seal(stream, manifest);
    const suffix = index === 0 ? 'manual.sqlite.gz' : 'incremental.pages.gz';
    const file = join(folder, `${name}-${manifest.id}-${suffix}`);
    writeFileSync(file, bytes);
    const { contentBytes, contentSha256 } = made.manifest;
    const expected = { sizeBytes: bytes.length, sha256: sha256(bytes), contentBytes, contentSha256 };
    links.push({ file, bytes, manifest, image, expected });
  }
  return links;
}

function linkOf(
  name: string,
  index: number,
  image: Buffer,
  before: readonly MadeLink[],
  { memberBytes = 64 << 10 }: Forgery,
): { stream: Buffer; manifest: Manifest } {
  const raw = image.readUInt16BE(16);
  const pageSizeBytes = raw === 1 ? 65_536 : raw;
  const both = {
    id: `2026112${index}T020000Z-${name.padEnd(6, '0').slice(0, 6)}`,
    database: { id: `database-${name}`, name, path: `/data/${name}.db` },
    createdAt: `2026-11-2${index}T02:00:00.000Z`,
    contentBytes: image.length,
    contentSha256: sha256(image),
    memberBytes,
    pageSizeBytes,
    pageCount: image.length / pageSizeBytes,
    schemaVersion: image.readUInt32BE(40),
    userVersion: image.readInt32BE(60),
    applicationId: image.readInt32BE(68),
    journalMode: 'delete',
    encoding: 'UTF-8',
    sqliteVersion: '3.50.0',
  };
  const [base, parent] = [before[0], before.at(-1)];
  if (!base || !parent) return { stream: image, manifest: { format: 'holdfast-full/1', kind: 'manual', ...both } };
  const { stream, pages } = changesStream(parent.image, image, pageSizeBytes);
  const manifest: Manifest = {
    format: 'holdfast-changes/1',
    kind: 'incremental',
    ...both,
    parentId: parent.manifest.id,
    parentContentSha256: sha256(parent.image),
    chainId: base.manifest.id,
    chainLength: index,
    changedPages: pages,
    streamBytes: stream.length,
    streamSha256: sha256(stream),
  };
  return { stream, manifest };
}

/** The links as a catalogue gives them that has read every file; with `known` false, one that has read none. */
export function chainOf(links: readonly MadeLink[], known = true): readonly [ChainLink, ...ChainLink[]] {
  const [base, ...rest] = links.map(({ file, expected, manifest }) => ({
    file,
    expected: known ? expected : null,
    id: known ? manifest.id : undefined,
  }));
  if (!base) throw new RangeError('a chain needs a file');
  return [base, ...rest];
}
