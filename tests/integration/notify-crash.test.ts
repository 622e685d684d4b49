/** A process is killed between handing a mail over and writing down that it did. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { buildSources } from '../helpers/build-sources.mjs';
import { MailServer } from '../helpers/mail-server';
import { until } from '../helpers/until';
import { scratchFolder } from '../unit/store/fixture';

const children: ChildProcess[] = [];
const servers: MailServer[] = [];

let built: Awaited<ReturnType<typeof buildSources>>;

beforeAll(async () => {
  built = await buildSources('outbox', { outbox: 'tests/unit/notify/outbox-process.ts' });
});
afterAll(() => built.remove());
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

function start(store: string, port: number, ...keys: string[]) {
  const child = spawn(process.execPath, [built.file('outbox'), store, String(port), ...keys], {
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
