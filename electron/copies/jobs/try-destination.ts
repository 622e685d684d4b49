/** Tries a destination from end to end: what is written there comes back and can be opened. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Encryption } from '@shared/destinations';
import type { z } from 'zod';
import { hashFile } from '../../backup/decompress';
import { copyDamaged } from '../../destinations/remote-errors';
import type { Destination } from '../../destinations/types';
import { HoldfastError, holdfastError } from '../../errors/holdfast-error';
import { decryptFile, encryptFile } from '../age';
import { isLogFile, kindOfRemote } from '../names';
import type { COPY_JOB_REQUESTS, CopyJobResults } from '../protocol';
import { download, type ReadOptions } from './download';
import { keysOf } from './fetch';
import { atDestination, type CopyJobContext } from './place';

type Request = z.infer<(typeof COPY_JOB_REQUESTS)['try-destination']>;

const PROBE_BYTES = 100_000;

/**
 * With `set-up` the place is made, and a probe is encrypted, written, read, decrypted and removed. With `use` it is only
 * opened. A server whose key nobody confirmed is only asked for that key: nothing that tells who we are is sent to it.
 * @throws what `Destination` throws; PASSPHRASE_WRONG when the key that is kept does not open what is written
 */
export function tryDestination(
  request: Request,
  { signal }: CopyJobContext,
): Promise<CopyJobResults['try-destination']> {
  const { destination, purpose } = request;
  if (destination.config.kind === 'sftp' && destination.config.hostKey === '') return showKey(destination, signal);
  return atDestination(destination, purpose, signal, async (place, seen) => {
    if (purpose === 'set-up') await probe(place, request, signal);
    let copiesFound = 0;
    if (purpose === 'set-up') {
      for await (const { name } of place.list(signal)) {
        if (!isLogFile(name) && ['copy', 'encrypted-copy'].includes(kindOfRemote(name))) copiesFound += 1;
      }
    }
    return { hostKey: place.hostKey(), freeBytes: await place.freeBytes(), copiesFound, seen };
  });
}

/** The connection ends when the key was seen, because it is not one that was confirmed. */
async function showKey(destination: Request['destination'], signal: AbortSignal) {
  try {
    await atDestination(destination, 'use', signal, () => Promise.resolve());
  } catch (thrown) {
    const hostKey = thrown instanceof HoldfastError && thrown.code === 'HOST_KEY_CHANGED' && thrown.params['found'];
    if (typeof hostKey !== 'string') throw thrown;
    return { hostKey, freeBytes: null, copiesFound: null, seen: { marker: null } };
  }
  throw holdfastError('INTERNAL', { detail: 'a server was taken whose key nobody confirmed' });
}

async function probe(place: Destination, { destination, scratch }: Request, signal: AbortSignal): Promise<void> {
  const options: ReadOptions = { destination: destination.config.name, signal, onProgress: () => undefined };
  const at = (name: string): string => path.join(scratch, name);
  const name = `holdfast-probe-${randomBytes(8).toString('hex')}`;
  await fs.writeFile(at('probe'), randomBytes(PROBE_BYTES));
  const sent = await seal(destination.config.encryption, at('probe'), at('probe.age'));
  try {
    const request = { file: sent.file, name, sizeBytes: sent.sizeBytes, sha256: sent.sha256, signal };
    await place.put({ ...request, resume: null, onResume: () => undefined, onProgress: () => undefined });
    const got = await download(place, name, at('probe.back'), options);
    if (got.sha256 !== sent.sha256) throw copyDamaged(destination.config.name, name, 'the probe came back changed');
    // Without the key of the recipient copies can be made, but not opened here: that is a choice.
    const keys = keysOf(destination);
    const { mode } = destination.config.encryption;
    if (mode === 'passphrase' || (mode === 'recipient' && keys.identities.length > 0)) {
      await decryptFile(at('probe.back'), at('probe.open'), keys, options);
    }
  } finally {
    await place.remove(name);
  }

  async function seal(encryption: Encryption, source: string, target: string) {
    if (encryption.mode === 'none') return { file: source, ...(await hashFile(source, { signal })) };
    const sealed = await encryptFile(source, target, encryption, destination.secrets, options);
    return { file: target, ...sealed };
  }
}
