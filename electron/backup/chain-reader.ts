/** Reads the files of one chain, base first or, where the changes are few, last; see `extract-chain.ts`. */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { ProofCheck } from '@shared/models';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import type { ChainLink } from './chain';
import { findStranger } from './chain-order';
import { ChangesApplier, type ChangesTarget, fileTarget } from './changes-format';
import { readFull, writeAll } from './compress';
import { type BackupFileInfo, decompressMembers, hashFile } from './decompress';
import { EarlySync } from './early-sync';
import { CHANGES_FORMAT, type Manifest, streamOf } from './manifest';
import { Overlay } from './overlay';
import { check, contentChecks, imageChecks } from './proof-checks';

const HASH_PIECE_BYTES = 4 << 20;
/** Changed pages of a whole chain that are held in memory; more are written into the image. */
const OVERLAY_LIMIT_BYTES = 32 << 20;

export interface ChainOptions {
  onProgress: (doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
  /** For tests; see `OVERLAY_LIMIT_BYTES`. */
  overlayLimitBytes?: number;
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

/** A file of a chain that is open for reading. */
export interface OpenLink {
  link: ChainLink;
  handle: fs.FileHandle;
  sizeBytes: number;
  info: BackupFileInfo | null;
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

/** Brings the image of a chain into a new file and says what was found on the way. */
export class ChainReader {
  private readonly links: ReadLink[];
  private readonly totalBytes: number;
  private readonly last: number;
  /** Set when the changes fit into memory: then they are read before the full backup. */
  private readonly overlay: Overlay | null;
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
    const base = open[0]?.info?.manifest;
    const isSmall =
      base !== undefined &&
      streams - base.contentBytes <= (options.overlayLimitBytes ?? OVERLAY_LIMIT_BYTES) &&
      open.every(({ info }) => info?.manifest.pageSizeBytes === base.pageSizeBytes);
    this.overlay = this.last > 0 && isSmall ? new Overlay(base.pageSizeBytes, base.contentBytes) : null;
    // What is not laid over in memory is read once more.
    const again = this.last > 0 && !this.overlay ? (open[this.last]?.info?.manifest.contentBytes ?? 0) : 0;
    this.totalBytes = streams + again;
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
      if (this.overlay) return await this.readOverlaid(output, this.overlay);
      const asFile = fileTarget(output);
      for (const index of this.open.keys()) {
        const write = index === 0 ? this.writer(output) : null;
        const found = [...this.sizeCheck(index), ...(await this.extractLink(index, write ?? asFile))];
        if (found.some(({ outcome }) => outcome === 'failed')) return this.damaged(index, found);
        if (index === this.last) checks.push(...found);
      }
      if (this.last === 0) return { checks, links: this.links, damage: null };
      return this.judged(checks, await this.checkImage(output));
    } finally {
      await output.close();
    }
  }

  /** The changes first, into memory; then the full backup, with them laid over it. */
  private async readOverlaid(output: fs.FileHandle, overlay: Overlay): Promise<ReadChain> {
    const checks: ProofCheck[] = [];
    for (let index = 1; index <= this.last; index++) {
      const found = [...this.sizeCheck(index), ...(await this.extractLink(index, overlay))];
      if (found.some(({ outcome }) => outcome === 'failed')) return this.damaged(index, found);
      if (index === this.last) checks.push(...found);
    }
    const image = createHash('sha256');
    let position = 0;
    let contentBytes = 0;
    const writer = this.writer(output);
    const put = async (piece: Buffer): Promise<void> => {
      image.update(piece);
      contentBytes += piece.length;
      await writer.put(piece);
    };
    const base = await this.extractLink(0, {
      put: async (content) => {
        const inside = overlay.lay(content, position);
        position += content.length;
        await put(inside);
      },
      end: async () => {
        for (const page of overlay.behind()) await put(page);
        await writer.end();
      },
      hashes: false,
    });
    const found = [...this.sizeCheck(0), ...base];
    if (found.some(({ outcome }) => outcome === 'failed')) return this.damaged(0, found);
    const { link, info } = this.open[this.last] ?? {};
    if (!info) throw holdfastError('INTERNAL', { detail: 'a chain without an end' });
    const read = { contentBytes, contentSha256: image.digest('hex') };
    return this.judged(checks, imageChecks(read, info.manifest, link?.expected ?? null));
  }

  /** What the restore point's checks say of its own file and of the image that came out. */
  private judged(checks: readonly ProofCheck[], image: readonly ProofCheck[]): ReadChain {
    // The stream's own size and hash were right; what counts is the image that it gave.
    const all = [...this.follows(), ...checks.filter(({ step }) => !step.startsWith('content-')), ...image];
    const wrong = image.find(({ outcome }) => outcome === 'failed');
    return { checks: all, links: this.links, damage: wrong ? { index: this.last, check: wrong } : null };
  }

  /** Writes what comes out of a full backup one after the other. Its sync at the end has little left to do. */
  private writer(output: fs.FileHandle): ContentTarget {
    const sync = new EarlySync(output);
    return {
      put: async (content) => {
        await writeAll(output, [content]);
        sync.wrote(content.length);
      },
      end: () => sync.end(),
      hashes: true,
    };
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

  /** @param target takes the content of a full backup, or has the image that pages are changed in */
  private async extractLink(index: number, target: ContentTarget | ChangesTarget): Promise<ProofCheck[]> {
    const { link, handle, info } = this.open[index] ?? {};
    const read = this.links[index];
    if (!link || !handle || !info || !read) throw holdfastError('INTERNAL', { detail: `no link ${index}` });
    const taker = takerOf(target, info.manifest, link.file);
    const before = this.doneBytes;
    try {
      const content = await decompressMembers(handle, link.file, info, {
        contentBytes: streamOf(info.manifest).bytes,
        onContent: taker.put,
        hashContent: taker.hashes,
        onProgress: (doneBytes) => this.progress(before + doneBytes),
        signal: this.options.signal,
      });
      read.sha256 = content.fileSha256;
      const found = contentChecks(content, info, link.expected);
      // A stream that is not the one that was written is damaged, also where it ends in the wrong place.
      if (found.every(({ outcome }) => outcome === 'ok')) await taker.end();
      return found;
    } catch (thrown) {
      if (!(thrown instanceof HoldfastError)) throw thrown;
      if (thrown.code !== 'GZIP_DAMAGED' && thrown.code !== 'GZIP_TOO_LARGE') throw thrown;
      return [check('gzip-stream', false, thrown.detail || thrown.code)];
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

/** Takes what comes out of a file, piece by piece. */
interface ContentTarget {
  put: (content: Buffer) => Promise<void>;
  /** Everything came, and it is what it must be. */
  end: () => Promise<void>;
  /** False: it hashes what it makes of the content itself. */
  hashes: boolean;
}

function takerOf(target: ContentTarget | ChangesTarget, manifest: Manifest, file: string): ContentTarget {
  if ('put' in target) return target;
  if (manifest.format !== CHANGES_FORMAT) throw holdfastError('INTERNAL', { detail: 'a full backup after another' });
  const applier = new ChangesApplier(target, manifest, file);
  return { put: (content) => applier.push(content), end: () => applier.finish(), hashes: true };
}
