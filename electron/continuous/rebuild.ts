/**
 * Brings back a moment from a restore point and the log, and proves it: the files of the restore point as always, every
 * byte of the log, and what comes out of both by SQLite's own checks, each time.
 */
import type { ProofCheck } from '@shared/models';
import type { Chain } from '../backup/chain';
import { damageError, readChain } from '../backup/extract-chain';
import { check, integrityChecks, isProved } from '../backup/proof-checks';
import type { ProofOptions } from '../backup/prove';
import { holdfastError } from '../errors/holdfast-error';
import { knownCode, wrapError } from '../errors/wrap';
import { type Replayed, replayLog } from './replay';
import type { LogReplay } from './types';

/** A moment that is not one restore point. */
export interface LogSource {
  type: 'log';
  /** Files of the restore point that the log is replayed on. */
  chain: Chain;
  replay: LogReplay;
}

export interface RebuiltMoment {
  checks: ProofCheck[];
  /** False when SQLite's checks failed: every file was what it must be. */
  proved: boolean;
  replayed: Replayed;
}

/**
 * Rebuilds a moment in the new file `target`. The image is the one that readers of the live database saw, in WAL mode. What
 * it wrote stays when it throws.
 * @throws LOG_DAMAGED {path}, MOMENT_NOT_COVERED; BACKUP_FILE_MISSING, BACKUP_FILE_DAMAGED, CHAIN_BROKEN for files of the
 * restore point; what `fs` throws, wrapped; the signal's reason
 */
export async function rebuildMoment(
  { chain, replay }: LogSource,
  target: string,
  options: ProofOptions,
): Promise<RebuiltMoment> {
  const own = chain.at(-1)?.file ?? '';
  const base = await readChain(chain, target, options).catch((thrown: unknown) => {
    const code = knownCode(thrown);
    if (code === 'FILE_NOT_FOUND' && (thrown as NodeJS.ErrnoException).path === own) {
      throw holdfastError('BACKUP_FILE_MISSING', { params: { path: own }, cause: thrown });
    }
    throw wrapError(thrown, { path: code === 'DISK_FULL' ? target : own }, 'IO_ERROR');
  });
  if (base.damage) throw damageError(base.links, base.damage);
  const failed = base.checks.find(({ outcome }) => outcome === 'failed');
  if (failed) {
    throw holdfastError('BACKUP_FILE_DAMAGED', { params: { path: own, step: failed.step }, detail: failed.detail });
  }
  const replayed = await replayLog(target, replay, options);
  const { transaction } = replayed;
  const detail = `${replayed.replayed} transactions replayed, to number ${transaction} of ${replay.generationId}`;
  const sound = integrityChecks(await options.check(target, options.signal));
  const checks = [...base.checks, check('log', true, detail), ...sound];
  return { checks, proved: isProved(checks), replayed };
}

/**
 * As `rebuildMoment`, for a restore.
 * @throws BACKUP_FILE_DAMAGED {path, step} also when SQLite's checks fail on what came out
 */
export async function extractMoment(source: LogSource, target: string, options: ProofOptions): Promise<RebuiltMoment> {
  const rebuilt = await rebuildMoment(source, target, options);
  const failed = rebuilt.checks.find(({ outcome }) => outcome === 'failed');
  if (!failed) return rebuilt;
  const path = source.replay.files.at(-1)?.file ?? source.chain.at(-1)?.file ?? '';
  throw holdfastError('BACKUP_FILE_DAMAGED', { params: { path, step: failed.step }, detail: failed.detail });
}
