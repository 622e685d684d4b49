/** A process is killed between handing a mail over and writing down that it did. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { MailServer } from '../helpers/mail-server';
import { until } from '../helpers/until';
import { scratchFolder } from '../unit/store/fixture';

const root = resolve(import.meta.dirname, '../..');
let folder: string;
const children: ChildProcess[] = [];
const servers: MailServer[] = [];

beforeAll(async () => {
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'holdfast-outbox-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    resolve: { alias: { '@shared': resolve(root, 'shared') } },
    build: {
      ssr: resolve(root, 'tests/unit/notify/outbox-process.ts'),
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'outbox.js', format: 'es' } },
    },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

function start(store: string, port: number, ...keys: string[]) {
  const child = spawn(process.execPath, [join(folder, 'outbox.js'), store, String(port), ...keys], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const said: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(...text.trim().split('\n')));
  return { child, said };
}

test('killed between a mail and its mark: it comes again under the same Message-ID, and the others once', async () => {
  const server = await MailServer.start();
  servers.push(server);
  const store = join(scratchFolder(), 'holdfast.db');
  // The server has the whole second message; its answer never comes.
  server.beforeTaking = () => (server.came.length === 2 ? new Promise(() => undefined) : Promise.resolve());
  const first = start(store, server.port, 'one', 'two', 'three');
  await until('the second mail is handed over', () => server.came.length === 2);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  expect(first.said).toEqual(['sent Backup overdue: one']);

  const second = start(store, server.port, 'one', 'two', 'three');
  await until('the rest is sent', () => second.said.length >= 2);
  expect(second.said.toSorted()).toEqual(['sent Backup overdue: three', 'sent Backup overdue: two']);
  const named = (name: string) =>
    server.came.filter(({ headers }) => headers['subject']?.endsWith(name)).map(({ headers }) => headers['message-id']);
  expect([named('one').length, named('two').length, named('three').length]).toEqual([1, 2, 1]);
  expect(named('two')[0]).toBe(named('two')[1]);
  expect(new Set(server.came.map(({ headers }) => headers['message-id'])).size).toBe(3);
});
