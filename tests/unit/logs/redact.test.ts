import { describe, expect, test } from 'vitest';
import { isSecretName, REDACTED, redactText, redactValue } from '../../../electron/logs/redact';

const S = 'hunter2-Zq81xT';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.abcDEF123_-x';

describe('texts: the secret is gone, what is around it stays', () => {
  test.each([
    [`password=${S} host=db1`, 'host=db1'],
    [`password: ${S}, user: kim`, 'user: kim'],
    [`{"user":"kim","password":"${S} with words"}`, '"user":"kim"'],
    [`{"password":"quote \\" inside ${S}","port":22}`, '"port":22'],
    [`"{\\"password\\":\\"${S}\\",\\"port\\":22}"`, 'port'],
    [`PASSWD='${S}' ./run`, './run'],
    [`smtp_pass=${S}; next`, 'next'],
    [`the passphrase: correct ${S} battery`, 'the passphrase'],
    [`RESTIC_PASSWORD=${S}`, 'RESTIC_PASSWORD'],
    [`Authorization: Bearer ${S}`, 'Authorization: Bearer'],
    [`authorization: Basic ${Buffer.from(`kim:${S}`).toString('base64')}`, 'authorization: Basic'],
    [`{"headers":{"Authorization":"Bearer ${S}","Host":"a.example"}}`, '"Host":"a.example"'],
    [`Authorization: Digest username="kim", response="${S}"`, 'Authorization: Digest'],
    [`X-Sentry-Auth: Sentry sentry_version=7, sentry_key=${S}`, 'sentry_version=7'],
    [`Cookie: session=${S}; theme=dark`, 'Cookie'],
    [`x-api-key: ${S}`, 'x-api-key'],
    [`https://kim:${S}@host.example/path?x=1`, '@host.example/path?x=1'],
    [`sftp://kim:pa/${S}@host.example:22/x`, '@host.example:22/x'],
    [`http://${S}@127.0.0.1:47600/3`, '@127.0.0.1:47600/3'],
    [`GET /p?token=${S}&page=2`, '&page=2'],
    [`GET /?sentry_key=${S}&v=7`, '&v=7'],
    [`https://b.example/x?X-Amz-Credential=${S}&X-Amz-Date=20260101`, 'X-Amz-Date=20260101'],
    [`https://b.example/x?sig=${S}&se=2027`, 'se=2027'],
    [`aws_secret_access_key = ${S}`, 'aws_secret_access_key'],
    [`secretAccessKey: '${S}', region: 'eu'`, "region: 'eu'"],
    [`client_secret=>"${S}"`, 'client_secret'],
    [`restic --password ${S} backup`, 'backup'],
    [`tool --api-key=${S} go`, 'go'],
    [`비밀번호: ${S}`, '비밀번호'],
    [`session_id=${S}`, 'session_id'],
    [`-----BEGIN OPENSSH PRIVATE KEY-----\n${S}\n-----END OPENSSH PRIVATE KEY-----\nafter`, 'after'],
    [`-----BEGIN PRIVATE KEY-----\n${S} cut off here`, REDACTED],
  ])('%s', (text, stays) => {
    const clean = redactText(text);
    expect(clean).not.toContain(S);
    expect(clean).toContain(stays);
    expect(clean).toContain(REDACTED);
  });

  test.each([
    JWT,
    'AKIAIOSFODNN7EXAMPLE',
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'github_pat_11AAAAAAA0aaaaaaaaaaaa_bbbbbbbbbbbbbbbbb',
    'xoxb-1234567890-abcdefghijkl',
    'sk-proj-abcdefghijklmnopqrstuv',
    'AIzaSyA1234567890abcdefghijklmnopqrstuv',
    'AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ',
    'https://hooks.slack.com/services/T000/B000/XXXXXXXXXXXX'.slice(8),
    'discord.example/api/webhooks/123456/abcdefABCDEF',
    'hc-ping.com/3f1c2a5e-0d4b-4b0e-9a5d-6a2b9d1c7e11',
  ])('known by its looks: %s', (secret) => {
    const last = secret.slice(-12);
    expect(redactText(`sent ${secret} away`)).not.toContain(last);
    expect(redactText(`sent ${secret} away`)).toMatch(/^sent .*\[redacted\] away$/);
  });

  test.each([
    'The database /var/lib/orders.db was copied in 12.5 s to s3.example',
    'https://registry.example:8443/@types/node was asked',
    'Keyboard shortcuts and monkeys: authorised by the author',
    'A token was renewed; 3 of 7 pages, design of the signal',
    '2026-11-23T11:00:00Z INFO backup proved 3f1c2a5e-0d4b-4b0e-9a5d-6a2b9d1c7e11',
    'mail to kim@example.com failed',
  ])('nothing to hide: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  test('is done after once', () => {
    const once = redactText(`password=${S} Authorization: Bearer ${S} https://a:${S}@h/ --token ${S}`);
    expect(redactText(once)).toBe(once);
  });
});

test.each([
  'password',
  'smtpPassword',
  'SMTP_PASS',
  'passphrase',
  'secretAccessKey',
  'secret_access_key',
  'accessKeyId',
  'X-Api-Key',
  'apiKey',
  'Authorization',
  'proxy-authorization',
  'Set-Cookie',
  'sessionId',
  'token',
  'refreshToken',
  'privateKey',
  'dsn',
  'sentry_key',
  'clientSecret',
  'credentials',
  '비밀번호',
])('a secret name: %s', (name) => {
  expect(isSecretName(name)).toBe(true);
  expect(redactValue({ [name]: S, keep: 1 })).toEqual({ [name]: REDACTED, keep: 1 });
});

test.each(['path', 'key', 'databaseId', 'passed', 'bypass', 'author', 'monkey', 'reason', 'signal', 'compass'])(
  'no secret name: %s',
  (name) => expect(isSecretName(name)).toBe(false),
);

test('deep values: names and texts; that something is set is no secret', () => {
  const value = {
    a: [{ token: S, ok: true }, `password=${S}`],
    password: { old: S },
    hasPassword: true,
    secret: null,
    pin: 7,
  };
  expect(redactValue(value)).toEqual({
    a: [{ token: REDACTED, ok: true }, `password=${REDACTED}`],
    password: REDACTED,
    hasPassword: true,
    secret: null,
    pin: 7,
  });
});

test('texts made to take long take time in proportion to their length', () => {
  const units = [
    '://',
    'password=',
    'token:"',
    'a://b:',
    'passphrase ',
    'bearer ',
    'eyJaaaaa.',
    '-----BEGIN PRIVATE KEY',
    '--token',
    '\\"',
    'key"',
    'basic a',
  ];
  const timeOf = (unit: string, length: number): number => {
    const text = unit.repeat(Math.ceil(length / unit.length));
    const started = process.cpuUsage().user;
    redactText(text);
    return (process.cpuUsage().user - started) / 1000;
  };
  for (const unit of units) {
    timeOf(unit, 8_192);
    // Quadratic time would be 64 times as long; what else runs here may make one of them slow, so there is room.
    const short = Math.max(2, timeOf(unit, 16_384));
    expect(timeOf(unit, 131_072), unit).toBeLessThan(32 * short);
  }
});
