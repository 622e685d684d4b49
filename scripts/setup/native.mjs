// better-sqlite3 ships binaries for Node-API 10 (Node 22.14, Electron 35). Node 20 and Electron 33 have Node-API 9 and
// crash on them, so there the module is compiled once and kept. The compiled one also runs on the newer ones.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { electronBinary, packageJson, readIfThere, runtimeDir, UserError } from '../lib/paths.mjs';
import { inModules } from '../lib/run.mjs';
import { cached, forget, keep } from './cache.mjs';
import { ensureSystem } from './system.mjs';

const prebuiltNodeApi = 10;
const moduleDir = inModules('better-sqlite3');
const target = path.join(moduleDir, 'build', 'Release', 'better_sqlite3.node');
const stampFile = path.join(runtimeDir, 'native.json');

/** Makes better-sqlite3 load in this Node and in the Electron in use; returns what was done, in words. */
export async function ensureNative() {
  if (readIfThere(stampFile) === stamp()) return 'better-sqlite3 is in place';
  fs.mkdirSync(runtimeDir, { recursive: true });
  const lowest = Math.min(...runtimes().map(nodeApi));
  let done;
  if (lowest >= prebuiltNodeApi) {
    fs.rmSync(path.join(moduleDir, 'build'), { recursive: true, force: true });
    done = `better-sqlite3: its own binary fits (Node-API ${lowest})`;
  } else {
    done = await useCompiled(lowest);
  }
  for (const runtime of runtimes()) {
    const failure = probe(runtime);
    if (failure) throw new UserError(`better-sqlite3 does not load in ${runtime.name}: ${failure}`);
  }
  fs.writeFileSync(stampFile, stamp());
  return done;
}

function runtimes() {
  return [
    { name: `Node ${process.version}`, command: process.execPath, env: {} },
    { name: 'Electron', command: electronBinary(), env: { ELECTRON_RUN_AS_NODE: '1' } },
  ];
}

function nodeApi({ command, env }) {
  return Number(
    execFileSync(command, ['-p', 'process.versions.napi'], { encoding: 'utf8', env: { ...process.env, ...env } }),
  );
}

/** Opens a database in a process of its own, because a binary that does not fit crashes the process. */
function probe({ command, env }) {
  const code = `new (require(${JSON.stringify(moduleDir)}))(':memory:').prepare('select 1').get()`;
  const result = spawnSync(command, ['-e', code], { encoding: 'utf8', env: { ...process.env, ...env } });
  if (result.status === 0) return '';
  return (
    result.stderr.split('\n').find((line) => line.includes('Error')) ?? `ended with ${result.signal ?? result.status}`
  );
}

// Cheap to compute and different whenever something the probe depends on changed.
function stamp() {
  const file = fs.statSync(target, { throwIfNoEntry: false });
  const electron = fs.statSync(electronBinary());
  return JSON.stringify({
    module: packageJson('better-sqlite3').version,
    node: process.version,
    electron: [electron.size, electron.mtimeMs],
    binary: file ? [file.size, file.mtimeMs] : 'prebuilt',
  });
}

async function useCompiled(nodeApiVersion) {
  const { version } = packageJson('better-sqlite3');
  const entry = `better_sqlite3-${version}-${process.platform}-${process.arch}-napi${nodeApiVersion}.node`;
  const hit = await cached(entry);
  if (hit) {
    place(hit);
    if (runtimes().every((runtime) => probe(runtime) === ''))
      return 'better-sqlite3: compiled earlier, taken from the cache';
    forget(entry); // made on a machine with other system libraries
  }
  compile(nodeApiVersion);
  const draft = path.join(runtimeDir, entry);
  fs.copyFileSync(target, draft);
  await keep(entry, draft);
  place(draft);
  fs.rmSync(draft);
  return `better-sqlite3: compiled for Node-API ${nodeApiVersion}`;
}

/** Only the finished binary stays: the compiler's leftovers are 30 MB that packaging would have to skip. */
function place(file) {
  fs.rmSync(path.join(moduleDir, 'build'), { recursive: true, force: true });
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.copyFileSync(file, target);
}

function compile(nodeApiVersion) {
  ensureSystem('compile');
  console.error(`[setup] compiling better-sqlite3 for Node-API ${nodeApiVersion} (about a minute, once)`);
  const headers = [path.resolve(process.execPath, '../..'), '/usr', '/usr/local'].find((dir) =>
    fs.existsSync(path.join(dir, 'include', 'node', 'node_api.h')),
  );
  const args = ['rebuild', '--release', '--force_build=1', ...(headers ? [`--nodedir=${headers}`] : [])];
  const result = spawnSync(process.execPath, [inModules('node-gyp', 'bin', 'node-gyp.js'), ...args], {
    cwd: moduleDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    // The headers would otherwise fix Node-API 8, which lacks functions the module uses; the runtimes have them.
    env: { ...process.env, CXXFLAGS: '-UNAPI_VERSION -DNAPI_EXPERIMENTAL' },
  });
  if (result.status === 0) return;
  console.error(result.stderr.trim().split('\n').slice(-15).join('\n'));
  throw new UserError('better-sqlite3 could not be compiled: it needs python3, make, g++ and the headers of Node.');
}
