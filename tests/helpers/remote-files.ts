/** Files that drivers send, and the requests with which they are told to. */
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Destination, PutRequest, RemoteFile, ResumePoint } from '../../electron/destinations/types';

export interface SourceFile {
  file: string;
  sizeBytes: number;
  sha256: string;
  bytes: Buffer;
}

/** A file of random bytes, or of those given. */
export async function sourceFile(folder: string, content: number | Buffer): Promise<SourceFile> {
  const bytes = typeof content === 'number' ? randomBytes(content) : content;
  const file = join(folder, `${randomBytes(6).toString('hex')}.source`);
  await writeFile(file, bytes);
  return { file, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
}

export interface RecordedRequest extends PutRequest {
  /** What was told, in order. */
  progress: number[];
  points: ResumePoint[];
}

export function putRequest(source: SourceFile, name: string, more: Partial<PutRequest> = {}): RecordedRequest {
  const progress: number[] = [];
  const points: ResumePoint[] = [];
  const { file, sizeBytes, sha256 } = source;
  return {
    ...{ file, sizeBytes, sha256, name, resume: null, signal: new AbortController().signal, progress, points },
    onProgress: (doneBytes) => progress.push(doneBytes),
    onResume: (point) => points.push(point),
    ...more,
  };
}

export async function readAll(destination: Destination, name: string, fromByte = 0): Promise<Buffer> {
  return buffer(await destination.read(name, { fromByte, signal: new AbortController().signal }));
}

export async function listAll(destination: Destination): Promise<RemoteFile[]> {
  const files: RemoteFile[] = [];
  for await (const file of destination.list(new AbortController().signal)) files.push(file);
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}
