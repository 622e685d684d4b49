/** Copies in a bucket: a real service with signatures, parts and ETags, and what goes wrong on the way to it. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DestinationConfig } from '@shared/destinations';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openS3With } from '../../electron/destinations/s3';
import { S3_LIMITS, type S3Limits } from '../../electron/destinations/s3-bucket';
import type { Destination, ResumePoint } from '../../electron/destinations/types';
import { errorOf } from '../helpers/engine';
import { FaultyLine } from '../helpers/faulty-line';
import { listAll, putRequest, readAll, type SourceFile, sourceFile } from '../helpers/remote-files';
import { BUCKET, type Keys, S3Server } from '../helpers/s3-server';
import { until } from '../helpers/until';

type S3Config = Extract<DestinationConfig, { kind: 's3' }>;

const KEYS: Keys = { accessKeyId: 'AKHOLDFAST', secretAccessKey: 'secret/of+the=test' };
const MIB = 1 << 20;
/** s3rver takes parts of any size. */
const LIMITS: S3Limits = { connectMs: 10_000, silenceMs: 60_000, partBytes: MIB };
const NAME = 'video/video-20261121T020000Z-1a2b3c-daily.sqlite.gz.age';

let folder: string;
let server: S3Server;
const open: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-s3-'));
  server = await S3Server.start({ folder: join(folder, 'server'), keys: KEYS });
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Options {
  config?: Partial<S3Config>;
  keys?: Keys;
  limits?: Partial<S3Limits>;
  now?: () => number;
  signal?: AbortSignal;
}

async function connect({ config = {}, keys = KEYS, limits = {}, now, signal }: Options = {}): Promise<Destination> {
  const options = {
    id: 'd1',
    config: {
      ...{ kind: 's3' as const, name: 'Archive', enabled: true, offsite: true, encryption: { mode: 'none' as const } },
      retention: { incremental: 0, daily: 7, weekly: 4, monthly: 12 },
      ...{
        endpoint: server.endpoint,
        region: 'eu-central-1',
        bucket: BUCKET,
        prefix: 'holdfast/home',
        pathStyle: true,
      },
      accessKeyId: keys.accessKeyId,
      ...config,
    },
    secrets: { secretAccessKey: keys.secretAccessKey },
    purpose: 'use' as const,
    signal: signal ?? new AbortController().signal,
  };
  const destination = await openS3With(options, { ...LIMITS, ...limits }, now);
  open.push(destination);
  return destination;
}

const source = (content: number | Buffer): Promise<SourceFile> => sourceFile(folder, content);
const object = (name: string): string => server.objectFile(`holdfast/home/${name}`);
const sentParts = (): string[] =>
  server.requests.filter((line) => line.startsWith('PUT') && line.includes('partNumber'));

describe('a small file', () => {
  test('is stored, compared by the service’s hash, found, read from anywhere, and removed', async () => {
    const destination = await connect();
    const file = await source(100_000);
    const request = putRequest(file, NAME);
    expect(await destination.put(request)).toEqual({ sizeBytes: 100_000, comparedBy: 'service-hash' });
    expect(await readFile(object(NAME))).toEqual(file.bytes);
    expect(request.progress.at(-1)).toBe(100_000);
    const found = await destination.stat(NAME);
    expect(found).toMatchObject({ name: NAME, sizeBytes: 100_000 });
    expect(Math.abs(Date.parse(found?.modifiedAt ?? '') - Date.now())).toBeLessThan(60_000);
    expect(await readAll(destination, NAME)).toEqual(file.bytes);
    expect(await readAll(destination, NAME, 99_990)).toEqual(file.bytes.subarray(99_990));
    expect(await readAll(destination, NAME, 100_000)).toHaveLength(0);
    await destination.remove(NAME);
    expect(await destination.stat(NAME)).toBeNull();
    await destination.remove(NAME);
    expect((await errorOf(readAll(destination, NAME))).toView()).toMatchObject({
      code: 'COPY_MISSING',
      params: { name: 'Archive', path: NAME },
    });
    expect(await destination.freeBytes()).toBeNull();
    expect(destination.hostKey()).toBeNull();
  });

  test('may be empty', async () => {
    const destination = await connect();
    expect(await destination.put(putRequest(await source(0), NAME))).toEqual({
      sizeBytes: 0,
      comparedBy: 'service-hash',
    });
    expect(await readAll(destination, NAME)).toHaveLength(0);
  });

  test('may have spaces, Korean letters and plus signs in its name', async () => {
    const destination = await connect({ config: { prefix: '내 백업+1' } });
    const name = 'my 비디오+db/my 비디오+db (1)-#&%20.gz';
    const file = await source(1_000);
    await destination.put(putRequest(file, name));
    expect(await readAll(destination, name)).toEqual(file.bytes);
    expect((await listAll(destination)).map((one) => one.name)).toEqual([name]);
    await destination.remove(name);
    expect(await listAll(destination)).toEqual([]);
  });

  test('that is there already is left as it is', async () => {
    const destination = await connect();
    const file = await source(1_000);
    await destination.put(putRequest(file, NAME));
    server.requests.length = 0;
    expect(await destination.put(putRequest(file, NAME))).toEqual({ sizeBytes: 1_000, comparedBy: 'service-hash' });
    expect(server.requests.filter((line) => line.startsWith('PUT'))).toEqual([]);
  });

  test('never replaces another one of its name', async () => {
    const destination = await connect();
    const first = await source(1_000);
    await destination.put(putRequest(first, NAME));
    server.requests.length = 0;
    for (const other of [await source(1_000), await source(2_000)]) {
      expect((await errorOf(destination.put(putRequest(other, NAME)))).code).toBe('COPY_DAMAGED');
    }
    // Whoever stored it said what it is: it need not be read for that.
    expect(server.requests.filter((line) => !line.startsWith('HEAD'))).toEqual([]);
    expect(await readAll(destination, NAME)).toEqual(first.bytes);
  });

  test('never replaces one that came up after it was looked for', async () => {
    const destination = await connect();
    const [first, second] = [await source(1_000), await source(1_000)];
    const other = await connect();
    // Both have looked and found nothing when the first one is stored.
    let came = 0;
    let both = (): void => undefined;
    const bothCame = new Promise<void>((done) => (both = done));
    server.intercept = async ({ method }) => {
      if (method !== 'PUT') return null;
      if (++came === 2) both();
      await bothCame;
      return null;
    };
    const outcomes = await Promise.allSettled([
      destination.put(putRequest(first, NAME)),
      other.put(putRequest(second, NAME)),
    ]);
    expect(server.made).toHaveLength(1);
    const stored = await readAll(destination, NAME);
    const winners = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(stored).toEqual(outcomes[0].status === 'fulfilled' ? first.bytes : second.bytes);
    const [loser] = outcomes.filter((one) => one.status === 'rejected');
    expect(loser?.reason).toMatchObject({ code: 'COPY_DAMAGED' });
  });

  test('is stored by services that know no conditions', async () => {
    server.intercept = ({ headers }) =>
      headers['if-none-match'] === undefined ? null : { status: 501, code: 'NotImplemented' };
    const destination = await connect();
    const file = await source(1_000);
    await destination.put(putRequest(file, NAME));
    expect(await readAll(destination, NAME)).toEqual(file.bytes);
  });

  test('that is not what was announced is not sent', async () => {
    const destination = await connect();
    const file = await source(1_000);
    await writeFile(file.file, Buffer.alloc(1_000, 1));
    expect((await errorOf(destination.put(putRequest(file, NAME)))).code).toBe('BACKUP_FILE_DAMAGED');
    expect(existsSync(object(NAME))).toBe(false);
  });

  test('that the service damages while it keeps it is found, and does not stay', async () => {
    const destination = await connect();
    server.corrupt = (body) => Buffer.concat([Buffer.from([(body[0] ?? 0) ^ 1]), body.subarray(1)]);
    const error = await errorOf(destination.put(putRequest(await source(1_000), NAME)));
    expect(error.toView()).toMatchObject({ code: 'COPY_DAMAGED', params: { name: 'Archive', path: NAME } });
    expect(existsSync(object(NAME))).toBe(false);
  });

  test('has no name that leads elsewhere', async () => {
    const destination = await connect();
    const file = await source(10);
    for (const name of ['../other', 'a/../../b', '/a', 'a//b', '', 'a/.', 'a\nb']) {
      expect((await errorOf(destination.put(putRequest(file, name)))).code).toBe('INVALID_INPUT');
    }
  });
});

describe('a list', () => {
  test('has what lies below the prefix, page by page, and nothing else', async () => {
    const destination = await connect();
    const names = Array.from({ length: 5 }, (_, index) => `db${index}/file-${index}.gz`);
    for (const name of names) await destination.put(putRequest(await source(10), name));
    await (await connect({ config: { prefix: 'holdfast/home2' } })).put(putRequest(await source(10), 'other/a.gz'));
    await (await connect({ config: { prefix: '' } })).put(putRequest(await source(10), 'top.gz'));
    // Consoles make folders of such objects.
    await mkdir(join(folder, 'server', BUCKET, 'holdfast/home/console'));
    await writeFile(object('console/'), '');
    server.requests.length = 0;
    expect((await listAll(destination)).map(({ name }) => name)).toEqual(names);
    expect(server.requests.every((line) => line.includes('prefix=holdfast%2Fhome%2F'))).toBe(true);
    expect(await listAll(await connect({ config: { prefix: '' } }))).toHaveLength(7);
  });
});

describe('a large file', () => {
  test('goes in parts and is compared by the hash of their hashes', async () => {
    const destination = await connect({ limits: S3_LIMITS });
    const file = await source(20 * MIB + 5);
    const request = putRequest(file, NAME);
    expect(await destination.put(request)).toEqual({ sizeBytes: file.sizeBytes, comparedBy: 'service-hash' });
    expect(sentParts()).toHaveLength(3);
    // Parts are told while they go out.
    expect(request.progress[0]).toBeLessThan(MIB);
    expect(request.progress.at(-1)).toBe(file.sizeBytes);
    expect((await readFile(object(NAME))).equals(file.bytes)).toBe(true);
    expect(await server.uploads()).toEqual([]);
    // A second time nothing is sent; a service whose ETags are something else is read back.
    expect((await destination.put(putRequest(file, NAME))).comparedBy).toBe('service-hash');
    expect(sentParts()).toHaveLength(3);
    await writeFile(`${object(NAME)}.md5`, 'f'.repeat(32));
    expect((await destination.put(putRequest(file, NAME))).comparedBy).toBe('read-back');
  });

  test('is read back where the service shows no such hash, and damage is found', async () => {
    server.amazonEtags = false;
    const destination = await connect();
    const file = await source(MIB + 9);
    expect((await destination.put(putRequest(file, NAME))).comparedBy).toBe('read-back');
    server.corrupt = (body) => Buffer.concat([body.subarray(0, -1), Buffer.from([(body.at(-1) ?? 0) ^ 1])]);
    expect((await errorOf(destination.put(putRequest(file, 'video/b.gz')))).code).toBe('COPY_DAMAGED');
    expect(existsSync(object('video/b.gz'))).toBe(false);
  });

  /** Sends through a line that breaks in the second of three parts. */
  async function interrupted(file: SourceFile): Promise<{ point: ResumePoint; error: unknown; line: FaultyLine }> {
    const line = await FaultyLine.to(() => server.port);
    open.push(line);
    const destination = await connect({ config: { endpoint: `http://127.0.0.1:${line.port}` } });
    const request = putRequest(file, NAME);
    // The three parts go side by side; the first to arrive lets the line break.
    server.intercept = ({ query }) => {
      if (query.get('partNumber') === '1') line.breakAfterBytes = line.sent + 1.5 * MIB;
      return null;
    };
    const error = await errorOf(destination.put(request));
    server.intercept = () => null;
    expect(request.points).toHaveLength(1);
    return { point: request.points[0] as ResumePoint, error, line };
  }

  test('whose line breaks goes on with what lies there', async () => {
    const file = await source(3 * MIB);
    const { point, error } = await interrupted(file);
    expect(error).toMatchObject({ code: 'DESTINATION_UNUSABLE', retryable: true });
    expect(existsSync(object(NAME))).toBe(false);
    const uploads = await server.uploads();
    expect(uploads).toEqual([point.uploadId]);
    const lying = (await partsOf(point)).length;
    server.requests.length = 0;
    const request = putRequest(file, NAME, { resume: point });
    expect(await (await connect()).put(request)).toMatchObject({ comparedBy: 'service-hash' });
    expect(sentParts()).toHaveLength(3 - lying);
    expect(server.requests.filter((line) => line.endsWith('?uploads='))).toEqual([]);
    expect((await readFile(object(NAME))).equals(file.bytes)).toBe(true);
  });

  /** An upload that ended because the service refused its second part; the first one lies there. */
  async function half(file: SourceFile): Promise<ResumePoint> {
    server.parts.length = 0;
    server.intercept = async ({ query }) => {
      if (query.get('partNumber') !== '2') return null;
      await until('the first part', () => server.parts.includes(1));
      return { status: 400, code: 'Stop' };
    };
    const request = putRequest(file, NAME);
    await errorOf((await connect()).put(request));
    server.intercept = () => null;
    return request.points[0] as ResumePoint;
  }

  async function partsOf({ uploadId }: ResumePoint): Promise<string[]> {
    const names = await readdir(join(folder, 'server', BUCKET, '._S3rver_uploads', String(uploadId)));
    return names.filter((name) => name.endsWith('.md5'));
  }

  test('sends parts again that lie there with other bytes or another size', async () => {
    const file = await source(2 * MIB + 9);
    const point = await half(file);
    const upload = join(folder, 'server', BUCKET, '._S3rver_uploads', String(point.uploadId));
    await writeFile(join(upload, '1'), Buffer.alloc(MIB));
    await writeFile(join(upload, '1.md5'), '0'.repeat(32));
    server.requests.length = 0;
    await (await connect()).put(putRequest(file, NAME, { resume: point }));
    const numbers = sentParts().map((line) => Number(/partNumber=(\d+)/.exec(line)?.[1]));
    expect(numbers).toEqual(expect.arrayContaining([1, 2]));
    expect((await readFile(object(NAME))).equals(file.bytes)).toBe(true);
  });

  test.each([
    ['is gone', (point: ResumePoint) => ({ ...point, uploadId: 'gone' })],
    ['is of another file', (point: ResumePoint) => ({ ...point, key: 'holdfast/home/other' })],
    ['is of another driver', () => ({ partial: '.a.partial' })],
  ])('begins anew when the upload to go on with %s', async (_what, change) => {
    const file = await source(MIB + 9);
    const point = await half(file);
    server.requests.length = 0;
    await (await connect()).put(putRequest(file, NAME, { resume: change(point) }));
    expect(sentParts()).toHaveLength(2);
    expect((await readFile(object(NAME))).equals(file.bytes)).toBe(true);
  });

  test('is not put together when it is not what was announced, and its upload is taken back', async () => {
    const file = await source(MIB + 9);
    await writeFile(file.file, Buffer.concat([file.bytes.subarray(0, -1), Buffer.from([0]), Buffer.from([1])]));
    expect((await errorOf((await connect()).put(putRequest(file, NAME)))).code).toBe('BACKUP_FILE_DAMAGED');
    expect(await server.uploads()).toEqual([]);
    expect(existsSync(object(NAME))).toBe(false);
  });

  test('gets over a trouble that passes', async () => {
    let refusals = 2;
    server.intercept = ({ query }) =>
      query.get('partNumber') === '1' && refusals-- > 0 ? { status: 503, code: 'SlowDown' } : null;
    const file = await source(MIB + 9);
    expect((await (await connect()).put(putRequest(file, NAME))).comparedBy).toBe('service-hash');
  });

  test('whose answer to the last request is lost is found whole', async () => {
    const destination = await connect();
    const file = await source(MIB + 9);
    const request = putRequest(file, NAME);
    await destination.put(request);
    // The interrupted attempt was whole at the service: going on finds the object, nothing is sent.
    server.requests.length = 0;
    const again = putRequest(file, NAME, { resume: request.points[0] ?? null });
    expect((await destination.put(again)).comparedBy).toBe('service-hash');
    expect(sentParts()).toEqual([]);
  });

  test('is given up when the job is cancelled; the upload stays for later', async () => {
    const stop = new AbortController();
    const file = await source(2 * MIB + 9);
    server.intercept = ({ query }) => {
      if (query.has('partNumber')) stop.abort(new Error('cancelled by the test'));
      return null;
    };
    const request = putRequest(file, NAME, { signal: stop.signal });
    await expect((await connect()).put(request)).rejects.toThrow('cancelled by the test');
    expect(await server.uploads()).toHaveLength(1);
  });

  test('leaves nothing for ever: uploads older than a day are taken back, unless somebody goes on with them', async () => {
    const file = await source(MIB + 9);
    const [kept, stale, fresh, slow] = [await half(file), await half(file), await half(file), await half(file)];
    const longAgo = new Date(Date.now() - 25 * 3_600_000);
    for (const { uploadId } of [kept, stale, slow]) await server.ageUpload(String(uploadId), longAgo);
    // One of its parts came a moment ago.
    await utimes(
      join(folder, 'server', BUCKET, '._S3rver_uploads', String(slow.uploadId), '1'),
      new Date(),
      new Date(),
    );
    const destination = await connect();
    await (await connect({ config: { prefix: 'holdfast/other' } })).tidy([]);
    expect(await server.uploads()).toHaveLength(4);
    await destination.tidy([kept]);
    expect(new Set(await server.uploads())).toEqual(new Set([kept.uploadId, fresh.uploadId, slow.uploadId]));
    server.intercept = ({ query }) => (query.has('uploads') ? { status: 501, code: 'NotImplemented' } : null);
    await destination.tidy([]);
  });
});

describe('what goes wrong', () => {
  const refused = { code: 'CREDENTIALS_REFUSED', params: { name: 'Archive' } };

  test('a wrong key and a wrong secret are refused; neither is told', async () => {
    for (const keys of [
      { ...KEYS, accessKeyId: 'AKWRONG' },
      { ...KEYS, secretAccessKey: 'wrong-secret' },
    ]) {
      const view = (await errorOf(connect({ keys }))).toView();
      expect(view).toMatchObject(refused);
      expect(view.detail).toMatch(/InvalidAccessKeyId|SignatureDoesNotMatch/);
      expect(JSON.stringify(view)).not.toMatch(/AKWRONG|wrong-secret/);
    }
    expect((await errorOf(connect({ keys: { ...KEYS, secretAccessKey: '' } }))).toView()).toMatchObject(refused);
  });

  test('keys that were valid and no longer are', async () => {
    const destination = await connect();
    const { port } = server;
    await server.stop();
    server = await S3Server.start({ folder: join(folder, 'server'), keys: { ...KEYS, secretAccessKey: 'new' }, port });
    const error = await errorOf(destination.put(putRequest(await source(10), NAME)));
    expect(error.toView()).toMatchObject(refused);
    server.intercept = () => ({ status: 400, code: 'ExpiredToken', message: 'The provided token has expired.' });
    expect((await errorOf(destination.stat(NAME))).code).toBe('DESTINATION_UNUSABLE');
    expect((await errorOf(listAll(destination))).toView()).toMatchObject({
      ...refused,
      detail: 'ExpiredToken: The provided token has expired.',
    });
  });

  test.each([
    ['a clock that is wrong', 403, 'RequestTimeTooSkewed', 'DESTINATION_UNUSABLE', /clock of this machine/],
    ['a bucket in another region', 301, 'PermanentRedirect', 'DESTINATION_UNUSABLE', /another region/],
    ['a service out of order', 500, 'InternalError', 'DESTINATION_UNUSABLE', /status 500/],
    ['a quota', 403, 'QuotaExceeded', 'DESTINATION_FULL', undefined],
    ['a full disk', 507, 'XMinioStorageFull', 'DESTINATION_FULL', undefined],
    ['a right that is missing', 403, 'AccessDenied', 'CREDENTIALS_REFUSED', undefined],
    ['bytes that were altered on the way', 400, 'BadDigest', 'DESTINATION_UNUSABLE', /not what was sent/],
  ] as const)('%s', async (_what, status, code, expected, reason) => {
    const destination = await connect();
    server.intercept = ({ method }) => (method === 'PUT' ? { status, code } : null);
    const error = await errorOf(destination.put(putRequest(await source(10), NAME)));
    expect(error.code).toBe(expected);
    expect(error.params.name).toBe('Archive');
    if (reason) expect(error.params.reason).toMatch(reason);
  });

  test('a bucket that is not there', async () => {
    const error = await errorOf(connect({ config: { bucket: 'no-such-bucket' } }));
    expect(error.code).toBe('DESTINATION_UNUSABLE');
    expect(error.params.reason).toBe('there is no bucket no-such-bucket');
  });

  test('a service that is not there, a name that is none, and an address that is never asked', async () => {
    const { port } = server;
    await server.stop();
    const nobody = await errorOf(connect({ config: { endpoint: `http://127.0.0.1:${port}` } }));
    expect(nobody.params.reason).toBe(`127.0.0.1:${port} refused the connection`);
    const unknown = await errorOf(connect({ config: { endpoint: 'http://holdfast.invalid' } }));
    expect(unknown.params.reason).toBe('the host holdfast.invalid was not found');
    const metadata = await errorOf(connect({ config: { endpoint: 'http://169.254.169.254' } }));
    expect(metadata.params.reason).toMatch(/never asked/);
    for (const { code } of [nobody, unknown, metadata]) expect(code).toBe('DESTINATION_UNUSABLE');
  });

  test('something that answers and is no S3 service', async () => {
    for (const page of ['<html><body>Welcome</body></html>', 'Welcome', '{"ok":true}']) {
      server.intercept = () => ({ page });
      const { code, params } = await errorOf(connect());
      expect(code).toBe('DESTINATION_UNUSABLE');
      expect(params.reason).toBe('what answers there is no S3 service');
    }
  });

  test('a service that falls silent in the middle of an upload, and of a download', async () => {
    const line = await FaultyLine.to(() => server.port);
    open.push(line);
    const through = { config: { endpoint: `http://127.0.0.1:${line.port}` }, limits: { silenceMs: 300 } };
    // On a machine that is busy even a service that answers may be silent for that long.
    const patiently = () => until('a connection', () => connect(through).catch(() => null));
    const file = await source(MIB + 9);
    const destination = await patiently();
    line.silentAfterBytes = line.sent + line.received + 0.5 * MIB;
    const error = await errorOf(destination.put(putRequest(file, NAME)));
    expect(error.toView()).toMatchObject({ code: 'DESTINATION_UNUSABLE', retryable: true });
    expect(error.params.reason).toMatch(/did not answer in time/);
    line.mend();
    await (await connect()).put(putRequest(file, NAME));
    const reader = await patiently();
    line.silentAfterBytes = line.sent + line.received + 0.5 * MIB;
    expect((await errorOf(readAll(reader, NAME))).params.reason).toMatch(/did not answer in time/);
  });

  test('a service that vanishes in the middle of a download', async () => {
    const destination = await connect();
    await destination.put(putRequest(await source(9 * MIB), NAME));
    const reading = await destination.read(NAME, { fromByte: 0, signal: new AbortController().signal });
    await server.stop();
    expect((await errorOf(drain(reading))).code).toBe('DESTINATION_UNUSABLE');
  });
});

async function drain(stream: NodeJS.ReadableStream): Promise<void> {
  for await (const _bytes of stream) continue;
}
