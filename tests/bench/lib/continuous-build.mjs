/** The replay of the log, built from the sources as they are now. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../../..');

/** @returns {Promise<{ replayLog: Function, remove(): Promise<void> }>} */
export async function buildReplay() {
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'holdfast-continuous-'));
  // Node 20.18, which Electron 33 has, does not look into a file to see that it is a module.
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    resolve: { alias: { '@shared': resolve(root, 'shared') } },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: {
        input: { replay: resolve(root, 'electron/continuous/replay.ts') },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', format: 'es' },
      },
    },
  });
  const { replayLog } = await import(join(folder, 'replay.js'));
  return { replayLog, remove: () => rm(folder, { recursive: true, force: true }) };
}
