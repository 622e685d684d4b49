/** Entry of the thread that writes Holdfast's own log. It has one batch at a time, and keeps it until it is written. */
import { parentPort, workerData } from 'node:worker_threads';
import type { BatchAnswer, BatchRequest, OwnLogThreadSetup } from '../logs/own-log-thread';
import { OwnLogFile } from '../logs/own-log-file';
import { writtenLines } from '../logs/own-log-lines';
import { Turn } from '../logs/own-log-turn';
import { wrapError } from '../errors/wrap';

// The other side is this program's own; it sends nothing else.
const { folder, limits, memory, retryMs } = workerData as OwnLogThreadSetup;
const file = new OwnLogFile(folder, limits);
const turn = new Turn(memory);
let lines: string[] = [];
let batch = 0;
let retry: NodeJS.Timeout | undefined;

parentPort?.on('message', (request: BatchRequest | 'again') => {
  if (request !== 'again') {
    batch = request.number;
    lines = writtenLines(request.batch).map(({ json }) => json);
  }
  write();
});

/** The time that it takes to write is nobody's: who logs waits for the turn only to write itself. */
function write(): void {
  clearTimeout(retry);
  // Whoever has the turn gives it back, or this thread is ended with its process.
  turn.take(Number.POSITIVE_INFINITY);
  let answer: BatchAnswer = { number: batch, error: null };
  try {
    // The other side may have written it meanwhile, in a hurry.
    if (!turn.isDone(batch)) {
      const before = turn.lines;
      const { written, error } = file.append(lines.slice(before), false);
      const isDone = before + written === lines.length;
      turn.note(batch, before + written, isDone);
      if (!isDone) answer = { number: batch, error: wrapError(error, { path: file.path }, 'IO_ERROR').toView() };
    }
  } finally {
    turn.give();
  }
  if (answer.error) retry = setTimeout(write, retryMs);
  else lines = [];
  parentPort?.postMessage(answer);
}
