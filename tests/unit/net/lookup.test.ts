import type { LookupAddress } from 'node:dns';
import { expect, test } from 'vitest';
import { Lookups } from '../../../electron/net/lookup';

type Answer = (error: Error | null, addresses: LookupAddress[]) => void;

/** Lookups whose system answers when the test says so. */
function held() {
  const asked: string[] = [];
  const answers = new Map<string, Answer>();
  const lookups = new Lookups((hostname, _, answer) => {
    asked.push(hostname);
    answers.set(hostname, answer);
  });
  const look = (hostname: string, signal?: AbortSignal): Promise<LookupAddress[]> =>
    new Promise((found, failed) => {
      lookups.guarded(signal)(hostname, { all: true }, (error, addresses) =>
        error ? failed(error) : found(addresses as LookupAddress[]),
      );
    });
  const answer = (hostname: string, ...addresses: string[]) =>
    answers.get(hostname)!(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  return { asked, look, answer };
}

const turn = () => new Promise((done) => setImmediate(done));

test('two names at once; others wait, this machine does not', async () => {
  const { asked, look, answer } = held();
  const all = ['a', 'b', 'c', 'd'].map((name) => look(name));
  await turn();
  expect(asked).toEqual(['a', 'b']);
  expect((await look('localhost')).map((one) => one.address)).toEqual(['127.0.0.1', '::1']);
  answer('b', '192.0.2.2');
  await turn();
  expect(asked).toEqual(['a', 'b', 'c']);
  answer('a', '192.0.2.1');
  answer('c', '192.0.2.3');
  await turn();
  answer('d', '192.0.2.4');
  expect((await Promise.all(all)).map(([one]) => one?.address)).toEqual([
    '192.0.2.1',
    '192.0.2.2',
    '192.0.2.3',
    '192.0.2.4',
  ]);
});

test('a name that is asked for twice at the same time is looked up once, later again', async () => {
  const { asked, look, answer } = held();
  const both = [look('a'), look('a')];
  await turn();
  answer('a', '192.0.2.1');
  await Promise.all(both);
  expect(asked).toEqual(['a']);
  void look('a');
  await turn();
  expect(asked).toEqual(['a', 'a']);
});

test('one that was given up while it waited is not looked up, and the next has its turn', async () => {
  const { asked, look, answer } = held();
  const first = [look('a'), look('b')];
  const abort = new AbortController();
  const given = look('c', abort.signal);
  const next = look('d');
  await turn();
  abort.abort();
  answer('a', '192.0.2.1');
  await expect(given).rejects.toMatchObject({ code: 'CANCELLED' });
  await turn();
  expect(asked).toEqual(['a', 'b', 'd']);
  answer('b', '192.0.2.2');
  answer('d', '192.0.2.4');
  await Promise.all([...first, next]);
});

test('a name that leads to a refused address is refused; one with others beside it is asked there', async () => {
  const { look, answer } = held();
  const trap = look('trap');
  const mixed = look('printer');
  await turn();
  answer('trap', '169.254.169.254', 'fe80::1');
  answer('printer', 'fe80::2', '192.168.1.5');
  await expect(trap).rejects.toMatchObject({ code: 'ADDRESS_REFUSED', params: { host: 'trap' } });
  expect(await mixed).toEqual([{ address: '192.168.1.5', family: 4 }]);
});

test('a single address of one family, when that is asked for', async () => {
  const lookups = new Lookups((_, __, answer) => answer(null, [{ address: '192.0.2.1', family: 4 }]));
  const one = (family: number) =>
    new Promise((done) => lookups.guarded()('a', { family }, (error, address) => done(error?.code ?? address)));
  expect(await one(4)).toBe('192.0.2.1');
  expect(await one(0)).toBe('192.0.2.1');
  expect(await one(6)).toBe('ENOTFOUND');
});
