/** Sends a file to an SFTP server: under another name first, compared there, and only then under its own. */
import { createHash, type Hash, randomBytes } from 'node:crypto';
import path from 'node:path/posix';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { heartbeat } from './heartbeat';
import { copyDamaged, sourceDamaged } from './remote-errors';
import type { SftpConnection } from './sftp-connection';
import { isFailure } from './sftp-errors';
import {
  closeFile,
  closeQuietly,
  makeFolder,
  openFile,
  removeFile,
  renameNew,
  spaceOf,
  statOf,
  syncFile,
} from './sftp-files';
import { type ByteRange, readAhead, SourceFile, writeFrom } from './sftp-transfer';
import type { PutRequest, StoredFile } from './types';

export const PARTIAL_END = '.holdfast-partial';

export interface SftpPlace {
  connection: SftpConnection;
  /** Folder of the destination on the server, as `path.dirname` would give it. */
  root: string;
  /** Of the destination in this home: what others left unfinished is not this home's to remove. */
  id: string;
  /** @throws DESTINATION_NOT_MOUNTED when the folder is no longer the one that was opened */
  requireMarker(): Promise<void>;
}

/** Errors: those of a destination; BACKUP_FILE_DAMAGED when the file is not what was announced. */
export async function putFile(place: SftpPlace, request: PutRequest): Promise<StoredFile> {
  const { connection, root } = place;
  const target = path.join(root, request.name);
  await place.requireMarker();
  if (await isStored(connection, target, request)) return { sizeBytes: request.sizeBytes, comparedBy: 'read-back' };
  await makeFolder(connection, path.dirname(target), root);
  const source = await SourceFile.open(request.file);
  try {
    const partial = await sendPartial(place, source, target, request);
    await place.requireMarker();
    if (!(await renameNew(connection, partial, target))) {
      await removeFile(connection, partial);
      await isStored(connection, target, request);
    }
  } finally {
    await source.close();
  }
  return { sizeBytes: request.sizeBytes, comparedBy: 'read-back' };
}

/** True when the file is there as it shall be. @throws COPY_DAMAGED when another one has its name */
async function isStored(connection: SftpConnection, target: string, request: PutRequest): Promise<boolean> {
  const there = await statOf(connection, target);
  if (!there) return false;
  if (there.isFile() && there.size === request.sizeBytes) {
    const handle = await openFile(connection, target, 'r');
    try {
      const hash = createHash('sha256');
      const onBytes = heartbeat(() => request.onProgress(request.sizeBytes));
      await readInto(connection, handle, { fromByte: 0, toByte: there.size, hash, onBytes });
      if (hash.digest('hex') === request.sha256) return true;
    } catch (thrown) {
      throw connection.errorOf(thrown, target);
    } finally {
      await closeQuietly(connection, handle);
    }
  }
  throw copyDamaged(connection.config.name, request.name, 'another file has this name');
}

/** Sends all of it under a name of its own, and compares it; gives that name. */
async function sendPartial(place: SftpPlace, source: SourceFile, target: string, request: PutRequest): Promise<string> {
  const { connection } = place;
  const { sizeBytes, sha256, name, file } = request;
  const begun = await goOn(place, source, target, request);
  const { partial, handle, sent, stored, fromByte } = begun ?? (await begin(place, target));
  request.onResume({ partial });
  try {
    await requireSpace(place, sizeBytes - fromByte);
    const range = { fromByte, toByte: sizeBytes };
    await writeFrom(connection, handle, { ...range, source, hash: sent, onProgress: request.onProgress });
    if (sent.digest('hex') !== sha256) throw sourceDamaged(file);
    await syncFile(connection, partial, handle);
    const onBytes = heartbeat(() => request.onProgress(sizeBytes));
    await readInto(connection, handle, { ...range, hash: stored, onBytes });
    const same = stored.digest('hex') === sha256;
    if (!same) throw copyDamaged(connection.config.name, name, 'what was read back is not what was written');
    await closeFile(connection, partial, handle);
    return partial;
  } catch (thrown) {
    const error = await explain(place, thrown, partial, sizeBytes - fromByte);
    await closeQuietly(connection, handle);
    // What cannot be gone on with does not stay, nor what fills a disk.
    const code = error instanceof HoldfastError ? error.code : null;
    if (code === 'DESTINATION_FULL' || code === 'COPY_DAMAGED' || code === 'BACKUP_FILE_DAMAGED') {
      await removeFile(connection, partial);
    }
    throw error;
  }
}

interface Begun {
  partial: string;
  handle: Buffer;
  /** Of what was read here, and of what was read back there, up to `fromByte`. */
  sent: Hash;
  stored: Hash;
  fromByte: number;
}

async function begin({ connection, id }: SftpPlace, target: string): Promise<Begun> {
  const ownName = `${prefixOf(target, id)}${randomBytes(6).toString('hex')}${PARTIAL_END}`;
  const partial = path.join(path.dirname(target), ownName);
  const handle = await openFile(connection, partial, 'wx+');
  return { partial, handle, sent: createHash('sha256'), stored: createHash('sha256'), fromByte: 0 };
}

/** Goes on with what an earlier attempt left, if every byte of it is right; what is not is removed. */
async function goOn(
  { connection, id }: SftpPlace,
  source: SourceFile,
  target: string,
  { resume, sizeBytes, onProgress }: PutRequest,
): Promise<Begun | null> {
  const partial = resume?.partial;
  if (typeof partial !== 'string' || path.dirname(partial) !== path.dirname(target)) return null;
  const ownName = path.basename(partial);
  if (!ownName.startsWith(prefixOf(target, id)) || !ownName.endsWith(PARTIAL_END)) return null;
  const there = await statOf(connection, partial);
  if (!there) return null;
  const fromByte = Math.min(there.size, sizeBytes);
  const handle = await openFile(connection, partial, 'r+');
  try {
    const [sent, stored] = [createHash('sha256'), createHash('sha256')];
    const onBytes = heartbeat((done) => onProgress(Math.min(done, fromByte)));
    await readInto(connection, handle, { fromByte: 0, toByte: fromByte, hash: stored, onBytes });
    await hashSource(source, fromByte, sent);
    const same = stored.copy().digest('hex') === sent.copy().digest('hex');
    if (there.isFile() && there.size <= sizeBytes && same) return { partial, handle, sent, stored, fromByte };
  } catch (thrown) {
    throw connection.errorOf(thrown, partial);
  }
  await closeQuietly(connection, handle);
  await removeFile(connection, partial);
  return null;
}

const prefixOf = (target: string, id: string): string => `.${path.basename(target)}.${id}-`;

async function readInto(
  connection: SftpConnection,
  handle: Buffer,
  { hash, onBytes, ...range }: ByteRange & { hash: Hash; onBytes: (bytes: number) => void },
): Promise<void> {
  for await (const chunk of readAhead(connection, handle, range)) {
    hash.update(chunk);
    onBytes(chunk.length);
  }
}

async function hashSource(source: SourceFile, toByte: number, hash: Hash): Promise<void> {
  for (let position = 0; position < toByte; ) {
    const block = await source.read(position, toByte);
    if (block.length === 0) return;
    hash.update(block);
    position += block.length;
  }
}

async function requireSpace({ connection, root }: SftpPlace, neededBytes: number): Promise<void> {
  const freeBytes = await spaceOf(connection, root);
  if (freeBytes === null || freeBytes >= neededBytes) return;
  throw full(connection, `${neededBytes} bytes are needed, ${freeBytes} are free`);
}

/** Servers say “failure” for a full disk: whether it is one, they tell when they are asked for the free space. */
async function explain(place: SftpPlace, thrown: unknown, partial: string, neededBytes: number): Promise<unknown> {
  const { connection, root } = place;
  if (!isFailure(thrown)) return connection.errorOf(thrown, partial);
  const freeBytes = await spaceOf(connection, root).catch(() => null);
  const words = thrown instanceof Error ? thrown.message : '';
  const isFull = (freeBytes !== null && freeBytes < neededBytes) || /space|quota|full/i.test(words);
  return isFull ? full(connection, words) : connection.errorOf(thrown, partial);
}

const full = ({ config: { name } }: SftpConnection, detail: string): HoldfastError =>
  holdfastError('DESTINATION_FULL', { params: { name }, detail });
