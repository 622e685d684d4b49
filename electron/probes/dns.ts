/** Asks the name servers for a record. */
import { promises as dns } from 'node:dns';
import type { ProbeConfig } from '@shared/monitoring';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { deferred } from '../jobs/deferred';
import type { ProbeEnvironment, Try } from './run-probe';

type DnsConfig = Extract<ProbeConfig, { kind: 'dns' }>;

/** What the name servers say when they cannot help, by the codes of c-ares. */
const REASONS: Record<string, string> = {
  ECONNREFUSED: 'no name server takes the question',
  ESERVFAIL: 'the name server failed',
  EREFUSED: 'the name server refused the question',
  EFORMERR: 'the name server did not understand the question',
  ENOTIMP: 'the name server does not know this kind of question',
  EBADRESP: 'the answer cannot be read',
};

/** @throws HOST_NOT_FOUND, REQUEST_TIMED_OUT, CONNECTION_FAILED, ANSWER_UNEXPECTED, CANCELLED */
export async function tryDns(config: DnsConfig, { signal, dnsServers }: ProbeEnvironment): Promise<Try> {
  const { host, timeoutMs, expectedText } = config;
  // Its own channel, not the system's lookup: it blocks no thread, and its cancellation is immediate.
  const resolver = new dns.Resolver({ timeout: timeoutMs, tries: 1 });
  if (dnsServers) resolver.setServers(dnsServers);
  const stop = deferred<never>();
  // Rejected also when nobody waits any more.
  stop.promise.catch(() => undefined);
  const timer = setTimeout(() => stop.reject(late(config)), timeoutMs);
  const cancel = (): void => stop.reject(holdfastError('CANCELLED', { params: { host } }));
  signal?.addEventListener('abort', cancel, { once: true });
  const startedAt = performance.now();
  try {
    if (signal?.aborted) cancel();
    const answers = await Promise.race([ask(resolver, config), stop.promise]);
    const timeMs = performance.now() - startedAt;
    if (!answers.some((answer) => answer.includes(expectedText))) {
      throw holdfastError('ANSWER_UNEXPECTED', { params: { host, expected: expectedText || config.record } });
    }
    return { timeMs, certificateDays: null };
  } catch (thrown) {
    throw dnsError(thrown, config);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
    resolver.cancel();
  }
}

async function ask(resolver: dns.Resolver, { host, record }: DnsConfig): Promise<string[]> {
  switch (record) {
    case 'MX':
      return (await resolver.resolveMx(host)).map(({ priority, exchange }) => `${priority} ${exchange}`);
    case 'TXT':
      // A long text comes in pieces.
      return (await resolver.resolveTxt(host)).map((pieces) => pieces.join(''));
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'NS':
      return resolver.resolve(host, record);
  }
}

const late = ({ host, timeoutMs }: DnsConfig): HoldfastError =>
  holdfastError('REQUEST_TIMED_OUT', { params: { host, seconds: timeoutMs / 1000 } });

function dnsError(thrown: unknown, config: DnsConfig): unknown {
  const { host } = config;
  const code = (thrown as { code?: unknown } | null)?.code;
  if (typeof code !== 'string' || !('syscall' in (thrown as object))) return thrown;
  if (code === 'ENOTFOUND' || code === 'ENODATA') {
    return holdfastError('HOST_NOT_FOUND', { params: { host }, cause: thrown });
  }
  if (code === 'ETIMEOUT') return late(config);
  return holdfastError('CONNECTION_FAILED', { params: { host, reason: REASONS[code] ?? code }, cause: thrown });
}
