/** A chain brings back the byte-exact image of its moment, or it says which of its files is not right. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readManifestOf } from '../../electron/backup/decompress';
import { extractChain } from '../../electron/backup/extract-chain';
import { MEMBER_HEADER_BYTES } from '../../electron/backup/gzip-member';
import type { ChangesManifest } from '../../electron/backup/manifest';
import { type Proof, proveBackup } from '../../electron/backup/prove';
import { HERE as ANYHOW } from '../helpers/backups';
import { chainOf, type Forgery, makeImages, type MadeLink, sha256, writeChain } from '../helpers/chains';
import { codeOf, errorOf } from '../helpers/engine';

let folder: string;
let target: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-chain-'));
  target = join(folder, 'image');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CREATE = `CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT); CREATE INDEX item_text ON item (text);
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
  INSERT INTO item SELECT i, hex(randomblob(60)) FROM n`;
const GROW = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
  INSERT INTO item (text) SELECT hex(randomblob(80)) FROM n`;
const SHRINK = 'DELETE FROM item WHERE id % 2; VACUUM';
const TOUCH = "UPDATE item SET text = 'touched' WHERE id = 42";
/** Seven steps: every kind of change, after every other. */
const STEPS = [TOUCH, GROW, SHRINK, TOUCH.replace('42', '44'), SHRINK, GROW, GROW];

const images = (steps: readonly string[] = STEPS, pageSizeBytes = 4096): Buffer[] =>
  makeImages(folder, pageSizeBytes, CREATE, steps);

const failed = (proof: Proof): string[] =>
  proof.checks.filter(({ outcome }) => outcome === 'failed').map(({ step }) => step);

/** Name of the file that is said to be damaged. */
const damaged = ({ damage, links }: Proof): string | null => (damage ? (links[damage.index]?.file ?? '') : null);

// Changes that fit into memory are laid over the full backup, others are written into its image.
describe.each([
  ['laid over', 32 << 20],
  ['written into the image', 0],
])('changes that are %s:', (_how, overlayLimitBytes) => {
  const HERE = { ...ANYHOW, overlayLimitBytes };

  function prove(links: readonly MadeLink[], known = true): Promise<Proof> {
    rmSync(target, { force: true });
    return proveBackup(chainOf(links, known), target, HERE);
  }

  describe('a chain', () => {
    it.each([512, 4096, 65_536])(
      'of 1 to 8 files with pages of %i bytes gives each image back',
      async (pageSizeBytes) => {
        const made = images(STEPS, pageSizeBytes);
        expect(new Set(made.map(sha256)).size).toBe(8);
        const links = writeChain(folder, made);
        for (const [index, image] of made.entries()) {
          const proof = await prove(links.slice(0, index + 1));
          expect(failed(proof)).toEqual([]);
          expect(proof.checks.map(({ step }) => step)).toEqual([
            ...(index > 0 ? ['chain'] : []),
            ...['file-size', 'file-sha256', 'gzip-stream', 'content-size', 'content-sha256'],
            ...['opens', 'integrity-check', 'foreign-key-check'],
          ]);
          expect(readFileSync(target).equals(image), `link ${index}`).toBe(true);
          expect(proof).toMatchObject({ damage: null, sha256: links[index]?.expected.sha256 });
        }
      },
    );

    it('whose image grows and shrinks ends where the last one ends', async () => {
      const made = images([GROW, SHRINK]);
      expect((made[1]?.length ?? 0) > (made[0]?.length ?? 0) && (made[2]?.length ?? 0) < (made[0]?.length ?? 0)).toBe(
        true,
      );
      await extractChain(chainOf(writeChain(folder, made)), target, HERE);
      expect(statSync(target).size).toBe(made[2]?.length);
    });

    it('tells progress up to the end and stops when it is cancelled', async () => {
      const links = writeChain(folder, images([GROW, GROW]));
      const told: [number, number][] = [];
      await extractChain(chainOf(links), target, { ...HERE, onProgress: (...progress) => told.push(progress) });
      const [done, total] = told.at(-1) ?? [0, 1];
      expect(done).toBe(total);
      expect(told.every(([now], index) => now >= (told[index - 1]?.[0] ?? 0))).toBe(true);
      const stop = new AbortController();
      rmSync(target);
      const cancelled = extractChain(chainOf(links), target, {
        onProgress: (bytes) => bytes > 100_000 && stop.abort(new Error('stopped by the test')),
        signal: stop.signal,
      });
      await expect(cancelled).rejects.toThrow('stopped by the test');
    });

    it('never writes over a file that is there', async () => {
      writeFileSync(target, 'mine');
      await expect(extractChain(chainOf(writeChain(folder, images([]))), target, HERE)).rejects.toThrow('EEXIST');
      expect(readFileSync(target, 'utf8')).toBe('mine');
    });
  });

  /** One byte of each part of a file; `at` gives where that is. */
  const PARTS: [part: string, at: (link: MadeLink, trailerAt: number) => number][] = [
    ['the length in a member header', () => 16],
    ['the first byte', () => 0],
    ['the middle of a member', (_link, trailerAt) => MEMBER_HEADER_BYTES + ((trailerAt - MEMBER_HEADER_BYTES) >> 1)],
    ['the check sum of a member', (_link, trailerAt) => trailerAt - 6],
    ['the trailer header', (_link, trailerAt) => trailerAt + 1],
    ['the content hash in the manifest', (link) => link.bytes.indexOf(link.manifest.contentSha256) + 3],
    ['the id in the manifest', (link) => link.bytes.indexOf(link.manifest.id) + 2],
    ['the seal', (link) => link.bytes.length - 30],
    ['the last byte', (link) => link.bytes.length - 1],
  ];

  async function expectNamed(links: readonly MadeLink[], index: number, what: string): Promise<void> {
    const wrong = links[index];
    const own = index === links.length - 1;
    for (const known of [true, false]) {
      const proof = await prove(links, known);
      expect(proof.proved, what).toBe(false);
      expect(damaged(proof), what).toBe(wrong?.file);
      // What is wrong with a file before the restore point's own is a broken chain that names it.
      if (!own) {
        expect(failed(proof), what).toEqual(['chain']);
        expect(proof.checks[0]?.detail, what).toContain(basename(wrong?.file ?? ''));
      }
      rmSync(target, { force: true });
      const error = await errorOf(extractChain(chainOf(links, known), target, HERE));
      expect(error, what).toMatchObject({ code: 'BACKUP_FILE_DAMAGED', params: { path: wrong?.file } });
    }
  }

  describe('damage in a link', () => {
    it.each([0, 1, 2])('%i: a flipped bit in any part of it is found, and that file is named', async (index) => {
      const links = writeChain(folder, images([TOUCH, GROW]));
      const link = links[index];
      if (!link) throw new RangeError('no such link');
      const trailerAt = (await readManifestOf(link.file))?.trailerAt ?? 0;
      for (const [part, at] of PARTS) {
        const bytes = Buffer.from(link.bytes);
        bytes.writeUInt8(bytes.readUInt8(at(link, trailerAt)) ^ 1, at(link, trailerAt));
        writeFileSync(link.file, bytes);
        await expectNamed(links, index, part);
      }
    });

    it.each([0, 1, 2])('%i: one that is cut off is found and named', async (index) => {
      const links = writeChain(folder, images([TOUCH, GROW]));
      const { file = '', bytes = Buffer.alloc(0) } = links[index] ?? {};
      for (const length of [bytes.length - 1, bytes.length >> 1, 0]) {
        writeFileSync(file, bytes);
        truncateSync(file, length);
        await expectNamed(links, index, `${length} of ${bytes.length} bytes`);
      }
    });

    it('one that is gone is CHAIN_BROKEN that names it, the restore point’s own is not there', async () => {
      const links = writeChain(folder, images([TOUCH, GROW]));
      const [base, middle, own] = links.map(({ file }) => file);
      for (const missing of [base, middle]) {
        rmSync(missing ?? '');
        const error = await errorOf(extractChain(chainOf(links), target, HERE));
        expect(error).toMatchObject({
          code: 'CHAIN_BROKEN',
          params: { path: missing, createdAt: '2026-11-22T02:00:00.000Z' },
        });
        writeFileSync(missing ?? '', links.find(({ file }) => file === missing)?.bytes ?? '');
      }
      rmSync(own ?? '');
      await expect(extractChain(chainOf(links), target, HERE)).rejects.toMatchObject({ code: 'ENOENT', path: own });
    });
  });

  describe('a file that does not belong where it stands', () => {
    it('two links that were swapped are found by their place', async () => {
      const links = writeChain(folder, images([TOUCH, GROW, TOUCH.replace('42', '50')]));
      const [, first, second] = links;
      writeFileSync(first?.file ?? '', second?.bytes ?? '');
      writeFileSync(second?.file ?? '', first?.bytes ?? '');
      await expectNamed(links, 1, 'swapped');
    });

    it('a link of another chain under the right name is named, not the one it was laid over', async () => {
      const links = writeChain(folder, images([TOUCH, GROW]));
      const others = writeChain(join(folder, 'other'), images([GROW, TOUCH]), { name: 'other' });
      for (const index of [0, 1, 2]) {
        copyFileSync(others[index]?.file ?? '', links[index]?.file ?? '');
        const proof = await prove(links);
        expect([proof.proved, damaged(proof)]).toEqual([false, links[index]?.file]);
        expect((await prove(links, false)).proved).toBe(false);
        writeFileSync(links[index]?.file ?? '', links[index]?.bytes ?? '');
      }
      expect((await prove(links)).proved).toBe(true);
    });

    it('a full backup in the place of changed pages, and changed pages without their base, are refused', async () => {
      const links = writeChain(folder, images([TOUCH, GROW]));
      const [base, first, second] = links;
      if (!base || !first || !second) throw new RangeError('three files');
      copyFileSync(base.file, first.file);
      expect(damaged(await prove(links, false))).toBe(first.file);
      expect(damaged(await prove([second], false))).toBe(second.file);
      expect(damaged(await prove([first, second], false))).toBe(second.file);
    });

    it.each<[string, (manifest: ChangesManifest, others: MadeLink[]) => Partial<ChangesManifest>]>([
      ['another parent image', () => ({ parentContentSha256: 'a'.repeat(64) })],
      ['another parent', () => ({ parentId: 'somebody-else' })],
      ['another chain', () => ({ chainId: 'somebody-else' })],
      ['another length of the chain', () => ({ chainLength: 3 })],
      ['another page size', () => ({ pageSizeBytes: 8192 })],
    ])('changed pages of %s are not applied', async (_what, claim) => {
      const made = images([TOUCH, GROW]);
      const forge: Forgery = {
        manifest: (manifest) => ({ ...manifest, ...claim(manifest as ChangesManifest, []) }) as ChangesManifest,
      };
      const links = writeChain(folder, made, { forge: { 2: forge } });
      const proof = await prove(links, false);
      expect([failed(proof), damaged(proof)]).toEqual([['chain'], links[2]?.file]);
    });

    it('changed pages of another image give another image, which is found at the end', async () => {
      // Every file is whole and says of itself that it belongs: only the image of the moment tells.
      const made = images([TOUCH, GROW]);
      const other = images([TOUCH.replace('42', '99'), GROW]);
      const forge: Forgery = {
        manifest: (manifest) =>
          ({ ...manifest, parentContentSha256: sha256(made[1] ?? Buffer.alloc(0)) }) as ChangesManifest,
      };
      const strangers = writeChain(join(folder, 'other'), other, { forge: { 2: forge } });
      const links = writeChain(folder, made);
      const chain = [...links.slice(0, 2), ...strangers.slice(2)];
      const proof = await prove(chain, false);
      expect([failed(proof), damaged(proof)]).toEqual([['content-sha256'], chain[2]?.file]);
    });
  });

  describe('a hostile file of changed pages', () => {
    const number = (stream: Buffer, index: number, value: number): Buffer => {
      const copy = Buffer.from(stream);
      copy.writeUInt32LE(value, 16 + index * 4);
      return copy;
    };

    /** A forged stream whose manifest says exactly what it is: nothing but the reader's own checks stands in its way. */
    async function refused(
      stream: (stream: Buffer) => Buffer,
      manifest: Partial<ChangesManifest> = {},
    ): Promise<Proof> {
      const made = images([GROW]);
      const plain = writeChain(folder, made)[1]?.manifest as ChangesManifest;
      let forged = Buffer.alloc(0);
      const forge: Forgery = {
        stream: (right) => (forged = Buffer.from(stream(right))),
        manifest: () => ({ ...plain, streamBytes: forged.length, streamSha256: sha256(forged), ...manifest }),
      };
      const links = writeChain(folder, made, { forge: { 1: forge } });
      const proof = await prove(links, false);
      expect([proof.proved, damaged(proof)]).toEqual([false, links[1]?.file]);
      const pages = Math.max(...made.map(({ length }) => length));
      expect(statSync(target).size, 'nothing was written outside the image').toBeLessThanOrEqual(pages);
      return proof;
    }

    it.each<[string, (stream: Buffer) => Buffer]>([
      ['page 0', (stream) => number(stream, 4, 0)],
      ['a page after the last', (stream) => number(stream, 4 + stream.readUInt32LE(24) - 1, 0x7fff_ffff)],
      ['a page twice', (stream) => number(stream, 5, stream.readUInt32LE(16 + 4 * 4))],
      ['pages in another order', (stream) => number(number(stream, 4, 3), 5, 2)],
      ['more pages than it has', (stream) => number(stream, 2, stream.readUInt32LE(24) + 1)],
      ['4 294 967 295 pages', (stream) => number(stream, 2, 0xffff_ffff)],
      ['an image of 4 294 967 295 pages', (stream) => number(stream, 1, 0xffff_ffff)],
      ['pages of 3 bytes', (stream) => number(stream, 0, 3)],
      ['something else in the reserved place', (stream) => number(stream, 3, 1)],
      ['another beginning', (stream) => Buffer.concat([Buffer.from('HOLDFAST CHANGES'), stream.subarray(16)])],
      ['no end', (stream) => stream.subarray(0, stream.length - 1)],
      ['more after its end', (stream) => Buffer.concat([stream, Buffer.alloc(4096)])],
      ['a page left out where the image grows', (stream) => number(stream, 4 + stream.readUInt32LE(24) - 2, 2)],
    ])('with %s is refused', async (_what, stream) => {
      await refused(stream);
    });

    it('a bomb ends at what the manifest says', async () => {
      const proof = await refused((stream) => Buffer.concat([stream, Buffer.alloc(64 << 20)]), { streamBytes: 5000 });
      expect(failed(proof)).toEqual(['gzip-stream']);
    });

    it('a manifest that says another hash of its pages is refused, though the image would be right', async () => {
      const forge: Forgery = {
        manifest: (manifest) => ({ ...(manifest as ChangesManifest), streamSha256: 'a'.repeat(64) }),
      };
      const links = writeChain(folder, images([TOUCH]), { forge: { 1: forge } });
      const proof = await prove(links, false);
      expect([failed(proof), damaged(proof)]).toEqual([['content-sha256'], links[1]?.file]);
    });

    it('a manifest that promises more than its pages are is refused', async () => {
      const made = images([TOUCH]);
      const forge: Forgery = {
        manifest: (manifest) => ({ ...(manifest as ChangesManifest), changedPages: 2 ** 40, streamBytes: 2 ** 50 }),
      };
      const links = writeChain(folder, made, { forge: { 1: forge } });
      expect(damaged(await prove(links, false))).toBe(links[1]?.file);
    });
  });

  describe('content that is known to be proved', () => {
    it('is not checked by SQLite again, and says so; other bytes never pass as it', async () => {
      const links = writeChain(folder, images([TOUCH]));
      const never = { ...HERE, check: () => Promise.reject(new Error('SQLite was asked')) };
      const proof = await proveBackup(chainOf(links), target, never, true);
      expect(proof.proved).toBe(true);
      expect(proof.checks.find(({ step }) => step === 'integrity-check')?.detail).toMatch(/^not repeated/);
      rmSync(target);
      await expect(proveBackup(chainOf(links), target, never)).rejects.toThrow('SQLite was asked');
      rmSync(target);
      // A catalogue that never read the file knows nothing about its content.
      await expect(proveBackup(chainOf(links, false), target, never, true)).rejects.toThrow('SQLite was asked');
      const others = writeChain(folder, images([TOUCH.replace('42', '43')]));
      rmSync(target);
      const chain = chainOf(links);
      expect(others[1]?.file).toBe(links[1]?.file);
      expect((await proveBackup(chain, target, never, true)).proved).toBe(false);
      rmSync(target);
      expect(await codeOf(extractChain(chain, target, HERE))).toBe('BACKUP_FILE_DAMAGED');
    });
  });
});
