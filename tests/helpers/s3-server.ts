/**
 * An S3 service on 127.0.0.1: s3rver keeps the objects, and in front of it stands what it lacks and real services do: it
 * checks signatures and hashes of bodies, lists and takes back uploads, makes objects only where there is none, and shows
 * the ETags that Amazon shows.
 */
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';

export const BUCKET = 'copies';
export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface S3ServerOptions {
  folder: string;
  keys: Keys;
  port?: number;
}

/** What a service answers in place of what it would: an error of S3, or a page of something else. */
export type Answer = { status: number; code: string; message?: string } | { page: string };

export interface SeenRequest {
  method: string;
  key: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
}

interface Forwarded {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

export class S3Server {
  /** `PUT video/a.gz?partNumber=1`: each request that came, queries of the SDK's own left out. */
  readonly requests: string[] = [];
  /** Keys of objects that were made or replaced, each time. */
  readonly made: string[] = [];
  /** Numbers of the parts that were kept, each time. */
  readonly parts: number[] = [];
  keys: Keys;
  /** Looks at a request before the service does; an answer ends it. */
  intercept: (request: SeenRequest) => Answer | null | Promise<Answer | null> = () => null;
  /** Whether objects that were sent in parts show Amazon's ETag; else the MD5 of the whole, as some services do. */
  amazonEtags = true;
  /** Changes bytes after they were taken and before they are kept, as a broken disk does. */
  corrupt: ((body: Buffer) => Buffer) | null = null;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly inner: S3rver,
    private readonly innerPort: number,
    private readonly server: Server,
    private readonly folder: string,
    readonly port: number,
    keys: Keys,
  ) {
    this.keys = keys;
  }

  static async start({ folder, keys, port = 0 }: S3ServerOptions): Promise<S3Server> {
    await mkdir(folder, { recursive: true });
    const inner = new S3rver({
      ...{ address: '127.0.0.1', port: 0, silent: true, directory: folder, allowMismatchedSignatures: true },
      configureBuckets: [{ name: BUCKET }],
    });
    const innerPort = (await inner.run()).port;
    const server = createServer();
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    const own = (server.address() as AddressInfo).port;
    const self = new S3Server(inner, innerPort, server, folder, own, keys);
    server.on('request', (request, response) => {
      // A service that is stopped in the middle of a request breaks it off.
      self.serve(request, response).catch(() => request.socket.destroy());
    });
    return self;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends it at once: connections break off. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>((done) => this.server.close(() => done()));
    this.server.closeAllConnections();
    await closed;
    await this.inner.close();
  }

  objectFile(key: string): string {
    return join(this.folder, BUCKET, `${key}._S3rver_object`);
  }

  /** Names of uploads in parts that are open. */
  async uploads(): Promise<string[]> {
    return readdir(this.uploadFolder()).catch(() => []);
  }

  /** Makes an upload and its parts look as if they were made then. */
  async ageUpload(uploadId: string, at: Date): Promise<void> {
    const folder = join(this.uploadFolder(), uploadId);
    for (const name of await readdir(folder)) await utimes(join(folder, name), at, at);
  }

  private uploadFolder(): string {
    return join(this.folder, BUCKET, '._S3rver_uploads');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const { pathname, searchParams: query } = new URL(url, 'http://localhost');
    const [, bucket = '', ...segments] = pathname.split('/').map(decodeURIComponent);
    const key = segments.join('/');
    query.delete('x-id');
    this.requests.push(`${method} ${key}${query.size > 0 ? `?${query.toString()}` : ''}`);
    const seen = { method, key, query, headers };
    const early = await this.intercept(seen);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The client went away in the middle: nothing is kept.
      return;
    }
    const body = Buffer.concat(chunks);
    const refused = early ?? this.refusal(request, body) ?? (bucket === BUCKET ? null : noBucket(bucket));
    // One after the other: what a condition says of an object holds until the object is made.
    const answering = this.last.then(() => refused ?? this.answer(seen, request, body));
    this.last = answering.catch(() => undefined);
    reply(response, await answering);
  }

  private async answer(
    seen: SeenRequest,
    request: IncomingMessage,
    body: Buffer,
  ): Promise<Answer | Forwarded | string> {
    const ahead = await this.answerAhead(seen);
    if (ahead !== null) return ahead;
    const etag = await this.etagOfCompletion(seen);
    const inner = await this.forward(request, this.corrupt && seen.method === 'PUT' ? this.corrupt(body) : body);
    if (etag !== null && inner.status === 200) await writeFile(`${this.objectFile(seen.key)}.md5`, etag);
    const part = seen.query.get('partNumber');
    if (part !== null) this.parts.push(Number(part));
    const makes = seen.method === 'PUT' ? !seen.query.has('partNumber') : seen.query.has('uploadId');
    if (makes && seen.method !== 'GET') this.made.push(seen.key);
    return inner;
  }

  private async forward({ method, url = '', headers }: IncomingMessage, body: Buffer): Promise<Forwarded> {
    // Who it is was found out here; s3rver knows one key only.
    const { authorization: _checked, ...rest } = headers;
    const sending = httpRequest({
      ...{ host: '127.0.0.1', port: this.innerPort, agent: false, method },
      // s3rver does not know the slash at the end of a bucket.
      path: url.replace(`/${BUCKET}/?`, `/${BUCKET}?`),
      headers: { ...rest, 'content-length': body.length },
    });
    sending.end(body);
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) };
  }

  private refusal(request: IncomingMessage, body: Buffer): Answer | null {
    const { headers } = request;
    const id = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];
    if (id !== this.keys.accessKeyId) {
      return { status: 403, code: 'InvalidAccessKeyId', message: `The key ${id} does not exist in our records.` };
    }
    if (signatureOf(request, this.keys) !== /Signature=([0-9a-f]+)/.exec(headers.authorization ?? '')?.[1]) {
      return { status: 403, code: 'SignatureDoesNotMatch' };
    }
    const hash = headers['x-amz-content-sha256'];
    if (hash !== createHash('sha256').update(body).digest('hex'))
      return { status: 400, code: 'XAmzContentSHA256Mismatch' };
    const md5 = headers['content-md5'];
    const altered = md5 !== undefined && md5 !== createHash('md5').update(body).digest('base64');
    return altered ? { status: 400, code: 'BadDigest' } : null;
  }

  /** What s3rver cannot do itself. */
  private async answerAhead({ method, key, query, headers }: SeenRequest): Promise<Answer | string | null> {
    const uploadId = query.get('uploadId');
    if (uploadId !== null && !(await this.uploads()).includes(uploadId)) return { status: 404, code: 'NoSuchUpload' };
    if (headers['if-none-match'] === '*' && (await exists(this.objectFile(key)))) {
      return { status: 412, code: 'PreconditionFailed' };
    }
    if (query.has('list-type')) return this.listObjects(query);
    if (method === 'GET' && query.has('uploads')) return this.listUploads(query.get('prefix') ?? '');
    if (method === 'GET' && uploadId !== null) return this.listParts(uploadId, Number(query.get('part-number-marker')));
    if (method === 'DELETE' && uploadId !== null) {
      await rm(join(this.uploadFolder(), uploadId), { recursive: true });
      return '';
    }
    return null;
  }

  /** Two on a page: more than one page is the usual case. s3rver's own pages need a cipher that OpenSSL 3 does not have. */
  private async listObjects(query: URLSearchParams): Promise<string> {
    const startAfter = Buffer.from(query.get('continuation-token') ?? '', 'base64').toString('utf8');
    const options = { prefix: query.get('prefix') ?? '', startAfter, maxKeys: 2 };
    const { objects, isTruncated } = await this.inner.store.listObjects(BUCKET, options);
    const contents = objects.map(({ key, size, lastModifiedDate }) => {
      const more = `<LastModified>${lastModifiedDate.toISOString()}</LastModified><Size>${size}</Size>`;
      return `<Contents><Key>${key.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</Key>${more}</Contents>`;
    });
    const token = Buffer.from(objects.at(-1)?.key ?? '').toString('base64');
    const next = isTruncated ? `<NextContinuationToken>${token}</NextContinuationToken>` : '';
    const head = `<Name>${BUCKET}</Name><KeyCount>${objects.length}</KeyCount><IsTruncated>${isTruncated}</IsTruncated>`;
    return `<ListBucketResult>${head}${next}${contents.join('')}</ListBucketResult>`;
  }

  private async listUploads(prefix: string): Promise<string> {
    const found: string[] = [];
    for (const id of await this.uploads()) {
      const file = join(this.uploadFolder(), id, 'key');
      const key = await readFile(file, 'utf8');
      if (!key.startsWith(prefix)) continue;
      const initiated = (await stat(file)).mtime.toISOString();
      found.push(`<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${initiated}</Initiated></Upload>`);
    }
    return `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${found.join('')}</ListMultipartUploadsResult>`;
  }

  private async listParts(uploadId: string, after: number): Promise<string> {
    const folder = join(this.uploadFolder(), uploadId);
    const numbers = (await readdir(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
    const left = numbers.filter((number) => number > after).sort((a, b) => a - b);
    const parts: string[] = [];
    for (const number of left.slice(0, 2)) {
      const { size, mtime } = await stat(join(folder, String(number)));
      const etag = await readFile(join(folder, `${number}.md5`), 'utf8');
      const more = `<ETag>"${etag}"</ETag><Size>${size}</Size><LastModified>${mtime.toISOString()}</LastModified>`;
      parts.push(`<Part><PartNumber>${number}</PartNumber>${more}</Part>`);
    }
    const next = left.length > 2 ? `<NextPartNumberMarker>${left[1]}</NextPartNumberMarker>` : '';
    return `<ListPartsResult><IsTruncated>${next !== ''}</IsTruncated>${next}${parts.join('')}</ListPartsResult>`;
  }

  private async etagOfCompletion({ method, query }: SeenRequest): Promise<string | null> {
    const uploadId = query.get('uploadId');
    if (method !== 'POST' || uploadId === null || !this.amazonEtags) return null;
    const folder = join(this.uploadFolder(), uploadId);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.md5'));
    const hash = createHash('md5');
    const sorted = names.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    for (const name of sorted) hash.update(await readFile(join(folder, name), 'utf8'), 'hex');
    return `${hash.digest('hex')}-${names.length}`;
  }
}

const noBucket = (bucket: string): Answer => ({ status: 404, code: 'NoSuchBucket', message: `no bucket ${bucket}` });

function reply(response: ServerResponse, answer: Answer | Forwarded | string): void {
  if (typeof answer === 'string') {
    response.writeHead(answer === '' ? 204 : 200, { 'content-type': 'application/xml' }).end(answer);
    return;
  }
  if ('page' in answer) return void response.writeHead(200, { 'content-type': 'text/html' }).end(answer.page);
  if ('body' in answer) return void response.writeHead(answer.status, answer.headers).end(answer.body);
  const { status, code, message = 'as the test wants it' } = answer;
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(
    response.req.method === 'HEAD' ? '' : `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** The signature, version 4, that these keys give this request. */
function signatureOf({ method, url = '', headers }: IncomingMessage, { secretAccessKey }: Keys): string {
  const [path = '', query = ''] = url.split('?');
  const authorization = headers.authorization ?? '';
  const [, date = '', region = '', service = ''] =
    /Credential=[^/]+\/(\d+)\/([^/]+)\/([^/]+)\//.exec(authorization) ?? [];
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? '';
  const lines = names.split(';').map((name) => `${name}:${String(headers[name]).trim().replaceAll(/ +/g, ' ')}\n`);
  const pairs = query.split('&').map((pair) => (pair.includes('=') || pair === '' ? pair : `${pair}=`));
  const canonical = [method, path, pairs.sort().join('&'), lines.join(''), names, headers['x-amz-content-sha256']];
  const scope = `${date}/${region}/${service}/aws4_request`;
  const hashed = createHash('sha256').update(canonical.join('\n')).digest('hex');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hashed].join('\n');
  let key = Buffer.from(`AWS4${secretAccessKey}`);
  for (const piece of [date, region, service, 'aws4_request']) key = createHmac('sha256', key).update(piece).digest();
  return createHmac('sha256', key).update(text).digest('hex');
}
