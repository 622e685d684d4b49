/** Mails through a real SMTP server that accepts, refuses, falls silent, and goes away. */
import type { ChannelConfig } from '@shared/alerting';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createEmailCarrier } from '../../electron/notify/email';
import type { Message } from '../../electron/notify/types';
import { errorOf } from '../helpers/engine';
import { MailServer, type MailServerOptions } from '../helpers/mail-server';
import { Authority, type ServerCertificate } from '../helpers/tls';
import {
  alert,
  english,
  HOUR_MS,
  mailTo,
  message,
  MINUTE_MS,
  scene,
  type SceneOptions,
  SECOND_MS,
  settled,
} from '../unit/notify/fixture';

type EmailConfig = Extract<ChannelConfig, { kind: 'email' }>;

let authority: Authority;
let certificate: ServerCertificate;
beforeAll(() => {
  authority = new Authority();
  const [fromMs, toMs] = [Date.now() - HOUR_MS, Date.now() + 24 * HOUR_MS];
  certificate = authority.issue({ names: ['127.0.0.1', 'localhost'], fromMs, toMs });
});

const servers: MailServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});
async function serve(options: MailServerOptions = {}): Promise<MailServer> {
  const server = await MailServer.start(options);
  servers.push(server);
  return server;
}

const LOGIN = { user: 'holdfast', pass: 'hunter2-pässwort' };

function withMail(server: MailServer, config: Partial<EmailConfig> = {}, secret?: string, options: SceneOptions = {}) {
  const all = scene({ authorities: authority.cert, ...options });
  all.outbox.removeChannel('native');
  const { id } = all.outbox.saveChannel({ config: mailTo(server.port, config), ...(secret ? { secret } : {}) });
  all.outbox.start();
  return { ...all, id, send: (one: Message) => all.outbox.enqueue(id, one) };
}

/** The text of a part of a mail, decoded. */
function part(source: string, type: string): string {
  const boundary = /boundary="([^"]+)"/.exec(source)?.[1] ?? '';
  const found = source.split(`\r\n--${boundary}`).find((piece) => piece.includes(`Content-Type: ${type}`)) ?? '';
  const [head = '', ...rest] = found.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  if (!/quoted-printable/i.test(head)) return body;
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

describe('a mail', () => {
  test('says what is wrong in text and HTML, and belongs to its incident', async () => {
    const server = await serve();
    const all = withMail(server, { to: ['ops@example.com', 'boss@example.com'] });
    const about = alert({ params: { name: 'R&D <b>orders</b> "주문"' }, severity: 'CRITICAL' });
    all.send(message({ severity: 'CRITICAL', alerts: [about], threadId: 'incident' }));
    await settled(all);
    all.send(message({ kind: 'resolved', alerts: [{ ...about, state: 'resolved' }], threadId: 'incident' }));
    all.send(message());
    await settled(all);
    expect(server.received).toHaveLength(3);
    const [first, second, third] = server.received;
    expect(first).toMatchObject({ from: 'holdfast@example.com', to: ['ops@example.com', 'boss@example.com'] });
    expect(first?.headers).toMatchObject({
      from: '"Holdfast (workshop)" <holdfast@example.com>',
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
    });
    const text = part(first?.source ?? '', 'text/plain');
    expect(text).toContain('R&D <b>orders</b> "주문" (value 93%, threshold 85%, since ');
    expect(text).toMatch(/\r\n-- \r\nSent by Holdfast on workshop\r\n$/);
    const html = part(first?.source ?? '', 'text/html');
    expect(html).toContain('R&amp;D &lt;b&gt;orders&lt;/b&gt; &quot;주문&quot;');
    expect(html).not.toContain('<b>');
    expect(first?.headers['subject']).toMatch(/^=\?UTF-8\?/);
    expect(third?.headers['subject']).toMatch(/^\[Medium\] Alert \d+$/);
    const threads = [first, second, third].map((one) => [one?.headers['references'], one?.headers['in-reply-to']]);
    expect(threads[0]).toEqual(threads[1]);
    expect(threads[0]).not.toEqual(threads[2]);
    const ids = [first, second, third].map((one) => one?.headers['message-id']);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
  });

  test('no header can be slipped in by a name', async () => {
    const server = await serve();
    const all = withMail(server);
    const evil = 'x\r\nBcc: thief@example.net\r\n\r\nbody\n.\nMAIL FROM:<a@b.c>';
    all.send(message({ alerts: [alert({ params: { name: evil } })], threadId: evil, idempotencyKey: evil }));
    await settled(all);
    expect(server.received).toHaveLength(1);
    const [mail] = server.received;
    expect(mail?.to).toEqual(['ops@example.com']);
    expect(Object.keys(mail?.headers ?? {}).toSorted()).toEqual(
      [
        'auto-submitted',
        'content-type',
        'date',
        'from',
        'in-reply-to',
        'message-id',
        'mime-version',
        'references',
        'subject',
        'to',
        'x-auto-response-suppress',
      ].toSorted(),
    );
    const host = createEmailCarrier({
      config: mailTo(server.port),
      secret: () => null,
      translate: () => english,
      host: 'a"\r\nBcc: thief@example.net',
    });
    await host.send(message(), { signal: new AbortController().signal, idempotencyKey: 'k' });
    expect(server.received[1]?.headers['bcc']).toBeUndefined();
  });
});

describe('login and encryption', () => {
  test.each([
    ['tls', 'start'],
    ['starttls', 'starttls'],
  ] as const)('%s with user and password', async (securityOfChannel, from) => {
    const server = await serve({ tls: { certificate, from }, login: LOGIN });
    const all = withMail(server, { security: securityOfChannel, user: LOGIN.user }, LOGIN.pass);
    all.send(message());
    await settled(all);
    expect(server.received).toMatchObject([{ secure: true, user: LOGIN.user }]);
  });

  test('a wrong password is named; so is one that is not there, before anything is asked', async () => {
    const server = await serve({ tls: { certificate, from: 'starttls' }, login: LOGIN });
    const config = { security: 'starttls', user: LOGIN.user } as const;
    const wrong = withMail(server, config, 'wrong');
    expect(await wrong.outbox.test(wrong.id)).toMatchObject({
      state: 'given-up',
      error: { code: 'MAIL_LOGIN_FAILED' },
    });
    expect(server.logins).toBe(1);
    const none = withMail(server, config);
    expect((await none.outbox.test(none.id)).error?.code).toBe('MAIL_LOGIN_FAILED');
    expect([server.logins, server.received.length]).toEqual([1, 0]);
  });

  test('a server that cannot check the password now is asked again soon', async () => {
    const loginRefusal = { status: 454, text: 'Temporary authentication failure' };
    const server = await serve({ tls: { certificate, from: 'start' }, login: LOGIN, loginRefusal });
    const all = withMail(server, { security: 'tls', user: LOGIN.user }, 'wrong');
    expect((await all.outbox.test(all.id)).error).toMatchObject({ code: 'MAIL_REFUSED', params: { status: 454 } });
  });

  test('nothing is sent to a server that offers no login', async () => {
    const server = await serve({ tls: { certificate, from: 'start' } });
    const all = withMail(server, { security: 'tls', user: LOGIN.user }, LOGIN.pass);
    expect((await all.outbox.test(all.id)).error?.code).toBe('MAIL_LOGIN_FAILED');
    expect(server.received).toEqual([]);
  });

  test('nor to one that takes STARTTLS back, nor is the password', async () => {
    const server = await serve({ login: LOGIN });
    const all = withMail(server, { security: 'starttls', user: LOGIN.user }, LOGIN.pass);
    expect((await all.outbox.test(all.id)).error).toMatchObject({
      code: expect.stringMatching(/^(CONNECTION_FAILED|MAIL_REFUSED)$/) as string,
    });
    expect([server.logins, server.received.length]).toEqual([0, 0]);
  });

  test.each([
    ['tls', 'start'],
    ['starttls', 'starttls'],
  ] as const)('%s: nor to one whose certificate nobody vouches for', async (securityOfChannel, from) => {
    const server = await serve({ tls: { certificate, from }, login: LOGIN });
    const stranger = new Authority('Somebody else').cert;
    const config = { security: securityOfChannel, user: LOGIN.user };
    const all = withMail(server, config, LOGIN.pass, { authorities: stranger });
    expect((await all.outbox.test(all.id)).error?.code).toBe('CERTIFICATE_INVALID');
    expect([server.logins, server.received.length]).toEqual([0, 0]);
  });

  test('in the open only to this machine', async () => {
    const server = await serve({ login: LOGIN });
    const here = withMail(server, { user: LOGIN.user }, LOGIN.pass);
    expect((await here.outbox.test(here.id)).state).toBe('sent');
    // As a store from elsewhere could hold it: the channel was never saved through the outbox.
    const config = mailTo(server.port, { host: 'mail.example.com', user: LOGIN.user });
    const carrier = createEmailCarrier({
      config,
      secret: () => LOGIN.pass,
      translate: () => english,
      host: 'workshop',
    });
    const options = { signal: new AbortController().signal, idempotencyKey: 'k' };
    expect((await errorOf(carrier.send(message(), options))).code).toBe('INVALID_INPUT');
    here.store.channels.save(here.id, config, '');
    expect((await here.outbox.test(here.id)).error?.code).toBe('INVALID_INPUT');
  });

  test('a mail server at an address that is never asked', async () => {
    const server = await serve();
    const all = withMail(server, { host: '169.254.169.254' });
    expect((await all.outbox.test(all.id)).error?.code).toBe('ADDRESS_REFUSED');
  });
});

describe('refusals', () => {
  test.each([
    ['connect', 421],
    ['connect', 554],
    ['rcpt', 450],
    ['rcpt', 550],
    ['data', 451],
    ['data', 554],
  ] as const)('at %s with %i', async (stage, status) => {
    const server = await serve();
    server.refuse = { stage, status, text: 'Not today' };
    const all = withMail(server);
    all.send(message());
    await settled(all);
    const [delivery] = all.outbox.deliveries();
    expect(delivery).toMatchObject({ state: 'waiting', error: { code: 'MAIL_REFUSED', params: { status } } });
    expect(delivery?.error?.params['reason']).toContain('Not today');
    expect(delivery?.error?.params['uncertain']).toBeUndefined();
    const waitMs = Date.parse(delivery?.nextAttemptAt ?? '') - all.clock.nowMs();
    expect(waitMs).toBe(status < 500 ? 10 * SECOND_MS : HOUR_MS);
  });

  test('one recipient of two: the other has it, and it is not sent again', async () => {
    const server = await serve();
    server.refuse = { stage: 'rcpt', status: 550, text: 'No such user', of: /^gone@/ };
    const all = withMail(server, { to: ['ops@example.com', 'gone@example.com'] });
    all.send(message());
    await settled(all);
    expect(server.received).toMatchObject([{ to: ['ops@example.com'] }]);
    expect(all.outbox.deliveries()).toMatchObject([
      { state: 'sent', error: { code: 'MAIL_REFUSED', params: { reason: 'not delivered to gone@example.com' } } },
    ]);
  });

  test('no server, no such name', async () => {
    const server = await serve();
    const all = withMail(server);
    await server.stop();
    expect((await all.outbox.test(all.id)).error?.code).toBe('CONNECTION_REFUSED');
    all.outbox.saveChannel({ id: all.id, config: mailTo(25, { host: 'no-such-host.invalid' }) });
    expect((await all.outbox.test(all.id)).error?.code).toBe('HOST_NOT_FOUND');
  });

  test('a connection that breaks off after the whole message: it may have arrived, so it comes again under its name', async () => {
    const server = await serve();
    let taken = 0;
    server.beforeTaking = async () => {
      taken++;
      if (taken === 1) await server.stop();
    };
    const all = withMail(server);
    all.send(message());
    await settled(all);
    expect(all.outbox.deliveries()).toMatchObject([{ state: 'waiting', error: { params: { uncertain: 1 } } }]);
    const again = await serve({ port: server.port });
    all.send(message());
    all.clock.advance(MINUTE_MS);
    await settled(all);
    expect(again.received.map((mail) => mail.headers['message-id'])).toContain(
      server.received[0]?.headers['message-id'],
    );
    expect(again.received).toHaveLength(2);
  });
});

test('an hour without a mail server: each message arrives once, all in one digest', async () => {
  const server = await serve();
  const all = withMail(server);
  await server.stop();
  const names: string[] = [];
  for (let minute = 0; minute < 60; minute++) {
    if (minute % 5 === 0) {
      const name = `Alert of minute ${minute}`;
      names.push(name);
      all.send(message({ alerts: [alert({ params: { name } })] }));
    }
    await settled(all);
    all.clock.advance(MINUTE_MS);
  }
  const again = await serve({ port: server.port });
  for (let hour = 0; hour < 3; hour++) {
    all.clock.advance(HOUR_MS);
    await settled(all);
  }
  expect(again.received).toHaveLength(1);
  const [mail] = again.received;
  expect(mail?.headers['subject']).toMatch(/^\[Medium\] 12 messages since /);
  const text = part(mail?.source ?? '', 'text/plain');
  for (const name of names) expect(text.split(`- ${name} (`), name).toHaveLength(2);
  const states = all.outbox.deliveries().map((one) => one.state);
  expect(states.filter((state) => state === 'merged')).toHaveLength(12);
  expect(states.filter((state) => state === 'sent')).toHaveLength(1);
  // Told of each message once: merged, and of the digest that it was sent.
  expect(all.outcomes.map(({ delivery }) => delivery.state).toSorted()).toEqual([
    ...Array<string>(12).fill('merged'),
    'sent',
  ]);
  expect(all.outcomes.at(-1)?.alertIds).toHaveLength(12);
  expect(all.outbox.failing()).toEqual([]);
});

test('a secret is in no answer, error, log or event, whatever the server says', async () => {
  const base64 = Buffer.from(`\0${LOGIN.user}\0${LOGIN.pass}`).toString('base64');
  const text = `you sent ${LOGIN.pass} that is ${base64} or ${Buffer.from(LOGIN.pass).toString('base64')}`;
  const loginRefusal = { status: 535, text };
  const server = await serve({ login: { ...LOGIN, pass: 'other' }, loginRefusal });
  const all = withMail(server, { user: LOGIN.user }, LOGIN.pass);
  all.send(message());
  for (let n = 0; n < 4; n++) {
    await settled(all);
    all.clock.advance(HOUR_MS);
  }
  const tested = await all.outbox.test(all.id);
  server.refuse = { stage: 'connect', status: 421, text };
  const testedAgain = await all.outbox.test(all.id);
  expect(server.logins).toBeGreaterThan(3);
  const { outbox, outcomes, problems, reported } = all;
  const everything = [
    tested,
    testedAgain,
    outbox.channels(),
    outbox.channelConfigs(),
    outbox.deliveries(),
    outbox.failing(),
    outcomes,
    [...problems],
    reported.map((error) => `${error.stack} ${String(error.cause)}`),
  ];
  expect(everything[0]).toMatchObject({ error: { code: 'MAIL_LOGIN_FAILED' } });
  expect(outbox.channels()).toMatchObject([{ hasSecret: true }]);
  for (const secret of [LOGIN.pass, base64, Buffer.from(LOGIN.pass).toString('base64')]) {
    expect(JSON.stringify(everything)).not.toContain(JSON.stringify(secret).slice(1, -1));
  }
});
