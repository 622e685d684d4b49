/** The reader of envelopes: however the bytes come, the same items come out; what is malformed says so. */
import { describe, expect, it } from 'vitest';
import { EnvelopeReader, isRefusal } from '../../../electron/ingest/sentry-envelope';
import { sentKey } from '../../../electron/ingest/sentry-key';
import { envelope } from '../../helpers/sentry-wire';

const LIMITS = { eventBytes: 1_000, items: 20 };

async function* inPieces(bytes: Buffer, length: number): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** What is read: header, then type and payload of each item (`kept` ones), and how it ended. */
async function read(
  bytes: Buffer | string,
  length = 1 << 16,
  kept = (type: string) => type === 'event',
): Promise<unknown[]> {
  const reader = new EnvelopeReader(inPieces(Buffer.from(bytes), length), LIMITS);
  const opened = await reader.header();
  if (isRefusal(opened)) return [opened.status];
  const found: unknown[] = [opened.header];
  for (;;) {
    const item = await reader.next();
    if (item === null) return found;
    if (isRefusal(item)) return [...found, item.status];
    const got = kept(item.type) ? await reader.payload() : await reader.skip();
    if (got !== null && isRefusal(got)) return [...found, item.type, got.status];
    found.push(got ? [item.type, got.payload.toString('latin1')] : item.type);
  }
}

describe('an envelope', () => {
  const binary = Buffer.from([10, 0, 255, 10, 123, 10]);
  const bytes = envelope({ event_id: 'x' }, [
    { type: 'session', payload: '{"sid":1}' },
    { type: 'attachment', payload: binary, withLength: true },
    { type: 'event', payload: '{"a":"\u00fc"}' },
    { type: 'event', payload: '{"b":\n2}', withLength: true },
    { type: 'event', payload: '', withLength: true },
    { type: 'transaction', payload: 'x'.repeat(5_000) },
    { type: 'profile', payload: Buffer.alloc(5_000, 10), withLength: true },
  ]);
  const expected = [
    { event_id: 'x' },
    'session',
    'attachment',
    ['event', Buffer.from('{"a":"\u00fc"}').toString('latin1')],
    ['event', '{"b":\n2}'],
    ['event', ''],
    'transaction',
    'profile',
  ];

  it.each([1, 2, 3, 7, 64, 1 << 16])('in pieces of %i bytes', async (length) => {
    expect(await read(bytes, length)).toEqual(expected);
  });

  it('ends with or without a newline, and may have empty lines between its items', async () => {
    expect(await read(bytes.subarray(0, -1))).toEqual(expected);
    expect(await read('{}\n\n{"type":"event"}\n{"a":1}\n\r\n\n{"type":"session"}\n{}')).toEqual([
      {},
      ['event', '{"a":1}'],
      'session',
    ]);
    expect(await read('{}')).toEqual([{}]);
    expect(await read('{}\n{"type":"event"}')).toEqual([{}, ['event', '']]);
  });

  it.each<[string, string, unknown[]]>([
    ['nothing', '', [400]],
    ['no JSON', 'hello\n', [400]],
    ['a list for a header', '[]\n', [400]],
    ['a header without end', `{"a":"${'x'.repeat(70_000)}"}\n`, [400]],
    ['an item without a header', '{}\nx\n', [{}, 400]],
    ['an item without a type', '{}\n{"length":1}\nx\n', [{}, 400]],
    ['a length that is none', '{}\n{"type":"event","length":"5"}\nx', [{}, 400]],
    ['a negative length', '{}\n{"type":"event","length":-1}\nx', [{}, 400]],
    ['a length without end', '{}\n{"type":"event","length":1e999}\nx', [{}, 400]],
    ['a length of half an event', '{}\n{"type":"event","length":3}\nabcdef', [{}, 'event', 400]],
    ['a length past the end', '{}\n{"type":"event","length":9}\nabc', [{}, 'event', 400]],
    ['a skipped length past the end', '{}\n{"type":"attachment","length":9}\nabc', [{}, 'attachment', 400]],
    ['too long an event', `{}\n{"type":"event","length":1001}\n${'x'.repeat(1_001)}`, [{}, 'event', 413]],
    ['too long an event that does not say it', `{}\n{"type":"event"}\n${'x'.repeat(1_001)}\n`, [{}, 'event', 413]],
    ['the longest event', `{}\n{"type":"event"}\n${'x'.repeat(1_000)}\n`, [{}, ['event', 'x'.repeat(1_000)]]],
    ['too many items', `{}\n${'{"type":"a"}\n{}\n'.repeat(21)}`, [{}, ...Array(20).fill('a'), 413]],
  ])('with %s', async (_name, text, expectedParts) => {
    for (const length of [1, 1 << 16]) expect(await read(text, length)).toEqual(expectedParts);
  });
});

describe('the key', () => {
  const key = 'abc123';
  it.each<[string, Parameters<typeof sentKey>, ReturnType<typeof sentKey>]>([
    ['of the DSN', [`http://${key}@127.0.0.1:47600/7`, '/?sentry_key=other', {}], { key, projectId: 7 }],
    ['of a DSN with a secret and a path', [`http://${key}:secret@127.0.0.1/errors/7`, '/', {}], { key, projectId: 7 }],
    [
      'of the query',
      [
        undefined,
        `/api/7/envelope/?sentry_version=7&sentry_key=${key}`,
        { 'x-sentry-auth': 'Sentry sentry_key=other' },
      ],
      { key, projectId: null },
    ],
    [
      'of X-Sentry-Auth',
      [
        undefined,
        '/',
        { 'x-sentry-auth': `Sentry sentry_key=${key}, sentry_version=7, sentry_client=sentry.python/2.20.0` },
      ],
      { key, projectId: null },
    ],
    [
      'of Authorization',
      [undefined, '/?a=b', { authorization: `sentry sentry_version=7,sentry_key="${key}"` }],
      { key, projectId: null },
    ],
    ['of a bearer', [undefined, '/', { authorization: `Bearer sentry_key=${key}` }], null],
    ['of nobody', [undefined, '/', {}], null],
    ['of a DSN without a key, whatever else is there', ['http://127.0.0.1/7', `/?sentry_key=${key}`, {}], null],
    ['of no DSN', ['http://', `/?sentry_key=${key}`, {}], null],
    ['with odd characters', [undefined, '/?sentry_key=a%00b', {}], null],
  ])('%s', (_name, given, expected) => expect(sentKey(...given)).toEqual(expected));
});
