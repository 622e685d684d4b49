/** The programs under test, built from the sources as they are now, apart from `out/`. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../..');

export interface Programs {
  /** The job process. */
  job: string;
  /** The capture process. */
  capture: string;
  /** The `holdfast` command, which starts that job process. */
  cli: string;
  remove(): Promise<void>;
}

/** Builds command, job and checker below node_modules, where they still find their packages. Takes about a second. */
export async function buildPrograms(): Promise<Programs> {
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'holdfast-programs-'));
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
          cli: resolve(root, 'electron/cli/main.ts'),
          job: resolve(root, 'electron/workers/job.ts'),
          capture: resolve(root, 'electron/workers/capture.ts'),
          seal: resolve(root, 'electron/workers/seal.ts'),
          integrity: resolve(root, 'electron/workers/integrity.ts'),
          hash: resolve(root, 'electron/workers/hash.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', format: 'es' },
      },
    },
  });
  return {
    job: join(folder, 'job.js'),
    capture: join(folder, 'capture.js'),
    cli: join(folder, 'cli.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
