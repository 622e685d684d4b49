/** One pass over a database image: copied and hashed as a whole and page by page, on all cores, with bounded memory. */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { PageMapWriter } from './page-map';
import {
  type ChunkTask,
  type PageWorker,
  type PassSetup,
  passMemory,
  type StartPageWorker,
  slotContent,
  slotHashes,
  workOnChunk,
} from './page-work';

/** A whole number of pages of every size. */
const CHUNK_BYTES = 1 << 20;
/** Chunks that wait for one worker or for the hash of the whole: enough that neither waits for the other. */
const SLOTS_PER_WORKER = 3;
/** Starting a thread takes about as long as this many bytes take without one. */
const WORTH_THREADS_BYTES = 16 << 20;
const MAX_WORKERS = 4;

/** The page at this byte is used for locks only; SQLite's own copies leave it empty. */
const LOCK_BYTE = 1 << 30;

export interface PassRequest {
  sourceFd: number;
  walFd: number | null;
  targetFd: number | null;
  pageSizeBytes: number;
  pageCount: number;
  /** Where the WAL holds pages `firstPage` (counted from 1) to `lastPage`: byte of the page from the first, byte in the WAL. */
  overlay?: (firstPage: number, lastPage: number) => Float64Array | null;
}

export interface PassOptions {
  mapFile?: string | undefined;
  /** Without it all is done in the calling thread. */
  startWorker?: StartPageWorker | undefined;
  onProgress: (doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

/**
 * Goes over an image once. When it returns or throws, no thread uses the descriptors any more.
 * @returns SHA-256 (hex) of the image
 * @throws what `PageWorker.run` throws; the signal's reason
 */
export async function passOverImage(request: PassRequest, options: PassOptions): Promise<string> {
  const { sourceFd, walFd, targetFd, pageSizeBytes, pageCount } = request;
  const totalBytes = pageSizeBytes * pageCount;
  const threads = options.startWorker && totalBytes >= WORTH_THREADS_BYTES;
  const workerCount = threads ? Math.min(MAX_WORKERS, availableParallelism()) : 1;
  const slots = threads ? workerCount * SLOTS_PER_WORKER : 1;
  const setup: PassSetup = {
    ...{ sourceFd, walFd, targetFd, pageSizeBytes },
    memory: passMemory(CHUNK_BYTES, pageSizeBytes, slots),
    chunkBytes: CHUNK_BYTES,
    slots,
  };
  const start = (threads && options.startWorker) || inThisThread;
  const map = options.mapFile ? await PageMapWriter.create(options.mapFile, pageSizeBytes, pageCount) : null;
  const workers: PageWorker[] = [];
  const inFlight: { task: ChunkTask; done: Promise<void> }[] = [];
  const contentHash = createHash('sha256');
  let doneBytes = 0;

  const takeOldest = async (): Promise<void> => {
    const oldest = inFlight.shift();
    if (!oldest) return;
    await oldest.done;
    const { slot, length } = oldest.task;
    contentHash.update(slotContent(setup, slot, length));
    await map?.append(slotHashes(setup, slot, length));
    doneBytes += length;
    options.onProgress(doneBytes, totalBytes);
  };

  try {
    while (workers.length < workerCount) workers.push(start(setup));
    for (let chunk = 0; chunk * CHUNK_BYTES < totalBytes; chunk++) {
      options.signal.throwIfAborted();
      if (inFlight.length === slots) await takeOldest();
      const task = chunkTask(request, totalBytes, chunk, chunk % slots);
      const done = (workers[chunk % workerCount] as PageWorker).run(task);
      // It is awaited in its turn; until then a failure is not unhandled.
      done.catch(() => undefined);
      inFlight.push({ task, done });
    }
    while (inFlight.length > 0) await takeOldest();
    const contentSha256 = contentHash.digest('hex');
    await map?.finish(contentSha256);
    return contentSha256;
  } finally {
    await Promise.allSettled(inFlight.map(({ done }) => done));
    await Promise.all(workers.map((worker) => worker.close()));
    await map?.close();
  }
}

function chunkTask(request: PassRequest, totalBytes: number, chunk: number, slot: number): ChunkTask {
  const { pageSizeBytes } = request;
  const position = chunk * CHUNK_BYTES;
  const length = Math.min(CHUNK_BYTES, totalBytes - position);
  const lockPageAt = Math.floor(LOCK_BYTE / pageSizeBytes) * pageSizeBytes - position;
  return {
    slot,
    position,
    length,
    overlay: request.overlay?.(position / pageSizeBytes + 1, (position + length) / pageSizeBytes) ?? null,
    // A copy that is there already is hashed as it lies there.
    lockPageAt: request.targetFd !== null && lockPageAt >= 0 && lockPageAt < length ? lockPageAt : null,
  };
}

const inThisThread: StartPageWorker = (setup) => ({
  async run(task) {
    // Whoever wants to cancel has to be heard in between.
    await turn();
    workOnChunk(setup, task);
  },
  close: async () => undefined,
});
