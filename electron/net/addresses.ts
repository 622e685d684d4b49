/**
 * Which addresses are never asked: link-local ones, which belong to the network itself, and those at which clouds hand
 * out secrets to whoever asks from inside. Loopback and private addresses are fine: people watch local services.
 */
import { BlockList, isIP } from 'node:net';
import { holdfastError } from '../errors/holdfast-error';

/** Metadata services outside the link-local ranges: Alibaba, Oracle, Azure, and the IPv6 ones of AWS and Google. */
const METADATA_V4 = ['100.100.100.200', '192.0.0.192', '168.63.129.16'];
const METADATA_V6 = ['fd00:ec2::254', 'fd20:ce::254'];
const METADATA_NAMES = new Set(['metadata.google.internal', 'metadata.goog']);

/** IPv6 forms that carry an IPv4 address: mapped, compatible, translated (NAT64), each followed by the four bytes. */
const V4_CARRIERS = ['::ffff:', '::', '64:ff9b::'];

const refused = new BlockList();
refused.addSubnet('169.254.0.0', 16, 'ipv4');
refused.addSubnet('fe80::', 10, 'ipv6');
// 6to4 carries the IPv4 address in its second and third group.
refused.addSubnet('2002:a9fe::', 32, 'ipv6');
for (const carrier of V4_CARRIERS) refused.addSubnet(`${carrier}169.254.0.0`, 112, 'ipv6');
for (const address of METADATA_V6) refused.addAddress(address, 'ipv6');
for (const address of METADATA_V4) {
  refused.addAddress(address, 'ipv4');
  for (const carrier of V4_CARRIERS) refused.addAddress(carrier + address, 'ipv6');
}

/** True for a numeric address that is never connected to; false for what is no numeric address. */
export function isRefusedAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  const family = isIP(plain);
  return family !== 0 && refused.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Node connects to numeric addresses without a lookup, so they are checked before it is asked.
 * @param host a name or an address, also an IPv6 one in brackets
 * @throws ADDRESS_REFUSED
 */
export function requireAllowedHost(host: string): void {
  const plain = unbracketed(host).toLowerCase().replace(/\.$/, '');
  if (METADATA_NAMES.has(plain) || isRefusedAddress(plain)) throw addressRefused(host);
}

export const addressRefused = (host: string) => holdfastError('ADDRESS_REFUSED', { params: { host } });

/** `[::1]`, as addresses of pages have it, as `::1`. */
export const unbracketed = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');
