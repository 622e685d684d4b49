// Building the application, and knowing whether out/ still matches the sources.
import fs from 'node:fs';
import path from 'node:path';
import { root, UserError } from './paths.mjs';
import { inModules, run } from './run.mjs';

const sources = ['electron', 'renderer', 'shared', 'electron.vite.config.ts', 'package.json', 'package-lock.json'];
const products = ['out/main/main.js', 'out/main/cli.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];

/** True when every product exists and no source is newer than the oldest of them. */
export function buildIsFresh() {
  const built = products.map((file) => fs.statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return Math.min(...built) > Math.max(...sources.map((name) => newest(path.join(root, name))));
}

/** Builds all three parts; resolves true on success. */
export async function build({ quiet = false } = {}) {
  const args = [inModules('electron-vite', 'bin', 'electron-vite.js'), 'build'];
  if (quiet) args.push('--logLevel', 'warn');
  return (await run(process.execPath, args)) === 0;
}

/** Builds when needed; an error in one sentence when that fails. */
export async function ensureBuild() {
  if (buildIsFresh()) return;
  console.error('[build] out/ is missing or older than the sources: building');
  if (!(await build({ quiet: true }))) throw new UserError('The build failed; the messages above say where.');
}

// A folder's own time counts too: it changes when a file in it is removed.
function newest(place) {
  const about = fs.statSync(place, { throwIfNoEntry: false });
  if (!about) return 0;
  if (!about.isDirectory()) return about.mtimeMs;
  return Math.max(about.mtimeMs, ...fs.readdirSync(place).map((name) => newest(path.join(place, name))));
}
