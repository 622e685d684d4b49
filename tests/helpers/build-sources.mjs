/** Parts of Holdfast, built from the sources as they are now, for tests and for programs that are no test. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../..');

/**
 * Builds below node_modules, where the parts still find their packages. Takes about a second.
 * @param {string} name names the folder
 * @param {Record<string, string>} sources by the name of the built file, below the root of the project
 * @returns {Promise<{ folder: string, file: (name: string) => string, remove: () => Promise<void> }>}
 */
export async function buildSources(name, sources) {
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, `holdfast-${name}-`));
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
        input: Object.fromEntries(Object.entries(sources).map(([key, source]) => [key, resolve(root, source)])),
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', format: 'es' },
      },
    },
  });
  return {
    folder,
    file: (key) => join(folder, `${key}.js`),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
