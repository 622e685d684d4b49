/** Brings a copy back as the backup file that it was made of. */
import fs from 'node:fs/promises';
import type { z } from 'zod';
import { copyDamaged } from '../../destinations/remote-errors';
import { HoldfastError, holdfastError } from '../../errors/holdfast-error';
import { decryptFile } from '../age';
import { isEncrypted } from '../names';
import type { COPY_JOB_REQUESTS, CopyJobResults, CopyTarget } from '../protocol';
import { download } from './download';
import { atDestination, type CopyJobContext } from './place';

type Request = z.infer<(typeof COPY_JOB_REQUESTS)['fetch']>;

/**
 * @throws COPY_MISSING, COPY_DAMAGED; PASSPHRASE_NEEDED, PASSPHRASE_WRONG; what `Destination` throws; DISK_FULL, …
 */
export async function fetchCopy(request: Request, context: CopyJobContext): Promise<CopyJobResults['fetch']> {
  const { destination, remoteName, target, expected } = request;
  const { name } = destination.config;
  const encrypted = isEncrypted(remoteName);
  const file = encrypted ? request.download : target;
  try {
    const got = await atDestination(destination, 'use', context.signal, (place) =>
      download(place, remoteName, file, {
        destination: name,
        onProgress: (done, total) => context.onProgress('download', done, total),
        signal: context.signal,
      }),
    );
    const sizeFits = request.sizeBytes === null || request.sizeBytes === got.sizeBytes;
    if (!sizeFits || (request.sha256 !== null && request.sha256 !== got.sha256)) {
      throw copyDamaged(name, remoteName, `it came as ${got.sizeBytes} bytes with SHA-256 ${got.sha256}`);
    }
    const result = encrypted ? await open(request, context) : got;
    if (expected && (result.sizeBytes !== expected.sizeBytes || result.sha256 !== expected.sha256)) {
      throw copyDamaged(name, remoteName, `it holds ${result.sizeBytes} bytes with SHA-256 ${result.sha256}`);
    }
    return { sizeBytes: result.sizeBytes, sha256: result.sha256 };
  } catch (thrown) {
    await fs.rm(target, { force: true });
    throw thrown;
  } finally {
    await fs.rm(request.download, { force: true });
  }
}

async function open({ destination, remoteName, download: sealed, target }: Request, context: CopyJobContext) {
  try {
    return await decryptFile(sealed, target, keysOf(destination), {
      onProgress: (done, total) => context.onProgress('encrypt', done, total),
      signal: context.signal,
    });
  } catch (thrown) {
    throw named(thrown, destination, remoteName);
  }
}

/** Whatever the destination's mode is now: what lies there may be from before it was changed. */
export const keysOf = ({ secrets }: CopyTarget) => ({
  passphrases: secrets.passphrase ? [secrets.passphrase] : [],
  identities: secrets.identity ? [secrets.identity] : [],
});

/** People know the copy by its name at the destination, not by that of the scratch file. */
function named(thrown: unknown, { config }: CopyTarget, path: string): unknown {
  if (!(thrown instanceof HoldfastError)) return thrown;
  if (thrown.code === 'ENCRYPTED_FILE_DAMAGED') return copyDamaged(config.name, path, thrown.detail);
  if (thrown.code !== 'PASSPHRASE_NEEDED' && thrown.code !== 'PASSPHRASE_WRONG') return thrown;
  return holdfastError(thrown.code, { params: { path, name: config.name }, cause: thrown });
}
