/** Files that belong to a source: what its path or glob matches, and the rotated ones beside. */
import { type Dirent, type Stats } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import picomatch from 'picomatch';
import { olderFirst, type RotatedName, rotatedName } from './rotation';

export interface FoundFile {
  path: string;
  /** Device and inode. */
  key: string;
  sizeBytes: number;
  mtimeMs: number;
  ctimeMs: number;
  rotated: RotatedName;
  /** Logs that are rotated into each other are of one family. */
  family: string;
}

export interface FoundFiles {
  /** Older ones of a family first. */
  files: FoundFile[];
  /** What could not be looked into, with its path. */
  problems: { path: string; error: unknown }[];
  /** Files left out, because there were too many. */
  moreFiles: number;
}

/** A walk ends here, and tells. */
const MOST_FILES = 5_000;
const MOST_ENTRIES = 200_000;
const MOST_DEPTH = 32;

/** Those that are there for one moment only are no fault. */
const GONE = new Set(['ENOENT', 'ENOTDIR']);

export function isGlob(path: string): boolean {
  return picomatch.scan(path).isGlob;
}

/** Looks for the files of `path`. Never rejects: what cannot be read is a problem in the answer. */
export async function findFiles(path: string): Promise<FoundFiles> {
  const walk = new Walk();
  const whole = resolve(path);
  if (isGlob(path)) {
    const { base } = picomatch.scan(whole);
    // No extended patterns: they are the ones that can take long.
    const matches = picomatch(whole, { noextglob: true, dot: false });
    const depth = whole.includes('**')
      ? MOST_DEPTH
      : whole.split('/').length - base.split('/').length + braceDepth(whole);
    await walk.folder(
      base === '' ? '/' : base,
      depth,
      (candidate) => matches(candidate) || matches(liveName(candidate)),
    );
  } else {
    await walk.single(whole);
  }
  return walk.result();
}

/** Slashes within braces make a path deeper than its pattern looks. */
function braceDepth(pattern: string): number {
  return pattern.includes('{') ? (pattern.match(/\//g)?.length ?? 0) : 0;
}

/** The path that a file had before it was rotated. */
function liveName(path: string): string {
  return join(dirname(path), rotatedName(basename(path)).base);
}

class Walk {
  readonly #files = new Map<string, FoundFile>();
  readonly #problems: { path: string; error: unknown }[] = [];
  readonly #folders = new Set<string>();
  #entries = 0;
  #more = 0;

  result(): FoundFiles {
    const files = [...this.#files.values()].sort(
      (a, b) => (a.family < b.family ? -1 : a.family > b.family ? 1 : 0) || olderFirst(a, b),
    );
    return { files, problems: this.#problems, moreFiles: this.#more };
  }

  /** One file and those it was rotated to. */
  async single(path: string): Promise<void> {
    const folder = dirname(path);
    const { base } = rotatedName(basename(path));
    await this.#file(path);
    if (
      await stat(path).then(
        (found) => found.isDirectory(),
        () => false,
      )
    ) {
      this.#problem(path, Object.assign(new Error('EISDIR: this is a folder, not a file'), { code: 'EISDIR' }));
      return;
    }
    // Only what was rotated out of this one: not what stands beside a rotated file that was chosen itself.
    if (base !== basename(path)) return;
    await this.folder(folder, 1, (candidate) => rotatedName(basename(candidate)).base === base, true);
  }

  async folder(folder: string, depth: number, matches: (path: string) => boolean, isQuiet = false): Promise<void> {
    try {
      // A folder that links to one above it is not walked again.
      const real = await realpath(folder);
      if (this.#folders.has(real)) return;
      this.#folders.add(real);
      const deeper: string[] = [];
      for await (const entry of await opendir(folder)) {
        this.#entries += 1;
        if (this.#entries > MOST_ENTRIES) break;
        const path = join(folder, entry.name);
        if (matches(path)) await this.#file(path);
        if (depth > 1 && !entry.name.startsWith('.') && (await isFolder(entry, path))) deeper.push(path);
      }
      for (const path of deeper) await this.folder(path, depth - 1, matches);
    } catch (error) {
      if (!isQuiet || !isGone(error)) this.#problem(folder, error);
    }
  }

  async #file(path: string): Promise<void> {
    try {
      const found = await stat(path);
      // A pipe or a device would not be read to its end.
      if (!found.isFile()) return;
      const file = asFound(path, found);
      // One file of several names is one file; the name of the log itself is the better one.
      const known = this.#files.get(file.key);
      if (known !== undefined && (known.rotated.isLive || !file.rotated.isLive)) return;
      if (known === undefined && this.#files.size >= MOST_FILES) {
        this.#more += 1;
        return;
      }
      this.#files.set(file.key, file);
    } catch (error) {
      this.#problem(path, error);
    }
  }

  #problem(path: string, error: unknown): void {
    if (!isGone(error) && this.#problems.length < 100) this.#problems.push({ path, error });
  }
}

function isGone(error: unknown): boolean {
  return GONE.has((error as NodeJS.ErrnoException).code ?? '');
}

async function isFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return await stat(path).then(
    (found) => found.isDirectory(),
    // A link that leads nowhere.
    () => false,
  );
}

export function asFound(path: string, found: Stats): FoundFile {
  const rotated = rotatedName(basename(path));
  const { size: sizeBytes, mtimeMs, ctimeMs } = found;
  const key = `${found.dev.toString(36)}-${found.ino.toString(36)}`;
  return { path, key, sizeBytes, mtimeMs, ctimeMs, rotated, family: join(dirname(path), rotated.base) };
}
