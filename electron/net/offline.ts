/** Whether this machine has a network at all. */
import os from 'node:os';

/** No interface but the loopback has an address. */
export function isOffline(): boolean {
  return Object.values(os.networkInterfaces()).every(
    (addresses) => addresses?.every(({ internal }) => internal) ?? true,
  );
}
