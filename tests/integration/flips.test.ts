/**
 * One bit turned, or the end cut off, in every kind of file that Holdfast writes: each is detected. HOLDFAST_FAULTS makes it
 * 500 flips; a bounded run does some of each kind.
 *
 * What must hold: nothing is called proved, or decrypted, or taken as a base, that differs from what was written by one bit.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparePageMaps, PAGE_HASH_BYTES, PageMapWriter } from '../../electron/backup/page-map';
import { proveBackup } from '../../electron/backup/prove';
import { decryptFile, encryptFile } from '../../electron/copies/age';
import { wrapError } from '../../electron/errors/wrap';
import { HERE } from '../helpers/backups';
import { type MadeLink, makeImages, sha256, writeChain } from '../helpers/chains';
import { Place } from '../helpers/engine';

const FULL = (process.env['HOLDFAST_FAULTS'] ?? '') !== '';
const FLIPS = FULL ? 100 : 12;
const CUTS = FULL ? 20 : 4;

let place: Place;
let chain: MadeLink[];
let identity: string;

/** What a file is said to be when it is as `file` has it. `null`: it is as it should be. */
interface Kind {
  name: string;
  original: () => string;
  detect: (file: string) => Promise<string | null>;
}

const proofOf = async (links: { file: string }[]): Promise<string | null> => {
  const content = place.file(`content-${Math.random()}.sqlite`);
  try {
    const [base, ...rest] = links.map((link, index) => ({ file: link.file, expected: chain[index]?.expected ?? null }));
    if (!base) throw new Error('an empty chain');
    const proof = await proveBackup([base, ...rest], content, HERE);
    return proof.proved ? null : (proof.checks.find(({ outcome }) => outcome === 'failed')?.step ?? 'not proved');
  } finally {
    rmSync(content, { force: true });
  }
};

const openingOf = async (file: string): Promise<string | null> => {
  const target = place.file(`opened-${Math.random()}`);
  try {
    await decryptFile(file, target, { identities: [identity] }, { onProgress: () => undefined, signal: HERE.signal });
    return null;
  } catch (thrown) {
    return wrapError(thrown).code;
  } finally {
    rmSync(target, { force: true });
  }
};

const KINDS: Kind[] = [
  { name: 'a full backup', original: () => link(0).file, detect: (file) => proofOf([{ file }]) },
  {
    name: 'the full backup that a chain begins with',
    original: () => link(0).file,
    detect: (file) => proofOf([{ file }, link(1), link(2)]),
  },
  { name: 'a file of changes', original: () => link(2).file, detect: (file) => proofOf([link(0), link(1), { file }]) },
  {
    name: 'a page map',
    original: () => place.file('pages.map'),
    detect: async (file) => ((await comparePageMaps(file, place.file('pages.map'), HERE.signal)) ? null : 'unusable'),
  },
  { name: 'an encrypted copy', original: () => place.file('copy.age'), detect: openingOf },
];

async function writeMap(image: Buffer, pageSizeBytes: number): Promise<void> {
  const writer = await PageMapWriter.create(place.file('pages.map'), pageSizeBytes, image.length / pageSizeBytes);
  for (let at = 0; at < image.length; at += pageSizeBytes) {
    const hash = createHash('sha256')
      .update(image.subarray(at, at + pageSizeBytes))
      .digest();
    await writer.append(hash.subarray(0, PAGE_HASH_BYTES));
  }
  await writer.finish(sha256(image));
  await writer.close();
}

const link = (index: number): MadeLink => {
  const found = chain[index];
  if (!found) throw new Error(`no link ${index}`);
  return found;
};

beforeAll(async () => {
  place = await Place.make({ job: '', cli: '', capture: '' });
  const images = makeImages(
    place.file('source'),
    1024,
    `CREATE TABLE t (id INTEGER PRIMARY KEY, v); WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300)
     INSERT INTO t SELECT i, hex(randomblob(60)) FROM n;`,
    ["UPDATE t SET v = 'one' WHERE id % 50 = 0", "UPDATE t SET v = 'two' WHERE id % 40 = 0"],
  );
  chain = writeChain(place.file('chain'), images);
  await writeMap(link(0).image, 1024);
  const age = await import('age-encryption');
  identity = await age.generateIdentity();
  const recipient = await age.identityToRecipient(identity);
  await encryptFile(link(0).file, place.file('copy.age'), { mode: 'recipient', recipient }, {}, HERE);
});
afterAll(() => place.end());

/** Numbers between 0 and 1, the same each time. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe.each(KINDS)('in $name', ({ original, detect }) => {
  it('nothing is found while it is whole', async () => {
    expect(await detect(original())).toBeNull();
  });

  it('every flipped bit is detected', async () => {
    const damaged = place.file('damaged');
    const size = statSync(original()).size;
    const random = numbers(size);
    for (let flip = 0; flip < FLIPS; flip++) {
      copyFileSync(original(), damaged);
      const bytes = readFileSync(damaged);
      // Both ends hold what everything else is found by: they get more than their share.
      const share = random.next().value;
      const near = Math.floor(random.next().value * Math.min(size, 600));
      const at = share < 0.2 ? near : share < 0.4 ? size - 1 - near : Math.floor(random.next().value * size);
      const bit = Math.floor(random.next().value * 8);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      writeFileSync(damaged, bytes);
      expect(await detect(damaged), `bit ${bit} of byte ${at} of ${size}`).not.toBeNull();
    }
  });

  it('every cut is detected', async () => {
    const damaged = place.file('damaged');
    const size = statSync(original()).size;
    const random = numbers(size + 1);
    for (let cut = 0; cut < CUTS; cut++) {
      copyFileSync(original(), damaged);
      const length = cut === 0 ? size - 1 : Math.floor(random.next().value * size);
      truncateSync(damaged, length);
      expect(await detect(damaged), `cut to ${length} of ${size}`).not.toBeNull();
    }
  });
});
