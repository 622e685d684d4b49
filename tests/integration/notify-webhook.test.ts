/** Webhooks to a real HTTP server that behaves as badly as servers do. */
import type { ChannelConfig } from '@shared/alerting';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WebhookBody } from '../../electron/notify/webhook';
import type { SlackBody } from '../../electron/notify/slack';
import type { Message } from '../../electron/notify/types';
import { HookServer } from '../helpers/hook-server';
import {
  alert,
  HOUR_MS,
  hookTo,
  message,
  MINUTE_MS,
  scene,
  SECOND_MS,
  settled,
  START_MS,
} from '../unit/notify/fixture';

let server: HookServer;
const servers: HookServer[] = [];
async function serve(): Promise<HookServer> {
  const one = await HookServer.start();
  servers.push(one);
  return one;
}
beforeEach(async () => {
  server = await serve();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((one) => one.stop()));
});

const TOKEN = 'hunter2-token';

function withHook(change: Partial<Extract<ChannelConfig, { kind: 'webhook' }>> = {}, secret: string | null = null) {
  const all = scene();
  all.outbox.removeChannel('native');
  const { id } = all.outbox.saveChannel({ config: hookTo(`${server.url}/hook?key=s3cret`, change), secret });
  all.outbox.start();
  return { ...all, id, send: (one: Message) => all.outbox.enqueue(id, one) };
}

/** The latest delivery, and how long it is until the next try. */
function latest({ outbox, clock }: ReturnType<typeof withHook>) {
  const [delivery] = outbox.deliveries();
  return { delivery, waitMs: Date.parse(delivery?.nextAttemptAt ?? '') - clock.nowMs() };
}

describe('the body', () => {
  test('of the format json', async () => {
    const all = withHook({}, TOKEN);
    const about = alert({ params: { name: 'Load' }, severity: 'CRITICAL' });
    all.send(message({ severity: 'CRITICAL', alerts: [about], threadId: 'incident' }));
    await settled(all);
    const [request] = server.received;
    expect(request).toMatchObject({ method: 'POST', url: '/hook?key=s3cret' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'idempotency-key': expect.stringMatching(/^[0-9a-f]{40}$/) as string,
      authorization: `Bearer ${TOKEN}`,
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      version: 1,
      event: 'alert',
      severity: 'CRITICAL',
      title: 'Load',
      text: expect.stringMatching(/^Load \(value 93%, threshold 85%, since /) as string,
      alerts: [
        {
          id: about.alertId,
          title: 'Load',
          severity: 'CRITICAL',
          state: 'firing',
          value: 0.93,
          threshold: 0.85,
          unit: 'fraction',
          firingSince: new Date(START_MS).toISOString(),
          resolvedAt: null,
        },
      ],
      alertCount: 1,
      thread: 'incident',
      sentAt: new Date(START_MS).toISOString(),
      host: 'workshop',
    } satisfies WebhookBody);
  });

  test('for Slack: nothing in it names a channel, a person or a link', async () => {
    const all = withHook({ format: 'slack' });
    const evil = 'R&D <!channel> <@U123> <https://example.net|here> </b>';
    all.send(message({ severity: 'HIGH', alerts: [alert({ params: { name: evil } })] }));
    all.send(message({ alerts: Array.from({ length: 150 }, () => alert({ params: { name: evil.repeat(4) } })) }));
    await settled(all);
    const bodies = server.received.map(({ body }) => JSON.parse(body) as SlackBody);
    expect(bodies[0]).toMatchObject({
      text: '[High] R&amp;D &lt;!channel&gt; &lt;@U123&gt; &lt;https://example.net|here&gt; &lt;/b&gt;',
      attachments: [{ color: '#d9480f', blocks: [{ type: 'section' }, { type: 'context' }] }],
    });
    for (const { body } of server.received) {
      expect(body).not.toMatch(/[<>]/);
      expect(body.replaceAll(/&(amp|lt|gt);/g, '')).not.toContain('&');
    }
    for (const { attachments } of bodies) {
      for (const block of attachments.flatMap(({ blocks }) => blocks)) {
        const { text } = (block['text'] ?? { text: '' }) as { text: string };
        expect(text.length).toBeLessThanOrEqual(3_000);
      }
    }
  });

  test('without a token there is no such header', async () => {
    const all = withHook();
    expect((await all.outbox.test(all.id)).state).toBe('sent');
    expect(server.received[0]?.headers.authorization).toBeUndefined();
    expect(JSON.parse(server.received[0]?.body ?? '')).toMatchObject({
      event: 'test',
      title: 'Notifications work',
      text: 'Messages of Holdfast look like this.',
      alerts: [],
    });
  });
});

describe('answers', () => {
  test.each([200, 201, 202, 204])('%i is success', async (status) => {
    server.always(status);
    const all = withHook();
    all.send(message());
    await settled(all);
    expect(latest(all).delivery?.state).toBe('sent');
  });

  test.each([
    [500, {}, 10 * SECOND_MS],
    [429, {}, 10 * SECOND_MS],
    [429, { 'retry-after': '120' }, 2 * MINUTE_MS],
    [503, { 'retry-after': new Date(START_MS + 3 * HOUR_MS).toUTCString() }, 3 * HOUR_MS],
    [500, { 'retry-after': '120' }, 10 * SECOND_MS],
    [429, { 'retry-after': 'soon' }, 10 * SECOND_MS],
    [400, {}, HOUR_MS],
    [404, {}, HOUR_MS],
    [304, {}, HOUR_MS],
  ])('%i %o is tried again after %i ms, under the same key', async (status, headers, expectedMs) => {
    server.always(status, headers);
    const all = withHook();
    all.send(message());
    await settled(all);
    const { delivery, waitMs } = latest(all);
    expect(delivery).toMatchObject({ state: 'waiting', error: { code: 'HTTP_STATUS_UNEXPECTED', params: { status } } });
    expect(waitMs).toBe(expectedMs);
    server.always(200);
    all.clock.advance(expectedMs - 1);
    await settled(all);
    expect(server.received).toHaveLength(1);
    all.clock.advance(1);
    await settled(all);
    expect(server.received).toHaveLength(2);
    expect(new Set(server.received.map((one) => one.headers['idempotency-key'])).size).toBe(1);
  });

  test('a redirect is not followed, neither to another host nor on this one; its address is not told', async () => {
    const other = await serve();
    for (const location of [`${other.url}/take?key=s3cret`, '/elsewhere']) {
      server.always(307, { location });
      const all = withHook({}, TOKEN);
      all.send(message());
      await settled(all);
      const { delivery, waitMs } = latest(all);
      expect(delivery?.error?.code).toBe('REDIRECT_REFUSED');
      expect(waitMs).toBe(HOUR_MS);
      expect(JSON.stringify(all.outbox.deliveries())).not.toContain('s3cret');
    }
    expect(other.received).toEqual([]);
    expect(server.received).toHaveLength(2);
  });

  test('an answer without end is success all the same: nobody reads it', async () => {
    server.answer = (_request, response) => {
      const more = (): void => {
        if (response.write('x'.repeat(64 * 1024))) setImmediate(more);
        else response.once('drain', more);
      };
      response.writeHead(200);
      more();
    };
    const all = withHook();
    all.send(message());
    await settled(all);
    expect(latest(all).delivery?.state).toBe('sent');
  });

  test('a connection that breaks off: the message may have arrived', async () => {
    server.answer = (request) => request.socket.destroy();
    const all = withHook();
    all.send(message());
    await settled(all);
    const { delivery } = latest(all);
    expect(delivery?.error).toMatchObject({ code: 'CONNECTION_FAILED', params: { uncertain: 1 } });
    server.always(200);
    all.send(message());
    all.clock.advance(MINUTE_MS);
    await settled(all);
    // The one that may have arrived came again by itself and under its key.
    expect(server.received).toHaveLength(3);
    const keys = server.received.map((one) => one.headers['idempotency-key']);
    expect(keys.filter((key) => key === keys[0])).toHaveLength(2);
  });

  test('a server that is away, and an address that is never asked', async () => {
    const all = withHook({ url: 'http://169.254.169.254/latest/meta-data' });
    all.send(message());
    await settled(all);
    expect(latest(all)).toMatchObject({ delivery: { error: { code: 'ADDRESS_REFUSED' } }, waitMs: HOUR_MS });
    const gone = withHook();
    await server.stop();
    gone.send(message());
    await settled(gone);
    expect(latest(gone)).toMatchObject({ delivery: { error: { code: 'CONNECTION_REFUSED' } }, waitMs: 10 * SECOND_MS });
  });
});

test('neither token nor address is in any answer but the configuration', async () => {
  server.answer = (_request, response) => response.writeHead(500).end(`${TOKEN} s3cret`);
  const all = withHook({}, TOKEN);
  all.send(message());
  for (let n = 0; n < 4; n++) {
    await settled(all);
    all.clock.advance(HOUR_MS);
  }
  const { outbox, outcomes, problems } = all;
  const answers = [await outbox.test(all.id), outbox.deliveries(), outbox.failing(), outcomes, [...problems]];
  expect(JSON.stringify(answers)).not.toMatch(/hunter2|s3cret/);
  expect(JSON.stringify(outbox.channels())).not.toContain('hunter2');
});
