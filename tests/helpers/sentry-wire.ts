/** What Sentry's SDKs put on the wire, as it was captured: the bytes, without the SDK. */
import { randomUUID } from 'node:crypto';

export const eventId = (): string => randomUUID().replaceAll('-', '');

export interface WireItem {
  type: string;
  payload: string | Buffer;
  /** sentry-python says it, @sentry/node does not. */
  withLength?: boolean;
}

/** One envelope: a header, then items. */
export function envelope(header: object, items: readonly WireItem[]): Buffer {
  const parts = items.flatMap(({ type, payload, withLength = false }) => {
    const bytes = Buffer.from(payload);
    const line = JSON.stringify({ type, ...(withLength ? { length: bytes.length } : {}) });
    return [Buffer.from(`${line}\n`), bytes, Buffer.from('\n')];
  });
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...parts]);
}

/** What sentry-python 2 sends for an exception in Django: lengths, content types, a variable of each frame. */
export function pythonEnvelope(dsn: string, id = eventId()): Buffer {
  const event = {
    level: 'error',
    exception: {
      values: [
        {
          mechanism: { type: 'chained', handled: false, exception_id: 1, parent_id: 0, source: '__cause__' },
          module: null,
          type: 'KeyError',
          value: "'price'",
          stacktrace: {
            frames: [
              {
                filename: 'shop/cart.py',
                abs_path: '/srv/shop/cart.py',
                function: 'total',
                module: 'shop.cart',
                lineno: 11,
                pre_context: ['def total(items):', '    sum = 0'],
                context_line: "    return sum(item['price'] for item in items)",
                post_context: ['', ''],
                vars: { items: ['{}'], password: "'hunter2'" },
                in_app: true,
              },
            ],
          },
        },
        {
          mechanism: { type: 'django', handled: false, exception_id: 0 },
          module: 'shop.errors',
          type: 'CheckoutFailed',
          value: 'cart 8123 of anna@example.com cannot be paid',
          stacktrace: {
            frames: [
              {
                filename: 'django/core/handlers/exception.py',
                abs_path: '/usr/lib/python3/site-packages/django/core/handlers/exception.py',
                function: 'inner',
                module: 'django.core.handlers.exception',
                lineno: 55,
                in_app: false,
              },
              { filename: 'shop/views.py', function: 'checkout', module: 'shop.views', lineno: 40, in_app: true },
            ],
          },
        },
      ],
    },
    event_id: id,
    timestamp: new Date().toISOString().replace('Z', '123Z'),
    contexts: {
      trace: { trace_id: eventId(), span_id: '88f6a1b2c3d4e5f6', parent_span_id: null },
      runtime: { name: 'CPython', version: '3.12.3', build: '3.12.3 (main)' },
    },
    transaction: '/checkout/{cart}/',
    transaction_info: { source: 'route' },
    breadcrumbs: {
      values: [
        {
          type: 'log',
          level: 'info',
          category: 'shop',
          message: 'cart loaded',
          timestamp: '2026-05-03T10:00:00.250000Z',
          data: {},
        },
        {
          type: 'http',
          category: 'httplib',
          data: { url: 'http://pay.test/v1?token=abc', method: 'GET', status_code: 503 },
          timestamp: '2026-05-03T10:00:01Z',
        },
      ],
    },
    extra: { 'sys.argv': ['manage.py', 'runserver'] },
    tags: { region: 'eu' },
    modules: { django: '5.0', 'sentry-sdk': '2.20.0' },
    request: {
      url: 'http://shop.test/checkout/8123/',
      query_string: 'step=2&access_token=abc',
      method: 'POST',
      env: { SERVER_NAME: 'shop', SERVER_PORT: '8000' },
      headers: { Host: 'shop.test', Cookie: 'sessionid=abc', Authorization: 'Bearer abc', Accept: '*/*' },
      cookies: { sessionid: 'abc' },
      data: { card: '4111', password: 'abc' },
    },
    user: { id: '5', ip_address: '127.0.0.1' },
    release: 'shop@2.1',
    environment: 'production',
    server_name: 'web-1',
    sdk: { name: 'sentry.python.django', version: '2.20.0', packages: [], integrations: ['django'] },
    platform: 'python',
  };
  return envelope({ event_id: id, sent_at: new Date().toISOString(), dsn, trace: { public_key: 'x' } }, [
    { type: 'event', payload: JSON.stringify(event), withLength: true },
  ]);
}
