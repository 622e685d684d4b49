/** Finds the files that a file of changed pages needs among those that lie beside it, by what they say of themselves. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { ChainLink } from '../backup/chain';
import { readManifestOf } from '../backup/decompress';
import { CHANGES_FORMAT, type ChangesManifest, Manifest } from '../backup/manifest';
import { examineFile } from '../database/examine';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import type { OpenEncrypted } from './open-encrypted';

/** In a folder with more files than this, only those that have the wanted id in their name are looked at. */
const LOOKED_AT = 5_000;
/** Each takes a moment where a passphrase opens it. */
const MANIFESTS_OPENED = 50;
const MANIFEST_SUFFIX = '.manifest.age';
const MANIFEST_LIMIT_BYTES = 1 << 20;

/** A file beside the one that was named, as far as it was looked at. */
interface Seen {
  /** Where its plain content is: the file itself, or what was decrypted. Null until it was decrypted. */
  plain: string | null;
  manifest: Manifest;
}

/**
 * The links before the restore point of `manifest`, base first, from the folder of `file`. Files whose name has the id
 * come first, then all others: people rename files.
 * @throws CHAIN_BROKEN {path, createdAt} that names the missing restore point; what decrypting a link throws
 */
export async function findParents(file: string, manifest: Manifest, keys: OpenEncrypted): Promise<ChainLink[]> {
  const finder = new ChainFinder(file, keys);
  const links: ChainLink[] = [];
  for (let link = manifest; link.format === CHANGES_FORMAT; ) {
    const parent = await finder.find(link);
    if (!parent) {
      const params = { path: file, createdAt: manifest.createdAt };
      const reason = finder.failure ? `; ${finder.failure.message}` : '';
      const detail = `the restore point ${link.parentId} is not in ${path.dirname(file)}${reason}`;
      throw holdfastError('CHAIN_BROKEN', { params, detail });
    }
    links.unshift({ file: parent.plain, expected: null, id: parent.manifest.id });
    link = parent.manifest;
  }
  return links;
}

class ChainFinder {
  /** Why the last file that could have been a link was not used. */
  failure: HoldfastError | null = null;
  private names: string[] | null = null;
  private manifestsOpened = 0;
  private readonly seen = new Map<string, Seen | null>();

  constructor(
    private readonly file: string,
    private readonly keys: OpenEncrypted,
  ) {}

  /** The file that holds the parent of `child`; null when none does. */
  async find(child: ChangesManifest): Promise<{ plain: string; manifest: Manifest } | null> {
    const names = await this.list();
    const named = names.filter((name) => name.includes(child.parentId));
    const others = names.length > LOOKED_AT ? [] : names.filter((name) => !name.includes(child.parentId));
    for (const name of [...named, ...others]) {
      const seen = await this.look(name, named.includes(name));
      if (!seen || !isParent(seen.manifest, child)) continue;
      // What a small manifest beside an encrypted file promises is compared with the file's own when the chain is read.
      const plain = seen.plain ?? (await this.keys.open(this.pathOf(name)));
      return { plain, manifest: seen.manifest };
    }
    return null;
  }

  private async list(): Promise<string[]> {
    if (this.names) return this.names;
    const children = await fs.readdir(path.dirname(this.file), { withFileTypes: true });
    const names = children.filter((child) => child.isFile() && !child.name.startsWith('.')).map(({ name }) => name);
    this.names = names
      .filter((name) => name !== path.basename(this.file) && !name.endsWith(MANIFEST_SUFFIX))
      .toSorted();
    return this.names;
  }

  private pathOf(name: string): string {
    return path.join(path.dirname(this.file), name);
  }

  /** Decrypting a large file to see what it is takes long: only one that is `likely` is. */
  private async look(name: string, likely: boolean): Promise<Seen | null> {
    const known = this.seen.get(name);
    if (known !== undefined && (known !== null || !likely)) return known;
    const seen = await this.identify(name, likely);
    this.seen.set(name, seen);
    return seen;
  }

  private async identify(name: string, likely: boolean): Promise<Seen | null> {
    const file = this.pathOf(name);
    try {
      const { content, path: real } = await examineFile(file);
      if (content.format === 'gzip') return plainOf(real);
      if (content.format !== 'age') return null;
      if (likely) return await plainOf(await this.keys.open(real));
      if (this.manifestsOpened++ >= MANIFESTS_OPENED) return null;
      const manifest = await this.manifestBeside(file);
      return manifest && { plain: null, manifest };
    } catch (thrown) {
      if (!(thrown instanceof HoldfastError) || thrown.code === 'CANCELLED' || thrown.code === 'DISK_FULL')
        throw thrown;
      // Whatever lies in the same folder and is something else is no reason to stop; one that cannot be used is missing.
      if (likely) this.failure = thrown;
      return null;
    }
  }

  /** What the small file beside an encrypted copy says of it; null when there is none or it cannot be opened. */
  private async manifestBeside(file: string): Promise<Manifest | null> {
    const beside = file.replace(/\.age$/i, MANIFEST_SUFFIX);
    if (beside === file) return null;
    const size = await fs.stat(beside).then(
      (stat) => (stat.isFile() ? stat.size : 0),
      () => 0,
    );
    if (size === 0 || size > MANIFEST_LIMIT_BYTES) return null;
    const text = await fs.readFile(await this.keys.open(beside), 'utf8');
    return Manifest.safeParse(parseJson(text)).data ?? null;
  }
}

async function plainOf(file: string): Promise<Seen | null> {
  const info = await readManifestOf(file);
  return info && { plain: file, manifest: info.manifest };
}

function isParent(candidate: Manifest, child: ChangesManifest): boolean {
  const place = candidate.format === CHANGES_FORMAT ? candidate.chainLength : 0;
  // Only ever nearer to the base: a chain that leads back to itself ends here.
  return candidate.id === child.parentId && place === child.chainLength - 1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses `undefined`.
    return undefined;
  }
}
