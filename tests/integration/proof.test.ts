/** A backup file counts only when every byte of it is right; files from elsewhere are hostile until proved. */
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { createHash } from 'node:crypto';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readManifestOf } from '../../electron/backup/decompress';
import { encodeTrailer, MEMBER_HEADER_BYTES, memberPieces } from '../../electron/backup/gzip-member';
import type { Manifest } from '../../electron/backup/manifest';
import { type ExpectedFile, type Proof, proveBackup } from '../../electron/backup/prove';
import { gunzip, HERE, takeBackupHere } from '../helpers/backups';
import { fileHash, logicalHash, makeDatabase } from '../helpers/databases';
import { codeOf, errorOf, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { inspectRequest } from '../helpers/restores';

const programs = builtPrograms();
const gzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gzip);

let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await place.end();
});

/** Proves in this process, which is the same code without the cost of a process for each of hundreds of files. */
async function prove(file: string, expected: ExpectedFile | null = null): Promise<Proof> {
  const contentFile = place.file('scratch/content');
  rmSync(contentFile, { force: true });
  return proveBackup([{ file, expected }], contentFile, HERE);
}

async function good(rows = 400): Promise<{ file: string; expected: ExpectedFile; manifest: Manifest; live: string }> {
  const live = makeDatabase(place.file('app.db'), { rows, fillerBytes: 20 });
  const { file, result } = await takeBackupHere(place, live);
  const { contentBytes, contentSha256 } = result.manifest;
  const expected = { sizeBytes: result.sizeBytes, sha256: result.sha256, contentBytes, contentSha256 };
  return { file, expected, manifest: result.manifest, live };
}

const failedSteps = (proof: Proof): string[] =>
  proof.checks.filter(({ outcome }) => outcome === 'failed').map(({ step }) => step);

describe('proving a backup file', () => {
  it('accepts what was written, with and without a catalogue', async () => {
    const { file, expected } = await good();
    expect([failedSteps(await prove(file)), failedSteps(await prove(file, expected))]).toEqual([[], []]);
  });

  it('finds each of 200 bits flipped anywhere, without a catalogue to compare with', async () => {
    const { file } = await good();
    const bytes = readFileSync(file);
    const bad = place.file('bad.sqlite.gz');
    const missed: string[] = [];
    for (let turn = 0; turn < 200; turn++) {
      const at = randomBytes(4).readUInt32LE() % bytes.length;
      const mask = 1 << (turn % 8);
      const copy = Buffer.from(bytes);
      copy.writeUInt8(copy.readUInt8(at) ^ mask, at);
      writeFileSync(bad, copy);
      if ((await prove(bad)).proved) missed.push(`byte ${at} of ${bytes.length}, mask ${mask}`);
    }
    expect(missed).toEqual([]);
  });

  it('finds a flip in every single byte of the trailer and of a member header', async () => {
    const { file } = await good(20);
    const bytes = readFileSync(file);
    const info = await readManifestOf(file);
    const places = [...Array(MEMBER_HEADER_BYTES).keys()];
    for (let at = info?.trailerAt ?? 0; at < bytes.length; at++) places.push(at);
    expect(places.length).toBeGreaterThan(500);
    const bad = place.file('bad.sqlite.gz');
    const missed: number[] = [];
    for (const at of places) {
      const copy = Buffer.from(bytes);
      copy.writeUInt8(copy.readUInt8(at) ^ 0x10, at);
      writeFileSync(bad, copy);
      if ((await prove(bad)).proved) missed.push(at);
    }
    expect(missed).toEqual([]);
  });

  it.each([
    ['one byte cut off', (file: string, size: number) => truncateSync(file, size - 1)],
    ['half of it cut off', (file: string, size: number) => truncateSync(file, Math.floor(size / 2))],
    ['all of it cut off', (file: string) => truncateSync(file, 0)],
    ['the trailer cut off', (file: string, _size: number, trailerAt: number) => truncateSync(file, trailerAt)],
    ['a zero byte appended', (file: string) => appendFileSync(file, Buffer.alloc(1))],
    ['zeros appended, as tapes and some copies do', (file: string) => appendFileSync(file, Buffer.alloc(512))],
    ['a second member appended', (file: string) => appendFileSync(file, zlib.gzipSync('more'))],
    ['itself appended', (file: string) => appendFileSync(file, readFileSync(file))],
    ['its last block written over by zeros', (file: string, size: number) => zero(file, size - 4096)],
    ['its first block written over by zeros', (file: string) => zero(file, 0)],
  ] as [string, (file: string, size: number, trailerAt: number) => void][])(
    'refuses a file with %s',
    async (_name, spoil) => {
      const { file, expected } = await good();
      spoil(file, expected.sizeBytes, (await readManifestOf(file))?.trailerAt ?? 0);
      expect(failedSteps(await prove(file))).not.toEqual([]);
      expect(failedSteps(await prove(file, expected))).not.toEqual([]);
    },
  );

  it('refuses a good backup of something else in its place', async () => {
    const first = await good();
    const other = makeDatabase(place.file('other.db'), { rows: 400, fillerBytes: 20 });
    const { file } = await takeBackupHere(place, other);
    copyFileSync(file, first.file);
    expect(failedSteps(await prove(first.file))).toEqual([]);
    expect(failedSteps(await prove(first.file, first.expected))).toEqual(
      expect.arrayContaining(['file-sha256', 'content-sha256']),
    );
  });

  it('refuses a backup whose content is another one than its manifest says, though both are whole', async () => {
    const { file, manifest } = await good();
    for (const [claim, step] of [
      [{ contentSha256: 'a'.repeat(64) }, 'content-sha256'],
      [{ pageCount: manifest.pageCount + 1 }, 'content-size'],
      [{ contentBytes: manifest.contentBytes + manifest.pageSizeBytes }, 'content-size'],
    ] as const) {
      const forged = place.file('forged.sqlite.gz');
      writeFileSync(forged, resealed(readFileSync(file), { ...manifest, ...claim }, await trailerAt(file)));
      expect(failedSteps(await prove(forged)), step).toEqual([step]);
    }
  });

  it('refuses a faithful backup of a database that SQLite finds damaged', async () => {
    const { manifest, live } = await good();
    const content = readFileSync(live);
    content.fill(0x5a, 5 * 4096, 6 * 4096);
    const forged = place.file('forged.sqlite.gz');
    writeFileSync(forged, await fileOf(content, manifest));
    expect(failedSteps(await prove(forged))).toContain('integrity-check');
  });
});

const trailerAt = async (file: string): Promise<number> => (await readManifestOf(file))?.trailerAt ?? 0;

function zero(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0, at, Math.min(bytes.length, at + 4096));
  writeFileSync(file, bytes);
}

/** The file with another manifest and a seal that is right for it: what somebody could make on purpose. */
function resealed(bytes: Buffer, manifest: Manifest, bodyEnd: number): Buffer {
  const body = bytes.subarray(0, bodyEnd);
  return Buffer.concat([body, encodeTrailer(manifest, createHash('sha256').update(body))]);
}

async function fileOf(content: Buffer, like: Manifest): Promise<Buffer> {
  const body = Buffer.concat(memberPieces(await gzip(content, {}), content.length));
  const contentSha256 = createHash('sha256').update(content).digest('hex');
  const pageCount = content.length / like.pageSizeBytes;
  const manifest = { ...like, contentSha256, contentBytes: content.length, pageCount };
  return resealed(body, manifest, body.length);
}

describe('forged lengths', () => {
  it.each([
    ['content of 4 GiB', 20, 0xffff_ffff],
    ['content of 16 MiB and a byte', 20, (16 << 20) + 1],
    ['no content', 20, 0],
    ['a member of 4 GiB', 16, 0xffff_ffff],
    ['a member without a body', 16, MEMBER_HEADER_BYTES],
    ['a member of no bytes', 16, 0],
  ])('that say %s are refused before memory is taken for them', async (_name, offset, value) => {
    const { file, manifest } = await good();
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(value, offset);
    const forged = place.file('forged.sqlite.gz');
    writeFileSync(forged, resealed(bytes, { ...manifest, contentBytes: 2 ** 40 }, await trailerAt(file)));
    const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow');
    expect(failedSteps(await prove(forged))).toEqual(['gzip-stream']);
    expect(Math.max(0, ...allocate.mock.calls.map(([size]) => size))).toBeLessThanOrEqual(bytes.length);
  });

  it('a member that holds more than it says ends there', async () => {
    const { manifest } = await good();
    const bomb = await gzip(Buffer.alloc(64 << 20), {});
    const body = Buffer.concat(memberPieces(bomb, 1 << 20));
    const forged = place.file('forged.sqlite.gz');
    writeFileSync(forged, resealed(body, { ...manifest, contentBytes: 1 << 20, pageCount: 256 }, body.length));
    expect(failedSteps(await prove(forged))).toEqual(['gzip-stream']);
    expect(statSync(place.file('scratch/content')).size).toBe(0);
  });
});

describe('a gzip file that Holdfast did not write', () => {
  const inspect = (file: string) =>
    place.job('inspect', inspectRequest(place, file, { contentFile: place.file('scratch/content.sqlite') }));

  it('is unpacked and proved, like any backup', async () => {
    const live = makeDatabase(place.file('app.db'));
    const file = place.file('dump.db.gz');
    writeFileSync(file, zlib.gzipSync(readFileSync(live)));
    const seen = await inspect(file);
    expect(seen).toMatchObject({ format: 'gzip-sqlite', proved: true, contentAtSource: 'file-time' });
    expect(fileHash(place.file('scratch/content.sqlite'))).toBe(fileHash(live));
  });

  it('of several members is one database', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 2000 });
    const bytes = readFileSync(live);
    const file = place.file('parts.gz');
    writeFileSync(file, Buffer.concat([zlib.gzipSync(bytes.subarray(0, 5000)), zlib.gzipSync(bytes.subarray(5000))]));
    expect((await inspect(file)).proved).toBe(true);
    expect(logicalHash(place.file('scratch/content.sqlite'))).toBe(logicalHash(live));
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9), 'GZIP_DAMAGED'],
    ['with a flipped bit', (bytes: Buffer) => flip(bytes, bytes.length >> 1), 'GZIP_DAMAGED'],
    ['that holds no database', () => zlib.gzipSync('only words '.repeat(100)), 'NOT_A_DATABASE'],
    ['that holds nothing', () => zlib.gzipSync(''), 'NOT_A_DATABASE'],
  ] as [string, (bytes: Buffer) => Buffer, string][])('%s is refused', async (_name, spoil, code) => {
    const live = makeDatabase(place.file('app.db'));
    const file = place.file('dump.db.gz');
    writeFileSync(file, spoil(zlib.gzipSync(readFileSync(live))));
    expect(await codeOf(inspect(file))).toBe(code);
  });

  it('that holds half a database is DATABASE_TRUNCATED', async () => {
    const bytes = readFileSync(makeDatabase(place.file('app.db')));
    const file = place.file('half.gz');
    writeFileSync(file, zlib.gzipSync(bytes.subarray(0, bytes.length / 2)));
    expect(await codeOf(inspect(file))).toBe('DATABASE_TRUNCATED');
  });

  /** Gigabytes of zeros behind the header of a small database, in a file of a few megabytes. */
  function bomb(name: string, spoilHeader: (header: Buffer) => void): string {
    const first = readFileSync(makeDatabase(place.file('seed.db'), { rows: 1 })).subarray(0, 4096);
    spoilHeader(first);
    const zeros = zlib.gzipSync(Buffer.alloc(64 << 20), { level: 9 });
    writeFileSync(place.file(name), Buffer.concat([zlib.gzipSync(first), ...Array<Buffer>(64).fill(zeros)]));
    return place.file(name);
  }

  it('a bomb whose header claims little ends at what it claims', async () => {
    const error = await errorOf(inspect(bomb('bomb.gz', () => undefined)));
    expect(error.code).toBe('GZIP_TOO_LARGE');
    expect(statSync(place.file('scratch/content.sqlite')).size).toBeLessThan(1 << 20);
  });

  it('a bomb whose header claims nothing ends at a multiple of its own size', async () => {
    const file = bomb('bomb.gz', (header) => header.writeUInt32BE(header.readUInt32BE(92) + 1, 24));
    expect(await codeOf(inspect(file))).toBe('GZIP_TOO_LARGE');
    expect(statSync(place.file('scratch/content.sqlite')).size).toBeLessThan(512 << 20);
  });

  it('a bomb whose header claims more than the disk has is refused before it is unpacked', async () => {
    const file = bomb('bomb.gz', (header) => header.writeUInt32BE(0xffff_fffe, 28));
    expect(await codeOf(inspect(file))).toBe('DISK_FULL');
    expect(statSync(place.file('scratch/content.sqlite')).size).toBeLessThan(1 << 20);
  });

  it('leaves nothing in the home when it is refused', async () => {
    const core = await place.core();
    const file = bomb('bomb.gz', () => undefined);
    expect(await codeOf(core.inspectFile(file).done)).toBe('GZIP_TOO_LARGE');
    expect(place.list(place.file('home/scratch'))).toEqual([]);
    expect(core.jobs()).toEqual([]);
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}

describe('verifying what the catalogue knows', () => {
  it('proves a good backup anew, by restoring it into scratch', async () => {
    const core = await place.core();
    const database = await core.addDatabase({ file: makeDatabase(place.file('app.db')) });
    const point = await core.startBackup(database.id, 'manual').done;
    const verified = await core.verifyBackup(point.id).done;
    expect(verified).toMatchObject({ id: point.id, state: 'proved' });
    expect((verified.verifiedAt ?? '') > (point.verifiedAt ?? '')).toBe(true);
    expect(place.list(place.file('home/scratch'))).toEqual([]);
  });

  it('says that a damaged one is, never restores from it, and says that it is good again when it is', async () => {
    const core = await place.core();
    const live = makeDatabase(place.file('app.db'));
    const database = await core.addDatabase({ file: live });
    const point = await core.startBackup(database.id, 'manual').done;
    const bytes = readFileSync(point.file);
    writeFileSync(point.file, flip(bytes, bytes.length >> 1));
    const before = logicalHash(live);
    expect(await codeOf(core.restore({ pointId: point.id }, database.id).done)).toBe('BACKUP_FILE_DAMAGED');
    expect(logicalHash(live)).toBe(before);
    expect(await core.verifyBackup(point.id).done).toMatchObject({ state: 'failed', verified: false });
    expect(core.problems(false).map(({ code }) => code)).toContain('BACKUP_FILE_DAMAGED');
    writeFileSync(point.file, bytes);
    expect((await core.verifyBackup(point.id).done).state).toBe('proved');
    expect(core.problems(false)).toEqual([]);
    expect(logicalHash(gunzip(place, point.file))).toBe(before);
  });

  it('a file that is gone is BACKUP_FILE_MISSING, and the entry says so', async () => {
    const core = await place.core();
    const database = await core.addDatabase({ file: makeDatabase(place.file('app.db')) });
    const point = await core.startBackup(database.id, 'manual').done;
    rmSync(point.file);
    expect(await codeOf(core.verifyBackup(point.id).done)).toBe('BACKUP_FILE_MISSING');
    expect(core.backup(point.id).state).toBe('missing');
    expect(existsSync(point.file)).toBe(false);
  });
});
