/** The keeper of measurements, built from the sources as they are now, for programs that are no test. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../../..');

/** @returns {Promise<{ folder: string, keeper: string, worker: string, files: string, lines: string, remove(): Promise<void> }>} built files */
export async function buildMetrics() {
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'holdfast-metrics-'));
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
        input: {
          keeper: resolve(root, 'electron/metrics/open.ts'),
          metrics: resolve(root, 'electron/workers/metrics.ts'),
          files: resolve(root, 'electron/metrics/record-files.ts'),
          lines: resolve(root, 'electron/metrics/record-lines.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', format: 'es' },
      },
    },
  });
  return {
    folder,
    keeper: join(folder, 'keeper.js'),
    worker: join(folder, 'metrics.js'),
    files: join(folder, 'files.js'),
    lines: join(folder, 'lines.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
