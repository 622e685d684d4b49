/** Finds out what a file is and proves it, in a job process: a dropped file is hostile until proved. */
import type { FileInspection, ProofCheck } from '@shared/models';
import { gunzipForeign } from '../backup/gunzip-foreign';
import { readManifestOf } from '../backup/decompress';
import type { Manifest } from '../backup/manifest';
import { check, integrityChecks, isProved, type ProofOptions, proveBackup } from '../backup/prove';
import { takeSnapshot } from '../backup/snapshot';
import { contentHash } from '../database/content-hash';
import { examineFile } from '../database/examine';
import { statSize } from './preview';

export interface InspectedFile {
  /** Real path. */
  file: string;
  format: FileInspection['format'];
  sizeBytes: number;
  contentBytes: number;
  contentAt: string;
  contentAtSource: FileInspection['contentAtSource'];
  checks: ProofCheck[];
  proved: boolean;
  manifest: Manifest | null;
  /** `contentHash` of what was extracted; null when the file was not proved. */
  hash: string | null;
}

/**
 * Identifies `file`, extracts or copies its database to `contentFile` and proves that.
 * @throws what `examineFile`, `gunzipForeign` and `takeSnapshot` throw: then it is no database that could be used
 */
export async function inspectFile(
  file: string,
  contentFile: string,
  lockTimeoutMs: number,
  options: ProofOptions,
): Promise<InspectedFile> {
  const facts = await examineFile(file);
  const base = { file: facts.path, sizeBytes: facts.sizeBytes, contentAt: facts.modifiedAt };
  if (facts.content.format === 'sqlite') {
    await takeSnapshot(facts.path, contentFile, { ...options, lockTimeoutMs });
    return finish(
      { ...base, format: 'sqlite', contentAtSource: 'file-time', manifest: null },
      contentFile,
      [],
      options,
    );
  }
  const info = await readManifestOf(facts.path);
  if (info) {
    const proof = await proveBackup(facts.path, contentFile, null, options);
    return {
      ...base,
      format: 'holdfast-backup',
      contentBytes: await statSize(contentFile),
      contentAt: info.manifest.createdAt,
      contentAtSource: 'manifest',
      manifest: info.manifest,
      checks: proof.checks,
      proved: proof.proved,
      hash: proof.proved ? await contentHash(contentFile, options.signal) : null,
    };
  }
  await gunzipForeign(facts.path, contentFile, {
    onProgress: (doneBytes) => options.onProgress(doneBytes, 0),
    signal: options.signal,
  });
  const stream = [check('gzip-stream', true, 'read to its end')];
  const identified = { ...base, format: 'gzip-sqlite', contentAtSource: 'file-time', manifest: null } as const;
  return finish(identified, contentFile, stream, options);
}

async function finish(
  identified: Omit<InspectedFile, 'contentBytes' | 'checks' | 'proved' | 'hash'>,
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
