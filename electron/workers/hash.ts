/** Entry of the thread that copies and hashes chunks of a database image. It ends when it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import { type ChunkTask, type PassSetup, workOnChunk } from '../backup/page-work';
import type { ChunkAnswer } from './page-workers';

// The other side is this program's own; it sends nothing else.
const setup = workerData as PassSetup;

parentPort?.on('message', (task: ChunkTask | 'close') => {
  if (task === 'close') parentPort?.close();
  else parentPort?.postMessage(answer(task));
});

function answer(task: ChunkTask): ChunkAnswer {
  try {
    workOnChunk(setup, task);
    return null;
  } catch (thrown) {
    // An error loses its code on the way to another thread.
    const { message, code, syscall } = thrown as NodeJS.ErrnoException;
    return { message, ...(code !== undefined && { code }), ...(syscall !== undefined && { syscall }) };
  }
}
