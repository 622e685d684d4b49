/** Makes a TypeScript module of ours runnable by a plain `node` process, for tests that need a second process. */
import { mkdtempSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../../..');

export interface Bundle {
  file: string;
  remove(): Promise<void>;
}

/** Bundles `entry` (path from the repository's root) below node_modules, where it still finds its packages. */
export async function bundle(entry: string): Promise<Bundle> {
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'holdfast-test-'));
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    resolve: { alias: { '@shared': resolve(root, 'shared') } },
    build: {
      ssr: resolve(root, entry),
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'entry.mjs', format: 'es' } },
    },
  });
  return { file: join(folder, 'entry.mjs'), remove: () => rm(folder, { recursive: true, force: true }) };
}
