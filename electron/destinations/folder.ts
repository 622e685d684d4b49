/**
 * A destination that is a folder: a second disk, a share that is mounted. Only plain reads, writes and renames are used:
 * any file system will do. What is written is read back; that shows that the bytes arrived, not that the disk will keep
 * them: the rotation reads each copy again later.
 */
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { readFull } from '../backup/compress';
import { hashFile } from '../backup/decompress';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { copyMissing, folderError, isAbsent, notMounted } from './errors';
import { hasMarker, MARKER_NAME, readMarker, setUpMarker, syncFolder } from './marker';
import { copyDamaged, requirePlainName } from './remote-errors';
import type { Destination, OpenDestination, PutRequest, RemoteFile, ResumePoint, StoredFile } from './types';

const BLOCK_BYTES = 1024 * 1024;
const PARTIAL_END = '.holdfast-partial';
const KEEP_PARTIAL_MS = 24 * 3_600_000;

export const openFolder: OpenDestination = async ({ id, config, purpose }) => {
  if (config.kind !== 'folder') throw new TypeError(`${config.kind} is no folder`);
  const { name, path: root } = config;
  const marker = purpose === 'set-up' ? await setUpMarker(name, root) : await readMarker(name, root);
  return new Folder(name, root, marker, id);
};

class Folder implements Destination {
  constructor(
    private readonly name: string,
    private readonly root: string,
    private readonly markerId: string,
    /** In the names of unfinished files: those of other homes are not this one's to remove. */
    private readonly id: string,
  ) {}

  async put(request: PutRequest): Promise<StoredFile> {
    const target = this.at(request.name);
    const folder = path.dirname(target);
    const hadFolder = await exists(folder);
    const partial = path.join(folder, `.${path.basename(target)}.${this.id}${PARTIAL_END}`);
    const made: string[] = [];
    try {
      await this.requireMarker();
      if (!hadFolder) await makeFolder(folder);
      if (!(await this.isStored(target, request))) {
        made.push(partial);
        await this.write(partial, target, request);
        made.push(target);
        await this.requireMarker();
      }
      return { sizeBytes: request.sizeBytes, comparedBy: 'read-back' };
    } catch (thrown) {
      if (request.signal.aborted) throw request.signal.reason;
      // Unmounted in between: what was just written lies below the mount point, where nobody would find it.
      if (!(await hasMarker(this.name, this.root))) await removeBelow(made, hadFolder ? null : folder);
      throw await this.explain(thrown);
    }
  }

  /** True when the file is there already, as it shall be. */
  private async isStored(target: string, request: PutRequest): Promise<boolean> {
    const there = await fs.stat(target).catch((thrown: unknown) => {
      if (isAbsent(thrown)) return null;
      throw thrown;
    });
    if (!there) return false;
    if (there.size === request.sizeBytes && (await this.hashOf(target, request)) === request.sha256) return true;
    throw copyDamaged(this.name, target, 'another file of that name is there');
  }

  private async write(partial: string, target: string, request: PutRequest): Promise<void> {
    const resumed = await this.send(partial, request);
    let written = await this.hashOf(partial, request);
    if (written !== request.sha256 && resumed) {
      // A power cut may have torn the end of what was there.
      await fs.rm(partial);
      await this.send(partial, request);
      written = await this.hashOf(partial, request);
    }
    if (written !== request.sha256) {
      await fs.rm(partial, { force: true });
      throw copyDamaged(this.name, target, 'what was read back is not what was written');
    }
    await fs.rename(partial, target);
    await syncFolder(path.dirname(target));
  }

  /** Writes the rest of the file; true when some of it was there. */
  private async send(partial: string, { file, sizeBytes, onProgress, signal }: PutRequest): Promise<boolean> {
    const source = await fs.open(file, 'r').catch((thrown: unknown) => {
      throw wrapError(thrown, { path: file });
    });
    try {
      const output = await fs.open(partial, 'a', 0o600);
      try {
        const { size } = await output.stat();
        // A longer one was left by another file.
        if (size > sizeBytes) await output.truncate(0);
        const start = size > sizeBytes ? 0 : size;
        const block = Buffer.allocUnsafe(BLOCK_BYTES);
        for (let done = start; done < sizeBytes; ) {
          signal.throwIfAborted();
          const length = await readSource(source, file, block, done);
          await writeAt(output, block.subarray(0, length));
          done += length;
          onProgress(done);
        }
        await output.sync();
        return start > 0;
      } catch (thrown) {
        // A full disk is not kept full for the sake of a later attempt.
        if (folderError(this.name, thrown).code === 'DESTINATION_FULL') await output.truncate(0).catch(() => undefined);
        throw thrown;
      } finally {
        await output.close();
      }
    } finally {
      await source.close();
    }
  }

  /** All of it is sent by then: the progress only tells that the disk still answers. */
  private async hashOf(file: string, { signal, onProgress, sizeBytes }: PutRequest): Promise<string> {
    return (await hashFile(file, { signal, onProgress: () => onProgress(sizeBytes) })).sha256;
  }

  async read(name: string, options: { fromByte: number; signal: AbortSignal }): Promise<NodeJS.ReadableStream> {
    const file = this.at(name);
    try {
      const handle = await fs.open(file, 'r');
      const stream = createReadStream(file, { fd: handle, start: options.fromByte, highWaterMark: BLOCK_BYTES });
      const stop = (): void => void stream.destroy(options.signal.reason as Error);
      options.signal.addEventListener('abort', stop, { once: true });
      stream.once('close', () => options.signal.removeEventListener('abort', stop));
      return stream;
    } catch (thrown) {
      throw await this.explainName(thrown, file);
    }
  }

  async stat(name: string): Promise<RemoteFile | null> {
    const file = this.at(name);
    try {
      const stats = await fs.stat(file);
      return stats.isFile() ? remoteFile(name, stats) : null;
    } catch (thrown) {
      const error = await this.explainName(thrown, file);
      if (error.code === 'COPY_MISSING') return null;
      throw error;
    }
  }

  async *list(signal: AbortSignal): AsyncIterable<RemoteFile> {
    try {
      yield* this.listBelow('', signal);
      // What is missing from the list would be taken for deleted.
      await this.requireMarker();
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      throw await this.explain(thrown);
    }
  }

  private async *listBelow(folder: string, signal: AbortSignal): AsyncIterable<RemoteFile> {
    for (const child of await fs.readdir(path.join(this.root, folder), { withFileTypes: true })) {
      signal.throwIfAborted();
      const name = folder ? `${folder}/${child.name}` : child.name;
      if (child.isDirectory() && !child.name.startsWith('.') && child.name !== 'lost+found') {
        yield* this.listBelow(name, signal);
      } else if (child.isFile() && !child.name.startsWith(MARKER_NAME) && !child.name.endsWith(PARTIAL_END)) {
        const stats = await fs.stat(path.join(this.root, name)).catch((thrown: unknown) => {
          if (isAbsent(thrown)) return null;
          throw thrown;
        });
        if (stats) yield remoteFile(name, stats);
      }
    }
  }

  async remove(name: string): Promise<void> {
    const file = this.at(name);
    try {
      await this.requireMarker();
      await fs.rm(file, { force: true });
      if (await exists(path.dirname(file))) await syncFolder(path.dirname(file));
    } catch (thrown) {
      throw await this.explain(thrown);
    }
  }

  async tidy(_keep: readonly ResumePoint[]): Promise<void> {
    const before = Date.now() - KEEP_PARTIAL_MS;
    try {
      for (const child of await fs.readdir(this.root, { withFileTypes: true })) {
        if (!child.isDirectory() || child.name.startsWith('.') || child.name === 'lost+found') continue;
        const folder = path.join(this.root, child.name);
        for (const name of await fs.readdir(folder)) {
          if (!name.endsWith(`.${this.id}${PARTIAL_END}`)) continue;
          const file = path.join(folder, name);
          if ((await fs.stat(file)).mtimeMs < before) await fs.rm(file, { force: true });
        }
      }
    } catch (thrown) {
      throw await this.explain(thrown);
    }
  }

  async freeBytes(): Promise<number | null> {
    try {
      const { bavail, bsize } = await fs.statfs(this.root);
      return bavail * bsize;
    } catch (thrown) {
      throw await this.explain(thrown);
    }
  }

  hostKey(): null {
    return null;
  }

  marker(): string {
    return this.markerId;
  }

  async close(): Promise<void> {
    // Nothing is held open between two calls.
  }

  private at(name: string): string {
    requirePlainName(name);
    return path.join(this.root, ...name.split('/'));
  }

  private async requireMarker(): Promise<void> {
    if ((await readMarker(this.name, this.root)) === this.markerId) return;
    throw notMounted(this.name, this.root, 'the marker there is another one');
  }

  /** A destination that is gone explains every error; what is thrown by a disk that is there is its own. */
  private async explain(thrown: unknown) {
    const error = folderError(this.name, thrown);
    if (error.code !== 'DESTINATION_UNUSABLE') return error;
    return this.requireMarker().then(
      () => error,
      (gone: unknown) => folderError(this.name, gone),
    );
  }

  private async explainName(thrown: unknown, file: string) {
    const error = await this.explain(thrown);
    return isAbsent(thrown) && error.code === 'DESTINATION_UNUSABLE' ? copyMissing(this.name, file) : error;
  }
}

const remoteFile = (name: string, stats: { size: number; mtime: Date }): RemoteFile => ({
  name,
  sizeBytes: stats.size,
  modifiedAt: stats.mtime.toISOString(),
});

const exists = (file: string): Promise<boolean> =>
  fs.access(file).then(
    () => true,
    () => false,
  );

/** One level only: what lies above is the destination, which is there or not. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await fs.mkdir(folder, { mode: 0o700 });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  }
}

/** The file to be sent is not the destination's fault. */
async function readSource(source: fs.FileHandle, file: string, block: Buffer, position: number): Promise<number> {
  const length = await readFull(source, block, position).catch((thrown: unknown) => {
    throw wrapError(thrown, { path: file });
  });
  if (length > 0) return length;
  throw holdfastError('BACKUP_FILE_DAMAGED', { params: { path: file }, detail: 'it is shorter than it was' });
}

async function writeAt(output: fs.FileHandle, block: Buffer): Promise<void> {
  for (let written = 0; written < block.length; ) {
    written += (await output.write(block, written, block.length - written)).bytesWritten;
  }
}

/** Removes what was written below a mount point; what cannot be removed does no harm there. */
async function removeBelow(files: readonly string[], folder: string | null): Promise<void> {
  // What fails here stays as scraps, which the next writing clears away.
  for (const file of files) await fs.rm(file, { force: true }).catch(() => undefined);
  // A folder that is not empty was there before.
  if (folder) await fs.rmdir(folder).catch(() => undefined);
}
