/** Certificates for test servers, written by hand in DER: no program is needed to make them. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface ServerCertificate {
  /** PEM. */
  key: string;
  cert: string;
}

export interface CertificateOptions {
  /** DNS names and IP addresses (v4) that it holds for. */
  names: string[];
  fromMs: number;
  toMs: number;
}

const DAY_MS = 86_400_000;
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

/** An authority that servers' certificates can be issued by. */
export class Authority {
  private readonly key: KeyObject;
  /** Its own certificate, PEM. */
  readonly cert: string;

  constructor(private readonly name = 'Test Authority') {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.key = pair.privateKey;
    const [fromMs, toMs] = [Date.now() - DAY_MS, Date.now() + 365 * DAY_MS];
    const basic = extension('2.5.29.19', sequence(tlv(0x01, Buffer.from([0xff]))));
    this.cert = certificate({ name, issuer: name, fromMs, toMs, key: pair.publicKey, signer: this.key, basic });
  }

  issue({ names, fromMs, toMs }: CertificateOptions): ServerCertificate {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const alternatives = names.map((name) =>
      /^[\d.]+$/.test(name) ? tlv(0x87, Buffer.from(name.split('.').map(Number))) : tlv(0x82, Buffer.from(name)),
    );
    const basic = extension('2.5.29.17', sequence(...alternatives));
    const facts = { name: names[0] ?? 'nobody', issuer: this.name, fromMs, toMs, key: pair.publicKey, basic };
    return {
      key: String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      cert: certificate({ ...facts, signer: this.key }),
    };
  }
}

interface Facts {
  name: string;
  issuer: string;
  fromMs: number;
  toMs: number;
  key: KeyObject;
  signer: KeyObject;
  basic: Buffer;
}

function certificate({ name, issuer, fromMs, toMs, key, signer, basic }: Facts): string {
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    ECDSA_SHA256,
    person(issuer),
    sequence(time(fromMs), time(toMs)),
    person(name),
    key.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(basic)),
  );
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, signer)]));
  const base64 = sequence(body, ECDSA_SHA256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function person(name: string): Buffer {
  const common = sequence(oid('2.5.4.3'), tlv(0x0c, Buffer.from(name)));
  return sequence(tlv(0x31, common));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tlv(0x01, Buffer.from([0xff])), tlv(0x04, value));
}

function time(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replace(/[-:T]|\.\d+/g, '');
  return tlv(0x18, Buffer.from(digits));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tlv(0x06, Buffer.from(bytes));
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  // The shortest form is the only right one.
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >>> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
