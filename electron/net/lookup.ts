/** Finds the addresses of a name, and gives only those that may be asked: what was checked is what is connected to. */
import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { wrapError } from '../errors/wrap';
import { addressRefused, isRefusedAddress, requireAllowedHost } from './addresses';

/**
 * A lookup occupies one of the four threads that files are read and written with, for many seconds when no name server
 * answers. Two at once leave the others free.
 */
const MOST_AT_ONCE = 2;

const LOOPBACK: LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

const inFlight = new Map<string, Promise<LookupAddress[]>>();
const waiting: (() => void)[] = [];
let running = 0;

/**
 * A lookup for `net.connect` and `http.request`. Addresses that are refused are left out; none left is ADDRESS_REFUSED.
 * @param signal when it is aborted, a lookup that still waits for its turn is not made
 */
export function guardedLookup(signal?: AbortSignal): LookupFunction {
  return (hostname, options, callback) => {
    const allowed = callbackify(() => allowedAddresses(hostname, options, signal));
    allowed((error, addresses) => {
      const [first] = error ? [] : addresses;
      if (!first) callback(error, [], 0);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

async function allowedAddresses(
  hostname: string,
  options: LookupOptions,
  signal: AbortSignal | undefined,
): Promise<LookupAddress[]> {
  requireAllowedHost(hostname);
  const family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : (options.family ?? 0);
  const found = (await resolve(hostname, signal)).filter((one) => family === 0 || one.family === family);
  if (found.length === 0) throw Object.assign(new Error('no address of this family'), { code: 'ENOTFOUND' });
  // Names on the local network often have a link-local address beside a usable one.
  const allowed = found.filter((one) => !isRefusedAddress(one.address));
  if (allowed.length === 0) throw addressRefused(hostname);
  return allowed;
}

/** Asked twice at the same time, a name is looked up once. */
async function resolve(hostname: string, signal: AbortSignal | undefined): Promise<LookupAddress[]> {
  // By RFC 6761 it is always this machine; it must not wait behind names that nobody answers for.
  if (/^(.+\.)?localhost\.?$/i.test(hostname)) return LOOPBACK;
  const known = inFlight.get(hostname);
  if (known) return known;
  if (running >= MOST_AT_ONCE) {
    await new Promise<void>((go) => waiting.push(go));
    if (signal?.aborted) {
      // The turn goes to the next one.
      if (running < MOST_AT_ONCE) waiting.shift()?.();
      throw wrapError(null, {}, 'CANCELLED');
    }
    return resolve(hostname, signal);
  }
  running++;
  const asked = new Promise<LookupAddress[]>((found, failed) => {
    lookup(hostname, { all: true }, (error, addresses) => (error ? failed(error) : found(addresses)));
  }).finally(() => {
    running--;
    inFlight.delete(hostname);
    waiting.shift()?.();
  });
  inFlight.set(hostname, asked);
  return asked;
}
