import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { RestorePoint } from '@shared/models';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answer, countVideos, makeDatabase, Place } from './support/holdfast';
import { killHard } from './support/process';

let place: Place;
beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.end());

interface Owner {
  endpoint: string;
  token: string;
  pid: number;
}
const owner = async (): Promise<Owner> => JSON.parse(await readFile(join(place.home, 'owner.json'), 'utf8'));

describe('while serve owns the home', () => {
  it('every command is answered by it', async () => {
    const { running, pid } = await place.serve();
    const file = await guardWithFirstBackup('orders');
    const point = await place.value<RestorePoint>('backup', 'orders', '--kind', 'daily');
    expect(point.verified).toBe(true);
    expect(await place.value('verify', point.id)).toMatchObject({ verified: true });
    expect(await place.value('drill', 'orders')).toMatchObject({ verified: true });
    await place.value('restore', 'orders', '--to', 'copy.db');
    expect(countVideos(place.file('copy.db'))).toBe(50);
    expect(await place.value<RestorePoint[]>('backups')).toHaveLength(2);
    const failure = await place.json('backup', 'nothing');
    expect([failure.code, failure.document.error.code]).toEqual([1, 'DATABASE_UNKNOWN']);
    expect((await place.text('db', 'list')).stdout).toContain(file);
    // all of it was done there: the home never changed hands
    expect((await owner()).pid).toBe(pid);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
    expect(await place.value<RestorePoint[]>('backups')).toHaveLength(2);
  });

  it('its endpoint and the health command say the same', async () => {
    const { address, tokenFile } = await place.serve();
    const token = (await readFile(tokenFile, 'utf8')).trim();
    expect(await (await fetch(`${address}/livez`)).text()).toBe('ok\n');
    const get = (path: string) => fetch(`${address}${path}`, { headers: { authorization: `Bearer ${token}` } });
    await expect.poll(async () => (await get('/readyz')).status, { timeout: 20_000 }).toBe(200);
    const answered = await get('/health');
    const { checks } = (await answered.json()) as { checks: object };
    const { document } = await place.json('health');
    expect(Object.keys((document.value as { checks: object }).checks)).toEqual(Object.keys(checks));
  });

  it('a second serve is refused with the owner named', async () => {
    const { pid } = await place.serve();
    const { code, document } = await place.json('serve', '--port', '0');
    expect([code, document.error.code]).toEqual([1, 'HOME_OWNED']);
    expect(document.error.message).toContain(String(pid));
  });

  it('a port that is taken is said in words', async () => {
    const { address } = await place.serve();
    const other = await Place.make();
    try {
      const port = new URL(address).port;
      const { code, document } = await other.json('serve', '--port', port);
      expect([code, document.ok]).toEqual([1, false]);
      expect(document.error.message).toContain(`port ${port}`);
      // nothing is left behind: the next one can have the home
      expect(await other.value('db', 'list')).toEqual([]);
    } finally {
      await other.end();
    }
  });

  it('the socket refuses who does not know the token', async () => {
    await place.serve();
    const { endpoint, token } = await owner();
    for (const greeting of [
      `{"token":"${'0'.repeat(64)}"}\n`,
      `{"token":"${token.slice(1)}"}\n`,
      'nonsense\n',
      '{"id":1,"command":"db-list","args":{}}\n',
      'x'.repeat(2 * 1024 * 1024),
    ]) {
      expect(await talk(endpoint, [greeting, '{"id":1,"command":"db-list","args":{}}\n'])).toBe('');
    }
    const greeted = await talk(endpoint, [`{"token":"${token}"}\n`, '{"id":1,"command":"nonsense","args":{}}\n'], 2);
    expect(greeted).toContain('INVALID_INPUT');
    const bad = await talk(endpoint, [`{"token":"${token}"}\n`, '{"id":1,"command":"backup","args":{"name":7}}\n'], 2);
    expect(bad).toContain('INVALID_INPUT');
    expect(await place.value('db', 'list')).toEqual([]);
  });

  it('a request that is too long ends its connection, not the owner', async () => {
    await place.serve();
    const { endpoint, token } = await owner();
    const long = `{"id":1,"command":"db-list","args":{"x":"${'x'.repeat(1024 * 1024)}"}}\n`;
    const said = await talk(endpoint, [`{"token":"${token}"}\n`, long]);
    expect(said).not.toContain('result');
    expect(await place.value('db', 'list')).toEqual([]);
  });

  it('a client that goes away takes its work with it', async () => {
    await place.serve();
    await guardWithFirstBackup('big', 400_000);
    const backup = place.start(['--json', 'backup', 'big']);
    await untilWork(true);
    await killHard(backup);
    await untilWork(false);
    expect(await place.value('backups')).toHaveLength(1);
  });

  it('a client that only joined the work of another leaves that alone', async () => {
    await place.serve();
    await guardWithFirstBackup('big', 400_000);
    const backup = place.start(['--json', 'backup', 'big']);
    await untilWork(true);
    const { endpoint, token } = await owner();
    const request = '{"id":1,"command":"backup","args":{"name":"big","kind":"manual"}}\n';
    const heard = await talk(endpoint, [`{"token":"${token}"}\n`, request], 2);
    expect(heard).toContain('"progress"');
    expect(answer(await backup.ended).document.value).toMatchObject({ verified: true });
    expect(await place.value('backups')).toHaveLength(2);
  });

  it('an owner that was killed leaves a home that the next command takes', async () => {
    const { running } = await place.serve();
    await guardWithFirstBackup('orders');
    const { endpoint } = await owner();
    await killHard(running);
    expect(existsSync(endpoint)).toBe(true);
    expect((await place.value<RestorePoint>('backup', 'orders')).verified).toBe(true);
    expect(existsSync(join(place.home, 'owner.json'))).toBe(false);
    await place.serve();
    expect(await place.value<RestorePoint[]>('backups')).toHaveLength(2);
  });

  it('an owner that was killed in the midst of a backup leaves nothing that counts', async () => {
    const { running } = await place.serve();
    await guardWithFirstBackup('big', 400_000);
    const backup = place.start(['--json', 'backup', 'big']);
    await untilWork(true);
    await killHard(running);
    const { code, document } = answer(await backup.ended);
    expect([code, document.error.code]).toEqual([1, 'INTERNAL']);
    const point = await place.value<RestorePoint>('backup', 'big');
    const points = await place.value<RestorePoint[]>('backups');
    expect(points).toHaveLength(2);
    expect(points[0]).toMatchObject({ id: point.id, verified: true });
    expect(await readdir(join(place.home, 'scratch'))).toEqual([]);
    const files = await readdir(join(place.home, 'backups'), { recursive: true });
    expect(files.filter((name) => name.includes('big-'))).toHaveLength(2);
  });

  it('its socket goes into the home when the folder for temporary files cannot be used', async () => {
    const running = place.start(['--json', 'serve', '--port', '0'], {
      env: { TMPDIR: '/proc/nowhere', XDG_RUNTIME_DIR: '/proc/nowhere' },
    });
    await running.until(({ stdout }) => stdout.endsWith('}\n'));
    const { endpoint } = await owner();
    expect(endpoint.startsWith(place.home)).toBe(true);
    expect((await stat(endpoint)).mode & 0o777).toBe(0o600);
    expect(await place.value('db', 'list')).toEqual([]);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
    expect(existsSync(endpoint)).toBe(false);
  });

  it('an owner that cannot be asked is named', async () => {
    const { pid } = await place.serve();
    await rm((await owner()).endpoint);
    const { code, document } = await place.json('db', 'list');
    expect([code, document.error.code]).toEqual([1, 'HOME_OWNED']);
    expect(document.error.message).toContain(String(pid));
  });

  it('an owner.json that lies about the token does not help', async () => {
    await place.serve();
    const info = await owner();
    await writeFile(join(place.home, 'owner.json'), JSON.stringify({ ...info, token: 'guess' }));
    const { code, document } = await place.json('db', 'list');
    expect([code, document.error.code]).toEqual([1, 'HOME_OWNED']);
  });
});

describe('commands at the same time', () => {
  it('all do their work, whoever owns the home', async () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      makeDatabase(place.file(`${name}.db`));
      await place.value('db', 'add', `${name}.db`);
    }
    const points = await Promise.all(['a', 'b', 'c', 'd'].map((name) => place.value<RestorePoint>('backup', name)));
    expect(points.map(({ verified }) => verified)).toEqual([true, true, true, true]);
    expect(await place.value<RestorePoint[]>('backups')).toHaveLength(4);
  });

  it('of one database join the same backup or make their own, and all end well', async () => {
    makeDatabase(place.file('a.db'), 2_000);
    await place.value('db', 'add', 'a.db');
    const points = await Promise.all([1, 2, 3].map(() => place.value<RestorePoint>('backup', 'a')));
    const ids = new Set(points.map(({ id }) => id));
    expect(await place.value<RestorePoint[]>('backups')).toHaveLength(ids.size);
  });
});

describe('Ctrl-C', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s cancels the work and leaves nothing behind', async (signal) => {
    makeDatabase(place.file('big.db'), 400_000);
    await place.value('db', 'add', 'big.db');
    const backup = place.start(['--json', 'backup', 'big']);
    await untilWork(true);
    backup.child.kill(signal);
    const { code, document } = answer(await backup.ended);
    expect([code, document.error?.code]).toEqual([1, 'CANCELLED']);
    expect(await place.value('backups')).toEqual([]);
    expect(await readdir(join(place.home, 'scratch'))).toEqual([]);
    // Cancelled early, not even the folder is there.
    const backups = join(place.home, 'backups');
    const left = existsSync(backups) ? await readdir(backups, { recursive: true }) : [];
    expect(left).not.toContainEqual(expect.stringMatching(/\.gz|partial/));
    expect((await place.value<RestorePoint>('backup', 'big')).verified).toBe(true);
  });

  it('cancels also what the owner does for the command', async () => {
    await place.serve();
    await guardWithFirstBackup('big', 400_000);
    const backup = place.start(['--json', 'backup', 'big']);
    await untilWork(true);
    backup.child.kill('SIGINT');
    const { code, document } = answer(await backup.ended);
    expect([code, document.error?.code]).toEqual([1, 'CANCELLED']);
    await untilWork(false);
    expect(await place.value('backups')).toHaveLength(1);
  });
});

/** Says each of `parts` over one connection; gives what comes back until it ends, or until `lines` lines came. */
function talk(endpoint: string, parts: string[], lines = Number.POSITIVE_INFINITY): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(endpoint, () => {
      for (const part of parts) socket.write(part);
    });
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (heard.split('\n').length > lines) socket.destroy();
    });
    socket.once('close', () => resolve(heard));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
    });
  });
}

/** Guards a new database in the service, which takes its first backup by itself, and waits for that. */
async function guardWithFirstBackup(name: string, rows = 50): Promise<string> {
  const file = makeDatabase(place.file(`${name}.db`), rows);
  await place.value('db', 'add', `${name}.db`);
  await expect.poll(() => place.value('backups', name), { timeout: 20_000 }).toHaveLength(1);
  await untilWork(false);
  return file;
}

/** Waits until the scratch folder shows that a job is at work there, or that none is. */
async function untilWork(wanted: boolean): Promise<void> {
  const scratch = () => readdir(join(place.home, 'scratch')).catch(() => []);
  await expect.poll(async () => (await scratch()).length > 0, { timeout: 20_000, interval: 20 }).toBe(wanted);
}
