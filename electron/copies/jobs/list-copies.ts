/** Lists what a destination holds and reads the manifests of what is not known. Nothing there is changed. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { LOG_MANIFEST_FORMAT } from '../../continuous/log-manifest';
import type { Destination, RemoteFile } from '../../destinations/types';
import { HoldfastError } from '../../errors/holdfast-error';
import { decryptFile } from '../age';
import { kindOfRemote, manifestNameOf } from '../names';
import type { COPY_JOB_REQUESTS, CopyJobResults, Listed, ListedLog, Listing } from '../protocol';
import { type AnyManifest, readAnyManifest, SealedManifest } from '../sealed-manifest';
import { download, readSmall, type ReadOptions } from './download';
import { keysOf } from './fetch';
import { atDestination, type CopyJobContext } from './place';
import { readRemoteTrailer } from './reread';

type Request = z.infer<(typeof COPY_JOB_REQUESTS)['list-copies']>;
type Found = Listed<AnyManifest> | Listing['others'][number]['reason'];

const MANIFEST_LIMIT_BYTES = 256 * 1024;

/** @throws what `Destination` throws */
export function listCopies(request: Request, context: CopyJobContext): Promise<CopyJobResults['list-copies']> {
  const { destination } = request;
  return atDestination(destination, 'use', context.signal, async (place, seen) => {
    const all = new Map<string, RemoteFile>();
    for await (const file of place.list(context.signal)) all.set(file.name, file);
    const listing: Listing = { seen, files: [], copies: [], logs: [], others: [] };
    const unknown: RemoteFile[] = [];
    const known = new Map(request.known.map(({ name, sizeBytes }) => [name, sizeBytes]));
    const only = request.only && new Set(request.only);
    for (const file of all.values()) {
      const kind = kindOfRemote(file.name);
      if (kind === 'foreign') listing.others.push({ file: file.name, reason: 'foreign' });
      else if (kind !== 'manifest') {
        listing.files.push({ name: file.name, sizeBytes: file.sizeBytes });
        const fits = known.get(file.name) === file.sizeBytes;
        if (!fits && (!only || only.has(file.name))) unknown.push(file);
      }
    }
    for (const [index, file] of unknown.entries()) {
      context.onProgress('download', index, unknown.length);
      const found = await identify(place, file, all.has(manifestNameOf(file.name)), request, context.signal);
      if (typeof found === 'string') listing.others.push({ file: file.name, reason: found });
      else if (isLog(found)) listing.logs.push(found);
      else listing.copies.push(found as Listing['copies'][number]);
    }
    return listing;
  });
}

async function identify(
  place: Destination,
  file: RemoteFile,
  hasManifest: boolean,
  request: Request,
  signal: AbortSignal,
): Promise<Found> {
  const options: ReadOptions = { destination: request.destination.config.name, signal, onProgress: () => undefined };
  if (kindOfRemote(file.name) === 'copy') {
    const trailer = await readRemoteTrailer(place, file.name, file.sizeBytes, options);
    if (!trailer) return 'damaged';
    return { ...file, manifest: trailer.manifest, file: { sizeBytes: file.sizeBytes, sha256: null }, sha256: null };
  }
  const opened = hasManifest ? await openManifest(place, file, request, options) : null;
  // Without its manifest, or with one that is damaged, the copy itself still tells what it is.
  return opened ?? readThrough(place, file, request, options);
}

/** Null when the manifest is damaged or of another file. */
async function openManifest(
  place: Destination,
  file: RemoteFile,
  request: Request,
  options: ReadOptions,
): Promise<Found | null> {
  const sealed = path.join(request.scratch, 'manifest.age');
  const plain = path.join(request.scratch, 'manifest.json');
  try {
    await fs.writeFile(sealed, await readSmall(place, manifestNameOf(file.name), MANIFEST_LIMIT_BYTES, options));
    await decryptFile(sealed, plain, keysOf(request.destination), options);
    const parsed = SealedManifest.safeParse(JSON.parse(await fs.readFile(plain, 'utf8')));
    if (!parsed.success) return null;
    const { manifest, file: source, encrypted } = parsed.data;
    return encrypted.sizeBytes === file.sizeBytes
      ? { ...file, manifest, file: source, sha256: encrypted.sha256 }
      : 'damaged';
  } catch (thrown) {
    if (isClosed(thrown)) return 'not-opened';
    if (isDamage(thrown)) return null;
    throw thrown;
  } finally {
    await fs.rm(sealed, { force: true });
    await fs.rm(plain, { force: true });
  }
}

/** Downloads and decrypts the whole copy for its manifest. */
async function readThrough(
  place: Destination,
  file: RemoteFile,
  request: Request,
  options: ReadOptions,
): Promise<Found> {
  const sealed = path.join(request.scratch, 'copy.age');
  const plain = path.join(request.scratch, 'copy');
  try {
    const got = await download(place, file.name, sealed, options);
    const opened = await decryptFile(sealed, plain, keysOf(request.destination), options);
    const info = await readAnyManifest(plain);
    if (!info) return 'damaged';
    const source = { sizeBytes: opened.sizeBytes, sha256: opened.sha256 };
    return { ...file, manifest: info.manifest, file: source, sha256: got.sha256 };
  } catch (thrown) {
    if (isClosed(thrown)) return 'not-opened';
    if (isDamage(thrown)) return 'damaged';
    throw thrown;
  } finally {
    await fs.rm(sealed, { force: true });
    await fs.rm(plain, { force: true });
  }
}

const isLog = (found: Listed<AnyManifest>): found is ListedLog => found.manifest.format === LOG_MANIFEST_FORMAT;
const codeOf = (thrown: unknown): string => (thrown instanceof HoldfastError ? thrown.code : '');
const isClosed = (thrown: unknown): boolean => ['PASSPHRASE_NEEDED', 'PASSPHRASE_WRONG'].includes(codeOf(thrown));
const isDamage = (thrown: unknown): boolean =>
  thrown instanceof SyntaxError || ['ENCRYPTED_FILE_DAMAGED', 'COPY_DAMAGED', 'COPY_MISSING'].includes(codeOf(thrown));
