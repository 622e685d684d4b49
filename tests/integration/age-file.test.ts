/** Files of changed pages and encrypted files, found somewhere: identified by what is in them, with the files they need. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { encryptFile } from '../../electron/copies/age';
import { type InspectedFile, inspectFile, type InspectRequest } from '../../electron/restore/inspect';
import { HERE } from '../helpers/backups';
import { type MadeLink, makeImages, writeChain } from '../helpers/chains';
import { codeOf, errorOf } from '../helpers/engine';

const PASSPHRASE = 'correct horse battery staple';
const NO_SECRETS = { passphrases: [], identities: [] };
const OPTIONS = { ...HERE, onProgress: () => undefined };

/** Made once. A passphrase takes a moment for each file that it opens, a key does not: only what is about one has one. */
let made: string;
let identity: string;
let recipient: string;
let links: MadeLink[];
let folder: string;
let number = 0;

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'holdfast-made-'));
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  const create = 'CREATE TABLE t (a); INSERT INTO t VALUES (1)';
  const images = makeImages(made, 4096, create, ['INSERT INTO t VALUES (2)', 'CREATE TABLE u (b)']);
  links = writeChain(made, images);
  for (const { file, manifest } of links) {
    await encrypt(file, `${file}.age`);
    writeFileSync(`${file}.manifest`, JSON.stringify(manifest));
    await encrypt(`${file}.manifest`, `${file}.manifest.age`);
  }
  await encryptFile(
    fileOf(0),
    join(made, 'by-passphrase'),
    { mode: 'passphrase' },
    { passphrase: PASSPHRASE },
    OPTIONS,
  );
});
afterAll(() => rmSync(made, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-found-'));
  mkdirSync(join(folder, 'scratch'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const encrypt = (file: string, target: string, to = recipient) =>
  encryptFile(file, target, { mode: 'recipient', recipient: to }, {}, OPTIONS);

/** Lays copies of made files into the folder of the test; gives where the last one is. */
function lay(...files: string[]): string {
  let laid = '';
  for (const file of files) {
    laid = join(folder, basename(file));
    writeFileSync(laid, readFileSync(file));
  }
  return laid;
}

const fileOf = (index: number): string => links[index]?.file ?? '';

function inspect(file: string, options: Partial<InspectRequest> = {}): Promise<InspectedFile> {
  const scratch = join(folder, 'scratch', String(++number));
  const request = { file, contentFile: `${scratch}.sqlite`, folder: scratch, lockTimeoutMs: 1000 };
  return inspectFile({ ...request, passphrase: null, secrets: NO_SECRETS, ...options }, OPTIONS);
}

/** What the inspection extracted. */
const content = (): Buffer => readFileSync(join(folder, 'scratch', `${number}.sqlite`));

describe('a file of changed pages that was found', () => {
  it('is proved with the files it needs, which lie beside it under any name', async () => {
    const file = lay(fileOf(0), fileOf(1), fileOf(2));
    renameSync(join(folder, basename(fileOf(0))), join(folder, 'renamed by hand'));
    writeFileSync(join(folder, 'notes.txt'), 'not a backup');
    const [stranger] = writeChain(join(folder, 'scratch'), makeImages(made, 4096, 'CREATE TABLE x (a)', []), {
      name: 'zzz',
    });
    writeFileSync(join(folder, 'a base of another chain'), stranger?.bytes ?? '');
    mkdirSync(join(folder, 'a folder.gz'));
    expect(await inspect(file)).toMatchObject({
      ...{ format: 'holdfast-changes', encrypted: false, proved: true, contentAt: links[2]?.manifest.createdAt },
      links: [{ file: join(folder, 'renamed by hand') }, { file: join(folder, basename(fileOf(1))) }, { file }],
    });
    expect(content().equals(links[2]?.image ?? Buffer.alloc(0))).toBe(true);
  });

  it('without one of them is CHAIN_BROKEN that says which restore point is missing', async () => {
    const file = lay(fileOf(1), fileOf(2));
    const error = await errorOf(inspect(file));
    expect(error).toMatchObject({
      code: 'CHAIN_BROKEN',
      params: { path: file, createdAt: links[2]?.manifest.createdAt },
    });
    expect(error.detail).toContain(links[0]?.manifest.id);
  });

  it('beside a damaged one is not proved, and the damaged one is named', async () => {
    const file = lay(fileOf(0), fileOf(1));
    const base = join(folder, basename(fileOf(0)));
    const bytes = readFileSync(base);
    writeFileSync(base, bytes.fill(0, 100, 140));
    const inspected = await inspect(file);
    expect([inspected.proved, inspected.hash]).toEqual([false, null]);
    expect(inspected.checks[0]).toMatchObject({ step: 'chain', outcome: 'failed' });
    expect(inspected.checks[0]?.detail).toContain(basename(base));
  });
});

describe('an encrypted file that was found', () => {
  it('is opened with the passphrase that was typed, and is what is inside, whatever its name says', async () => {
    const file = lay(join(made, 'by-passphrase'));
    const inspected = await inspect(file, { passphrase: PASSPHRASE });
    expect(inspected).toMatchObject({ file, encrypted: true, format: 'holdfast-backup', proved: true });
    expect(inspected.sizeBytes).toBe(readFileSync(file).length);
    expect(content().equals(links[0]?.image ?? Buffer.alloc(0))).toBe(true);
  });

  it('is opened with a secret of a destination when nothing was typed, also when others do not fit', async () => {
    const secrets = {
      passphrases: ['something else', PASSPHRASE],
      identities: [await generateX25519Identity(), identity],
    };
    for (const file of [join(made, 'by-passphrase'), `${fileOf(0)}.age`]) {
      expect(await inspect(lay(file), { secrets })).toMatchObject({ encrypted: true, proved: true });
    }
  });

  it('is PASSPHRASE_NEEDED when no secret fits and nobody was asked, PASSPHRASE_WRONG when somebody was', async () => {
    const file = lay(join(made, 'by-passphrase'));
    const secrets = { passphrases: ['something else'], identities: [identity] };
    expect(await errorOf(inspect(file))).toMatchObject({ code: 'PASSPHRASE_NEEDED', params: { path: file } });
    expect(await codeOf(inspect(file, { secrets }))).toBe('PASSPHRASE_NEEDED');
    const wrong = await errorOf(inspect(file, { passphrase: 'wrong one' }));
    expect(wrong).toMatchObject({ code: 'PASSPHRASE_WRONG', params: { path: file } });
  });

  it('for a key is opened with the key as text', async () => {
    const file = lay(`${fileOf(0)}.age`);
    expect(await inspect(file, { passphrase: ` ${identity}\n` })).toMatchObject({ encrypted: true, proved: true });
    expect(await codeOf(inspect(file, { passphrase: PASSPHRASE }))).toBe('PASSPHRASE_WRONG');
    expect(await codeOf(inspect(file, { passphrase: await generateX25519Identity() }))).toBe('PASSPHRASE_WRONG');
  });

  it('that is damaged or cut off is ENCRYPTED_FILE_DAMAGED, and nothing of it is used', async () => {
    const file = lay(`${fileOf(0)}.age`);
    const bytes = readFileSync(file);
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(bytes.length - 20) ^ 1, bytes.length - 20);
    for (const wrong of [flipped, bytes.subarray(0, bytes.length - 1)]) {
      writeFileSync(file, wrong);
      const error = await errorOf(inspect(file, { passphrase: identity }));
      expect(error).toMatchObject({ code: 'ENCRYPTED_FILE_DAMAGED', params: { path: file } });
    }
  });

  it('that holds no database is told by its own name', async () => {
    const plain = join(folder, 'words');
    writeFileSync(plain, 'only words '.repeat(100));
    await encrypt(plain, `${plain}.age`);
    const error = await errorOf(inspect(`${plain}.age`, { passphrase: identity }));
    expect(error).toMatchObject({ code: 'NOT_A_DATABASE', params: { path: `${plain}.age` } });
  });

  it('of changed pages is proved with the encrypted and plain files beside it', async () => {
    const file = lay(`${fileOf(0)}.age`, fileOf(1), `${fileOf(2)}.age`);
    const inspected = await inspect(file, { passphrase: identity });
    expect(inspected).toMatchObject({ encrypted: true, format: 'holdfast-changes', proved: true, file });
    expect(content().equals(links[2]?.image ?? Buffer.alloc(0))).toBe(true);
  });

  it('of changed pages finds a renamed base by the small manifest beside it', async () => {
    const file = lay(`${fileOf(1)}.age`);
    const [renamed, manifest] = [join(folder, 'base.age'), join(folder, 'base.manifest.age')];
    writeFileSync(renamed, readFileSync(`${fileOf(0)}.age`));
    expect(await codeOf(inspect(file, { passphrase: identity }))).toBe('CHAIN_BROKEN');
    writeFileSync(manifest, readFileSync(`${fileOf(0)}.manifest.age`));
    expect((await inspect(file, { passphrase: identity })).proved).toBe(true);
    // A manifest that lies about the file beside it changes nothing of what is proved.
    writeFileSync(renamed, readFileSync(`${fileOf(2)}.age`));
    expect((await inspect(file, { passphrase: identity })).proved).toBe(false);
  });

  it('of changed pages without its base is CHAIN_BROKEN; with one that another key opens, it says why', async () => {
    const file = lay(`${fileOf(1)}.age`);
    expect(await codeOf(inspect(file, { passphrase: identity }))).toBe('CHAIN_BROKEN');
    const other = await identityToRecipient(await generateX25519Identity());
    await encrypt(fileOf(0), join(folder, `${basename(fileOf(0))}.age`), other);
    const error = await errorOf(inspect(file, { passphrase: identity }));
    expect(error.code).toBe('CHAIN_BROKEN');
    expect(error.detail).toContain('PASSPHRASE_WRONG');
  });
});
