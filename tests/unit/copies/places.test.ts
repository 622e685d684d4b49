import { expect, test } from 'vitest';
import { countPlaces, type PlacesInput } from '../../../electron/copies/places';
import { mediumOf } from '../../../electron/copies/medium';

const point = (id: string, state: 'proved' | 'elsewhere' | 'failed' = 'proved', parentId: string | null = null) => ({
  ...{ id, parentId, createdAt: `2026-11-0${id}T02:00:00.000Z`, state, kind: 'daily' as const },
  verifiedAt: '2026-11-09T00:00:00.000Z',
});
const copy = (pointId: string, destinationId: string, change: Partial<PlacesInput['copies'][number]> = {}) => ({
  ...{ pointId, destinationId, state: 'copied' as const, remoteName: pointId, sizeBytes: 1, sha256: null, attempts: 0 },
  ...{ nextTryAt: null, copiedAt: null, verifiedAt: '2026-11-10T00:00:00.000Z', rereadAt: null, error: null },
  ...change,
});
const destination = (id: string, kind: 'folder' | 's3', change: object = {}) =>
  ({
    id,
    config: { kind, name: id, enabled: true, offsite: kind === 's3', ...change },
  }) as PlacesInput['destinations'][number];

const count = (change: Partial<PlacesInput> = {}) =>
  countPlaces({
    ...{ points: [point('1')], copies: [], destinations: [], backupFolder: '/backups' },
    live: { path: '/data/app.db', isThere: true },
    media: { live: 'disk 1', backupFolder: 'disk 2', folders: new Map() },
    ...change,
  });

test('the live database, the backup folder and one offsite destination meet the rule', () => {
  const counted = count({ destinations: [destination('cloud', 's3')], copies: [copy('1', 'cloud')] });
  expect(counted).toMatchObject({ copies: 3, media: 3, offsite: 1, missing: [] });
  expect(counted.places[2]).toMatchObject({
    ...{ kind: 's3', name: 'cloud', points: 1, newestAt: '2026-11-01T02:00:00.000Z', counts: true },
    verifiedAt: '2026-11-10T00:00:00.000Z',
  });
});

test('alone it lacks all three, and each is named until it is there', () => {
  const media = { live: 'disk 1', backupFolder: 'disk 1', folders: new Map([['usb', 'disk 2']]) };
  expect(count({ media })).toMatchObject({ copies: 2, media: 1, missing: ['copy', 'medium', 'offsite'] });
  const usb = { media, destinations: [destination('usb', 'folder')], copies: [copy('1', 'usb')] };
  expect(count(usb)).toMatchObject({ copies: 3, media: 2, missing: ['offsite'] });
  const sameDisk = { ...usb, media: { ...media, folders: new Map([['usb', 'disk 1']]) } };
  expect(count(sameDisk).missing).toEqual(['medium', 'offsite']);
});

test('what was not compared, is damaged, waits or is switched off does not count', () => {
  for (const change of [{ verifiedAt: null }, { state: 'damaged' as const }, { state: 'waiting' as const }]) {
    const counted = count({ destinations: [destination('cloud', 's3')], copies: [copy('1', 'cloud', change)] });
    expect(counted).toMatchObject({ copies: 2, missing: ['copy', 'offsite'] });
    expect(counted.places[2]?.behind).toBe('state' in change ? 1 : 0);
  }
  const off = destination('cloud', 's3', { enabled: false });
  expect(count({ destinations: [off], copies: [copy('1', 'cloud')] }).copies).toBe(2);
  expect(count({ points: [point('1', 'failed')] })).toMatchObject({ copies: 1 });
  expect(count({ live: { path: '/data/app.db', isThere: false } })).toMatchObject({ copies: 1 });
});

test('changes without what they are built on are no copy of the data', () => {
  const points = [point('1', 'elsewhere'), point('2', 'elsewhere', '1')];
  const destinations = [destination('cloud', 's3')];
  expect(count({ points, destinations, copies: [copy('2', 'cloud')] }).places[2]?.counts).toBe(false);
  const both = count({ points, destinations, copies: [copy('1', 'cloud'), copy('2', 'cloud')] });
  expect(both.places[2]).toMatchObject({ counts: true, points: 2, newestAt: '2026-11-02T02:00:00.000Z' });
  expect(both.places[1]?.counts).toBe(false);
});

test('a medium that is not known is never one more', () => {
  const media = { live: null, backupFolder: 'disk 1', folders: new Map<string, string>() };
  const input = { media, destinations: [destination('usb', 'folder')], copies: [copy('1', 'usb')] };
  expect(count(input)).toMatchObject({ copies: 3, media: 1, missing: ['medium', 'offsite'] });
});

test('shares of one server are one medium, and two file systems in memory are two', async () => {
  const { mkdtemp, writeFile, rm } = await import('node:fs/promises');
  const folder = await mkdtemp('/tmp/holdfast-medium-');
  try {
    const lines = [
      '1 0 8:1 / / rw - ext4 /dev/nowhere1 rw',
      '2 1 0:40 / /nas/a rw - nfs4 nas:/export/a rw',
      '3 1 0:41 / /nas/b rw - cifs //nas/b rw',
      '4 1 0:42 / /other rw - fuse.sshfs kim@server:/home rw',
      '5 1 0:43 / /one rw - tmpfs tmpfs rw',
      '6 1 0:44 / /two rw - tmpfs tmpfs rw',
    ];
    await writeFile(`${folder}/mountinfo`, `${lines.join('\n')}\n`);
    const of = (path: string) => mediumOf(path, `${folder}/mountinfo`);
    expect(await of('/nas/a/backups')).toBe('server nas');
    expect(await of('/nas/b')).toBe('server nas');
    expect(await of('/other/x')).toBe('server server');
    expect(await of('/one/x')).not.toBe(await of('/two/x'));
    expect(await mediumOf('/one', `${folder}/none`)).toBeNull();
  } finally {
    await rm(folder, { recursive: true });
  }
});
