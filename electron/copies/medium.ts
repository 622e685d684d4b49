/** What a folder lies on: places on one medium fail together. */
import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * The disk that holds `folder`, or the device number of its file system where no disk is behind it. Two partitions of a
 * disk are one medium. Names hold until the next boot.
 * @throws what `fs` throws for the folder
 */
export async function mediumOf(folder: string): Promise<string> {
  const { dev } = await fs.stat(folder);
  return (await diskOf(dev)) ?? `device ${dev}`;
}

/** Null when it is not known: another system, a file system that is not on a disk, a kernel that does not tell. */
async function diskOf(dev: number): Promise<string | null> {
  // As glibc's major() and minor(); Node gives numbers, whose upper bits no shift reaches.
  const major = Math.floor(dev / 256) % 4096;
  const minor = (dev % 256) + 256 * Math.floor(dev / 2 ** 20);
  if (process.platform !== 'linux' || major === 0) return null;
  try {
    const device = await fs.realpath(`/sys/dev/block/${major}:${minor}`);
    const isPartition = await fs.access(path.join(device, 'partition')).then(
      () => true,
      () => false,
    );
    return `disk ${path.basename(isPartition ? path.dirname(device) : device)}`;
  } catch {
    // No /sys in a container: the number of the file system still tells two of them apart.
    return null;
  }
}

/** Tells one boot from the next; the same for all where the system does not say. */
export async function bootId(): Promise<string> {
  try {
    return (await fs.readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
  } catch {
    return '';
  }
}
