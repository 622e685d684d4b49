// Builds the three halves of the application: main process (with the command line and workers), preload, window.
import { chmodSync } from 'node:fs';
import { join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

const root = import.meta.dirname;
const alias = { '@shared': resolve(root, 'shared') };

// Electron 33 (Node 20.18, Chromium 130) is the oldest runtime the tests run on; newer ones run the same output.
const nodeTarget = 'node20.18';
const chromeTarget = 'chrome130';

/** out/main/cli.js is the package's `bin`: npm links it, so the file itself must be executable. */
function executableCli(): Plugin {
  return {
    name: 'executable-cli',
    writeBundle(options, bundle) {
      if (options.dir && bundle['cli.js']) chmodSync(join(options.dir, 'cli.js'), 0o755);
    },
  };
}

/** zod would add 130 kB to every window start; the preload needs channel names only. */
function slimPreload(): Plugin {
  return {
    name: 'slim-preload',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const heavy = Object.keys(chunk.modules).find((id) => /[\\/]node_modules[\\/]/.test(id));
        if (heavy)
          this.error(`electron/preload.ts pulls in a package (${heavy}); import only types or plain constants.`);
      }
    },
  };
}

export default defineConfig({
  main: {
    resolve: { alias },
    plugins: [executableCli()],
    build: {
      target: nodeTarget,
      outDir: 'out/main',
      sourcemap: true,
      // zod is a hundred files, of which few are needed: bundled, a job starts in two thirds of the time.
      externalizeDeps: { exclude: ['zod'] },
      rolldownOptions: {
        input: {
          main: resolve(root, 'electron/main.ts'),
          cli: resolve(root, 'electron/cli/main.ts'),
          job: resolve(root, 'electron/workers/job.ts'),
          capture: resolve(root, 'electron/workers/capture.ts'),
          seal: resolve(root, 'electron/workers/seal.ts'),
          integrity: resolve(root, 'electron/workers/integrity.ts'),
          hash: resolve(root, 'electron/workers/hash.ts'),
          metrics: resolve(root, 'electron/workers/metrics.ts'),
          mounts: resolve(root, 'electron/workers/mounts.ts'),
          logs: resolve(root, 'electron/workers/logs.ts'),
          'own-log': resolve(root, 'electron/workers/own-log.ts'),
        },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
          // The only place of the #! line: electron/cli/main.ts must not have one of its own.
          banner: (chunk) => (chunk.isEntry && chunk.name === 'cli' ? '#!/usr/bin/env node' : ''),
        },
      },
    },
  },
  preload: {
    resolve: { alias },
    plugins: [slimPreload()],
    build: {
      target: nodeTarget,
      outDir: 'out/preload',
      externalizeDeps: false, // a sandboxed preload cannot load packages
      rolldownOptions: {
        input: { preload: resolve(root, 'electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: resolve(root, 'renderer'),
    resolve: { alias: { ...alias, '@': resolve(root, 'renderer') } },
    plugins: [react()],
    build: {
      target: chromeTarget,
      outDir: resolve(root, 'out/renderer'),
      emptyOutDir: true,
      minify: 'oxc',
      rolldownOptions: { input: resolve(root, 'renderer/index.html') },
    },
    server: { host: '127.0.0.1', port: 5173, strictPort: false },
  },
});
