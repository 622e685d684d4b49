/** Finds out what a file is and proves it, in a job process: a dropped file is hostile until proved. */
import type { FileInspection, ProofCheck } from '@shared/models';
import { beginsAsOwn, readManifestOf } from '../backup/decompress';
import type { ReadLink } from '../backup/extract-chain';
import { gunzipForeign } from '../backup/gunzip-foreign';
import { CHANGES_FORMAT, type Manifest } from '../backup/manifest';
import { check, integrityChecks, isProved, type ProofOptions, proveBackup } from '../backup/prove';
import { takeSnapshot } from '../backup/snapshot';
import { contentHash } from '../database/content-hash';
import { examineFile, type FileFacts } from '../database/examine';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { findParents } from './find-chain';
import { isLogFile } from './is-log';
import { OpenEncrypted, type Secrets } from './open-encrypted';
import { statSize } from './preview';

export interface InspectRequest {
  file: string;
  /** Scratch file for the database; must not exist. */
  contentFile: string;
  /** Scratch folder for what has to be decrypted; the caller removes it. */
  folder: string;
  /** What a person typed for an encrypted file; null when nobody was asked. */
  passphrase: string | null;
  /** Secrets of the destinations, tried as well. */
  secrets: Secrets;
  lockTimeoutMs: number;
}

export interface InspectedFile {
  /** Real path. */
  file: string;
  format: FileInspection['format'];
  encrypted: boolean;
  sizeBytes: number;
  contentBytes: number;
  contentAt: string;
  contentAtSource: FileInspection['contentAtSource'];
  checks: ProofCheck[];
  proved: boolean;
  manifest: Manifest | null;
  /** `contentHash` of what was extracted; null when the file was not proved. */
  hash: string | null;
  /** Files of Holdfast's own that it is made of, base first; an encrypted one as it was decrypted. */
  links: ReadLink[];
}

/**
 * Identifies `request.file` by its content, extracts or copies its database to `contentFile` and proves that. A file of
 * changed pages needs those it follows: they are looked for in its folder.
 * @throws what `examineFile`, `gunzipForeign` and `takeSnapshot` throw: then it is no database that could be used;
 * PASSPHRASE_NEEDED, PASSPHRASE_WRONG, ENCRYPTED_FILE_DAMAGED; CHAIN_BROKEN; FILE_IS_LOG
 */
export async function inspectFile(request: InspectRequest, options: ProofOptions): Promise<InspectedFile> {
  const outer = await examineNamed(request.file);
  const keys = new OpenEncrypted(request.folder, request.passphrase, request.secrets, options);
  const base = { file: outer.path, encrypted: false, sizeBytes: outer.sizeBytes, contentAt: outer.modifiedAt };
  if (outer.content.format !== 'age') return inspectPlain(base, outer, keys, request, options);
  const plain = await keys.open(outer.path);
  try {
    return await inspectPlain({ ...base, encrypted: true }, await examineFile(plain), keys, request, options);
  } catch (thrown) {
    throw nameOuter(thrown, plain, request.file);
  }
}

/** As `examineFile`; a file of the log that is still written is told as such. */
async function examineNamed(file: string): Promise<FileFacts> {
  try {
    return await examineFile(file);
  } catch (thrown) {
    const isLog = thrown instanceof HoldfastError && thrown.code === 'NOT_A_DATABASE' && (await isLogFile(file, false));
    throw isLog ? holdfastError('FILE_IS_LOG', { params: { path: file } }) : thrown;
  }
}

/** What the file is, whatever is inside. */
type Outer = Pick<InspectedFile, 'file' | 'encrypted' | 'sizeBytes' | 'contentAt'>;

async function inspectPlain(
  outer: Outer,
  { path, content }: FileFacts,
  keys: OpenEncrypted,
  { contentFile, lockTimeoutMs }: InspectRequest,
  options: ProofOptions,
): Promise<InspectedFile> {
  const unsigned: Unfinished = { ...outer, format: 'sqlite', contentAtSource: 'file-time', manifest: null, links: [] };
  if (content.format === 'age') throw holdfastError('NOT_A_DATABASE', { params: { path } });
  if (content.format === 'sqlite') {
    await takeSnapshot(path, contentFile, { ...options, lockTimeoutMs });
    return finish(unsigned, contentFile, [], options);
  }
  const info = await readManifestOf(path);
  if (!info && (await isLogFile(path, true))) throw holdfastError('FILE_IS_LOG', { params: { path } });
  if (info) return inspectBackup(outer, path, info.manifest, keys, contentFile, options);
  try {
    await gunzipForeign(path, contentFile, {
      onProgress: (doneBytes) => options.onProgress(doneBytes, 0),
      signal: options.signal,
    });
  } catch (thrown) {
    // Changed pages are no database by themselves: without the end of the file nothing says what they belong to.
    const own = thrown instanceof HoldfastError && thrown.code === 'NOT_A_DATABASE' && (await beginsAsOwn(path));
    if (!own) throw thrown;
    const params = { path, step: 'gzip-stream' };
    throw holdfastError('BACKUP_FILE_DAMAGED', { params, detail: 'the end of the file is damaged or missing' });
  }
  const stream = [check('gzip-stream', true, 'read to its end')];
  return finish({ ...unsigned, format: 'gzip-sqlite' }, contentFile, stream, options);
}

async function inspectBackup(
  outer: Outer,
  file: string,
  manifest: Manifest,
  keys: OpenEncrypted,
  contentFile: string,
  options: ProofOptions,
): Promise<InspectedFile> {
  const own = { file, expected: null, id: manifest.id };
  const [base, ...rest] = [...(await findParents(outer.file, manifest, keys)), own];
  const proof = await proveBackup([base ?? own, ...rest], contentFile, options);
  return {
    ...outer,
    format: manifest.format === CHANGES_FORMAT ? 'holdfast-changes' : 'holdfast-backup',
    // A file that is damaged may have given nothing to measure.
    contentBytes: proof.proved ? await statSize(contentFile) : manifest.contentBytes,
    contentAt: manifest.createdAt,
    contentAtSource: 'manifest',
    manifest,
    checks: proof.checks,
    proved: proof.proved,
    hash: proof.proved ? await contentHash(contentFile, options.signal) : null,
    links: proof.links,
  };
}

/** Errors about what was decrypted are about the file that somebody named. */
function nameOuter(thrown: unknown, plain: string, file: string): unknown {
  if (!(thrown instanceof HoldfastError) || thrown.params['path'] !== plain) return thrown;
  return holdfastError(thrown.code, { params: { ...thrown.params, path: file }, cause: thrown, detail: thrown.detail });
}

type Unfinished = Omit<InspectedFile, 'contentBytes' | 'checks' | 'proved' | 'hash'>;

async function finish(
  identified: Unfinished,
  contentFile: string,
  before: ProofCheck[],
  options: ProofOptions,
): Promise<InspectedFile> {
  const checks = [...before, ...integrityChecks(await options.check(contentFile, options.signal))];
  const proved = isProved(checks);
  return {
    ...identified,
    contentBytes: await statSize(contentFile),
    checks,
    proved,
    hash: proved ? await contentHash(contentFile, options.signal) : null,
  };
}
