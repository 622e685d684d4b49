/** The single steps of a proof, as they are told. */
import type { ProofCheck, ProofStep } from '@shared/models';
import type { Findings } from '../integrity/findings';
import { changesBytes } from './changes-format';
import { CHANGES_FORMAT, type Manifest, streamOf } from './manifest';

/** What the catalogue knows of a file, beyond what the file says of itself. */
export interface ExpectedFile {
  sizeBytes: number;
  sha256: string;
  /** Of the whole image, also where the file holds only its changed pages. */
  contentBytes: number;
  contentSha256: string;
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
 * Compares what came out of one file, an image or a stream of changed pages, with what the file, and the catalogue where
 * it knows the file, say.
 */
export function contentChecks(
  read: { contentBytes: number; contentSha256: string | null; fileSha256: string; sealMatches: boolean },
  { manifest }: { manifest: Manifest },
  expected: ExpectedFile | null,
): ProofCheck[] {
  const fileMatches = read.sealMatches && (!expected || read.fileSha256 === expected.sha256);
  const file = [
    check('file-sha256', fileMatches, `${read.fileSha256}${read.sealMatches ? '' : '; the seal does not match'}`),
    check('gzip-stream', true, 'every member read to its end'),
  ];
  if (manifest.format !== CHANGES_FORMAT) return [...file, ...imageChecks(read, manifest, expected)];
  const stream = streamOf(manifest);
  const sizeMatches =
    read.contentBytes === stream.bytes && stream.bytes === changesBytes(manifest.changedPages, manifest.pageSizeBytes);
  return [
    ...file,
    check('content-size', sizeMatches, `${read.contentBytes} of ${stream.bytes} bytes of changed pages`),
    check('content-sha256', read.contentSha256 === stream.sha256, String(read.contentSha256)),
  ];
}

/** Compares an image with what its manifest, and the catalogue where it knows the file, say; the hash where there is one. */
export function imageChecks(
  image: { contentBytes: number; contentSha256: string | null },
  manifest: Manifest,
  expected: ExpectedFile | null,
): ProofCheck[] {
  const sizeMatches =
    image.contentBytes === manifest.contentBytes &&
    image.contentBytes === manifest.pageCount * manifest.pageSizeBytes &&
    (!expected || image.contentBytes === expected.contentBytes);
  const size = check('content-size', sizeMatches, `${image.contentBytes} of ${manifest.contentBytes} bytes`);
  if (image.contentSha256 === null) return [size];
  const hashMatches =
    image.contentSha256 === manifest.contentSha256 && (!expected || image.contentSha256 === expected.contentSha256);
  return [size, check('content-sha256', hashMatches, image.contentSha256)];
}

export function integrityChecks(report: Findings): ProofCheck[] {
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
