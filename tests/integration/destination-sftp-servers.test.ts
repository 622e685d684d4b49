/**
 * Copies on SSH servers of other kinds: with passwords, read-only, full, without extensions, with a disk that damages. A
 * stand-in speaks SSH (see `LooseSshServer`); the files are handled by OpenSSH's own program.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openSftpWith } from '../../electron/destinations/sftp';
import type { Destination } from '../../electron/destinations/types';
import { BlackHole } from '../helpers/black-hole';
import { errorOf } from '../helpers/engine';
import { listAll, putRequest, readAll, type SourceFile, sourceFile } from '../helpers/remote-files';
import { type SftpTarget, sftpOptions } from '../helpers/sftp-options';
import { type KeyPair, LooseSshServer, type LooseOptions, makeKey, SFTP_SERVER } from '../helpers/ssh-server';

const MIB = 1 << 20;
const NAME = 'video/a.sqlite.gz.age';
const PASSWORD = '비밀 pass+word';

let keys: string;
let hostKey: KeyPair;
beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), 'holdfast-ssh-'));
  hostKey = await makeKey(keys, 'ed25519');
});
afterAll(() => rm(keys, { recursive: true, force: true }));

let folder: string;
let root: string;
const open: { (): Promise<void> | void }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-sftp-'));
  root = join(folder, 'copies');
});
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
  await rm(folder, { recursive: true, force: true });
});

async function serve(options: Partial<LooseOptions> = {}): Promise<LooseSshServer> {
  const server = await LooseSshServer.start({ hostKey, password: PASSWORD, ...options });
  open.push(() => server.stop());
  return server;
}

async function connect({ port }: { port: number }, target: Partial<SftpTarget> = {}): Promise<Destination> {
  const secrets = { password: PASSWORD };
  const usual = { port, user: 'holdfast', path: root, hostKey: hostKey.fingerprint, secrets };
  const { limits, now, ...options } = sftpOptions({ ...usual, ...target });
  const destination = await openSftpWith(options, limits, now);
  open.push(() => destination.close());
  return destination;
}

const setUp = (server: { port: number }, target: Partial<SftpTarget> = {}): Promise<Destination> =>
  connect(server, { purpose: 'set-up', ...target });
const source = (content: number | Buffer): Promise<SourceFile> => sourceFile(folder, content);
const lying = async (): Promise<string[]> => {
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map(({ name }) => name);
};

describe('a password', () => {
  test.each(['password', 'keyboard-interactive'] as const)('opens (%s), and a wrong one does not', async (method) => {
    const server = await serve({ method });
    const destination = await setUp(server);
    const file = await source(MIB);
    await destination.put(putRequest(file, NAME));
    expect((await readAll(destination, NAME)).equals(file.bytes)).toBe(true);
    const error = await errorOf(connect(server, { secrets: { password: 'wrong one' } }));
    expect(error.toView()).toMatchObject({ code: 'CREDENTIALS_REFUSED', params: { name: 'Server' } });
    expect(JSON.stringify(error.toView())).not.toContain('wrong one');
    // It answers the hidden question only.
    if (method === 'keyboard-interactive') expect(server.answers[0]).toEqual([PASSWORD, '']);
  });

  test('is not sent to a server whose key is another one, nor is the user name', async () => {
    const server = await serve();
    const error = await errorOf(connect(server, { hostKey: `SHA256:${'B'.repeat(43)}` }));
    expect(error.toView()).toMatchObject({ code: 'HOST_KEY_CHANGED', params: { found: hostKey.fingerprint } });
    expect((await errorOf(connect(server, { hostKey: '' }))).code).toBe('HOST_KEY_CHANGED');
    expect(server.attempts).toEqual([]);
  });

  test('of a private key is not tried as a password', async () => {
    const server = await serve();
    const key = await makeKey(keys, 'ed25519', PASSWORD);
    const secrets = { privateKey: key.privateKey, password: PASSWORD };
    expect((await errorOf(connect(server, { secrets }))).code).toBe('CREDENTIALS_REFUSED');
    expect(new Set(server.attempts)).toEqual(new Set(['publickey holdfast']));
  });
});

describe('a server that is full', () => {
  /** A command that runs another one with a file system of 4 MiB at `folder`; null where the system allows none. */
  function smallDisk(at: string): string[] | null {
    const mount = 'mount -t tmpfs -o size=4m none "$0" && exec "$@"';
    const wrap = ['unshare', '--map-root-user', '--mount', 'sh', '-c', mount, at];
    const [command = '', ...args] = [...wrap, 'true'];
    return spawnSync(command, args).status === 0 ? wrap : null;
  }

  test('is known before anything is sent, and in the middle; nothing stays that fills it', async () => {
    await mkdir(root);
    const wrap = smallDisk(root);
    // Without a small disk: files of at most 4 MiB, at which the server's program ends.
    const command = [...(wrap ?? ['prlimit', `--fsize=${4 * MIB}`]), SFTP_SERVER];
    const expected = wrap ? 'DESTINATION_FULL' : 'DESTINATION_UNUSABLE';
    // One session: the small disk is there for as long as the program runs.
    const destination = await setUp(await serve({ command }));
    const large = putRequest(await source(5 * MIB), NAME);
    const error = await errorOf(destination.put(large));
    expect(error.code).toBe(expected);
    expect(error.params.name).toBe('Server');
    if (!wrap) return;
    expect(large.progress).toEqual([]);
    await destination.put(putRequest(await source(10), 'a/0.gz'));
    const free = (await destination.freeBytes()) ?? 0;
    // Both fit when they begin.
    const [one, two] = [await source(3 * MIB), await source(3 * MIB)];
    const requests = [putRequest(one, 'a/1.gz'), putRequest(two, 'a/2.gz')];
    const outcomes = await Promise.allSettled(requests.map((request) => destination.put(request)));
    const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(failed.length).toBeGreaterThan(0);
    for (const reason of failed) expect(reason).toMatchObject({ code: 'DESTINATION_FULL' });
    // The other may begin so late that it is refused at once.
    expect(requests.some(({ progress }) => progress.length > 0)).toBe(true);
    expect(await listAll(destination)).toHaveLength(3 - failed.length);
    const used = (2 - failed.length) * 3 * MIB;
    expect(await destination.freeBytes()).toBeGreaterThan(free - used - 100_000);
    for (const name of ['a/1.gz', 'a/2.gz']) await destination.remove(name);
    await destination.put(putRequest(one, 'a/3.gz'));
    expect((await readAll(destination, 'a/3.gz')).equals(one.bytes)).toBe(true);
  });
});

test('a server that may only be read from', async () => {
  await (await setUp(await serve())).close();
  const destination = await connect(await serve({ command: [SFTP_SERVER, '-R'] }));
  const error = await errorOf(destination.put(putRequest(await source(10), NAME)));
  expect(error.code).toBe('DESTINATION_UNUSABLE');
  expect(error.params.reason).toMatch(/no permission to read or write/);
  expect(
    (await errorOf(setUp(await serve({ command: [SFTP_SERVER, '-R'] }), { path: join(folder, 'new') }))).code,
  ).toBe('DESTINATION_UNUSABLE');
});

test('a server that offers none of the extensions', async () => {
  const command = [SFTP_SERVER, '-P', 'posix-rename,statvfs,fstatvfs,fsync,hardlink,limits'];
  const destination = await setUp(await serve({ command }));
  expect(await destination.freeBytes()).toBeNull();
  const file = await source(MIB);
  await destination.put(putRequest(file, NAME));
  expect((await readFile(join(root, NAME))).equals(file.bytes)).toBe(true);
});

test('a server whose plain rename does not work', async () => {
  const server = await serve({ command: [SFTP_SERVER, '-P', 'rename'] });
  const destination = await setUp(server);
  const file = await source(MIB);
  await destination.put(putRequest(file, NAME));
  expect((await readFile(join(root, NAME))).equals(file.bytes)).toBe(true);
  const other = await source(MIB);
  expect((await errorOf(destination.put(putRequest(other, NAME)))).code).toBe('COPY_DAMAGED');
  expect((await readFile(join(root, NAME))).equals(file.bytes)).toBe(true);
});

test('bytes that are damaged between the line and the disk are found, and get no name', async () => {
  const flip = (): Transform =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const at = chunk.indexOf('0123456789 damage me');
        if (at !== -1) chunk[at] = 0x58;
        done(null, chunk);
      },
    });
  const bytes = Buffer.alloc(MIB, 'x');
  bytes.write('0123456789 damage me', 500_000);
  const destination = await setUp(await serve({ alter: flip }));
  const error = await errorOf(destination.put(putRequest(await source(bytes), NAME)));
  expect(error.toView()).toMatchObject({ code: 'COPY_DAMAGED', params: { name: 'Server', path: NAME } });
  expect(await lying()).toEqual(['.holdfast-destination.json']);
});

describe('what is no SFTP server', () => {
  const reason = async (opening: Promise<unknown>): Promise<unknown> => {
    const { code, params } = await errorOf(opening);
    expect(code).toBe('DESTINATION_UNUSABLE');
    return params.reason;
  };

  test('an SSH server without SFTP', async () => {
    expect(await reason(connect(await serve({ command: null })))).toBe('the server offers no SFTP');
  });

  test('a server that speaks something else, and one that says nothing', async () => {
    for (const words of ['HTTP/1.1 400 Bad Request\r\n\r\n', '']) {
      const server = createServer((socket) => void socket.on('error', () => undefined).write(words));
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      open.push(() => void server.close());
      const { port } = server.address() as AddressInfo;
      expect(await reason(connect({ port }, { limits: { loginMs: 300 } }))).toMatch(`127.0.0.1:${port}`);
    }
  });

  test('a port where nobody listens, a name that is none, an address that is never asked, a host that takes no connection', async () => {
    const server = await serve();
    await server.stop();
    open.pop();
    expect(await reason(connect(server))).toBe(`127.0.0.1:${server.port} refused the connection`);
    expect(await reason(connect(server, { host: 'holdfast.invalid' }))).toBe('the host holdfast.invalid was not found');
    expect(await reason(connect(server, { host: '169.254.169.254' }))).toMatch(/never asked/);
    const hole = await BlackHole.open();
    open.push(() => hole.close());
    expect(await reason(connect(hole, { limits: { connectMs: 200 } }))).toMatch(/did not answer in time/);
  });
});

test('a folder relative to the login folder', async () => {
  const server = await serve({ command: [SFTP_SERVER, '-d', folder] });
  const destination = await setUp(server, { path: 'copies' });
  await destination.put(putRequest(await source(10), NAME));
  expect(existsSync(join(root, NAME))).toBe(true);
  await writeFile(join(folder, 'not-a-copy'), 'x');
  expect((await listAll(destination)).map(({ name }) => name)).toEqual([NAME]);
});
