/** docs/openapi.yaml says what the endpoint does: every answer here is looked up there. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { HealthComponent } from '@shared/models';
import { afterEach, expect, it } from 'vitest';
import { healthDocument } from '../../electron/health/document';
import { ROUTES } from '../../electron/health/routes';
import { KEY, PROJECT } from '../unit/ingest/event-book';
import { type EndpointScene, openEndpoint, statusOf } from './endpoint-scene';

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
}
interface Described {
  $ref?: string;
  content?: Record<string, { schema: Schema }>;
  headers?: Record<string, unknown>;
}
interface Operation {
  security?: unknown[];
  responses: Record<string, Described>;
}
interface Document {
  openapi: string;
  security: unknown[];
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Described>; schemas: Record<string, Schema> };
}

const text = readFileSync(resolve(import.meta.dirname, '../../docs/openapi.yaml'), 'utf8');
// JSON below a remark is YAML too, and needs no other reader
const api = JSON.parse(text.replace(/^#.*\n/, '')) as Document;

function find<T extends { $ref?: string }>(given: T | undefined): T {
  const names = given?.$ref?.replace('#/', '').split('/');
  if (!names) return given as T;
  return find(names.reduce<unknown>((place, name) => (place as Record<string, unknown>)[name], api) as T);
}

/** What does not fit, by path; empty when all does. */
function misfits(value: unknown, given: Schema, path = '$'): string[] {
  const schema = find(given);
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const kinds = [schema.type ?? kind].flat();
  if (!kinds.includes(kind) && !(kind === 'number' && kinds.includes('integer'))) return [`${path} is ${kind}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${path} is ${String(value)}`];
  if (Array.isArray(value)) return value.flatMap((one, i) => misfits(one, schema.items ?? {}, `${path}[${i}]`));
  if (kind !== 'object') return [];
  const fields = value as Record<string, unknown>;
  const missing = (schema.required ?? [])
    .filter((name) => !(name in fields))
    .map((name) => `${path}.${name} is missing`);
  const others = Object.entries(fields).flatMap(([name, field]) => {
    const known = schema.properties?.[name] ?? schema.additionalProperties;
    return known ? misfits(field, known, `${path}.${name}`) : [`${path}.${name} is not described`];
  });
  return [...missing, ...others];
}

const seen = new Map<string, Set<string>>();

async function check(path: string, method: string, answer: Response): Promise<void> {
  const name = `${method} ${path} ${answer.status}`;
  const described = find(api.paths[path]?.[method]?.responses[String(answer.status)]);
  expect(described, name).toBeDefined();
  (seen.get(`${method} ${path}`) ?? seen.set(`${method} ${path}`, new Set()).get(`${method} ${path}`))?.add(
    `${answer.status}`,
  );
  for (const header of Object.keys(described.headers ?? {})) expect(answer.headers.get(header), name).not.toBeNull();
  const type = answer.headers.get('content-type') ?? '';
  const body = await answer.text();
  if (method === 'head') {
    expect(body, name).toBe('');
    return;
  }
  const plainType = type.replace(/;.*/, '');
  const [told, content] = Object.entries(described.content ?? {}).find(([one]) => one.startsWith(plainType)) ?? [];
  expect(told?.includes(';') ? type : plainType, name).toBe(told);
  if (type.includes('json')) expect(misfits(JSON.parse(body), content!.schema), name).toEqual([]);
}

let scene: EndpointScene | undefined;
afterEach(() => scene?.close());

const component = (status: HealthComponent['status']): HealthComponent => ({
  component: 'disk',
  status,
  key: status,
  params: { mount: '/', freeBytes: 1 },
  observedValue: status === 'pass' ? 1 : null,
  observedUnit: 'bytes',
  time: new Date(0).toISOString(),
});

/** Where to ask, with the key where one is needed, and how somebody without token and key is refused. */
function addressOf(path: string, { security }: Operation): { address: string; stranger: 401 | 403 | null } {
  const [needed] = security ?? api.security;
  if (needed === undefined) return { address: path, stranger: null };
  const isKey = Object.hasOwn(needed as object, 'sentryKey');
  return isKey
    ? { address: `${path.replace('{projectId}', String(PROJECT))}?sentry_key=${KEY}`, stranger: 403 }
    : { address: path, stranger: 401 };
}

/** Asks everything that can be asked of one endpoint. */
async function askAll(well: boolean): Promise<void> {
  scene = await openEndpoint({
    isReady: () => well,
    health: async () => [component(well ? 'pass' : 'fail')],
  });
  const { ask, push } = scene;
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const init = method === 'post' ? { method: 'POST', body: '{}' } : { method };
      const json: Record<string, string> = method === 'post' ? { 'content-type': 'application/json' } : {};
      const { address, stranger } = addressOf(path, operation);
      await check(path, method, await ask(address, { ...init, headers: json }));
      await check(path, method, await ask(address, { ...init, headers: { origin: 'https://evil.test' } }));
      const anonymous = await ask(path.replace('{projectId}', '7'), { ...init, headers: json, token: null });
      const isRefused = [401, 403].includes(anonymous.status) ? anonymous.status : null;
      expect(isRefused, `${method} ${path} by a stranger`).toBe(stranger);
      await check(path, method, anonymous);
    }
    const [wrong, described] = methods['post'] ? ['PUT', 'post'] : ['DELETE', 'get'];
    await check(path, described, await ask(path.replace('{projectId}', '7'), { method: wrong }));
    for (const method of Object.keys(methods)) expect(['get', 'head', 'post']).toContain(method);
  }
  await check('/v1/metrics', 'post', await push('{}', { 'content-type': 'text/plain' }));
  await check('/v1/metrics', 'post', await push(Buffer.alloc(5 * 1024 * 1024)));
  await check('/v1/metrics', 'post', await push('x', { 'content-encoding': 'gzip' }));
  await check(
    '/v1/metrics',
    'post',
    await push(gzipSync(Buffer.alloc(5 * 1024 * 1024)), { 'content-encoding': 'gzip' }),
  );
}

/** All that is answered where errors are taken. */
async function askErrors(): Promise<void> {
  await scene?.close();
  scene = await openEndpoint({}, { limits: { eventsPerSecond: 0.001, burst: 5, eventBytes: 100 } });
  for (const kind of ['store', 'envelope']) {
    const path = `/api/{projectId}/${kind}/`;
    const around = kind === 'envelope' ? '{}\n{"type":"event"}\n' : '';
    const send = async (body: string, headers: Record<string, string> = {}): Promise<void> => {
      const { address } = addressOf(path, api.paths[path]!['post']!);
      await check(path, 'post', await scene!.ask(address, { method: 'POST', body: around + body, headers }));
    };
    await send('{', { 'content-encoding': 'gzip' });
    await send('{', { 'content-encoding': 'zstd' });
    await send('x'.repeat(200));
    scene.book.isBroken = true;
    await send('{}');
    scene.book.isBroken = false;
    if (kind === 'envelope') await send('{}');
  }
  const path = '/api/{projectId}/store/';
  const { address } = addressOf(path, api.paths[path]!['post']!);
  await check(path, 'post', await scene.ask(address, { method: 'POST', body: '{}' }));
}

it('describes every path, method and status that the server answers', async () => {
  expect(api.openapi).toMatch(/^3\.1\./);
  const served = Object.entries(ROUTES).map(([path, { methods }]) => [path, methods.map((one) => one.toLowerCase())]);
  expect(Object.entries(api.paths).map(([path, methods]) => [path, Object.keys(methods)])).toEqual(served);
  await askAll(true);
  await scene?.close();
  await askAll(false);
  await scene?.close();
  scene = await openEndpoint({
    health: () => Promise.reject(new Error('broken')),
    snapshot: () => Promise.reject(new Error('broken')),
    ingest: () => Promise.reject(new Error('broken')),
  });
  await check('/health', 'get', await scene.ask('/health'));
  await check('/metrics', 'get', await scene.ask('/metrics'));
  await check('/v1/metrics', 'post', await scene.push('{}'));
  await askErrors();
  // what ends before a path is known is described for all of them
  const { request, port } = scene;
  const early = [
    await request('/livez', ['Host: evil.test']),
    await request('/livez', [`Host: 127.0.0.1:${port}`, `X: ${'x'.repeat(9_000)}`]),
    await request('/livez', []),
  ].map(statusOf);
  expect(early).toEqual([421, 431, 400]);
  for (const methods of Object.values(api.paths)) {
    for (const { responses } of Object.values(methods)) {
      for (const status of [...early, 408, 500]) expect(find(responses[`${status}`])).toBeDefined();
    }
  }
  const answered = Object.fromEntries([...seen].map(([name, statuses]) => [name, [...statuses].toSorted()]));
  expect(answered).toMatchObject({
    'get /livez': ['200', '403', '405'],
    'get /readyz': ['200', '401', '403', '405', '503'],
    'get /health': ['200', '401', '403', '405', '500', '503'],
    'get /metrics': ['200', '401', '403', '405', '500'],
    'post /v1/metrics': ['200', '400', '401', '403', '405', '413', '415', '500'],
    'post /api/{projectId}/envelope/': ['200', '400', '403', '405', '413', '415', '429', '500'],
    'post /api/{projectId}/store/': ['200', '400', '403', '405', '413', '415', '429', '500'],
  });
});

it('has every component of health, and refuses what it does not describe', () => {
  const { checks } = healthDocument([component('pass')], '1', new Date(0));
  const schema = api.components.schemas['Health']!;
  const document = { ...healthDocument([component('warn')], '1', new Date(0)) };
  expect(misfits(document, schema)).toEqual([]);
  expect(misfits({ ...document, status: 'good' }, schema)).toEqual(['$.status is good']);
  expect(
    misfits({ ...document, checks: { 'a:b': [{ ...checks['disk:free']![0], componentId: 'x', more: 1 }] } }, schema),
  ).toEqual(['$.checks.a:b[0].componentId is x', '$.checks.a:b[0].more is not described']);
});
