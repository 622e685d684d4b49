/** Entry of the thread that reads and writes the index of measurements. Ends when it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { wrapError } from '../errors/wrap';
import { type IndexMethod, IndexService } from '../metrics/index-service';
import type { FromIndexWorker, ToIndexWorker } from '../metrics/index-worker';

const { folder } = z.object({ folder: z.string().min(1) }).parse(workerData);
const service = new IndexService(folder);

parentPort?.on('message', (message: ToIndexWorker) => {
  if (message === 'close') {
    service.close();
    parentPort?.close();
    return;
  }
  const { answer, moved } = answerTo(message);
  parentPort?.postMessage(answer, moved);
});

function answerTo({ id, method, request }: Exclude<ToIndexWorker, 'close'>): {
  answer: FromIndexWorker;
  moved: ArrayBuffer[];
} {
  try {
    const value = service.answer<IndexMethod>(method, request);
    // Large arrays change hands instead of being copied.
    const moved = Object.values(value).filter((part) => part instanceof Float64Array);
    return { answer: { id, ok: true, value }, moved: moved.map(({ buffer }) => buffer as ArrayBuffer) };
  } catch (thrown) {
    return { answer: { id, ok: false, error: wrapError(thrown).toView() }, moved: [] };
  }
}
