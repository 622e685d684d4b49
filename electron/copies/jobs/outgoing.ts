/**
 * What is about to be sent. An encrypted file stays until it has arrived, with a note of how far its upload was: a killed
 * job, a crash and a power cut all go on with the same bytes.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Encryption } from '@shared/destinations';
import { z } from 'zod';
import { hashFile } from '../../backup/decompress';
import { removeAll } from '../../backup/take-backup';
import type { ResumePoint } from '../../destinations/types';
import { HoldfastError, holdfastError } from '../../errors/holdfast-error';
import { knownCode, wrapError } from '../../errors/wrap';
import { type AgeResult, encryptFile } from '../age';
import { outgoingFiles } from '../names';
import type { COPY_JOB_REQUESTS } from '../protocol';
import { COPY_FORMAT, readAnyManifest, type SealedManifest } from '../sealed-manifest';
import type { CopyJobContext } from './place';

export type CopyRequest = z.infer<(typeof COPY_JOB_REQUESTS)['copy']>;

const Size = z.object({ sizeBytes: z.number(), sha256: z.string() });
const State = z.object({
  /** SHA-256 of the backup file that this was made of. */
  source: z.string(),
  file: Size,
  manifest: Size.nullable(),
  resume: z.record(z.string(), z.union([z.string(), z.number()])).nullable(),
});
type State = z.infer<typeof State>;

/** Files that are ready to be sent. */
export interface Outgoing {
  file: { path: string; sizeBytes: number; sha256: string };
  manifest: { path: string; sizeBytes: number; sha256: string } | null;
  resume: ResumePoint | null;
  noteResume: (point: ResumePoint) => void;
  /** Resolves when what was noted last is written. */
  noted: () => Promise<void>;
  remove: () => Promise<void>;
}

/**
 * Takes what an earlier attempt left, else encrypts the backup file after comparing it with the catalogue.
 * @throws BACKUP_FILE_MISSING, BACKUP_FILE_DAMAGED {path, createdAt}; DISK_FULL for the outgoing folder
 */
export async function prepareOutgoing(request: CopyRequest, context: CopyJobContext): Promise<Outgoing> {
  const { point, outgoing, destination } = request;
  const files = outgoingFiles(outgoing, point.id, destination.id);
  const { encryption } = destination.config;
  await fs.mkdir(outgoing, { recursive: true, mode: 0o700 });
  const before = await readState(files.state, point.sha256);
  const isThere = before && (encryption.mode === 'none' || (await sizeOf(files.encrypted)) === before.file.sizeBytes);
  // A plain file is read again each time: nothing else shows that it is still what was proved.
  const state = isThere && encryption.mode !== 'none' ? before : await make(request, encryption, before, context);
  await writeState(files.state, state);
  let writing: Promise<void> = Promise.resolve();
  return {
    file: { path: encryption.mode === 'none' ? point.file : files.encrypted, ...state.file },
    manifest: state.manifest && { path: files.manifest, ...state.manifest },
    resume: state.resume,
    noteResume: (resume) => {
      writing = writing.then(() => writeState(files.state, { ...state, resume }));
      // Awaited at the end; until then a note that could not be written harms nothing.
      writing.catch(() => undefined);
    },
    noted: () => writing,
    remove: () => removeAll(Object.values(files)),
  };
}

async function make(
  request: CopyRequest,
  encryption: Encryption,
  before: State | null,
  context: CopyJobContext,
): Promise<State> {
  const { point, outgoing, destination } = request;
  const files = outgoingFiles(outgoing, point.id, destination.id);
  const onProgress = (done: number, total: number): void => context.onProgress('encrypt', done, total);
  try {
    if (encryption.mode === 'none') {
      const found = await hashFile(point.file, {
        onProgress: (done) => context.onProgress('compare', done, point.sizeBytes),
        signal: context.signal,
      });
      requireSame(request, found.sizeBytes, found.sha256);
      return { source: point.sha256, file: found, manifest: null, resume: before?.resume ?? null };
    }
    await removeAll(Object.values(files));
    const { size } = await fs.stat(point.file);
    await requireSpace(outgoing, size);
    const options = { signal: context.signal, onProgress };
    const sealed = await encryptFile(point.file, files.encrypted, encryption, destination.secrets, options);
    requireSame(request, size, sealed.sourceSha256);
    const manifest = await sealManifest(request, encryption, sealed, context);
    return { source: point.sha256, file: sizeAndHash(sealed), manifest: sizeAndHash(manifest), resume: null };
  } catch (thrown) {
    await removeAll(Object.values(files));
    throw localError(thrown, request);
  }
}

async function sealManifest(
  request: CopyRequest,
  encryption: Exclude<Encryption, { mode: 'none' }>,
  sealed: AgeResult,
  { signal }: CopyJobContext,
): Promise<AgeResult> {
  const { point, outgoing, destination } = request;
  const files = outgoingFiles(outgoing, point.id, destination.id);
  const info = await readAnyManifest(point.file);
  if (!info) throw damaged(request, 'its end cannot be read');
  const content: SealedManifest = {
    format: COPY_FORMAT,
    manifest: info.manifest,
    file: { sizeBytes: point.sizeBytes, sha256: point.sha256 },
    encrypted: sizeAndHash(sealed),
  };
  await fs.writeFile(files.draft, JSON.stringify(content), { mode: 0o600 });
  try {
    const options = { signal, onProgress: () => undefined };
    return await encryptFile(files.draft, files.manifest, encryption, destination.secrets, options);
  } finally {
    await fs.rm(files.draft, { force: true });
  }
}

const sizeAndHash = ({ sizeBytes, sha256 }: { sizeBytes: number; sha256: string }) => ({ sizeBytes, sha256 });

/** Bit rot in the backup folder must not become a good copy elsewhere. */
function requireSame(request: CopyRequest, sizeBytes: number, sha256: string): void {
  if (sizeBytes === request.point.sizeBytes && sha256 === request.point.sha256) return;
  throw damaged(request, `${sizeBytes} bytes with SHA-256 ${sha256}`);
}

const damaged = ({ point }: CopyRequest, detail: string): HoldfastError =>
  holdfastError('BACKUP_FILE_DAMAGED', {
    params: { path: point.file, createdAt: point.createdAt, step: 'file-sha256' },
    detail,
  });

function localError(thrown: unknown, { point, outgoing }: CopyRequest): HoldfastError {
  if (thrown instanceof HoldfastError && thrown.code !== 'FILE_NOT_FOUND') return thrown;
  if (knownCode(thrown) === 'FILE_NOT_FOUND' || thrown instanceof HoldfastError) {
    return holdfastError('BACKUP_FILE_MISSING', {
      params: { path: point.file, createdAt: point.createdAt },
      cause: thrown,
    });
  }
  const { path: named } = thrown as NodeJS.ErrnoException;
  return wrapError(thrown, { path: named ?? outgoing });
}

async function requireSpace(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await fs.statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes < neededBytes) throw holdfastError('DISK_FULL', { params: { path: folder, neededBytes, freeBytes } });
}

/** Null when there is none, when it is of another file, and when it was cut off: then all is made anew. */
async function readState(file: string, source: string): Promise<State | null> {
  try {
    const parsed = State.safeParse(JSON.parse(await fs.readFile(file, 'utf8')));
    return parsed.success && parsed.data.source === source ? parsed.data : null;
  } catch {
    return null;
  }
}

async function writeState(file: string, state: State): Promise<void> {
  try {
    await fs.writeFile(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
    await fs.rename(`${file}.new`, file);
  } catch (thrown) {
    throw wrapError(thrown, { path: path.dirname(file) });
  }
}

/** Where the uploads to a destination stand that are still to be ended. */
export async function resumePoints(outgoing: string, destinationId: string): Promise<ResumePoint[]> {
  const points: ResumePoint[] = [];
  for (const name of await fs.readdir(outgoing)) {
    if (!name.endsWith(`-${destinationId}.json`)) continue;
    const text = await fs.readFile(path.join(outgoing, name), 'utf8').catch(() => '');
    const parsed = State.safeParse(parseJson(text));
    if (parsed.success && parsed.data.resume) points.push(parsed.data.resume);
  }
  return points;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function sizeOf(file: string): Promise<number | null> {
  return fs.stat(file).then(
    ({ size }) => size,
    () => null,
  );
}
