/**
 * Brings back the image of a restore point from its files: the full backup, then each file of changed pages. Every byte of
 * every file is compared on the way, and what comes out with the SHA-256 of the whole image of that moment.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { ProofCheck } from '@shared/models';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { knownCode } from '../errors/wrap';
import { type Chain, chainBroken, type ChainLink } from './chain';
import { findStranger } from './chain-order';
import { ChangesApplier } from './changes-format';
import { readFull, writeAll } from './compress';
import { EarlySync } from './early-sync';
import { type BackupFileInfo, decompressMembers, hashFile, readTrailer } from './decompress';
import { CHANGES_FORMAT, type Manifest, streamOf } from './manifest';
import { check, contentChecks, imageChecks } from './proof-checks';

const HASH_PIECE_BYTES = 4 << 20;

export interface ChainOptions {
  onProgress: (doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

/** One file of a chain as it was read. */
export interface ReadLink {
  file: string;
  sizeBytes: number;
  /** Null when the file is no readable backup of Holdfast. */
  manifest: Manifest | null;
  /** Null when the file was not read to its end. */
  sha256: string | null;
}

export interface ReadChain {
  /** As for one file; what is wrong with a file before the restore point's own is a failed `chain`. */
  checks: ProofCheck[];
  /** Base first, the restore point's own last. */
  links: ReadLink[];
  /** The file that is not what it must be, and what was found in it. Null: the image is right. */
  damage: { index: number; check: ProofCheck } | null;
}

interface OpenLink {
  link: ChainLink;
  handle: fs.FileHandle;
  sizeBytes: number;
  info: BackupFileInfo | null;
}

/**
 * Extracts a chain into the new file `target` and says what was found. Memory does not grow with the files.
 * @throws CHAIN_BROKEN when a file before the last is not there; what `fs` throws; the signal's reason
 */
export async function readChain(chain: Chain, target: string, options: ChainOptions): Promise<ReadChain> {
  const open: OpenLink[] = [];
  try {
    // From the end: the last one says of which moment a missing one is missing.
    for (const [index, link] of [...chain.entries()].toReversed()) {
      const handle = await openLink(link.file, index === chain.length - 1 ? null : createdAt(open));
      const { size } = await handle.stat();
      open.unshift({ link, handle, sizeBytes: size, info: null });
      const [first] = open;
      if (first) first.info = await readTrailer(handle);
    }
    return await new ChainReader(open, options).read(target);
  } finally {
    for (const { handle } of open) await handle.close();
  }
}

const createdAt = (open: readonly OpenLink[]): string => open.at(-1)?.info?.manifest.createdAt ?? '';

/** `neededAt`: the moment of the restore point that needs the file; null for its own. */
async function openLink(file: string, neededAt: string | null): Promise<fs.FileHandle> {
  try {
    return await fs.open(file, 'r');
  } catch (thrown) {
    if (neededAt !== null && knownCode(thrown) === 'FILE_NOT_FOUND') throw chainBroken(file, neededAt, thrown);
    throw thrown;
  }
}

/**
 * Extracts a chain into the new file `target`. What it wrote stays when it throws.
 * @throws BACKUP_FILE_DAMAGED {path, step, createdAt} that names the damaged file, CHAIN_BROKEN {path, createdAt} for one
 * that is not there; what `fs` throws; the signal's reason
 */
export async function extractChain(chain: Chain, target: string, options: ChainOptions): Promise<ReadChain> {
  const reading = await readChain(chain, target, options);
  if (reading.damage) throw damageError(reading.links, reading.damage);
  return reading;
}

/** Hashes a file without decompressing it, and compares it with its own seal. */
async function hashSealed(
  handle: fs.FileHandle,
  info: BackupFileInfo,
  signal: AbortSignal,
): Promise<{ fileSha256: string; sealMatches: boolean }> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(HASH_PIECE_BYTES);
  for (let at = 0; at < info.trailerAt; ) {
    signal.throwIfAborted();
    const length = await readFull(handle, buffer.subarray(0, Math.min(buffer.length, info.trailerAt - at)), at);
    if (length === 0) break;
    hash.update(buffer.subarray(0, length));
    at += length;
  }
  const seal = hash.copy().update(info.sealedBytes).digest('hex');
  const trailer = Buffer.alloc(info.sizeBytes - info.trailerAt);
  await readFull(handle, trailer, info.trailerAt);
  return { fileSha256: hash.update(trailer).digest('hex'), sealMatches: seal === info.seal };
}

/** The error for a damaged file of a chain. */
export function damageError(links: readonly ReadLink[], damage: { index: number; check: ProofCheck }): HoldfastError {
  const { step, detail } = damage.check;
  const moment = links[damage.index]?.manifest?.createdAt ?? links.at(-1)?.manifest?.createdAt;
  const params = { path: links[damage.index]?.file ?? '', step, ...(moment ? { createdAt: moment } : {}) };
  return holdfastError('BACKUP_FILE_DAMAGED', { params, detail });
}

class ChainReader {
  private readonly links: ReadLink[];
  private readonly totalBytes: number;
  private readonly last: number;
  private doneBytes = 0;

  constructor(
    private readonly open: readonly OpenLink[],
    private readonly options: ChainOptions,
  ) {
    this.last = open.length - 1;
    this.links = open.map(({ link, sizeBytes, info }) => ({
      file: link.file,
      sizeBytes,
      manifest: info?.manifest ?? null,
      sha256: null,
    }));
    const streams = open.reduce((sum, { info }) => sum + (info ? streamOf(info.manifest).bytes : 0), 0);
    const image = this.last > 0 ? (open[this.last]?.info?.manifest.contentBytes ?? 0) : 0;
    this.totalBytes = streams + image;
  }

  async read(target: string): Promise<ReadChain> {
    const checks: ProofCheck[] = [];
    for (const [index, { info }] of this.open.entries()) {
      if (info) continue;
      const found = check('gzip-stream', false, 'the end of the file is damaged or missing');
      return this.damaged(index, [...this.sizeCheck(index), found]);
    }
    const stranger = await this.findStranger();
    if (stranger) return this.damaged(stranger.index, [...this.sizeCheck(stranger.index), ...stranger.found]);
    const output = await fs.open(target, 'wx+');
    try {
      for (const index of this.open.keys()) {
        const found = [...this.sizeCheck(index), ...(await this.extractLink(index, output))];
        if (found.some(({ outcome }) => outcome === 'failed')) return this.damaged(index, found);
        if (index === this.last) checks.push(...found);
      }
      if (this.last === 0) return { checks, links: this.links, damage: null };
      const image = await this.checkImage(output);
      // The stream's own size and hash were right; what counts is the image that it gave.
      const all = [...this.follows(), ...checks.filter(({ step }) => !step.startsWith('content-')), ...image];
      const wrong = image.find(({ outcome }) => outcome === 'failed');
      return { checks: all, links: this.links, damage: wrong ? { index: this.last, check: wrong } : null };
    } finally {
      await output.close();
    }
  }

  /** What the restore point's checks say when file `index` is damaged. */
  private damaged(index: number, found: ProofCheck[]): ReadChain {
    const wrong = found.find(({ outcome }) => outcome === 'failed') ?? check('chain', false, 'damaged');
    const damage = { index, check: wrong };
    if (index === this.last) {
      // The files before it were found right only when they were read: they are, before the last one is.
      const before = this.last > 0 && wrong.step !== 'chain' && this.readToEnd() ? this.follows() : [];
      return { checks: [...before, ...found], links: this.links, damage };
    }
    const name = path.basename(this.links[index]?.file ?? '');
    const detail = `${name}: ${wrong.step === 'chain' ? '' : `${wrong.step}: `}${wrong.detail}`;
    return { checks: [check('chain', false, detail)], links: this.links, damage };
  }

  /** True when every file before the last was read to its end. */
  private readToEnd(): boolean {
    return this.links.slice(0, -1).every(({ sha256 }) => sha256 !== null);
  }

  private follows(): ProofCheck[] {
    const base = this.links[0]?.manifest?.id ?? '';
    return [check('chain', true, `${base} and ${this.last} of changed pages follow each other`)];
  }

  private sizeCheck(index: number): ProofCheck[] {
    const one = this.open[index];
    const expected = one?.link.expected;
    if (!one || !expected) return [];
    return [
      check('file-size', one.sizeBytes === expected.sizeBytes, `${one.sizeBytes} of ${expected.sizeBytes} bytes`),
    ];
  }

  /**
   * Files that do not follow each other, as failed checks of the one that is wrong. A file whose own bytes are not what
   * they were comes first: what it says of itself, and with that its neighbours, tell nothing then.
   */
  private async findStranger(): Promise<{ index: number; found: ProofCheck[] } | null> {
    const stranger = findStranger(
      this.open.flatMap(({ link, info }) => (info ? [{ manifest: info.manifest, id: this.idOf(link) }] : [])),
    );
    if (!stranger) return null;
    for (const [index, { handle, link, info }] of this.open.entries()) {
      if (!info) continue;
      const { fileSha256, sealMatches } = await hashSealed(handle, info, this.options.signal);
      const right = sealMatches && (!link.expected || link.expected.sha256 === fileSha256);
      if (!right) return { index, found: [check('file-sha256', false, fileSha256)] };
    }
    return { index: stranger.index, found: [check('chain', false, stranger.detail)] };
  }

  /** Of a single file that the catalogue has read, its hashes say more than the id. */
  private idOf({ id, expected }: ChainLink): string | undefined {
    return this.last > 0 || expected === null ? id : undefined;
  }

  private async extractLink(index: number, output: fs.FileHandle): Promise<ProofCheck[]> {
    const { link, handle, info } = this.open[index] ?? {};
    const read = this.links[index];
    if (!link || !handle || !info || !read) throw holdfastError('INTERNAL', { detail: `no link ${index}` });
    const applier =
      info.manifest.format === CHANGES_FORMAT ? new ChangesApplier(output, info.manifest, link.file) : null;
    const before = this.doneBytes;
    // Where the image is kept, its sync at the end has little left to do.
    const sync = new EarlySync(output);
    try {
      const content = await decompressMembers(handle, link.file, info, {
        contentBytes: streamOf(info.manifest).bytes,
        onContent: async (bytes) => {
          if (applier) return applier.push(bytes);
          await writeAll(output, [bytes]);
          sync.wrote(bytes.length);
        },
        onProgress: (doneBytes) => this.progress(before + doneBytes),
        signal: this.options.signal,
      });
      read.sha256 = content.fileSha256;
      const found = contentChecks(content, info, link.expected);
      // A stream that is not the one that was written is damaged, also where it ends in the wrong place.
      if (found.every(({ outcome }) => outcome === 'ok')) await applier?.finish();
      return found;
    } catch (thrown) {
      if (!(thrown instanceof HoldfastError)) throw thrown;
      if (thrown.code !== 'GZIP_DAMAGED' && thrown.code !== 'GZIP_TOO_LARGE') throw thrown;
      return [check('gzip-stream', false, thrown.detail || thrown.code)];
    } finally {
      await sync.end();
    }
  }

  /** Reads the whole image back and compares it with what the restore point's own file, and the catalogue, say. */
  private async checkImage(output: fs.FileHandle): Promise<ProofCheck[]> {
    const { link, info } = this.open[this.last] ?? {};
    if (!info) throw holdfastError('INTERNAL', { detail: 'a chain without an end' });
    const before = this.doneBytes;
    const { sha256, sizeBytes } = await hashFile(output, {
      onProgress: (doneBytes) => this.progress(before + doneBytes),
      signal: this.options.signal,
    });
    return imageChecks({ contentBytes: sizeBytes, contentSha256: sha256 }, info.manifest, link?.expected ?? null);
  }

  private progress(doneBytes: number): void {
    this.doneBytes = doneBytes;
    this.options.onProgress(doneBytes, this.totalBytes);
  }
}
