/** Copies in a folder of an SSH server. */
import path from 'node:path/posix';
import { Readable } from 'node:stream';
import { holdfastError } from '../errors/holdfast-error';
import { DAMAGED_MARKER, isSomebodys, MARKER_NAME, markerIdIn, newMarker, OTHER_FILES } from './marker';
import { isPlainName, requirePlainName, unusable } from './remote-errors';
import { connectSftp, SFTP_LIMITS, type SftpLimits } from './sftp-connect';
import type { SftpConnection } from './sftp-connection';
import {
  closeFile,
  closeQuietly,
  entriesOf,
  makeFolder,
  openFile,
  readSmall,
  removeFile,
  renameNew,
  spaceOf,
  statOf,
  syncFile,
} from './sftp-files';
import { PARTIAL_END, putFile, type SftpPlace } from './sftp-put';
import { readAhead } from './sftp-transfer';
import type {
  Destination,
  OpenDestination,
  OpenOptions,
  PutRequest,
  RemoteFile,
  ResumePoint,
  StoredFile,
} from './types';

const MARKER_BYTES = 4096;
const KEEP_PARTIAL_MS = 24 * 3_600_000;

export const openSftp: OpenDestination = (options) => openSftpWith(options, SFTP_LIMITS);

/** @param now Unix time, ms */
export async function openSftpWith(
  options: OpenOptions,
  limits: SftpLimits,
  now: () => number = Date.now,
): Promise<Destination> {
  const connection = await connectSftp(options, limits);
  // For as long as it is open: a job that is cancelled ends it.
  const stop = (): void => connection.end(options.signal.reason);
  options.signal.addEventListener('abort', stop, { once: true });
  const closed = (): void => options.signal.removeEventListener('abort', stop);
  try {
    const root = path.normalize(connection.config.path).replace(/(.)\/$/, '$1');
    const marker = options.purpose === 'set-up' ? await setUp(connection, root) : await readMarker(connection, root);
    return new SftpDestination(connection, root, { id: options.id, marker, now, closed });
  } catch (thrown) {
    closed();
    connection.end(thrown);
    throw thrown;
  }
}

interface About {
  id: string;
  marker: string;
  now: () => number;
  closed: () => void;
}

class SftpDestination implements Destination, SftpPlace {
  readonly id: string;

  constructor(
    readonly connection: SftpConnection,
    readonly root: string,
    private readonly about: About,
  ) {
    this.id = about.id;
  }

  async put(request: PutRequest): Promise<StoredFile> {
    requirePlainName(request.name);
    return this.connection.during(request.signal, () => putFile(this, request));
  }

  async read(name: string, { fromByte, signal }: { fromByte: number; signal: AbortSignal }): Promise<Readable> {
    const file = this.at(name);
    const { connection } = this;
    const handle = await connection.during(signal, () => openFile(connection, file, 'r'));
    return Readable.from(this.bytesOf(file, handle, fromByte, signal), { objectMode: false });
  }

  async stat(name: string): Promise<RemoteFile | null> {
    const there = await statOf(this.connection, this.at(name));
    return there?.isFile() ? { name, ...facts(there) } : null;
  }

  async *list(signal: AbortSignal): AsyncGenerator<RemoteFile> {
    for await (const { name, ...file } of this.files('', signal)) {
      if (!name.endsWith(PARTIAL_END)) yield { name, ...file };
    }
    // What is missing from the list would be taken for deleted.
    await this.requireMarker();
  }

  async remove(name: string): Promise<void> {
    const file = this.at(name);
    await this.requireMarker();
    await removeFile(this.connection, file);
  }

  async tidy(keep: readonly ResumePoint[]): Promise<void> {
    const kept = new Set(keep.map(({ partial }) => String(partial)));
    const before = this.about.now() - KEEP_PARTIAL_MS;
    for await (const { name, modifiedAt } of this.files('', new AbortController().signal)) {
      const file = path.join(this.root, name);
      const own = name.endsWith(PARTIAL_END) && path.basename(name).includes(`.${this.id}-`);
      const stale = modifiedAt !== null && Date.parse(modifiedAt) < before;
      if (own && stale && !kept.has(file)) await removeFile(this.connection, file);
    }
  }

  freeBytes(): Promise<number | null> {
    return spaceOf(this.connection, this.root);
  }

  hostKey(): string {
    return this.connection.hostKey;
  }

  marker(): string {
    return this.about.marker;
  }

  async close(): Promise<void> {
    this.about.closed();
    this.connection.end(unusable(this.connection.config.name, 'the connection was closed'));
  }

  async requireMarker(): Promise<void> {
    if ((await readMarker(this.connection, this.root)) === this.about.marker) return;
    throw notMounted(this.connection, this.root, 'the marker there is another one');
  }

  private at(name: string): string {
    requirePlainName(name);
    return path.join(this.root, name);
  }

  /** All files but the marker. Names that a server makes up to lead elsewhere are left out. */
  private async *files(folder: string, signal: AbortSignal): AsyncGenerator<RemoteFile> {
    for await (const entries of entriesOf(this.connection, path.join(this.root, folder))) {
      signal.throwIfAborted();
      for (const { filename, attrs } of entries) {
        if (!isPlainName(filename) || filename.includes('/') || filename.startsWith(MARKER_NAME)) continue;
        const name = path.join(folder, filename);
        if (attrs.isFile()) yield { name, ...facts(attrs) };
        else if (attrs.isDirectory() && !filename.startsWith('.') && isSomebodys(filename))
          yield* this.files(name, signal);
      }
    }
  }

  private async *bytesOf(file: string, handle: Buffer, fromByte: number, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { connection } = this;
    const stop = (): void => connection.end(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      const { size } = (await statOf(connection, file)) ?? { size: 0 };
      yield* readAhead(connection, handle, { fromByte, toByte: size });
    } catch (thrown) {
      throw connection.errorOf(thrown, file);
    } finally {
      signal.removeEventListener('abort', stop);
      await closeQuietly(connection, handle);
    }
  }
}

const facts = ({ size, mtime }: { size: number; mtime: number }) => ({
  sizeBytes: size,
  modifiedAt: new Date(mtime * 1000).toISOString(),
});

const notMounted = ({ config: { name, host } }: SftpConnection, root: string, detail: string) =>
  holdfastError('DESTINATION_NOT_MOUNTED', { params: { name, path: `${host}:${root}` }, detail });

/** @throws DESTINATION_NOT_MOUNTED without a marker */
async function readMarker(connection: SftpConnection, root: string): Promise<string> {
  const text = await readSmall(connection, path.join(root, MARKER_NAME), MARKER_BYTES);
  if (text === null) throw notMounted(connection, root, `there is no ${MARKER_NAME}`);
  const id = markerIdIn(text);
  if (id === null) throw unusable(connection.config.name, DAMAGED_MARKER);
  return id;
}

/** Gives an empty or new folder a marker; keeps the one that is there. */
async function setUp(connection: SftpConnection, root: string): Promise<string> {
  await makeFolder(connection, root);
  const target = path.join(root, MARKER_NAME);
  if ((await statOf(connection, target)) !== null) return readMarker(connection, root);
  for await (const entries of entriesOf(connection, root)) {
    if (entries.some(({ filename }) => isSomebodys(filename))) throw unusable(connection.config.name, OTHER_FILES);
  }
  const { text } = newMarker();
  const draft = `${target}.partial`;
  // Left by an attempt that broke off.
  await removeFile(connection, draft);
  const handle = await openFile(connection, draft, 'wx+');
  const bytes = Buffer.from(text, 'utf8');
  try {
    await connection.call<void>((session, done) => session.write(handle, bytes, 0, bytes.length, 0, done));
  } catch (thrown) {
    throw connection.errorOf(thrown, draft);
  }
  await syncFile(connection, draft, handle);
  await closeFile(connection, draft, handle);
  await renameNew(connection, draft, target);
  // As it lies there: somebody else may have been faster.
  return readMarker(connection, root);
}
