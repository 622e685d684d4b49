/** Entry of the thread that seals one segment of a log, with the lowest priority: applications write meanwhile. */
import { readdirSync } from 'node:fs';
import os from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type SealRequest, sealSegment } from '../continuous/segment-seal';
import { wrapError } from '../errors/wrap';
import type { SealAnswer } from './seal-in-worker';

/** All threads but the one that captures; it may hold writers back for a moment, and must not be kept waiting then. */
function lowerOthers(): void {
  if (process.platform !== 'linux') return;
  for (const thread of readdirSync('/proc/self/task').map(Number)) {
    if (thread === process.pid) continue;
    try {
      os.setPriority(thread, os.constants.priority.PRIORITY_LOW);
    } catch (thrown) {
      // A sandbox may forbid it, and a thread may have ended: sealing is then only less polite.
      const { code, info } = thrown as NodeJS.ErrnoException & { info?: { code?: string } };
      if (!['EPERM', 'EACCES', 'ESRCH'].includes(info?.code ?? code ?? '')) throw thrown;
    }
  }
}

async function answer(): Promise<SealAnswer> {
  try {
    lowerOthers();
    // A buffer arrives as plain bytes.
    const { before, holds, ...rest } = workerData as SealRequest;
    const request = {
      ...rest,
      before: { ...before, hash: Buffer.from(before.hash) },
      holds: { ...holds, last: { ...holds.last, hash: Buffer.from(holds.last.hash) } },
    };
    return { segment: await sealSegment(request, new AbortController().signal) };
  } catch (thrown) {
    return { error: wrapError(thrown, { path: (workerData as SealRequest).file }).toView() };
  }
}

parentPort?.postMessage(await answer());
