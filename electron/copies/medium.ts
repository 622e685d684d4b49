/** What a folder lies on: places on one medium fail together. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { kindOf, type Mount, mountOf, parseMountinfo } from '../monitor/mounts';
import { resolveLocally } from '../monitor/resolve';
import { namesIn, textOf } from '../monitor/sysfs';

/** Files of a disk below /sys that tell it from every other one, also after it was plugged in elsewhere. */
const IDENTITIES = ['wwid', 'device/wwid', 'device/serial', 'serial', 'loop/backing_file'];
// A volume on a volume on a disk; more is a loop.
const MOST_LAYERS = 5;

/**
 * The disk, or the server, that holds `path`; null where the system does not tell. Asks only the kernel: a share that hangs
 * does not hold this up. Partitions and volumes of a disk, and shares of a server, are one medium.
 */
export async function mediumOf(path: string, mountinfo = '/proc/self/mountinfo'): Promise<string | null> {
  const text = await textOf(mountinfo);
  const mounts = parseMountinfo(text);
  const mount = mountOf(mounts, await resolveLocally(mounts, path));
  if (!mount) return null;
  if (mount.source.startsWith('/dev/')) return diskOf(await blockName(mount));
  if (kindOf(mount) === 'remote') return `server ${serverOf(mount.source)}`;
  return mount.device.startsWith('0:') ? `file system ${mount.type} ${mount.device}` : diskOf(await blockName(mount));
}

/** `nas:/export`, `//nas/share`, `user@nas:/path`, else the source as it is. */
const serverOf = (source: string): string => /^(?:\/\/|(?:[^@/]+@)?)([^/:]+)[/:]/.exec(source)?.[1] ?? source;

/** The kernel's name of the device, such as `sda2` or `dm-0`. */
async function blockName({ device, source }: Mount): Promise<string> {
  // A btrfs has a number of its own that belongs to no device.
  if (device.startsWith('0:')) return basename(await realpath(source).catch(() => source));
  return basename(await realpath(`/sys/dev/block/${device}`).catch(() => source));
}

async function diskOf(block: string): Promise<string> {
  let name = block;
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    // Of a volume over several disks the first stands for all: losing one loses the volume.
    const [below] = (await namesIn(`/sys/class/block/${name}/slaves`)).toSorted();
    if (below === undefined) break;
    name = below;
  }
  const folder = await realpath(`/sys/class/block/${name}`).catch(() => null);
  if (folder === null) return `disk ${name}`;
  const isPartition = (await textOf(join(folder, 'partition'))) !== '';
  const disk = isPartition ? dirname(folder) : folder;
  for (const identity of IDENTITIES) {
    const found = await textOf(join(disk, identity));
    if (found) return `disk ${found}`;
  }
  return `disk ${basename(disk)}`;
}
