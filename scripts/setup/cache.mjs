// A small cache outside the checkout. Each entry is one file with its SHA-256 beside it: an entry that does not match
// is thrown away and made again, never used.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheDir } from '../lib/paths.mjs';

/** Hash of a file's content, hex by default. */
export async function hashFile(file, algorithm = 'sha256', encoding = 'hex') {
  const hash = createHash(algorithm);
  await pipeline(fs.createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest(encoding);
}

/** Path of a verified cache entry, or undefined. A damaged entry is removed. */
export async function cached(name) {
  const file = path.join(cacheDir, name);
  const sum = `${file}.sha256`;
  if (!fs.existsSync(file) || !fs.existsSync(sum)) return undefined;
  if ((await hashFile(file)) === fs.readFileSync(sum, 'utf8').trim()) return file;
  console.error(`[setup] the cached ${name} is damaged; making it again`);
  forget(name);
  return undefined;
}

/** Removes an entry. */
export function forget(name) {
  for (const file of [path.join(cacheDir, name), path.join(cacheDir, `${name}.sha256`)])
    fs.rmSync(file, { force: true });
}

/** Moves a finished file into the cache. A cache that cannot be written is no reason to stop: it says so and goes on. */
export async function keep(name, source) {
  const file = path.join(cacheDir, name);
  const draft = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(cacheDir, { recursive: true });
    fs.copyFileSync(source, draft);
    const sum = await hashFile(draft);
    forget(name);
    fs.renameSync(draft, file);
    fs.writeFileSync(`${draft}.sha256`, `${sum}\n`);
    fs.renameSync(`${draft}.sha256`, `${file}.sha256`);
  } catch (error) {
    console.error(`[setup] ${name} was not cached: ${error.message}`);
    fs.rmSync(draft, { force: true });
    fs.rmSync(`${draft}.sha256`, { force: true });
  }
}
