/**
 * Proves a backup file: every byte of the file and of its content is compared, and the content is opened and checked
 * by SQLite. Hashes find what SQLite's own checks miss (of 1 000 single bit flips integrity_check saw a third), and
 * SQLite's checks find what hashes cannot: a faithful copy of a damaged database.
 */
import fs from 'node:fs/promises';
import type { ProofCheck, ProofStep } from '@shared/models';
import type { IntegrityChecker, IntegrityReport } from '../integrity/check';
import { HoldfastError } from '../errors/holdfast-error';
import { writeAll } from './compress';
import { type BackupFileInfo, decompressMembers, readTrailer } from './decompress';
import type { Manifest } from './manifest';

/** What the catalogue knows of a file, beyond what the file says of itself. */
export interface ExpectedFile {
  sizeBytes: number;
  sha256: string;
  contentBytes: number;
  contentSha256: string;
}

export interface ProofOptions {
  check: IntegrityChecker;
  onProgress: (doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

export interface Proof {
  proved: boolean;
  checks: ProofCheck[];
  /** Null when the file is no readable backup of Holdfast. */
  manifest: Manifest | null;
  sizeBytes: number;
  /** Null when the file could not be read to its end. */
  sha256: string | null;
}

export const check = (step: ProofStep, outcome: ProofCheck['outcome'] | boolean, detail: string): ProofCheck => ({
  step,
  outcome: typeof outcome === 'boolean' ? (outcome ? 'ok' : 'failed') : outcome,
  detail,
});

/** A backup counts as proved when no check failed. Warnings are faults of the database itself, copied faithfully. */
export const isProved = (checks: readonly ProofCheck[]): boolean =>
  checks.length > 0 && checks.every((one) => one.outcome !== 'failed');

/**
 * Proves a backup that Holdfast wrote by restoring it into `contentFile`.
 * A failed check is a result, not an exception; later steps that need an earlier one are left out.
 * @throws what `fs` throws when the file or the scratch folder cannot be used; the signal's reason
 */
export async function proveBackup(
  file: string,
  contentFile: string,
  expected: ExpectedFile | null,
  options: ProofOptions,
): Promise<Proof> {
  const handle = await fs.open(file, 'r');
  try {
    const { size } = await handle.stat();
    const checks: ProofCheck[] = [];
    const info = await readTrailer(handle);
    if (expected)
      checks.push(check('file-size', size === expected.sizeBytes, `${size} of ${expected.sizeBytes} bytes`));
    if (!info) {
      checks.push(check('gzip-stream', false, 'the end of the file is damaged or missing'));
      return { proved: false, checks, manifest: null, sizeBytes: size, sha256: null };
    }
    const sha256 = await extract(handle, file, contentFile, info, expected, checks, options);
    if (isProved(checks)) checks.push(...integrityChecks(await options.check(contentFile, options.signal)));
    return { proved: isProved(checks), checks, manifest: info.manifest, sizeBytes: size, sha256 };
  } finally {
    await handle.close();
  }
}

async function extract(
  handle: fs.FileHandle,
  file: string,
  contentFile: string,
  info: BackupFileInfo,
  expected: ExpectedFile | null,
  checks: ProofCheck[],
  options: ProofOptions,
): Promise<string | null> {
  const output = await fs.open(contentFile, 'wx');
  try {
    const content = await decompressMembers(handle, file, info, {
      onContent: (bytes) => writeAll(output, [bytes]),
      onProgress: (doneBytes) => options.onProgress(doneBytes, info.manifest.contentBytes),
      signal: options.signal,
    });
    checks.push(...contentChecks(content, info, expected));
    return content.fileSha256;
  } catch (thrown) {
    if (!(thrown instanceof HoldfastError)) throw thrown;
    if (thrown.code !== 'GZIP_DAMAGED' && thrown.code !== 'GZIP_TOO_LARGE') throw thrown;
    checks.push(check('gzip-stream', false, thrown.detail || thrown.code));
    return null;
  } finally {
    await output.close();
  }
}

/** Compares what was read with what the file, and the catalogue where it knows the file, say. */
export function contentChecks(
  read: { contentBytes: number; contentSha256: string; fileSha256: string; sealMatches: boolean },
  info: { manifest: Manifest },
  expected: ExpectedFile | null,
): ProofCheck[] {
  const { manifest } = info;
  const fileMatches = read.sealMatches && (!expected || read.fileSha256 === expected.sha256);
  const sizeMatches =
    read.contentBytes === manifest.contentBytes &&
    read.contentBytes === manifest.pageCount * manifest.pageSizeBytes &&
    (!expected || read.contentBytes === expected.contentBytes);
  const hashMatches =
    read.contentSha256 === manifest.contentSha256 && (!expected || read.contentSha256 === expected.contentSha256);
  return [
    check('file-sha256', fileMatches, `${read.fileSha256}${read.sealMatches ? '' : '; the seal does not match'}`),
    check('gzip-stream', true, 'every member read to its end'),
    check('content-size', sizeMatches, `${read.contentBytes} of ${manifest.contentBytes} bytes`),
    check('content-sha256', hashMatches, read.contentSha256),
  ];
}

export function integrityChecks(report: IntegrityReport): ProofCheck[] {
  const fault = report.faults[0];
  const opens = fault === undefined || !/file is not a database|unable to open|malformed/i.test(fault);
  const checks = [check('opens', opens, opens ? 'SQLite opened it' : fault)];
  if (fault !== undefined) {
    checks.push(check('integrity-check', false, report.faults.slice(0, 10).join('; ')));
    return checks;
  }
  const { foreignKeyViolations, incomplete } = report;
  checks.push(check('integrity-check', incomplete ? 'warning' : 'ok', incomplete ?? 'ok'));
  const violations = report.foreignKeyExamples
    .slice(0, 5)
    .map((one) => `${one.table} row ${one.rowid ?? '?'} → ${one.parent}`)
    .join('; ');
  checks.push(
    foreignKeyViolations > 0
      ? check('foreign-key-check', 'warning', `${foreignKeyViolations} rows without their parent: ${violations}`)
      : check('foreign-key-check', incomplete ? 'warning' : 'ok', incomplete ?? 'ok'),
  );
  return checks;
}
