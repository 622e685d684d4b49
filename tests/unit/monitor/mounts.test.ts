import { expect, test } from 'vitest';
import { kindOf, localDisks, mountOf, parseMountinfo } from '../../../electron/monitor/mounts';
import { resolveLocally } from '../../../electron/monitor/resolve';

const line = (device: string, point: string, type: string, source: string, root = '/', options = 'rw') =>
  `22 27 ${device} ${root} ${point} rw,relatime shared:7 - ${type} ${source} ${options}`;
const TABLE = [
  line('0:21', '/proc', 'proc', 'proc'),
  line('0:6', '/dev', 'devtmpfs', 'devtmpfs'),
  line('254:0', '/', 'ext4', '/dev/vda1'),
  line('254:0', '/var/lib/chroot', 'ext4', '/dev/vda1', '/srv'),
  line('8:1', '/boot', 'vfat', '/dev/sda1'),
  line('0:40', '/home', 'btrfs', '/dev/sdb', '/@home'),
  line('0:40', '/snapshots', 'btrfs', '/dev/sdb', '/@snap'),
  line('7:0', '/snap/core/1', 'squashfs', '/dev/loop0'),
  line('11:0', '/media/cd', 'iso9660', '/dev/sr0'),
  line('8:33', '/mnt/old\\040disk', 'ext4', '/dev/sdc1'),
  line('8:49', '/mnt/fixed', 'ext4', '/dev/sdd1', '/', 'ro,errors=remount-ro'),
  line('0:50', '/tmp', 'tmpfs', 'tmpfs'),
  line('0:51', '/var/lib/docker/overlay2/x/merged', 'overlay', 'overlay'),
  line('0:52', '/mnt/nas', 'nfs4', 'nas:/export'),
  line('0:53', '/mnt/win', 'cifs', '//win/share'),
  line('0:54', '/home/me/remote', 'fuse.sshfs', 'me@host:'),
  line('8:65', '/mnt/ntfs', 'fuseblk', '/dev/sde1'),
  line('0:55', '/net', 'autofs', 'auto.net'),
  line('0:56', '/data', 'zfs', 'pool/data'),
  'half a line',
].join('\n');
const mounts = parseMountinfo(TABLE);

test('disks of this machine that can fill, each once', () => {
  expect(localDisks(mounts).map(({ point, device }) => [point, device])).toEqual([
    ['/', '254:0'],
    ['/boot', '8:1'],
    ['/home', '0:40'],
    ['/mnt/old disk', '8:33'],
  ]);
});

test('a mount that another one hides is not told', () => {
  const hidden = parseMountinfo([line('8:1', '/mnt', 'ext4', '/dev/a'), line('0:9', '/mnt', 'nfs', 'x:/')].join('\n'));
  expect(localDisks(hidden)).toEqual([]);
  expect(mountOf(hidden, '/mnt/file')?.type).toBe('nfs');
});

test.each([
  ['/', '/', 'local'],
  ['/etc/passwd', '/', 'local'],
  ['/home', '/home', 'local'],
  ['/homestead', '/', 'local'],
  ['/home/me/file', '/home', 'local'],
  ['/home/me/remote/a/b', '/home/me/remote', 'remote'],
  ['/mnt/nas/backups', '/mnt/nas', 'remote'],
  ['/mnt/win', '/mnt/win', 'remote'],
  ['/mnt/ntfs/x', '/mnt/ntfs', 'remote'],
  ['/net/host', '/net', 'automount'],
  ['/data/db', '/data', 'local'],
  ['/tmp/x', '/tmp', 'local'],
])('%s is on %s, which is %s', (path, point, kind) => {
  const mount = mountOf(mounts, path);
  expect([mount?.point, mount && kindOf(mount)]).toEqual([point, kind]);
});

const refuse = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));
const linked =
  (links: Record<string, string>, asked: string[] = []) =>
  (path: string) => {
    asked.push(path);
    const target = links[path];
    return target === undefined ? refuse('EINVAL') : Promise.resolve(target);
  };

test.each<[string, string, Record<string, string>, string]>([
  ['no link', '/srv/a/b', {}, '/srv/a/b'],
  ['an absolute link', '/srv/link/b', { '/srv/link': '/mnt/nas/x' }, '/mnt/nas/x/b'],
  ['a relative link', '/srv/link/b', { '/srv/link': '../home/me' }, '/home/me/b'],
  ['a chain', '/a', { '/a': '/b', '/b': 'c/d', '/c': '/home' }, '/home/d'],
  ['dots', '/srv/../home/./me', {}, '/home/me'],
  ['a circle', '/a/x', { '/a': '/a' }, '/a/x'],
  ['a link on another file system is left alone', '/mnt/nas/link/x', { '/mnt/nas/link': '/etc' }, '/mnt/nas/link/x'],
])('where a path is: %s', async (_what, path, links, expected) => {
  expect(await resolveLocally(mounts, path, linked(links))).toBe(expected);
});

test('nothing is asked of a file system that may hang', async () => {
  const asked: string[] = [];
  await resolveLocally(mounts, '/mnt/nas/a/b', linked({}, asked));
  await resolveLocally(mounts, '/srv/link/c', linked({ '/srv/link': '/home/me/remote/deep' }, asked));
  await resolveLocally(mounts, '/net/host/x', linked({}, asked));
  expect(asked).toEqual(['/mnt', '/srv', '/srv/link', '/home', '/home/me']);
});

test('what does not exist yet is where it will be; what goes wrong is told', async () => {
  expect(await resolveLocally(mounts, '/srv/new/x', () => refuse('ENOENT'))).toBe('/srv/new/x');
  await expect(resolveLocally(mounts, '/srv/new/x', () => refuse('EIO'))).rejects.toThrow('EIO');
});
