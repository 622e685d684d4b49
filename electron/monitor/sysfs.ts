/** Small files below /sys, each answered by a driver. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from './proc';

/** What a driver answers while its device changes state. */
const NOT_NOW: ReadonlySet<unknown> = new Set(['EBUSY', 'EAGAIN', 'EIO', 'ENODATA']);

/** True when the device has powered itself down. Asking this does not wake it. */
export async function isAsleep(device: string): Promise<boolean> {
  return ['suspended', 'suspending'].includes(await textOf(join(device, 'power/runtime_status')));
}

/** Names in a folder of the kernel's; none when it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (isAbsent(thrown)) return [];
    throw thrown;
  }
}

/** Trimmed; empty when there is no such file, or the driver does not tell now. */
export async function textOf(file: string): Promise<string> {
  try {
    return (await readFile(file, 'latin1')).trim();
  } catch (thrown) {
    if (isAbsent(thrown) || NOT_NOW.has((thrown as { code?: unknown } | null)?.code)) return '';
    throw thrown;
  }
}
