/** What captures the database during a run: nothing, Holdfast, Litestream. Each can bring back what it captured. */
import { fork, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildReplay } from './continuous-build.mjs';

const CAPTURE_FILE = resolve(import.meta.dirname, '../../../out/main/capture.js');
const LITESTREAM = '@flydotio/litestream@1.0.1';

const sizeOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);

/** Processor seconds of a process so far. */
function cpuOf(pid) {
  const { stdout } = spawnSync('sh', ['-c', `cut -d')' -f2 /proc/${pid}/stat`], { encoding: 'utf8' });
  const fields = stdout.trim().split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function nothing() {
  return { name: 'without', start: () => Promise.resolve(), stop: () => Promise.resolve({}) };
}

/** The capture process as the application starts it. */
export function holdfast(database, folder) {
  mkdirSync(folder);
  const logs = join(folder, 'log');
  const sealed = [];
  const ended = [];
  let child;
  let generation;
  const wait = (type) =>
    new Promise((resolvePromise, reject) => {
      child.on('message', (news) => {
        if (news.type === type) resolvePromise(news);
        if (news.type === 'failed') reject(new Error(JSON.stringify(news.error)));
      });
    });
  return {
    name: 'holdfast',
    async start() {
      copyFileSync(database, join(folder, 'base.db'));
      child = fork(CAPTURE_FILE, [], { serialization: 'advanced' });
      child.on('message', (news) => {
        if (news.type === 'sealed') sealed.push(news.segment);
        if (news.type === 'ended') ended.push(news);
      });
      child.send({
        type: 'start',
        settings: {
          database: { id: 'bench', name: 'bench', path: database },
          home: '00000000',
          folder: logs,
          pollMs: 250,
          checkpointBytes: 2 << 20,
          walLimitBytes: 256 << 20,
          sealBytes: 16 << 20,
          sealMs: 600_000,
        },
      });
      generation = await wait('started');
    },
    async stop() {
      const marked = wait('marked');
      child.send({ type: 'mark', requestId: 1 });
      const { transaction } = await marked;
      const cpuSeconds = cpuOf(child.pid);
      const stopped = wait('stopped');
      child.send({ type: 'stop' });
      await stopped;
      return { transaction, gaps: ended.length, cpuSeconds, storedBytes: sizeOf(logs) };
    },
    /** Gives an image after each of the transactions, ascending, and removes it again. */
    async rebuild(transactions, use) {
      const replay = await buildReplay();
      const image = join(folder, 'rebuilt.db');
      copyFileSync(join(folder, 'base.db'), image);
      const files = sealed
        .toSorted((a, b) => a.number - b.number)
        .map(({ file, number, sizeBytes, sha256, lastTransaction, firstTransaction }) => ({
          first: firstTransaction,
          last: lastTransaction,
          log: { file, number, expected: { sizeBytes, sha256 }, through: lastTransaction },
        }));
      try {
        let replayFrom = 0;
        for (const upTo of transactions) {
          const wanted = {
            generationId: generation.generationId,
            files: files.filter(({ first, last }) => last > replayFrom && first <= upTo).map(({ log }) => log),
            replayFrom,
            usableFrom: 0,
            upTo,
            upToMs: null,
          };
          await replay.replayLog(image, wanted, { onProgress: () => undefined, signal: new AbortController().signal });
          use(image, upTo);
          replayFrom = upTo;
        }
      } finally {
        await replay.remove();
      }
    },
  };
}

/**
 * Litestream as its own package gives it, into a folder of this machine. Null, with a sentence, when it cannot be had.
 * @param place folder that it is installed into
 */
export function litestream(database, folder, place) {
  mkdirSync(place, { recursive: true });
  const npm = ['install', '--no-audit', '--no-fund', '--no-save', '--prefix', place, LITESTREAM];
  const installed = spawnSync('npm', npm, { encoding: 'utf8' });
  const program = join(place, `node_modules/@flydotio/litestream-${process.platform}-${process.arch}/litestream`);
  const version = spawnSync(program, ['version'], { encoding: 'utf8' });
  if (installed.status !== 0 || version.status !== 0) {
    console.log(
      `Litestream is not compared: ${(installed.stderr || String(version.error ?? '')).trim().split('\n').at(-1)}`,
    );
    return null;
  }
  mkdirSync(folder);
  const replica = `file://${join(folder, 'replica')}`;
  let child;
  return {
    name: `litestream ${version.stdout.trim()}`,
    async start() {
      child = spawn(program, ['replicate', database, replica], { stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      await new Promise((resolvePromise, reject) => {
        const hear = (text) => {
          output += text;
          if (output.includes('snapshot written') || output.includes('write snapshot')) resolvePromise();
        };
        child.stdout.on('data', hear);
        child.stderr.on('data', hear);
        child.once('exit', () => reject(new Error(output)));
      });
    },
    async stop() {
      const cpuSeconds = cpuOf(child.pid);
      const gone = new Promise((resolvePromise) => child.once('exit', resolvePromise));
      // It copies what is left, and ends.
      child.kill('SIGINT');
      await gone;
      return { cpuSeconds, storedBytes: sizeOf(folder) };
    },
    restore(to) {
      const result = spawnSync(program, ['restore', '-o', to, replica], { encoding: 'utf8' });
      if (result.status !== 0) throw new Error(result.stderr || result.stdout);
    },
  };
}
