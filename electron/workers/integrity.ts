/** Entry of the thread that checks one database and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { checkIntegrity } from '../integrity/check';

const { file } = z.object({ file: z.string().min(1) }).parse(workerData);
parentPort?.postMessage(checkIntegrity(file));
