/** Destinations through the command: set up, copied to, scanned by a machine that never saw the database, let go. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DestinationStatus, ScanReport } from '@shared/destinations';
import type { RestorePoint } from '@shared/models';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BUCKET, type Keys, S3Server } from '../helpers/s3-server';
import { type KeyPair, LooseSshServer, makeKey } from '../helpers/ssh-server';
import { answer, countVideos, makeDatabase, Place } from './support/holdfast';

const KEYS: Keys = { accessKeyId: 'AKHOLDFAST', secretAccessKey: 'secret/of+the=test' };

let place: Place;
let file: string;
/** A key pair of age: passphrases take a second of computing each. */
let identity: string;
let encryption: { mode: 'recipient'; recipient: string };
const open: (() => Promise<void>)[] = [];
beforeAll(async () => {
  identity = await generateIdentity();
  encryption = { mode: 'recipient', recipient: await identityToRecipient(identity) };
});
beforeEach(async () => {
  place = await Place.make();
  file = makeDatabase(place.file('orders.db'), 120);
});
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
  await place.end();
});

async function write(name: string, content: unknown): Promise<string> {
  await writeFile(place.file(name), JSON.stringify(content));
  return name;
}

const folderFile = (name = 'usb.json', more: object = {}): Promise<string> =>
  write(name, {
    config: {
      ...{ kind: 'folder', name: 'USB disk', offsite: false, path: place.file('usb'), encryption: { mode: 'none' } },
      ...more,
    },
  });

async function backUp(): Promise<RestorePoint> {
  await place.value('db', 'add', file);
  return place.value<RestorePoint>('backup', 'orders');
}

const list = (): Promise<DestinationStatus[]> => place.value<DestinationStatus[]>('destination', 'list');

describe('destination', () => {
  it('tries a folder, keeps it, copies there, and lets it go; the copies stay', async () => {
    expect((await place.text('destination', 'list')).stdout).toContain('Copies go nowhere yet');
    const point = await backUp();
    const added = await place.value<DestinationStatus>('destination', 'add', await folderFile());
    expect(added).toMatchObject({ config: { name: 'USB disk', enabled: true }, copiesFound: 0, error: null });
    expect(existsSync(place.file('usb/.holdfast-destination.json'))).toBe(true);

    const copied = await place.value<DestinationStatus>('destination', 'copy', 'usb DISK');
    expect(copied).toMatchObject({ state: 'usable', copies: { total: 1, verified: 1, waiting: 0, failed: 0 } });
    const [below] = (await readdir(place.file('usb'))).filter((name) => !name.startsWith('.'));
    const there = join(place.file('usb'), below ?? '', point.file.split('/').at(-1) ?? '');
    expect((await readFile(there)).equals(await readFile(point.file))).toBe(true);

    const shown = (await place.text('destination', 'list')).stdout.split('\n');
    expect(shown[0]).toMatch(/^NAME {2,}KIND {2,}STATE/);
    expect(shown[1]).toMatch(/^USB disk {2}folder {2}usable {2,}1\/1/);
    expect(await place.value('destination', 'remove', added.id)).toMatchObject({ id: added.id });
    expect(await list()).toEqual([]);
    expect(existsSync(there)).toBe(true);
  });

  it('gives a machine that never saw the database its restore points, from an S3 bucket, encrypted', async () => {
    const server = await S3Server.start({ folder: place.file('s3'), keys: KEYS });
    open.push(() => server.stop());
    const config = {
      ...{ kind: 's3', name: 'Archive', endpoint: server.endpoint, region: 'eu-central-1', bucket: BUCKET },
      ...{ prefix: 'home', accessKeyId: KEYS.accessKeyId, encryption },
    };
    const env = { HOLDFAST_SECRET_ACCESS_KEY: KEYS.secretAccessKey, HOLDFAST_IDENTITY: identity };
    const named = await write('s3.json', { config });
    const add = async (at: Place): Promise<void> => {
      const { document } = answer(await at.start(['--json', 'destination', 'add', place.file(named)], { env }).ended);
      expect(document).toMatchObject({ ok: true, value: { config: { offsite: true, name: 'Archive' } } });
      expect(JSON.stringify(document)).not.toMatch(/secret\/of|AGE-SECRET/);
    };
    const point = await backUp();
    await add(place);
    await place.value('destination', 'copy', 'Archive');
    expect(server.made.filter((key) => key.endsWith('.sqlite.gz.age'))).toHaveLength(1);

    const elsewhere = await Place.make();
    open.push(() => elsewhere.end());
    await add(elsewhere);
    const report = await elsewhere.value<ScanReport>('destination', 'scan', 'Archive');
    expect(report).toMatchObject({ found: 1, added: 1, foreign: [] });
    const points = await elsewhere.value<RestorePoint[]>('backups');
    expect(points).toMatchObject([{ id: point.id, state: 'elsewhere' }]);
    const target = elsewhere.file('back.db');
    await elsewhere.value('restore', 'orders', '--to', target);
    expect(countVideos(target)).toBe(countVideos(file));
  });

  it('tells the key of an SSH server before anything is sent, and works with it', async () => {
    await mkdir(place.file('keys'));
    const hostKey: KeyPair = await makeKey(place.file('keys'), 'ed25519');
    const server = await LooseSshServer.start({ hostKey, password: 'pass word' });
    open.push(() => server.stop());
    const config = {
      ...{ kind: 'sftp', name: 'Server', host: '127.0.0.1', port: server.port, user: 'holdfast' },
      ...{ path: place.file('copies'), encryption },
    };
    const secrets = { password: 'pass word' };
    const unknown = await place.json('destination', 'add', await write('unknown.json', { config, secrets }));
    expect(unknown.code).toBe(2);
    expect(unknown.document.error).toMatchObject({ code: 'INVALID_INPUT' });
    expect(unknown.document.error.message).toContain(hostKey.fingerprint);
    expect(server.attempts).toEqual([]);

    const known = { config: { ...config, hostKey: hostKey.fingerprint }, secrets };
    await place.value('destination', 'add', await write('known.json', known));
    await backUp();
    expect(await place.value('destination', 'copy', 'Server')).toMatchObject({ copies: { total: 1, verified: 1 } });
  });

  it('says why copies do not get there', async () => {
    await backUp();
    await place.value('destination', 'add', await folderFile());
    await rm(place.file('usb'), { recursive: true });
    const gone = await place.json('destination', 'copy', 'USB disk');
    expect(gone.code).toBe(1);
    expect(gone.document.error.code).toBe('DESTINATION_NOT_MOUNTED');
    const [failing] = await list();
    expect(failing).toMatchObject({ state: 'failing', error: { code: 'DESTINATION_NOT_MOUNTED' } });
  });

  it('keeps nothing of what cannot be used', async () => {
    const wrong = async (code: string, exit: number, ...args: string[]) => {
      const { document, code: status } = await place.json('destination', ...args);
      expect([document.error?.code, status]).toEqual([code, exit]);
      return document.error.message;
    };
    await wrong('FILE_NOT_FOUND', 1, 'add', 'nowhere.json');
    expect(await wrong('INVALID_INPUT', 2, 'add', await folderFile('no-path.json', { path: undefined }))).toMatch(
      /path/,
    );
    await wrong('SETTING_INVALID', 1, 'add', await folderFile('relative.json', { path: 'usb' }));
    await mkdir(place.file('full'));
    await writeFile(place.file('full/letter.txt'), 'mine');
    await wrong('DESTINATION_UNUSABLE', 1, 'add', await folderFile('full.json', { path: place.file('full') }));
    await wrong('ITEM_UNKNOWN', 1, 'copy', 'USB disk');
    expect(await list()).toEqual([]);
  });
});
