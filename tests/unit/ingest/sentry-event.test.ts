/** Events of Sentry's SDKs become events of Holdfast's: what each field turns into, and what a hostile one cannot do. */
import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../electron/ingest/otlp-json';
import { discardedIn, eventIdIn, eventOf, isErrorEvent } from '../../../electron/ingest/sentry-event';
import { momentIn } from '../../../electron/ingest/sentry-values';
import { pythonEnvelope } from '../../helpers/sentry-wire';

const NOW = Date.parse('2026-05-03T10:00:02.000Z');
const ID = 'a'.repeat(32);
const made = (event: Fields) => eventOf(event, NOW, ID);
const sizeOf = (value: unknown) => JSON.stringify(value).length;

describe('an event of sentry-python', () => {
  const sent = pythonEnvelope('http://k@127.0.0.1:1/7', 'B0F2AE5E11D34C6F8C1A0B9D8E7F6A5B').toString().split('\n')[2]!;
  const event = eventOf(JSON.parse(sent) as Fields, Date.now(), null);

  it('keeps who, where and when', () => {
    expect(event).toMatchObject({
      id: 'b0f2ae5e11d34c6f8c1a0b9d8e7f6a5b',
      level: 'error',
      handled: false,
      message: 'cart 8123 of anna@example.com cannot be paid',
      release: 'shop@2.1',
      environment: 'production',
      serverName: 'web-1',
      transaction: '/checkout/{cart}/',
      code: null,
      fingerprint: null,
      tags: { region: 'eu' },
      isCut: false,
    });
    expect(Math.abs(Date.parse(event.at) - Date.now())).toBeLessThan(60_000);
  });

  it('has the cause first and the thrown error last, each with its stack and source', () => {
    expect(
      event.thrown.map(({ type, frames }) => [type, frames.map((frame) => [frame.function, frame.inApp])]),
    ).toEqual([
      ['KeyError', [['total', true]]],
      [
        'CheckoutFailed',
        [
          ['inner', false],
          ['checkout', true],
        ],
      ],
    ]);
    expect(event.thrown[0]!.frames[0]).toEqual({
      module: 'shop.cart',
      function: 'total',
      file: 'shop/cart.py',
      line: 11,
      column: null,
      inApp: true,
      source: {
        before: ['def total(items):', '    sum = 0'],
        line: "    return sum(item['price'] for item in items)",
        after: ['', ''],
      },
    });
  });

  it('keeps breadcrumbs and contexts flat, and no secret', () => {
    expect(event.breadcrumbs).toEqual([
      { at: '2026-05-03T10:00:00.250Z', category: 'shop', level: 'info', message: 'cart loaded' },
      {
        at: '2026-05-03T10:00:01.000Z',
        category: 'httplib',
        level: 'info',
        message: 'url=http://pay.test/v1?token=[redacted] method=GET status_code=503',
      },
    ]);
    expect(event.contexts['request']).toEqual({
      method: 'POST',
      url: 'http://shop.test/checkout/8123/',
      query: 'step=2&access_token=[redacted]',
      'headers.Host': 'shop.test',
      'headers.Cookie': '[redacted]',
      'headers.Authorization': '[redacted]',
      'headers.Accept': '*/*',
      'data.card': '4111',
      'data.password': '[redacted]',
      'env.SERVER_NAME': 'shop',
      'env.SERVER_PORT': '8000',
    });
    expect(event.contexts['user']).toEqual({ id: '5', ip_address: '127.0.0.1' });
    expect(event.contexts['extra']).toEqual({ 'sys.argv.0': 'manage.py', 'sys.argv.1': 'runserver' });
    expect(event.contexts['runtime']).toEqual({ name: 'CPython', version: '3.12.3', build: '3.12.3 (main)' });
    expect(event.contexts['sdk']).toEqual({ name: 'sentry.python.django', version: '2.20.0', platform: 'python' });
    expect(JSON.stringify(event)).not.toMatch(/hunter2|sessionid=abc|Bearer abc|token=abc/);
  });
});

describe('each field', () => {
  it.each<[string, Fields, string]>([
    ['a text', { message: 'hello' }, 'hello'],
    ['formatted', { logentry: { message: 'a %s', params: ['b'], formatted: 'a b!' } }, 'a b!'],
    ['filled by place', { logentry: { message: '%s of %d', params: ['x', 5] } }, 'x of 5'],
    [
      'filled by name',
      { logentry: { message: '%(who)s fails %(password)s', params: { who: 'x', password: 'y' } } },
      'x fails [redacted]',
    ],
    ['with too few parameters', { logentry: { message: '%s %s', params: ['x'] } }, 'x %s'],
    ['an object', { message: { formatted: 'm' } }, 'm'],
    ['none, with an error', { exception: { values: [{ type: 'E', value: 'v' }] } }, 'v'],
    ['none at all', {}, ''],
  ])('message: %s', (_name, event, message) => expect(made(event).message).toBe(message));

  it.each([
    ['fatal', 'fatal'],
    ['error', 'error'],
    ['warning', 'warning'],
    ['info', 'info'],
    ['debug', 'debug'],
    ['critical', 'fatal'],
    ['log', 'info'],
    [undefined, 'error'],
    ['loud', 'error'],
    [{}, 'error'],
  ])('level %j is %s', (level, expected) => expect(made({ level }).level).toBe(expected));

  it.each<[unknown[], boolean | null]>([
    [[undefined], null],
    [[true], true],
    [[true, false], false],
    [[false, true], false],
    [['yes'], null],
  ])('handled %j is %j', (handled, expected) => {
    const values = handled.map((one) => ({ type: 'E', value: 'v', mechanism: { type: 'x', handled: one } }));
    expect(made({ exception: { values } }).handled).toBe(expected);
  });

  it.each<[string, unknown, string]>([
    ['seconds', NOW / 1000 - 1, '2026-05-03T10:00:01.000Z'],
    ['seconds as text', String(NOW / 1000 - 1), '2026-05-03T10:00:01.000Z'],
    ['ISO', '2026-05-03T10:00:01.5Z', '2026-05-03T10:00:01.500Z'],
    ['ISO without a zone is UTC', '2026-05-03T10:00:01', '2026-05-03T10:00:01.000Z'],
    ['a day off', NOW / 1000 - 86_401, '2026-05-03T10:00:02.000Z'],
    ['a day ahead', NOW / 1000 + 86_401, '2026-05-03T10:00:02.000Z'],
    ['milliseconds', NOW, '2026-05-03T10:00:02.000Z'],
    ['without end', Number.POSITIVE_INFINITY, '2026-05-03T10:00:02.000Z'],
    ['no time', 'yesterday', '2026-05-03T10:00:02.000Z'],
    ['none', undefined, '2026-05-03T10:00:02.000Z'],
  ])('timestamp: %s', (_name, timestamp, at) => expect(made({ timestamp }).at).toBe(at));

  it('id: its own, else the envelope’s, else a new one', () => {
    expect(eventIdIn('B0F2AE5E-11D3-4C6F-8C1A-0B9D8E7F6A5B')).toBe('b0f2ae5e11d34c6f8c1a0b9d8e7f6a5b');
    for (const id of ['', 'x', 'g'.repeat(32), 5, null, 'a'.repeat(64)]) expect(eventIdIn(id)).toBeNull();
    expect(made({ event_id: 'b'.repeat(32) }).id).toBe('b'.repeat(32));
    expect(made({ event_id: 'x' }).id).toBe(ID);
    const ids = [eventOf({}, NOW, null).id, eventOf({}, NOW, null).id];
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('tags as an object, as pairs, with the logger', () => {
    expect(made({ tags: { a: 1, b: true, c: null, token: 'x' }, logger: 'django' }).tags).toEqual({
      a: '1',
      b: 'true',
      token: '[redacted]',
      logger: 'django',
    });
    expect(made({ tags: [['a', 'b'], ['c', 'd'], ['e'], 'f'] }).tags).toEqual({ a: 'b', c: 'd' });
  });

  it('fingerprint only where its sender set one', () => {
    expect(made({ fingerprint: ['{{ default }}'] }).fingerprint).toBeNull();
    expect(made({ fingerprint: [] }).fingerprint).toBeNull();
    expect(made({ fingerprint: ['{{ default }}', 'db', 5] }).fingerprint).toEqual(['{{ default }}', 'db', '5']);
  });

  it('a captured message with a stack is thrown without a type', () => {
    const frames = [{ function: 'f', filename: 'node_modules/x/y.js' }];
    expect(made({ message: 'm', threads: { values: [{ current: true, stacktrace: { frames } }] } }).thrown).toEqual([
      { type: null, value: 'm', frames: [expect.objectContaining({ function: 'f', inApp: false })] },
    ]);
    expect(made({ exception: [{ value: 'm', mechanism: { synthetic: true, handled: true } }] }).thrown).toEqual([
      { type: null, value: 'm', frames: [] },
    ]);
  });

  it('request with headers and query as pairs, and a name in its address', () => {
    const request = {
      url: 'https://me:pw@shop.test/a?token=x&b=1#c',
      query_string: [
        ['page', '1'],
        ['secret', 'x'],
      ],
      headers: [
        ['x-api-key', 'x'],
        ['auth', 'x'],
      ],
    };
    expect(made({ request }).contexts['request']).toEqual({
      url: 'https://[redacted]@shop.test/a?token=[redacted]&b=1#c',
      'query.page': '1',
      'query.secret': '[redacted]',
      'headers.x-api-key': '[redacted]',
      'headers.auth': '[redacted]',
    });
  });

  it('of an event that is no error: it is none', () => {
    expect([{}, { type: 'error' }, { type: 'transaction' }, { type: 'feedback' }].map(isErrorEvent)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('of a client report: errors that were given up because there were too many', () => {
    const discarded = (reason: string, category: string, quantity: unknown) => ({ reason, category, quantity });
    const report = {
      discarded_events: [
        discarded('ratelimit_backoff', 'error', 3),
        discarded('queue_overflow', 'error', 4),
        discarded('before_send', 'error', 100),
        discarded('ratelimit_backoff', 'transaction', 100),
        discarded('queue_overflow', 'error', -5),
        discarded('queue_overflow', 'error', '9'),
        null,
      ],
    };
    expect(discardedIn(report)).toBe(7);
    expect(discardedIn({ discarded_events: [discarded('queue_overflow', 'error', 1e15)] })).toBe(1_000_000);
    expect(discardedIn({ discarded_events: 5 })).toBe(0);
  });
});

describe('hostile events', () => {
  const nested = (depth: number): unknown => {
    let value: unknown = 'deep';
    for (let i = 0; i < depth; i++) value = { a: value };
    return value;
  };

  it('whatever the types are, an event comes out', () => {
    const odd: unknown[] = [
      null,
      5,
      'x',
      true,
      [],
      {},
      [[]],
      [null],
      { values: null },
      { values: [null, 5, {}] },
      Number.NaN,
    ];
    const names = [
      'exception',
      'logentry',
      'message',
      'level',
      'tags',
      'breadcrumbs',
      'contexts',
      'user',
      'extra',
      'request',
      'sdk',
      'threads',
      'stacktrace',
      'fingerprint',
      'timestamp',
      'event_id',
      'release',
      'transaction',
      'type',
      'platform',
    ];
    for (const value of odd) {
      const event = made(Object.fromEntries(names.map((name) => [name, value])));
      expect(event.at).toBe(new Date(event.at).toISOString());
      expect(JSON.parse(JSON.stringify(event))).toEqual(event);
    }
    const frame = {
      filename: {},
      function: [],
      lineno: 'x',
      colno: -1,
      in_app: 'no',
      pre_context: 5,
      context_line: 'x',
      post_context: [null, 5],
    };
    expect(
      made({ exception: [{ type: {}, value: [], stacktrace: { frames: [frame, null] } }] }).thrown[0]!.frames,
    ).toHaveLength(1);
  });

  it('of any size stay small, and say that they were cut', () => {
    const long = 'x'.repeat(900_000);
    const frames = Array.from({ length: 5_000 }, (_, i) => ({
      function: `f${i}`,
      filename: long.slice(0, 2_000),
      context_line: 'c'.repeat(1_000),
      pre_context: Array(50).fill('p'.repeat(1_000)),
    }));
    const big: Fields[] = [
      { message: long },
      {
        exception: { values: Array.from({ length: 500 }, () => ({ type: long, value: long, stacktrace: { frames } })) },
      },
      { tags: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`t${i}`, long])) },
      { breadcrumbs: Array.from({ length: 10_000 }, () => ({ message: long, data: { a: long } })) },
      { extra: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`t${i}`, i])) },
      { contexts: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`c${i}`, { a: long }])) },
      { extra: nested(50_000) },
      { fingerprint: Array(10_000).fill(long) },
      { request: { url: long, headers: Array.from({ length: 10_000 }, () => ['a', long]), data: long } },
    ];
    for (const event of big) {
      const small = made(event);
      expect([Object.keys(event)[0], small.isCut]).toEqual([Object.keys(event)[0], true]);
      expect(sizeOf(small)).toBeLessThan(800_000);
    }
  });

  it('keep the calls next to the throw', () => {
    const frames = Array.from({ length: 150 }, (_, i) => ({ function: `f${i}` }));
    const kept = made({ exception: [{ type: 'E', value: 'v', stacktrace: { frames } }] }).thrown[0]!.frames;
    expect([kept.length, kept[0]!.function, kept.at(-1)!.function]).toEqual([100, 'f50', 'f149']);
  });

  it('cannot reach the prototype of anything', () => {
    const text =
      '{"tags":{"__proto__":"x","constructor":"y","a":"b"},"extra":{"__proto__":{"isAdmin":true},"b":{"__proto__":{"c":1}}},"contexts":{"__proto__":{"d":"e"}}}';
    const event = made(JSON.parse(text) as Fields);
    expect([event.tags, event.contexts]).toEqual([{ a: 'b' }, {}]);
    expect(Object.getPrototypeOf(event.tags)).toBe(Object.prototype);
    expect('isAdmin' in {}).toBe(false);
  });

  it('have texts that every database takes', () => {
    const { message, tags } = made({ message: 'a\0b\ud800c', tags: { ['k\udc00']: `${'x'.repeat(199)}\u{1F600}` } });
    expect(message).toBe('a\ufffdb\ufffdc');
    expect(tags).toEqual({ 'k\ufffd': `${'x'.repeat(199)}\ufffd` });
  });

  it('times of any kind', () => {
    for (const value of [Infinity, -Infinity, 1e300, '9'.repeat(60), '2026-99-99T00:00:00Z', {}, [], null])
      expect(momentIn(value)).toBeNull();
  });
});
