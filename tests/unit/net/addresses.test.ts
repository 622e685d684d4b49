import { expect, test } from 'vitest';
import { isRefusedAddress, requireAllowedHost } from '../../../electron/net/addresses';
import { errorOf } from '../../helpers/engine';

test.each([
  '169.254.169.254',
  '169.254.0.1',
  'fe80::1',
  'fe80::1%eth0',
  'febf:ffff::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '0:0:0:0:0:ffff:a9fe:a9fe',
  '::169.254.169.254',
  '64:ff9b::169.254.169.254',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::1',
  '::ffff:100.100.100.200',
  '64:ff9b::6464:64c8',
])('%s is not asked', (address) => {
  expect(isRefusedAddress(address)).toBe(true);
});

test.each([
  '127.0.0.1',
  '10.0.0.1',
  '192.168.1.1',
  '172.16.0.1',
  '8.8.8.8',
  '169.253.255.255',
  '169.255.0.0',
  '100.100.100.201',
  '::1',
  '::ffff:127.0.0.1',
  'fd00:ec2::253',
  'fec0::1',
  '2001:db8::1',
  '64:ff9b::808:808',
  'example.com',
])('%s may be asked', (address) => {
  expect(isRefusedAddress(address)).toBe(false);
});

test.each(['metadata.google.internal', 'METADATA.google.internal.', '[fe80::1]', '169.254.1.1'])(
  'the host %s is refused before it is looked up',
  async (host) => {
    const error = await errorOf(() => requireAllowedHost(host));
    expect([error.code, error.params]).toEqual(['ADDRESS_REFUSED', { host }]);
  },
);

test.each(['localhost', '[::1]', 'db.internal', 'metadata.google.internal.example.com'])(
  'the host %s is looked up',
  (host) => {
    expect(() => requireAllowedHost(host)).not.toThrow();
  },
);
