/** One way of logging, at a steady pace: sends what it took of the main thread. Arguments: see log.bench.mjs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const [subject = 'nothing', folder, built, seconds, rate] = process.argv.slice(2);
const STEP_MS = 10;
const steps = (Number(seconds) * 1000) / STEP_MS;
const linesAStep = (Number(rate) * STEP_MS) / 1000;

async function start() {
  switch (subject) {
    case 'nothing':
      return { info: () => undefined };
    case 'console':
      // as most programs do it: a line of JSON to a file
      return {
        info: (message, fields) => console.log(JSON.stringify({ time: new Date(), level: 'INFO', message, ...fields })),
      };
    case 'pino': {
      const { pino } = await import('pino').catch(() => ({}));
      if (!pino) return null;
      const destination = join(folder, 'pino.log');
      const log = pino(pino.transport({ target: 'pino/file', options: { destination } }));
      return {
        info: (message, fields) => log.info(fields, message),
        flush: () => new Promise((done) => log.flush(done)),
      };
    }
    default: {
      const { createOwnLog } = await import(pathToFileURL(join(built, 'log.js')).href);
      return createOwnLog({
        folder,
        level: () => 'INFO',
        onFailure: (error) => console.error(error),
        // nothing rotates away, so that what is in the files can be counted
        limits: { maxBytes: 10 << 20, maxFiles: 100 },
      });
    }
  }
}

/** Milliseconds that the main thread was on a processor. */
function cpuMs() {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
}

const log = await start();
if (log) {
  const databaseId = '3f1c2a5e-0d4b-4b0e-9a5d-6a2b9d1c7e11';
  let count = 0;
  let longestMs = 0;
  const turn = () => {
    const before = performance.now();
    for (let line = 0; line < linesAStep; line++) {
      count++;
      log.info('A job ended', { databaseId, tookMs: count * 1.5, outcome: 'done' });
    }
    longestMs = Math.max(longestMs, performance.now() - before);
  };
  const startedAt = performance.now();
  const cpuBefore = cpuMs();
  for (let step = 0; step < steps; step++) {
    turn();
    const lateMs = startedAt + (step + 1) * STEP_MS - performance.now();
    if (lateMs > 0) await wait(lateMs);
  }
  const tookMs = performance.now() - startedAt;
  // Of the time that it should take: what falls behind is not cheaper for it.
  const share = (cpuMs() - cpuBefore) / (Number(seconds) * 1000);
  await (log.close ?? log.flush)?.();
  const { written = count, dropped = {} } = log.counts?.() ?? {};
  const sum = Object.values(dropped).reduce((all, some) => all + some, 0);
  process.send({ share, longestMs, tookSeconds: tookMs / 1000, written, dropped: sum });
}
process.disconnect();
