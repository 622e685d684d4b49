/** Connects to a port and closes the connection again. */
import net from 'node:net';
import type { ProbeConfig } from '@shared/monitoring';
import { holdfastError } from '../errors/holdfast-error';
import { deferred } from '../jobs/deferred';
import { requireAllowedHost, unbracketed } from '../net/addresses';
import { guardedLookup } from '../net/lookup';
import { requestError, timedOut } from '../net/request-error';
import type { ProbeEnvironment, Try } from './run-probe';

/** @throws ADDRESS_REFUSED, HOST_NOT_FOUND, CONNECTION_REFUSED, CONNECTION_FAILED, REQUEST_TIMED_OUT, CANCELLED */
export async function tryTcp(
  config: Extract<ProbeConfig, { kind: 'tcp' }>,
  { signal }: ProbeEnvironment,
): Promise<Try> {
  const peer = { host: unbracketed(config.host), port: config.port };
  requireAllowedHost(peer.host);
  const startedAt = performance.now();
  const { promise, resolve, reject } = deferred<Try>();
  const over = new AbortController();
  const timer = setTimeout(() => reject(timedOut(peer, config.timeoutMs)), config.timeoutMs);
  const cancel = (): void => reject(holdfastError('CANCELLED', { params: { host: peer.host } }));
  signal?.addEventListener('abort', cancel, { once: true });
  const socket = net.connect({
    ...peer,
    lookup: guardedLookup(over.signal),
    // See guarded-request.ts.
    autoSelectFamilyAttemptTimeout: Math.max(250, Math.floor(config.timeoutMs / 3)),
  });
  socket.once('connect', () => resolve({ timeMs: performance.now() - startedAt, certificateDays: null }));
  socket.on('error', reject);
  try {
    if (signal?.aborted) cancel();
    return await promise;
  } catch (thrown) {
    throw requestError(thrown, peer);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
    over.abort();
    socket.destroy();
  }
}
