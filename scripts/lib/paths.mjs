// Where things are, in one place, so that no script spells a path twice.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The repository's folder. */
export const root = path.resolve(import.meta.dirname, '../..');
/** Prepared runtime and compiled module of this checkout; survives `npm ci`, never committed. */
export const runtimeDir = path.join(root, '.runtime');
/** Outside the checkout, so that a second clone on the same machine need not prepare everything again. */
export const cacheDir = process.env.HOLDFAST_BUILD_CACHE || path.join(os.homedir(), '.cache', 'holdfast-build');
/** The installed `electron` package. */
export const electronPackage = path.join(root, 'node_modules', 'electron');
/** Reports of the test stages. */
export const resultsDir = path.join(root, 'test-results');

/** Path of the Electron binary in use; an error in one sentence when there is none yet. */
export function electronBinary() {
  const name = readIfThere(path.join(electronPackage, 'path.txt'));
  const binary = name && path.join(electronPackage, 'dist', name);
  if (!binary || !fs.existsSync(binary)) throw new UserError('Electron is not prepared yet: run npm run setup.');
  return binary;
}

/** Version of the Electron in use, without a leading v. */
export function electronVersion() {
  return readIfThere(path.join(electronPackage, 'dist', 'version'))
    .trim()
    .replace(/^v/, '');
}

/** Content of a text file, or '' when it does not exist. */
export function readIfThere(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    throw error;
  }
}

/** Parsed package.json of an installed package. */
export function packageJson(name) {
  return JSON.parse(fs.readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8'));
}

/** An error whose message is all the person at the terminal needs: printed without a stack. */
export class UserError extends Error {}

/** Runs a script's body; a UserError becomes one line on stderr and exit status 1. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof UserError ? error.message : (error?.stack ?? error));
    process.exitCode = 1;
  }
}
