/** Copies on an SSH server: OpenSSH with keys, and what goes wrong on the way to it. */
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openSftpWith } from '../../electron/destinations/sftp';
import type { Destination, ResumePoint } from '../../electron/destinations/types';
import { errorOf } from '../helpers/engine';
import { FaultyLine } from '../helpers/faulty-line';
import { listAll, putRequest, readAll, type SourceFile, sourceFile } from '../helpers/remote-files';
import { type SftpTarget, sftpOptions } from '../helpers/sftp-options';
import { type KeyPair, makeKey, SshServer } from '../helpers/ssh-server';
import { until } from '../helpers/until';

const MIB = 1 << 20;
const NAME = 'video/video-20261121T020000Z-1a2b3c-daily.sqlite.gz.age';

let keys: string;
let client: KeyPair;
let server: SshServer;
beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), 'holdfast-ssh-'));
  client = await makeKey(keys, 'ed25519');
  server = await SshServer.start(join(keys, 'sshd'), [client]);
});
afterAll(async () => {
  await server.stop();
  await rm(keys, { recursive: true, force: true });
});

let folder: string;
let root: string;
const open: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-sftp-'));
  root = join(folder, '내 백업', 'copies');
  await (await connect({ purpose: 'set-up' })).close();
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await rm(folder, { recursive: true, force: true });
});

async function connect(target: Partial<SftpTarget> = {}): Promise<Destination> {
  const hostKey = server.hostKeys[0]?.fingerprint ?? '';
  const usual = {
    port: server.port,
    user: server.user,
    path: root,
    hostKey,
    secrets: { privateKey: client.privateKey },
  };
  const { limits, now, ...options } = sftpOptions({ ...usual, ...target });
  const destination = await openSftpWith(options, limits, now);
  open.push(destination);
  return destination;
}

async function line(): Promise<FaultyLine> {
  const between = await FaultyLine.to(() => server.port);
  open.push(between);
  return between;
}

const source = (content: number | Buffer): Promise<SourceFile> => sourceFile(folder, content);
/** Every file below the destination's folder, by the file system. */
const lying = async (): Promise<string[]> => {
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map(({ name }) => name);
};
const partials = async (): Promise<string[]> => (await lying()).filter((name) => name.endsWith('.holdfast-partial'));

describe('a file', () => {
  test('is stored for its owner alone, read back, found, read from anywhere, and removed', async () => {
    const destination = await connect();
    const file = await source(3 * MIB + 7);
    const request = putRequest(file, NAME);
    expect(await destination.put(request)).toEqual({ sizeBytes: file.sizeBytes, comparedBy: 'read-back' });
    expect((await readFile(join(root, NAME))).equals(file.bytes)).toBe(true);
    expect((await stat(join(root, NAME))).mode & 0o777).toBe(0o600);
    expect(request.progress.at(-1)).toBe(file.sizeBytes);
    expect(request.progress).toEqual([...request.progress].sort((a, b) => a - b));
    const found = await destination.stat(NAME);
    expect(found).toMatchObject({ name: NAME, sizeBytes: file.sizeBytes });
    expect(Math.abs(Date.parse(found?.modifiedAt ?? '') - Date.now())).toBeLessThan(60_000);
    expect((await readAll(destination, NAME)).equals(file.bytes)).toBe(true);
    expect((await readAll(destination, NAME, 3 * MIB)).equals(file.bytes.subarray(3 * MIB))).toBe(true);
    expect(await readAll(destination, NAME, file.sizeBytes)).toHaveLength(0);
    expect(await lying()).toEqual(expect.arrayContaining(['.holdfast-destination.json']));
    expect(await lying()).toHaveLength(2);
    await destination.remove(NAME);
    expect(await destination.stat(NAME)).toBeNull();
    await destination.remove(NAME);
    expect((await errorOf(readAll(destination, NAME))).code).toBe('COPY_MISSING');
  });

  test('may be empty', async () => {
    const destination = await connect();
    await destination.put(putRequest(await source(0), NAME));
    expect(await readAll(destination, NAME)).toHaveLength(0);
  });

  test('may have spaces, Korean letters and plus signs in its name', async () => {
    const destination = await connect();
    const name = 'my 비디오+db/하위 폴더/my 비디오+db (1)-#&%20.gz';
    const file = await source(1_000);
    await destination.put(putRequest(file, name));
    expect(await readAll(destination, name)).toEqual(file.bytes);
    expect((await listAll(destination)).map((one) => one.name)).toEqual([name]);
  });

  test('that is there already is left as it is; another one of its name is not replaced', async () => {
    const destination = await connect();
    const file = await source(100_000);
    await destination.put(putRequest(file, NAME));
    const before = await stat(join(root, NAME));
    expect(await destination.put(putRequest(file, NAME))).toEqual({ sizeBytes: 100_000, comparedBy: 'read-back' });
    for (const other of [await source(100_000), await source(5)]) {
      expect((await errorOf(destination.put(putRequest(other, NAME)))).toView()).toMatchObject({
        code: 'COPY_DAMAGED',
        params: { name: 'Server', path: NAME },
      });
    }
    const { ino, mtimeMs } = await stat(join(root, NAME));
    expect({ ino, mtimeMs }).toEqual({ ino: before.ino, mtimeMs: before.mtimeMs });
    expect(await partials()).toEqual([]);
  });

  test.each(['the same', 'other'])('sent twice at the same time with %s bytes is there once, whole', async (what) => {
    const [one, two] = [await connect(), await connect()];
    const first = await source(MIB);
    const second = what === 'the same' ? first : await source(MIB);
    const outcomes = await Promise.allSettled([one.put(putRequest(first, NAME)), two.put(putRequest(second, NAME))]);
    const stored = await readFile(join(root, NAME));
    expect(await partials()).toEqual([]);
    if (what === 'the same') {
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      expect(stored.equals(first.bytes)).toBe(true);
      return;
    }
    expect(outcomes.map(({ status }) => status).sort((a, b) => a.localeCompare(b))).toEqual(['fulfilled', 'rejected']);
    expect(stored.equals(outcomes[0].status === 'fulfilled' ? first.bytes : second.bytes)).toBe(true);
    expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toMatchObject({ code: 'COPY_DAMAGED' });
  });

  test('that is not what was announced is not kept', async () => {
    const destination = await connect();
    const file = await source(100_000);
    await writeFile(file.file, Buffer.alloc(100_000, 1));
    expect((await errorOf(destination.put(putRequest(file, NAME)))).code).toBe('BACKUP_FILE_DAMAGED');
    await writeFile(file.file, Buffer.alloc(10));
    expect((await errorOf(destination.put(putRequest(file, NAME)))).code).toBe('BACKUP_FILE_DAMAGED');
    expect(await lying()).toEqual(['.holdfast-destination.json']);
  });

  test('has no name that leads elsewhere', async () => {
    const destination = await connect();
    const file = await source(10);
    for (const name of ['../other', 'a/../../b', '/a', 'a//b', '', 'a/.', 'a\nb']) {
      expect((await errorOf(destination.put(putRequest(file, name)))).code).toBe('INVALID_INPUT');
      expect((await errorOf(destination.stat(name))).code).toBe('INVALID_INPUT');
    }
  });
});

describe('the folder', () => {
  test('lists files at any depth; not the marker, nor what is unfinished, nor links', async () => {
    const destination = await connect();
    const names = ['a/1.gz', 'a/b/2.gz', 'top.gz'];
    for (const name of names) await destination.put(putRequest(await source(10), name));
    await writeFile(join(root, 'a/.1.gz.d1-abc.holdfast-partial'), 'x');
    await mkdir(join(root, '.hidden'));
    await writeFile(join(root, '.hidden/x'), 'x');
    const { symlink } = await import('node:fs/promises');
    await symlink('/etc', join(root, 'a/link'));
    expect((await listAll(destination)).map(({ name, sizeBytes }) => `${name} ${sizeBytes}`)).toEqual(
      names.map((name) => `${name} 10`),
    );
  });

  test('tells its free bytes', async () => {
    const free = await (await connect()).freeBytes();
    expect(free).toBeGreaterThan(MIB);
  });

  test('without its marker is not used: before, and in the middle', async () => {
    const destination = await connect();
    await destination.put(putRequest(await source(10), NAME));
    await rm(join(root, '.holdfast-destination.json'));
    const gone = { code: 'DESTINATION_NOT_MOUNTED', params: { name: 'Server', path: `127.0.0.1:${root}` } };
    expect((await errorOf(connect())).toView()).toMatchObject(gone);
    const file = await source(10);
    expect((await errorOf(destination.put(putRequest(file, 'b.gz')))).toView()).toMatchObject(gone);
    expect((await errorOf(destination.remove(NAME))).toView()).toMatchObject(gone);
    expect((await errorOf(listAll(destination))).toView()).toMatchObject(gone);
    expect(await lying()).toEqual([NAME.split('/')[1]]);
    await rm(root, { recursive: true });
    expect((await errorOf(connect())).toView()).toMatchObject(gone);
  });

  test('that loses its marker during an upload gets no file of that name', async () => {
    const destination = await connect();
    const request = putRequest(await source(2 * MIB), NAME, {
      onProgress: () => rmSync(join(root, '.holdfast-destination.json'), { force: true }),
    });
    expect((await errorOf(destination.put(request))).code).toBe('DESTINATION_NOT_MOUNTED');
    expect(await lying()).toEqual(await partials());
  });

  test('with another marker than when it was opened is not used', async () => {
    const destination = await connect();
    await writeFile(
      join(root, '.holdfast-destination.json'),
      '{"format":"holdfast-destination/1","id":"0123456789abcdef"}',
    );
    expect((await errorOf(destination.put(putRequest(await source(10), NAME)))).code).toBe('DESTINATION_NOT_MOUNTED');
    await writeFile(join(root, '.holdfast-destination.json'), '{"format":"holdfast-d');
    expect((await errorOf(connect())).params.reason).toMatch(/marker .* damaged/);
  });

  test('keeps its marker when it is set up again, and is refused when it holds other files', async () => {
    const marker = await readFile(join(root, '.holdfast-destination.json'), 'utf8');
    await writeFile(join(root, '.holdfast-destination.json.partial'), 'left by a crash');
    await connect({ purpose: 'set-up' });
    expect(await readFile(join(root, '.holdfast-destination.json'), 'utf8')).toBe(marker);
    await rm(join(root, '.holdfast-destination.json'));
    await (await connect({ purpose: 'set-up' })).close();
    expect(await lying()).toEqual(['.holdfast-destination.json']);
    await mkdir(join(folder, 'full'));
    await writeFile(join(folder, 'full/letter.txt'), 'mine');
    const error = await errorOf(connect({ purpose: 'set-up', path: join(folder, 'full') }));
    expect(error.code).toBe('DESTINATION_UNUSABLE');
    expect(error.params.reason).toMatch(/holds other files/);
    expect(await readdir(join(folder, 'full'))).toEqual(['letter.txt']);
    const inFile = await errorOf(connect({ purpose: 'set-up', path: join(folder, 'full/letter.txt/x') }));
    expect(inFile.params.reason).toMatch(/file where a folder should be/);
  });

  test('loses what was left unfinished over a day ago: this home’s, unless somebody goes on with it', async () => {
    await mkdir(join(root, 'a'));
    const longAgo = new Date(Date.now() - 25 * 3_600_000);
    const make = async (name: string, old: boolean) => {
      await writeFile(join(root, 'a', name), 'x');
      if (old) await utimes(join(root, 'a', name), longAgo, longAgo);
    };
    await make('.1.gz.d1-aa.holdfast-partial', true);
    await make('.2.gz.d1-bb.holdfast-partial', true);
    await make('.3.gz.d1-cc.holdfast-partial', false);
    await make('.4.gz.other-dd.holdfast-partial', true);
    await make('5.gz', true);
    await (await connect()).tidy([{ partial: join(root, 'a/.2.gz.d1-bb.holdfast-partial') }]);
    expect((await readdir(join(root, 'a'))).sort((a, b) => a.localeCompare(b))).toEqual([
      '.2.gz.d1-bb.holdfast-partial',
      '.3.gz.d1-cc.holdfast-partial',
      '.4.gz.other-dd.holdfast-partial',
      '5.gz',
    ]);
  });
});

describe('a line that breaks', () => {
  /** Sends through a line that breaks after about 5 of 8 MiB. */
  async function interrupted(file: SourceFile): Promise<ResumePoint> {
    const between = await line();
    const destination = await connect({ port: between.port });
    between.breakAfterBytes = between.sent + 5 * MIB;
    const request = putRequest(file, NAME);
    expect((await errorOf(destination.put(request))).toView()).toMatchObject({
      code: 'DESTINATION_UNUSABLE',
      retryable: true,
    });
    // The connection is over, and says so.
    expect((await errorOf(destination.stat(NAME))).code).toBe('DESTINATION_UNUSABLE');
    expect(existsSync(join(root, NAME))).toBe(false);
    expect(request.points).toHaveLength(1);
    return request.points[0] as ResumePoint;
  }

  test('the upload goes on where it stopped', async () => {
    const file = await source(8 * MIB);
    const point = await interrupted(file);
    const there = await readFile(String(point.partial));
    expect(there.length).toBeGreaterThan(3 * MIB);
    expect(there.equals(file.bytes.subarray(0, there.length))).toBe(true);
    const between = await line();
    const destination = await connect({ port: between.port });
    const sentBefore = between.sent;
    const request = putRequest(file, NAME, { resume: point });
    await destination.put(request);
    expect(between.sent - sentBefore).toBeLessThan(file.sizeBytes - there.length + MIB);
    // What lies there is compared first; all of it is read once more in the end, and every step is told.
    expect(request.progress[0]).toBe(MIB);
    expect(request.progress).toEqual([...request.progress].sort((a, b) => a - b));
    expect(request.progress.slice(-2)).toEqual([file.sizeBytes, file.sizeBytes]);
    expect((await readFile(join(root, NAME))).equals(file.bytes)).toBe(true);
    expect(await partials()).toEqual([]);
  });

  test.each([
    ['has other bytes', (partial: string) => writeFile(partial, Buffer.alloc(3 * MIB))],
    ['is longer', (partial: string, { bytes }: SourceFile) => writeFile(partial, Buffer.concat([bytes, bytes]))],
    ['is gone', (partial: string) => rm(partial)],
  ])('the upload begins anew when what it left %s', async (_what, change) => {
    const file = await source(8 * MIB);
    const point = await interrupted(file);
    await change(String(point.partial), file);
    await (await connect()).put(putRequest(file, NAME, { resume: point }));
    expect((await readFile(join(root, NAME))).equals(file.bytes)).toBe(true);
    expect(await partials()).toEqual([]);
  });

  test('a resume point that names something else is not touched', async () => {
    const file = await source(1_000);
    await mkdir(join(root, 'video'));
    const others = ['other.gz', '.other.gz.d1-aa.holdfast-partial', `.${NAME.split('/')[1]}.d2-aa.holdfast-partial`];
    for (const other of others) await writeFile(join(root, 'video', other), file.bytes.subarray(0, 10));
    const destination = await connect();
    for (const other of others) {
      const resume = { partial: join(root, 'video', other) };
      await destination.put(putRequest(file, `video/${other}.gz`, { resume }));
    }
    await mkdir(join(root, 'elsewhere'));
    const elsewhere = join(root, 'elsewhere', `.${NAME.split('/')[1]}.d1-aa.holdfast-partial`);
    await writeFile(elsewhere, file.bytes.subarray(0, 10));
    for (const partial of [elsewhere, `${root}/video/../elsewhere/${elsewhere.split('/').at(-1)}`]) {
      await destination.put(putRequest(file, NAME, { resume: { partial } }));
      await destination.remove(NAME);
    }
    expect(await readFile(elsewhere)).toHaveLength(10);
    await destination.put(putRequest(file, NAME, { resume: { uploadId: 'of-another-driver' } }));
    for (const other of others) expect(await readFile(join(root, 'video', other))).toHaveLength(10);
  });
});

describe('who the server is', () => {
  test('is told by the refusal of every key that was not confirmed, also when it is set up', async () => {
    const found = { code: 'HOST_KEY_CHANGED', params: { name: 'Server', found: server.hostKeys[0]?.fingerprint } };
    const other = `SHA256:${'A'.repeat(43)}`;
    expect((await errorOf(connect({ hostKey: other }))).toView()).toMatchObject(found);
    expect((await errorOf(connect({ hostKey: other, purpose: 'set-up' }))).toView()).toMatchObject(found);
    for (const purpose of ['use', 'set-up'] as const) {
      expect((await errorOf(connect({ hostKey: '', purpose }))).toView()).toMatchObject(found);
    }
  });

  test('may be shown by another of its keys than the one that it shows first', async () => {
    const second = server.hostKeys[1]?.fingerprint ?? '';
    const destination = await connect({ hostKey: second });
    expect(destination.hostKey()).toBe(second);
  });
});

describe('who we are', () => {
  test('a key that the server does not know is refused', async () => {
    const stranger = await makeKey(keys, 'ed25519');
    const error = await errorOf(connect({ secrets: { privateKey: stranger.privateKey } }));
    expect(error.toView()).toMatchObject({ code: 'CREDENTIALS_REFUSED', params: { name: 'Server' } });
    expect((await errorOf(connect({ user: 'nobody-of-this-name' }))).code).toBe('CREDENTIALS_REFUSED');
    expect((await errorOf(connect({ secrets: {} }))).code).toBe('CREDENTIALS_REFUSED');
  });

  test('a key that cannot be read is named, and not told', async () => {
    const locked = await makeKey(keys, 'ed25519', 'the passphrase');
    for (const secrets of [
      { privateKey: locked.privateKey },
      { privateKey: locked.privateKey, password: 'wrong one' },
      { privateKey: 'no key at all' },
    ]) {
      const error = await errorOf(connect({ secrets }));
      expect(error.code).toBe('CREDENTIALS_REFUSED');
      expect(error.detail).toMatch(/privateKey/);
      expect(JSON.stringify(error.toView())).not.toMatch(/wrong one|OPENSSH|no key at all/);
    }
  });

  test.each([
    ['ed25519', 'in the form of OpenSSH', []],
    ['ecdsa', 'in PEM', ['-m', 'PEM']],
  ] as const)('a key with a passphrase opens (%s, %s)', async (type, _form, more) => {
    const key = await makeKey(keys, type, '열려라 참깨', [...more]);
    const own = await SshServer.start(join(folder, 'sshd'), [key]);
    open.push({ close: () => own.stop() });
    const secrets = { privateKey: key.privateKey, password: '열려라 참깨' };
    const destination = await connect({ port: own.port, hostKey: own.hostKeys[0]?.fingerprint ?? '', secrets });
    expect(await listAll(destination)).toEqual([]);
  });
});

test('a server that vanishes in the middle of an upload', async () => {
  const own = await SshServer.start(join(folder, 'sshd'), [client]);
  open.push({ close: () => own.stop() });
  const destination = await connect({ port: own.port, hostKey: own.hostKeys[0]?.fingerprint ?? '' });
  const stops: Promise<void>[] = [];
  const request = putRequest(await source(8 * MIB), NAME, {
    onProgress: (done) => {
      if (done > MIB && stops.length === 0) stops.push(own.stop());
    },
  });
  expect((await errorOf(destination.put(request))).code).toBe('DESTINATION_UNUSABLE');
  await Promise.all(stops);
  expect(existsSync(join(root, NAME))).toBe(false);
});

test('a server that falls silent, in an upload and in a download', async () => {
  const between = await line();
  const through = { port: between.port, limits: { silenceMs: 300 } };
  const file = await source(4 * MIB);
  // On a machine that is busy even a server that answers may be silent for that long.
  const patiently = () => until('a connection', () => connect(through).catch(() => null));
  const destination = await patiently();
  between.silentAfterBytes = between.sent + between.received + MIB;
  const error = await errorOf(destination.put(putRequest(file, NAME)));
  expect(error.code).toBe('DESTINATION_UNUSABLE');
  expect(error.params.reason).toMatch(/did not answer in time/);
  between.mend();
  await (await connect()).put(putRequest(file, NAME));
  const reader = await patiently();
  between.silentAfterBytes = between.sent + between.received + MIB;
  expect((await errorOf(readAll(reader, NAME))).code).toBe('DESTINATION_UNUSABLE');
});

test('a cancelled upload ends at once with the reason of its signal, and can be gone on with', async () => {
  const stop = new AbortController();
  const file = await source(8 * MIB);
  const request = putRequest(file, NAME, {
    signal: stop.signal,
    onProgress: (done) => {
      if (done > MIB) stop.abort(new Error('cancelled by the test'));
    },
  });
  await expect((await connect()).put(request)).rejects.toThrow('cancelled by the test');
  await (await connect()).put(putRequest(file, NAME, { resume: request.points[0] ?? null }));
  expect((await readFile(join(root, NAME))).equals(file.bytes)).toBe(true);
  const early = new AbortController();
  const destination = await connect({ signal: early.signal });
  early.abort(new Error('the job is over'));
  await expect(destination.stat(NAME)).rejects.toThrow('the job is over');
  await expect(connect({ signal: early.signal })).rejects.toThrow('the job is over');
});
