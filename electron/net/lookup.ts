/** Finds the addresses of a name, and gives only those that may be asked: what was checked is what is connected to. */
import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { holdfastError } from '../errors/holdfast-error';
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

type SystemLookup = (
  hostname: string,
  options: { all: true },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/** Lookups by the operating system: few at once, and one for a name that is asked for twice at the same time. */
export class Lookups {
  private readonly inFlight = new Map<string, Promise<LookupAddress[]>>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly system: SystemLookup = lookup) {}

  /**
   * A lookup for `net.connect` and `http.request`. Addresses that are refused are left out; none left is
   * ADDRESS_REFUSED.
   * @param signal when it is aborted, a lookup that still waits for its turn is not made
   */
  guarded(signal?: AbortSignal): LookupFunction {
    return (hostname, options, callback) => {
      const allowed = callbackify(() => this.allowed(hostname, options, signal));
      allowed((error, addresses) => {
        const [first] = error ? [] : addresses;
        if (!first) callback(error, [], 0);
        else if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    };
  }

  private async allowed(hostname: string, options: LookupOptions, signal?: AbortSignal): Promise<LookupAddress[]> {
    requireAllowedHost(hostname);
    const family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : (options.family ?? 0);
    const found = (await this.resolve(hostname, signal)).filter((one) => family === 0 || one.family === family);
    if (found.length === 0) throw Object.assign(new Error('no address of this family'), { code: 'ENOTFOUND' });
    // Names on the local network often have a link-local address beside a usable one.
    const allowed = found.filter((one) => !isRefusedAddress(one.address));
    if (allowed.length === 0) throw addressRefused(hostname);
    return allowed;
  }

  private async resolve(hostname: string, signal: AbortSignal | undefined): Promise<LookupAddress[]> {
    // By RFC 6761 it is always this machine; it must not wait behind names that nobody answers for.
    if (/^(.+\.)?localhost\.?$/i.test(hostname)) return LOOPBACK;
    for (;;) {
      const known = this.inFlight.get(hostname);
      if (known) return known;
      if (this.running < MOST_AT_ONCE) return this.ask(hostname);
      await new Promise<void>((go) => this.waiting.push(go));
      if (signal?.aborted) {
        this.wakeNext();
        throw holdfastError('CANCELLED', { params: { host: hostname } });
      }
    }
  }

  private ask(hostname: string): Promise<LookupAddress[]> {
    this.running++;
    const asked = new Promise<LookupAddress[]>((found, failed) => {
      this.system(hostname, { all: true }, (error, addresses) => (error ? failed(error) : found(addresses)));
    }).finally(() => {
      this.running--;
      this.inFlight.delete(hostname);
      this.wakeNext();
    });
    this.inFlight.set(hostname, asked);
    return asked;
  }

  private wakeNext(): void {
    if (this.running < MOST_AT_ONCE) this.waiting.shift()?.();
  }
}

const lookups = new Lookups();

/** Holdfast's own lookups: see `Lookups.guarded`. */
export const guardedLookup = (signal?: AbortSignal): LookupFunction => lookups.guarded(signal);
